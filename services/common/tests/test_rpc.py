# ruff: noqa: N802, ARG002  # methods and parameters are named by the protos
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from onestop.cases.v1 import cases_service_pb2 as pb
from onestop.cases.v1 import cases_service_pb2_grpc as pb_grpc
from onestop.cases.v1.actions_pb2 import Accept
from onestop.documents.v1 import documents_service_pb2 as files_pb
from onestop.documents.v1 import documents_service_pb2_grpc as files_grpc

from services.common import context, limits
from services.common.access import AUTHENTICATED, PUBLIC, roles
from services.common.context import Caller, Trace
from services.common.errors import (
    MORE,
    Conflict,
    DeadlineExceeded,
    FieldError,
    Internal,
    InvalidInput,
    PermissionDenied,
    TooLarge,
    Unauthenticated,
    Unavailable,
)
from services.common.rpc import build_server, open_channel
from services.common.settings import ServiceSettings
from services.common.testing.ports import free_ports

REF = "H29.001.00-260302-0001"
CLERK = Caller("acc-1", "Phạm Thị Mai", frozenset({"clerk"}), token="good")


class CaseIsClosed(Conflict):
    """The case is closed."""

    code = "case-is-closed"
    vi = "Hồ sơ {ref} đã đóng."
    en = "Case {ref} is closed."


class Cases(pb_grpc.CasesServiceServicer):
    failures = 0

    def Act(self, request: Any, context_: Any) -> pb.ActResponse:
        self.failures += 1
        if self.failures == 4:
            raise Unavailable
        return pb.ActResponse()

    def GetCase(self, request: Any, context_: Any) -> pb.GetCaseResponse:
        if request.ref == "CLOSED":
            raise CaseIsClosed(ref="H29-1")
        if request.ref == "WRONG":
            raise InvalidInput(fields=[FieldError("/ref", "format", "Sai mã.", "Wrong number.")])
        if request.ref == "ALL-WRONG":
            sentence = "Giá trị này không hợp lệ. " * 40
            raise InvalidInput(fields=[FieldError(f"/form/{i}", "format", sentence, sentence) for i in range(100)])
        if request.ref == "MANY-WRONG":
            raise InvalidInput(fields=[FieldError(f"/form/{i}", "format", "Sai.", "Wrong.") for i in range(100)])
        if request.ref == "HEAVY":
            return pb.GetCaseResponse(case=pb.Case(ref="x" * limits.GRPC_MESSAGE_BYTES))
        if request.ref == "BUG":
            raise ZeroDivisionError
        if request.ref == "FLAKY":
            self.failures += 1
            if self.failures < 3:
                raise Unavailable
            return pb.GetCaseResponse(case=pb.Case(ref="at last"))
        if request.ref == "SLOW":
            time.sleep(0.3)
        ids = context.trace()
        return pb.GetCaseResponse(case=pb.Case(ref=f"{context.caller().name}|{ids.request_id}|{ids.case_ref}"))

    def ListProcedures(self, request: Any, context_: Any) -> pb.ListProceduresResponse:
        return pb.ListProceduresResponse()


AT_WORK, UNWANTED = threading.Event(), threading.Event()


class Files(files_grpc.DocumentsServiceServicer):
    def UploadFile(self, requests: Any, context_: Any) -> files_pb.UploadFileResponse:
        size = sum(len(part.chunk) for part in requests)
        return files_pb.UploadFileResponse(file=files_pb.File(size=size, owner=context.caller().subject))

    def DownloadFile(self, request: Any, context_: Any) -> Iterator[files_pb.DownloadFileResponse]:
        yield files_pb.DownloadFileResponse(chunk=b"one")
        while request.file_id == "lasting":
            AT_WORK.set()
            if not context.still_wanted():
                UNWANTED.set()
                return
            UNWANTED.wait(0.01)
        if request.file_id == "closed":
            raise CaseIsClosed(ref="H29-1")
        yield files_pb.DownloadFileResponse(chunk=context.caller().subject.encode())


def authenticate(token: str) -> Caller:
    if token != "good":
        raise Unauthenticated
    return CLERK


