"""Registers of cases as asked for and as JSON."""

from typing import Annotated

from onestop.cases.v1 import books_service_pb2 as pb
from onestop.documents.v1 import documents_service_pb2 as documents_pb
from pydantic import Field
from typing_extensions import TypedDict

from gateway.shapes.common import Bilingual, Timestamp, bilingual
from gateway.shapes.files import PaperJson
from gateway.shapes.requests import Body, Day, Paging, Query, RequiredText

Agency = Annotated[RequiredText, Field(description="National code of one of the caller's agencies.")]
Sector = Annotated[RequiredText, Field(description="Code of a field of administration, as `GET /sectors` lists them.")]


class AgencyQuery(Query):
    """Whose registers."""

    agency: Agency


class IssuedBooks(Paging, AgencyQuery):
    """Whose volumes, and which page of them."""


class BookQuery(AgencyQuery):
    """Which register: cases received on these days, both included, at most a year."""

    sector: Sector
    from_date: Day
    to_date: Day


class BookOrder(Body):
    """Which register to issue: cases received on these days, both included, at most a year."""

    agency: Agency
    sector: Sector
    from_date: Day
    to_date: Day


class SectorJson(TypedDict):
    """A field of administration (lĩnh vực)."""

    code: str
    name: Bilingual


class SectorsJson(TypedDict):
    """Fields of administration, in Vietnamese order."""

    sectors: list[SectorJson]


class VolumeJson(TypedDict):
    """One sealed PDF of a register; it is there once it is issued."""

    paper_id: str
    volume: Annotated[int, Field(description="From 1.")]
    cases: int


class OrderedBookJson(TypedDict):
    """The volumes a register will have."""

    volumes: list[VolumeJson]


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


def book_message(asked: BookQuery | BookOrder) -> pb.Book:
    return pb.Book(agency_code=asked.agency, sector_code=asked.sector, from_date=asked.from_date, to_date=asked.to_date)


def sector(message: pb.Sector) -> SectorJson:
    return {"code": message.code, "name": bilingual(message.name_vi, message.name_en)}


def volume(message: pb.Volume) -> VolumeJson:
    return {"paper_id": message.paper_id, "volume": message.volume, "cases": message.cases}


def failed_book(message: documents_pb.FailedBook) -> FailedBookJson:
    reason = bilingual(message.reason_vi, message.reason_en)
    return {"paper_id": message.paper_id, "ordered_at": message.ordered_at, "reason": reason}
