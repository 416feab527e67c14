"""The catalogue over gRPC: anyone reads it, administrators publish, leaders move cases."""

from collections.abc import Iterator
from datetime import date
from functools import partial

import orjson
import pytest
from grpc import Channel
from onestop.cases.v1 import cases_service_pb2 as cases_pb
from onestop.cases.v1 import catalogue_service_pb2 as pb
from onestop.cases.v1.actions_pb2 import MoveVersion
from onestop.cases.v1.cases_service_pb2_grpc import CasesServiceStub
from onestop.cases.v1.catalogue_service_pb2_grpc import CatalogueServiceStub as Stub

from services.cases.core import actions
from services.cases.core.context import CasesContext
from services.cases.core.tests.test_rpc import acting
from services.cases.core.usecases.act import act
from services.cases.filing.usecases.submit import submit
from services.cases.procedures.tests.test_publish import ADMIN, CODE, edited
from services.cases.rpc import SERVICES, add_to_server
from services.cases.settings import CasesSettings
from services.cases.testing import samples
from services.cases.testing.samples import CLERK, LAN, LEADER, criminal_record, sent
from services.cases.testing.stand_ins import Clock
from services.common.context import Caller
from services.common.database import Database
from services.common.errors import InvalidInput, NotFound, PermissionDenied
from services.common.rpc import build_server, open_channel
from services.common.testing.plugin import MakeDatabase


@pytest.fixture
def database(fresh_database: MakeDatabase) -> Iterator[Database]:
    database = Database(fresh_database("cases"), pool_size=5, name="catalogue-rpc-tests")
    yield database
    database.close()


@pytest.fixture
def channel(ctx: CasesContext) -> Iterator[Channel]:
    people = {who.subject: who for who in (*vars(samples).values(), ADMIN) if isinstance(who, Caller)}
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
def stub(channel: Channel) -> Stub:
    return Stub(channel)


def test_a_version_is_published_read_compared_and_taken_back(stub: Stub) -> None:
    content = edited(effective_from=date(2026, 4, 1), days=8).replace(b"optional: true", b"optional: false", 1)
    with acting(ADMIN):
        done = stub.PublishProcedure(pb.PublishProcedureRequest(content=content, note="QĐ 12"))
    assert (done.new, done.version.published_by, done.version.note) == (True, ADMIN.subject, "QĐ 12")
    assert {remark.severity for remark in done.remarks} == {pb.SEVERITY_WARNING}
    listed = stub.ListProcedureVersions(pb.ListProcedureVersionsRequest(code=CODE)).versions
    assert [(each.effective_from, each.effective_to, each.HasField("published_at")) for each in listed] == [
        ("2025-07-01", "2026-03-31", False),
        ("2026-04-01", "", True),
    ]
    file = stub.GetProcedureFile(pb.GetProcedureFileRequest(code=CODE, effective_from="2026-04-01"))
    assert (file.content, file.version.sha256) == (content, done.version.sha256)
    changes = stub.GetProcedureChanges(pb.GetProcedureChangesRequest(code=CODE, effective_from="2026-04-01"))
    assert changes.before == "2025-07-01"
    assert "Time limit: 10 working days → 8 working days" in [each.text.en for each in changes.changes]
    first = stub.GetProcedureChanges(pb.GetProcedureChangesRequest(code=CODE, effective_from="2025-07-01"))
    assert (first.before, list(first.changes)) == ("", [])
    with acting(ADMIN):
        stub.WithdrawProcedure(pb.WithdrawProcedureRequest(code=CODE, effective_from="2026-04-01"))
    with pytest.raises(NotFound):
        stub.GetProcedureFile(pb.GetProcedureFileRequest(code=CODE, effective_from="2026-04-01"))


def test_only_an_administrator_publishes_and_a_wrong_file_is_answered_with_its_faults(stub: Stub) -> None:
    with acting(LEADER), pytest.raises(PermissionDenied):
        stub.PublishProcedure(pb.PublishProcedureRequest(content=edited(days=8)))
    with acting(ADMIN), pytest.raises(InvalidInput) as caught:
        stub.PublishProcedure(pb.PublishProcedureRequest(content=edited(rules="nd1-1900")))
    assert [(field.pointer, field.code) for field in caught.value.fields] == [("/rules", "rules-unknown")]
    with pytest.raises(InvalidInput):
        stub.GetProcedureFile(pb.GetProcedureFileRequest(code=CODE, effective_from="31/02/2026"))


def test_the_schema_is_served(stub: Stub) -> None:
    schema = orjson.loads(stub.GetProcedureSchema(pb.GetProcedureSchemaRequest()).schema_json)
    assert {"code", "steps", "form_schema"} <= set(schema["properties"])


def test_a_leader_moves_a_case_and_the_case_says_which_version_it_is_under(
    stub: Stub, channel: Channel, ctx: CasesContext, clock: Clock
) -> None:
    form = criminal_record()["form"] | {"fee_group": "exempt"}
    ref = submit(ctx, LAN, sent(criminal_record(form=form)))[0].ref
    act(ctx, CLERK, ref, 1, actions.Accept())
    with acting(ADMIN):
        stub.PublishProcedure(pb.PublishProcedureRequest(content=edited(effective_from=date(2026, 3, 3), days=8)))
    clock.forward(days=1)
    move = MoveVersion(effective_from="2026-03-03", reason="Nghị quyết 5")
    request = cases_pb.ActRequest(ref=ref, expected_version=2, move_version=move)
    cases = CasesServiceStub(channel)
    with acting(CLERK), pytest.raises(PermissionDenied):
        cases.Act(request)
    with acting(LEADER):
        case = cases.Act(request).case
    assert (case.procedure_version, case.due_date, case.version) == ("2026-03-03", "2026-03-12", 3)