@pytest.fixture(scope="module")
def channel() -> Iterator[grpc.Channel]:
    settings = ServiceSettings(listen="127.0.0.1:0", database_url="postgresql://unused")

    def add(server: grpc.Server) -> None:
        pb_grpc.add_CasesServiceServicer_to_server(Cases(), server)  # type: ignore[abstract]
        files_grpc.add_DocumentsServiceServicer_to_server(Files(), server)  # type: ignore[abstract]

    server = build_server(
        settings,
        add=add,
        services=["onestop.cases.v1.CasesService"],
        access={
            "GetCase": AUTHENTICATED,
            "ListProcedures": PUBLIC,
            "Act": AUTHENTICATED,
            "Act.accept": roles("officer"),
            "UploadFile": AUTHENTICATED,
            "DownloadFile": AUTHENTICATED,
        },
        authenticate=authenticate,
    )
    server.start()
    channel = open_channel(f"127.0.0.1:{server.port}")
    yield channel
    channel.close()
    server.drain()


@pytest.fixture
def cases(channel: grpc.Channel) -> Any:
    return pb_grpc.CasesServiceStub(channel)


@pytest.fixture
def files(channel: grpc.Channel) -> Any:
    return files_grpc.DocumentsServiceStub(channel)


def test_caller_and_ids_reach_the_handler(cases: Any) -> None:
    with context.acting(CLERK, Trace("req-1", context.new_traceparent(), REF)):
        answer = cases.GetCase(pb.GetCaseRequest(ref="x"))
    assert answer.case.ref == f"Phạm Thị Mai|req-1|{REF}"


def test_ids_that_name_people_stay_at_the_door_whoever_calls(cases: Any) -> None:
    with context.acting(CLERK, Trace("079301000019", "no trace", "Nguyễn Thị Lan".encode().hex())):
        answer = cases.GetCase(pb.GetCaseRequest(ref="x"))
    name, request_id, case_ref = answer.case.ref.split("|")
    assert name == "Phạm Thị Mai"
    assert request_id not in {"", "079301000019"}
    assert case_ref == ""


def test_a_domain_error_arrives_as_its_kind_with_both_texts(cases: Any) -> None:
    with context.acting(CLERK, Trace()), pytest.raises(Conflict) as caught:
        cases.GetCase(pb.GetCaseRequest(ref="CLOSED"))
    assert caught.value.code == "case-is-closed"
    assert caught.value.message_vi == "Hồ sơ H29-1 đã đóng."
    assert caught.value.message_en == "Case H29-1 is closed."


def test_wrong_fields_arrive_with_their_pointers(cases: Any) -> None:
    with context.acting(CLERK, Trace()), pytest.raises(InvalidInput) as caught:
        cases.GetCase(pb.GetCaseRequest(ref="WRONG"))
    assert caught.value.fields == (FieldError("/ref", "format", "Sai mã.", "Wrong number."),)


def test_of_many_wrong_fields_the_first_arrive_and_the_number_of_the_others(cases: Any) -> None:
    with context.acting(CLERK, Trace()), pytest.raises(InvalidInput) as caught:
        cases.GetCase(pb.GetCaseRequest(ref="MANY-WRONG"))
    *shown, last = caught.value.fields
    assert [one.pointer for one in shown] == [f"/form/{i}" for i in range(limits.PROBLEM_FIELDS)]
    assert (last.code, last.vi, last.en) == (MORE, "Và còn 60 chỗ sai nữa.", "And 60 more.")


def test_what_the_fields_say_is_bounded_too(cases: Any) -> None:
    with context.acting(CLERK, Trace()), pytest.raises(InvalidInput) as caught:
        cases.GetCase(pb.GetCaseRequest(ref="ALL-WRONG"))
    *shown, last = caught.value.fields
    assert 1 <= len(shown) < limits.PROBLEM_FIELDS
    assert last.en == f"And {100 - len(shown)} more."


def test_a_request_over_grpcs_limit_is_too_large_and_not_too_many(cases: Any) -> None:
    with context.acting(CLERK, Trace()), pytest.raises(TooLarge):
        cases.GetCase(pb.GetCaseRequest(ref="x" * limits.GRPC_MESSAGE_BYTES))


def test_an_answer_over_grpcs_limit_is_our_fault(cases: Any) -> None:
    with context.acting(CLERK, Trace()), pytest.raises(Internal):
        cases.GetCase(pb.GetCaseRequest(ref="HEAVY"))


def test_a_method_the_service_does_not_have_yet_is_no_refusal(channel: grpc.Channel) -> None:
    call: Any = channel.unary_unary("/onestop.cases.v1.CasesService/Newer", response_deserializer=pb.Case.FromString)
    with pytest.raises(Unavailable):
        call(b"")


def test_a_bug_is_an_internal_error_that_tells_nothing(cases: Any) -> None:
    with context.acting(CLERK, Trace()), pytest.raises(Internal) as caught:
        cases.GetCase(pb.GetCaseRequest(ref="BUG"))
    assert "division" not in str(caught.value)


