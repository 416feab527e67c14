"""A search for cases: as parameters of a query, as a saved filter, and as cases is asked."""

from typing import Annotated, Any, Literal

from onestop.cases.v1 import cases_service_pb2 as pb
from pydantic import Field

from gateway.shapes.requests import CaseNumber, Identifier, OptionalDay, Paging, Query, Text

_STATUSES = pb.CaseStatus.values()


class CaseFilter(Query):
    """Which cases, and in which order; all conditions must hold."""

    q: Annotated[
        Text,
        Field(
            description="Words in any order, accents or not: of the case number (its parts, or without punctuation), "
            "the applicant's name, identifier, telephone and address; the last may be the beginning of one. "
            "Best matches first, and a page may be short before the list ends: see next_page_token."
        ),
    ] = ""
    ref: Annotated[CaseNumber, Field(description="Case number, whole or its beginning.")] = ""
    name: Annotated[Text, Field(description="Words of the applicant's name, in any order; accents or not.")] = ""
    identifier: Annotated[Identifier, Field(description="Personal number or tax code, whole.")] = ""
    procedure: Annotated[Text, Field(description="National procedure code.")] = ""
    status: Annotated[
        tuple[Annotated[int, Field(ge=1, le=10)], ...],
        Field(max_length=10, description="National status code; repeatable."),
    ] = ()
    due_before: OptionalDay = ""
    due_after: OptionalDay = ""
    assigned_to: Annotated[
        Text, Field(description='Account id, or "me": the caller and whoever the caller stands in for.')
    ] = ""
    unassigned: Annotated[bool, Field(description="Only cases nobody has.")] = False
    papers_failed: Annotated[
        bool, Field(description="Only cases of which a paper could not be issued so far; see papers_failed of each.")
    ] = False
    unit: Annotated[Text, Field(description="Code of the unit that has the case.")] = ""
    channel: Literal["", "online", "counter", "post"] = ""
    order: Annotated[
        Literal["", "due", "received", "intake", "name", "match"],
        Field(
            description="due: open cases, most urgent first (the default without q); received: all, newest first; "
            "intake: new cases, oldest first; "
            "name: open cases by given name, then family name, in Vietnamese order; match: all, the very name first, "
            "then names with all words, or the very house, then what has them anywhere, then what has the last one "
            "begun; each with the accents typed first, then by name (the default with q)."
        ),
    ] = ""


class CaseSearch(Paging, CaseFilter):
    """Which cases, and which page of them; all conditions must hold."""


# Parameters that cases calls by another name.
_NAMES = {"q": "text", "name": "applicant_name", "procedure": "procedure_code", "unit": "unit_code"}


def search_request(query: CaseFilter) -> pb.SearchCasesRequest:
    """The search as cases is asked."""
    given = query.model_dump(exclude={"status"})
    statuses = [_STATUSES[code] for code in query.status]
    return pb.SearchCasesRequest(**{_NAMES.get(name, name): value for name, value in given.items()}, statuses=statuses)


def case_filter(search: pb.SearchCasesRequest) -> dict[str, Any]:
    """The parameters of GET /cases that make this search; those that say nothing are left out."""
    given = {name: getattr(search, _NAMES.get(name, name)) for name in CaseFilter.model_fields if name != "status"}
    return {name: value for name, value in {**given, "status": list(search.statuses)}.items() if value}
