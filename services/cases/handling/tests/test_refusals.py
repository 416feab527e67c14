"""Over gRPC a refusal names its rule, its field and what is possible instead, and nothing is written."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from grpc import Channel
from onestop.cases.v1 import actions_pb2, corrections_pb2
from onestop.cases.v1 import cases_service_pb2 as pb
from onestop.cases.v1.decision_pb2 import DECISION_GRANTED

from services.cases.core.context import CasesContext
from services.cases.core.group_commit import GroupCommit
from services.cases.core.tests.test_cutover import spanning
from services.cases.core.tests.test_rpc import Stub, acting, serving, submit
from services.cases.procedures.folder import load_catalogue
from services.cases.testing.samples import CLERK, LAN, LEADER, OFFICER, criminal_record, licence_exchange
from services.cases.testing.stand_ins import Clock, FilesAtHand
from services.common.context import Caller
from services.common.database import Database
from services.common.errors import Conflict, InvalidInput, OnestopError
from services.common.times import VIETNAM

EVERYTHING = """
SELECT (SELECT count(*) FROM cases), (SELECT count(*) FROM history), (SELECT count(*) FROM applications),
    (SELECT count(*) FROM outbox), (SELECT count(*) FROM submissions)
"""


@pytest.fixture
def channel(ctx: CasesContext) -> Iterator[Channel]:
    with serving(ctx) as channel:
        yield channel


def rows(ctx: CasesContext) -> list[int]:
    """How many rows there are of everything an action writes."""
    with ctx.database.autocommit() as conn:
        return list(conn.exec_driver_sql(EVERYTHING).one())


def pinned(**pin: str) -> pb.ActRequest:
    asked = actions_pb2.RequestSupplement(pins=[corrections_pb2.SupplementPin(**pin)])
    return pb.ActRequest(request_supplement=asked)


def question(ref: str, due: str) -> pb.ActRequest:
    asked = actions_pb2.Consult(agency_code="G01.001.00", subject="Hỏi", content="Nội dung", due_date=due)
    return pb.ActRequest(ref=ref, consult=asked)


REFUSALS: list[tuple[str, Caller, pb.ActRequest, type[OnestopError], str, str]] = [
    ("decided too early", LEADER, pb.ActRequest(decide=actions_pb2.Decide(decision=DECISION_GRANTED)),
     Conflict, "case-action-not-allowed", ""),
    ("reopened too early", LEADER,
     pb.ActRequest(reopen=actions_pb2.Reopen(reason="Sai", legal_ground="QĐ 1", days=3)),
     Conflict, "case-action-not-allowed", ""),
    ("approved without a proposal", LEADER, pb.ActRequest(approve_supplement=actions_pb2.ApproveSupplement()),
     Conflict, "case-no-supplement-proposed", ""),
    ("a paper nobody knows", CLERK, pinned(paper="la", reason="missing"),
     InvalidInput, "invalid-input", "/pins/0/paper"),
    ("a field the form has not", CLERK, pinned(field="/form/la", reason="missing"),
     InvalidInput, "invalid-input", "/pins/0/field"),
    ("a pin to field and paper", CLERK, pinned(field="/form/phone", paper="anh_chan_dung", reason="missing"),
     InvalidInput, "invalid-input", "/pins/0"),
    ("a pin to nothing", CLERK, pinned(reason="missing"), InvalidInput, "invalid-input", "/pins/0"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("who", "asked", "kind", "code", "pointer"), [r[1:] for r in REFUSALS], ids=[r[0] for r in REFUSALS]
)
def test_a_refusal_names_its_rule_and_its_field_and_writes_nothing(
    ctx: CasesContext,
    channel: Channel,
    who: Caller,
    asked: pb.ActRequest,
    kind: type[OnestopError],
    code: str,
    pointer: str,
) -> None:
    stub = Stub(channel)
    asked.ref = submit(stub, LAN, licence_exchange()).ref
    before = rows(ctx)
    with acting(who), pytest.raises(kind) as caught:
        stub.Act(asked)
    assert caught.value.code == code
    assert [field.pointer for field in caught.value.fields] == ([pointer] if pointer else [])
    assert rows(ctx) == before


def test_a_question_wants_no_answer_by_a_day_that_is_past(ctx: CasesContext, channel: Channel) -> None:
    stub = Stub(channel)
    ref = submit(stub, LAN, criminal_record(form=criminal_record()["form"] | {"fee_group": "exempt"})).ref
    with acting(CLERK):
        stub.Act(pb.ActRequest(ref=ref, accept=actions_pb2.Accept()))
    with acting(OFFICER):
        stub.Act(pb.ActRequest(ref=ref, assign=actions_pb2.Assign()))
        before = rows(ctx)
        with pytest.raises(InvalidInput) as caught:
            stub.Act(question(ref, "2026-03-01"))
        assert [field.pointer for field in caught.value.fields] == ["/due_date"]
        assert rows(ctx) == before
        stub.Act(question(ref, "2026-03-02"))


def test_who_is_refused_hears_over_the_wire_what_is_possible_instead(channel: Channel) -> None:
    stub = Stub(channel)
    ref = submit(stub, LAN, licence_exchange()).ref
    with acting(CLERK), pytest.raises(Conflict) as caught:
        stub.Act(pb.ActRequest(ref=ref, return_result=actions_pb2.ReturnResult()))
    possible = {each.action: (each.vi, each.en) for each in caught.value.possible}
    assert {"accept", "refuse", "request-supplement"} <= set(possible)
    assert possible["request-supplement"] == ("Yêu cầu bổ sung", "Request a supplement")


def test_the_old_number_format_ends_at_9999_and_fails_loudly(
    database: Database, clock: Clock, files: FilesAtHand, catalogue_copy: Path
) -> None:
    spanning(catalogue_copy)
    ctx = CasesContext(database, load_catalogue(catalogue_copy), files, GroupCommit(database), clock, metered=False)
    clock.now = datetime(2025, 6, 26, 9, 0, tzinfo=VIETNAM)
    with database.autocommit() as conn:
        conn.exec_driver_sql("SELECT ensure_partitions(2025)")
        conn.exec_driver_sql("INSERT INTO counters VALUES ('G01.029.00', '2025-06-26', 9998, 9999)")
    with serving(ctx) as channel:
        stub = Stub(channel)
        assert submit(stub, CLERK, criminal_record()).ref == "000.29.00.G01-250626-9999"
        before = rows(ctx)
        for _ in range(2):
            with pytest.raises(Conflict) as caught:
                submit(stub, CLERK, criminal_record())
            assert caught.value.code == "case-numbers-exhausted"
        assert rows(ctx) == before