def test_without_a_token_only_public_calls_pass(cases: Any) -> None:
    cases.ListProcedures(pb.ListProceduresRequest())
    with pytest.raises(Unauthenticated):
        cases.GetCase(pb.GetCaseRequest())


def test_a_call_outside_the_callers_roles_is_denied(cases: Any) -> None:
    with context.acting(CLERK, Trace()), pytest.raises(PermissionDenied):
        cases.Act(pb.ActRequest(accept=Accept()))


def test_a_call_missing_from_the_access_table_cannot_be_made(cases: Any) -> None:
    with context.acting(CLERK, Trace()), pytest.raises(Internal):
        cases.SubmitCase(pb.SubmitCaseRequest())


def test_the_deadline_of_the_incoming_call_bounds_the_outgoing_one(cases: Any) -> None:
    with context.acting(CLERK, Trace(), seconds=0.05), pytest.raises(DeadlineExceeded):
        cases.GetCase(pb.GetCaseRequest(ref="SLOW"))


def test_a_read_is_made_again_when_no_answer_came_and_a_change_is_not(cases: Any) -> None:
    with context.acting(CLERK, Trace()):
        assert cases.GetCase(pb.GetCaseRequest(ref="FLAKY")).case.ref == "at last"
        with pytest.raises(Unavailable):
            cases.Act(pb.ActRequest())


def test_an_unreachable_service_is_unavailable() -> None:
    stub = pb_grpc.CasesServiceStub(open_channel("127.0.0.1:1"))
    with pytest.raises(Unavailable):
        stub.ListProcedures(pb.ListProceduresRequest())


def test_what_lasts_keeps_no_threads_from_other_calls(cases: Any, files: Any) -> None:
    """More uploads than a service has threads for calls, none of them whole."""
    ended = threading.Event()

    def body() -> Iterator[Any]:
        yield files_pb.UploadFileRequest(chunk=b"abc")
        ended.wait()

    with context.acting(CLERK, Trace()), ThreadPoolExecutor(limits.STREAMS_AT_ONCE) as senders:
        begun = [senders.submit(copy_context().run, files.UploadFile, body()) for _ in range(12)]
        try:
            assert cases.GetCase(pb.GetCaseRequest()).case.ref
        finally:
            ended.set()
        assert [each.result().file.size for each in begun] == [3] * 12


def test_a_call_that_is_broken_off_is_not_wanted_any_more(files: Any) -> None:
    with context.acting(CLERK, Trace()):
        answers = files.DownloadFile(files_pb.DownloadFileRequest(file_id="lasting"))
        assert next(answers).chunk == b"one"
        assert AT_WORK.wait(10)
        answers.close()
    assert UNWANTED.wait(10)


def test_streams_carry_caller_and_errors(files: Any) -> None:
    with context.acting(CLERK, Trace()):
        upload = files.UploadFile(iter([files_pb.UploadFileRequest(chunk=b"abc")] * 3))
        assert (upload.file.size, upload.file.owner) == (9, "acc-1")
        assert [part.chunk for part in files.DownloadFile(files_pb.DownloadFileRequest())] == [b"one", b"acc-1"]
        with pytest.raises(Conflict):
            list(files.DownloadFile(files_pb.DownloadFileRequest(file_id="closed")))


def test_probes_are_answered_in_plain_on_a_port_of_their_own_that_offers_nothing_else() -> None:
    port = free_ports()
    settings = ServiceSettings(
        listen="127.0.0.1:0", health_listen=f"127.0.0.1:{port}", database_url="postgresql://unused"
    )
    server = build_server(
        settings,
        add=lambda server: pb_grpc.add_CasesServiceServicer_to_server(Cases(), server),  # type: ignore[abstract]
        services=["onestop.cases.v1.CasesService"],
        access={"ListProcedures": PUBLIC},
        authenticate=authenticate,
    )
    server.start()
    with grpc.insecure_channel(f"127.0.0.1:{port}") as plain:
        health = health_pb2_grpc.HealthStub(plain)
        answer = health.Check(health_pb2.HealthCheckRequest(), timeout=5)  # type: ignore[attr-defined]
        assert answer.status == health_pb2.HealthCheckResponse.SERVING
        with pytest.raises(grpc.RpcError) as refused:
            pb_grpc.CasesServiceStub(plain).ListProcedures(pb.ListProceduresRequest(), timeout=5)
        assert refused.value.code() is grpc.StatusCode.UNIMPLEMENTED
    server.drain()
