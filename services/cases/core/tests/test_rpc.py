"""Over gRPC: every RPC has its rule, people meet what they may, answers carry what the protos promise."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from functools import partial
from typing import Any

import orjson
import pytest
from grpc import Channel
from onestop.cases.v1 import actions_pb2, cases_service_pb2_grpc
from onestop.cases.v1 import cases_service_pb2 as pb
from onestop.cases.v1.decision_pb2 import DECISION_GRANTED, OUTCOME_GRANTED

from services.cases.core import actions
from services.cases.core.actions import ACTIONS
from services.cases.core.context import CasesContext
from services.cases.core.domain.transitions import SYSTEM, Action
from services.cases.handling.requests import READ
from services.cases.handling.rpc.acting import USE_CASES
from services.cases.handling.rpc.cases import SERVICE
from services.cases.rpc import SERVICES, add_to_server
from services.cases.settings import CasesSettings
from services.cases.testing import samples
from services.cases.testing.samples import CLERK, LAN, LEADER, OFFICER, criminal_record, household_business, sent
from services.common import context
from services.common.context import Caller, Trace
from services.common.declared import access_of, commands_of, service_of
from services.common.errors import (
    Conflict,
    InvalidInput,
    NotFound,
    PermissionDenied,
    PreconditionFailed,
    Unauthenticated,
    Unprocessable,
)
from services.common.rpc import build_server, open_channel

Stub = cases_service_pb2_grpc.CasesServiceStub
As = Callable[[Caller | None], Any]


@contextmanager
def serving(ctx: CasesContext) -> Iterator[Channel]:
    """A real server whose tokens are the names of the sample people, and a channel to it."""
    people = {who.subject: who for who in vars(samples).values() if isinstance(who, Caller)}
    server = build_server(
        CasesSettings(listen="127.0.0.1:0", database_url="postgresql://unused"),
        add=partial(add_to_server, ctx=ctx),
        services=SERVICES,
        authenticate=lambda token: people[token],
    )
    server.start()
    channel = open_channel(f"127.0.0.1:{server.port}")
    yield channel
    channel.close()
    server.drain()


@pytest.fixture
def stub(ctx: CasesContext) -> Iterator[Stub]:
    with serving(ctx) as channel:
        yield Stub(channel)


def acting(who: Caller) -> Any:
    token = Caller(who.subject, who.name, who.roles, who.agencies, token=who.subject)
    return context.acting(token, Trace())


def submit(stub: Stub, who: Caller, application: dict[str, Any]) -> pb.SubmitCaseResponse:
    submission = sent(application)
    with acting(who):
        return stub.SubmitCase(pb.SubmitCaseRequest(application=submission.content, idempotency_key=submission.key))


COMMANDS = {field.name: field for field in commands_of(service_of(SERVICE).methods_by_name["Act"])}
NAMED_OTHERWISE = {
    "claim": "assign",
    "give_at_once": "return",
    "return_result": "return",
    "order_control_slip": "control_slip",
}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_is_open_to_the_roles_of_the_table(command: str) -> None:
    access = access_of(*map(service_of, SERVICES))
    action = NAMED_OTHERWISE.get(command, command)
    of_people = ACTIONS[Action(action)].roles - {SYSTEM}
    assert access[f"Act.{command}"].roles == of_people


def test_every_command_is_carried_out_one_way() -> None:
    assert READ.keys().isdisjoint(USE_CASES)
    for name in COMMANDS.keys() - READ.keys() - USE_CASES.keys():
        message = COMMANDS[name].message_type
        assert message is not None
        taken = {each.name for each in fields(actions.COMMANDS[Action(name)])}
        assert taken == {each.name for each in message.fields}, name


def test_who_may_not_give_a_command_is_told_so_before_anything_is_read(stub: Stub) -> None:
    asked = pb.ActRequest(ref="G01.029.00-260302-9997", decide=actions_pb2.Decide())
    with acting(CLERK), pytest.raises(PermissionDenied):
        stub.Act(asked)
    with acting(LEADER), pytest.raises(NotFound):
        stub.Act(pb.ActRequest(ref=asked.ref, stop=actions_pb2.Stop(reason="Chờ")))


def test_a_request_without_a_command_is_refused(stub: Stub) -> None:
    with acting(CLERK), pytest.raises(InvalidInput):
        stub.Act(pb.ActRequest(ref="G01.029.00-260302-0001"))


def test_a_case_goes_its_way(stub: Stub) -> None:
    form = criminal_record()["form"] | {"fee_group": "exempt"}
    filed = submit(stub, LAN, criminal_record(form=form))
    assert (filed.status, filed.version, filed.replayed) == (pb.CASE_STATUS_REGISTERED, 1, False)
    with acting(CLERK):
        accept = actions_pb2.Accept(note="Đủ")
        case = stub.Act(pb.ActRequest(ref=filed.ref, expected_version=1, accept=accept)).case
        assert (case.status, case.version, case.due_date) == (pb.CASE_STATUS_ACCEPTED, 2, "2026-03-16")
        assert (case.step_code, case.fee_state, case.channel) == ("xac_minh", pb.FEE_STATE_NONE, pb.CHANNEL_ONLINE)
        assert orjson.loads(case.form)["fee_group"] == "exempt"
        with pytest.raises(PreconditionFailed) as caught:
            stub.Act(pb.ActRequest(ref=filed.ref, expected_version=1, refuse=actions_pb2.Refuse(reason="Sai")))
        assert caught.value.code == "case-version-conflict"
    now = partial(pb.ActRequest, ref=filed.ref)
    with acting(OFFICER):
        assert stub.Act(now(assign=actions_pb2.Assign())).case.assigned_to == OFFICER.subject
        question = actions_pb2.Consult(agency_code="G01.001.00", subject="Hỏi", content="Nội dung")
        assert stub.Act(now(consult=question)).case.consultations[0].consultation_id
        [line] = stub.SearchCases(pb.SearchCasesRequest(filter=pb.CaseFilter(ref=filed.ref, assigned_to="me"))).cases
        assert (line.identifier_masked, line.overdue, line.step_name.en) == (
            "0793******19",
            False,
            "Search and verification",
        )
    with acting(LEADER):
        stub.Act(now(stop=actions_pb2.Stop(reason="Chờ")))
        stub.Act(now(resume=actions_pb2.Resume()))
        decided = stub.Act(
            now(
                decide=actions_pb2.Decide(
                    decision=DECISION_GRANTED, result=actions_pb2.Result(facts=b'{"has_convictions": false}')
                )
            )
        ).case
        assert (decided.decision, decided.HasField("decided_at")) == (OUTCOME_GRANTED, True)
        assert decided.allowed_actions == ["control-slip", "hold"]
    with acting(CLERK), pytest.raises(Conflict):
        stub.Act(now(return_result=actions_pb2.ReturnResult()))
    with acting(LAN):
        exported = stub.GetHistory(pb.GetHistoryRequest(ref=filed.ref))
        assert [entry.seq for entry in exported.entries] == list(range(1, decided.version + 1))
        assert exported.head == decided.history_head == exported.entries[-1].hash


def test_errors_arrive_as_they_were_raised(stub: Stub) -> None:
    with pytest.raises(InvalidInput) as caught:
        submit(stub, LAN, criminal_record(form={}))
    assert "/form/full_name" in {field.pointer for field in caught.value.fields}
    with pytest.raises(Unprocessable):
        submit(stub, LAN, household_business(procedure="1.004222"))
    with acting(LAN), pytest.raises(PermissionDenied):
        stub.Act(pb.ActRequest(accept=actions_pb2.Accept()))
    with acting(LAN), pytest.raises(NotFound):
        stub.GetCase(pb.GetCaseRequest(ref="G01.029.00-260302-9997"))
    neither = actions_pb2.Resubmit(attachments=[actions_pb2.NewAttachment(paper="anh_chan_dung")])
    with acting(LAN), pytest.raises(InvalidInput) as caught:
        stub.Act(pb.ActRequest(resubmit=neither))
    assert [(each.pointer, each.code) for each in caught.value.fields] == [("/attachments/0", "file-or-stored-paper")]
    with pytest.raises(Unauthenticated):
        stub.GetCase(pb.GetCaseRequest(ref="G01.029.00-260302-0001"))


def test_anyone_may_read_the_catalogue_and_a_status(stub: Stub) -> None:
    ref = submit(stub, LAN, criminal_record()).ref
    codes = {procedure.code: procedure for procedure in stub.ListProcedures(pb.ListProceduresRequest()).procedures}
    assert "3.000722" in codes
    assert "1.004222" not in codes  # taken only in a chain
    assert (codes["3.000347"].fee_online, codes["3.000347"].fee_counter) == (115_000, 135_000)
    procedure = orjson.loads(stub.GetProcedure(pb.GetProcedureRequest(code="3.000347")).procedure)
    assert {"code", "name_vi", "form_schema", "papers", "fees", "steps", "days", "prefill", "legal_basis"} <= set(
        procedure
    )
    assert stub.GetPublicStatus(pb.GetPublicStatusRequest(ref=ref)).status == pb.CASE_STATUS_REGISTERED


@pytest.mark.parametrize(
    "request_",
    [
        pb.SearchCasesRequest(filter=pb.CaseFilter(due_before="1/2")),
        pb.SearchCasesRequest(filter=pb.CaseFilter(name="\0")),
        pb.SearchCasesRequest(page_token="WyJkdWUiLCJpbmZpbml0eSIsIlx1MDAwMCJd"),
    ],
)
def test_a_search_that_makes_no_sense_is_refused(stub: Stub, request_: pb.SearchCasesRequest) -> None:
    with acting(CLERK), pytest.raises(InvalidInput):
        stub.SearchCases(request_)
