"""The security log tells what a call was by what its RPC is declared to be, and never a word about people."""

import inspect
import json
from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any

import pytest
import structlog
from onestop.cases.v1 import books_service_pb2 as books_pb
from onestop.cases.v1 import cases_service_pb2 as pb
from onestop.cases.v1 import delegations_service_pb2 as delegations_pb
from onestop.cases.v1.actions_pb2 import Accept, Forward
from onestop.documents.v1 import documents_service_pb2 as files_pb
from onestop.documents.v1 import store_service_pb2 as store_pb

from services.common import context, security_log
from services.common.context import Caller, Trace
from services.common.errors import Conflict, NotFound, OnestopError, PermissionDenied, RateLimited, Unauthenticated
from services.common.rpc_errors import from_problem, status_of, to_problem
from services.common.security_log import ACTS, FIELDS, Event
from services.common.testing.logs import logging_as_a_process

CLERK = Caller("0190f3c1-0000-7000-8000-000000000001", "Phạm Thị Mai", frozenset({"clerk"}), session="s-1")
LAN = Caller("0190f3c1-0000-7000-8000-000000000002", "Nguyễn Thị Lan", frozenset({"citizen"}), session="s-2")
REF = "G01.029.00-260302-0001"
ALWAYS = {"log", "ts", "level", "service", "event"}


Heard = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def heard() -> Iterator[Heard]:
    """What was logged since it was last asked, with the ordinary log made quiet."""
    written = StringIO()

    def lines() -> list[dict[str, Any]]:
        told = [json.loads(line) for line in written.getvalue().splitlines()]
        written.seek(0)
        written.truncate()
        return told

    with logging_as_a_process("cases", "ERROR") as handler:
        handler.setStream(written)  # type: ignore[attr-defined]  # it is a StreamHandler
        yield lines


def test_a_line_has_a_log_of_its_own_and_is_written_when_the_ordinary_log_is_quiet(
    heard: Heard,
) -> None:
    structlog.get_logger().info("nobody hears this")
    with context.acting(CLERK, Trace("req-1", "", REF)):
        security_log.answered("GetCase", CLERK, pb.GetCaseRequest(ref=REF))
    (line,) = heard()
    assert line.pop("ts")
    assert line == {
        "log": "security",
        "level": "info",
        "service": "cases",
        "event": "read",
        "account": CLERK.subject,
        "session": "s-1",
        "roles": "clerk",
        "method": "GetCase",
        "target": REF,
        "request_id": "req-1",
        "case_ref": REF,
    }


def test_every_field_is_on_the_list(heard: Heard) -> None:
    settable = set(inspect.signature(security_log.tell).parameters) - {"event", "who"}
    assert settable | {"session", "roles", "alert"} == FIELDS
    for event in Event:
        security_log.tell(event, who=CLERK, method="M", target=REF, code="c", source="s")
    told = heard()
    assert [line["event"] for line in told] == list(Event)
    for line in told:
        assert line.keys() <= FIELDS | ALWAYS


def test_reads_are_told_of_whoever_reads_for_a_living_and_not_of_people_reading_their_own(
    heard: Heard,
) -> None:
    file_id = "0190f3c1-aaaa-7000-8000-000000000009"
    security_log.answered("GetCase", LAN, pb.GetCaseRequest(ref=REF))
    security_log.answered("GetHistory", CLERK, pb.GetHistoryRequest(ref=REF))
    security_log.answered("DownloadFile", CLERK, files_pb.DownloadFileRequest(file_id=file_id), streamed=True)
    security_log.answered("Act.accept", CLERK, pb.ActRequest(ref=REF, accept=Accept()))
    assert [(line["event"], line["target"]) for line in heard()] == [("read", REF), ("downloaded", file_id)]


def test_acts_on_the_list_are_told_of_whoever_calls(heard: Heard) -> None:
    for method in ACTS:
        security_log.answered(method, LAN)
    assert [line["event"] for line in heard()] == list(ACTS.values())


def test_what_somebody_types_into_an_address_never_gets_into_the_log(heard: Heard) -> None:
    for typed in ("Nguyễn Thị Lan", "NGUYEN", "079301000019", "0912345678", "lan@example.vn", "12 Hàng Bài"):
        security_log.refused("GetCase", NotFound.withheld(), CLERK, pb.GetCaseRequest(ref=typed))
    for line in heard():
        assert "target" not in line


def test_a_case_number_as_people_type_it_is_told_as_it_is_printed(heard: Heard) -> None:
    security_log.answered("GetCase", CLERK, pb.GetCaseRequest(ref=f" {REF.lower()} "))
    assert [line["target"] for line in heard()] == [REF]


def test_a_register_read_names_its_agency(heard: Heard) -> None:
    book = books_pb.Book(agency="H29.001.00")
    security_log.answered("ExportBook", CLERK, books_pb.ExportBookRequest(book=book), streamed=True)
    assert [(line["event"], line["target"]) for line in heard()] == [("downloaded", "H29.001.00")]


def test_what_is_of_others_is_named_whatever_the_request_calls_it(heard: Heard) -> None:
    own, withheld = "01a228b5-3f9a-7fe3-a772-c0ffee000001", NotFound()
    withheld.security_event = "call_denied"
    for request in (
        store_pb.DeleteStoredPaperRequest(stored_paper_id=own),
        store_pb.WithdrawConsentRequest(consent_id=own),
        delegations_pb.EndDelegationRequest(delegation_id=own),
        files_pb.DescribeFilesRequest(stored_paper_ids=[own]),
    ):
        security_log.refused("X", withheld, LAN, request)
    assert [line["target"] for line in heard()] == [own] * 4


def test_an_action_denied_names_the_case_it_was_about(heard: Heard) -> None:
    security_log.refused("Act.forward", PermissionDenied(), CLERK, pb.ActRequest(ref=REF, forward=Forward()))
    (line,) = heard()
    assert (line["event"], line["code"], line["target"]) == ("call_denied", "permission-denied", REF)


@pytest.mark.parametrize(
    ("error", "event"),
    [
        (PermissionDenied(), "call_denied"),
        (Unauthenticated(), "call_denied"),
        (NotFound.withheld(), "call_denied"),
        (RateLimited(), "rate_limited"),
        (NotFound(), ""),
        (Conflict(), ""),
    ],
)
def test_refusals_for_whom_the_call_came_from_are_told_and_others_are_not(
    heard: Heard, error: OnestopError, event: str
) -> None:
    security_log.refused("GetCase", error, CLERK)
    assert [line["event"] for line in heard()] == ([event] if event else [])


def test_a_refusal_of_another_service_was_told_there(heard: Heard) -> None:
    error = PermissionDenied()
    security_log.refused("read_case", from_problem(status_of(error), to_problem(error)), CLERK)
    assert heard() == []


def test_a_thing_withheld_and_a_thing_that_is_not_there_look_alike() -> None:
    assert to_problem(NotFound.withheld()) == to_problem(NotFound())
