"""Registers of cases as asked for and as JSON."""

from typing import Annotated

from onestop.documents.v1 import documents_service_pb2 as documents_pb
from pydantic import Field
from typing_extensions import TypedDict

from gateway.shapes.common import Bilingual, Timestamp, bilingual
from gateway.shapes.files import PaperJson
from gateway.shapes.requests import Paging, Query, RequiredText

Agency = Annotated[RequiredText, Field(description="National code of one of the caller's agencies.")]


class AgencyQuery(Query):
    """Whose registers."""

    agency: Agency


class IssuedBooks(Paging, AgencyQuery):
    """Whose volumes, and which page of them."""


class FailedBookJson(TypedDict):
    """A volume that could not be issued so far; it is tried again."""

    paper_id: str
    ordered_at: Timestamp
    reason: Annotated[Bilingual, Field(description="Why, in words.")]


class BooksJson(TypedDict):
    """A page of issued volumes, newest first."""

    volumes: list[PaperJson]
    failed: Annotated[list[FailedBookJson], Field(description="Volumes ordered that could not be issued so far.")]
    next_page_token: Annotated[str, Field(description="Empty on the last page.")]


def failed_book(message: documents_pb.FailedBook) -> FailedBookJson:
    reason = bilingual(message.reason_vi, message.reason_en)
    return {"paper_id": message.paper_id, "ordered_at": message.ordered_at, "reason": reason}
