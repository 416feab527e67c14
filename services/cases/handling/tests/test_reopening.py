"""A finished case is opened again for an error by a leader's recorded decision, and its new result replaces the old."""

from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from onestop.documents.v1 import documents_events_pb2, documents_service_pb2

from services.cases.core import actions
from services.cases.core.context import CasesContext
from services.cases.core.domain.errors import ActionNotAllowed, RoleNotAllowed
from services.cases.core.domain.status import CaseStatus as S
from services.cases.core.usecases.read import get
from services.cases.events import HANDLERS
from services.cases.filing.usecases.submit import submit
from services.cases.handling.domain.errors import ResultNotIssued
from services.cases.supplements.tests.test_supplements import do, events
from services.cases.testing.samples import CLERK, GRANTED, LAN, LEADER, OFFICER, criminal_record, sent
from services.cases.testing.stand_ins import Clock
from services.common import limits
from services.common.errors import InvalidInput
from services.common.events import Event

REOPEN = actions.Reopen("Kết quả ghi sai nơi cư trú.", "Quyết định 12/QĐ-CAT", 3)


def issue(ctx: CasesContext, ref: str) -> str:
    """Has the result ordered last issued; returns its file."""
    order = [body.paper for body in events(ctx, ref) if body.paper.form == "result"][-1]
    paper = documents_service_pb2.Paper(
        paper_id=order.paper_id, case_ref=ref, form="result", file_id=f"file-{order.paper_id[:8]}", sha256=bytes(32)
    )
    body = documents_events_pb2.PaperIssued(paper=paper)
    with ctx.database.transaction() as conn:
        event = Event("documents.paper_issued", ref, ref, 1, body.SerializeToString())
        HANDLERS["documents.paper_issued"](ctx, conn, event)
    return paper.file_id


@pytest.fixture
def ref(ctx: CasesContext, clock: Clock) -> str:
    """A case accepted on Monday 2 March, due on the 16th, decided on Tuesday; its result is not issued yet."""
    filed, _ = submit(ctx, LAN, sent(criminal_record(form=criminal_record()["form"] | {"fee_group": "exempt"})))
    do(ctx, CLERK, filed.ref, actions.Accept())
    do(ctx, OFFICER, filed.ref, actions.Assign(OFFICER.subject))
    clock.forward(days=1)
    do(ctx, OFFICER, filed.ref, GRANTED)
    return filed.ref


def test_the_corrected_result_names_the_one_it_replaces(ctx: CasesContext, ref: str, clock: Clock) -> None:
    wrong = issue(ctx, ref)
    do(ctx, CLERK, ref, actions.Return())
    clock.forward(days=1)
    opened = do(ctx, LEADER, ref, REOPEN).case
    assert (opened.status, opened.step, opened.decision, opened.result_file_id) == (S.PROCESSING, "xac_minh", "", "")
    [correction] = opened.corrections
    assert (correction.file_id, correction.decision, correction.due) == (wrong, "granted", date(2026, 3, 16))
    assert (correction.by_name, correction.corrected_file_id) == (LEADER.name, "")

    do(ctx, OFFICER, ref, replace(GRANTED, reason="Nơi cư trú đã sửa"))
    order = [body.paper for body in events(ctx, ref) if body.paper.form == "result"][-1]
    assert (order.replaces_paper_id, order.reissue_reason) == (correction.paper_id, REOPEN.reason)
    right = issue(ctx, ref)
    case = get(ctx, LAN, ref).case
    assert (case.result_file_id, case.corrections[0].corrected_file_id) == (right, right)
    assert do(ctx, CLERK, ref, actions.Return()).case.status is S.RETURNED


def test_the_clock_runs_anew_for_the_days_the_leader_gave_and_every_moment_is_told(
    ctx: CasesContext, ref: str, clock: Clock
) -> None:
    issue(ctx, ref)
    clock.forward(days=7)  # Tuesday 10 March, 09:00
    seen = do(ctx, LEADER, ref, REOPEN)
    assert (seen.case.clock.effective, seen.case.clock.due) == (date(2026, 3, 10), date(2026, 3, 13))
    stretches = [line for line in seen.told if line.start is not None]
    assert all(earlier.end == later.start for earlier, later in pairwise(stretches))
    [told] = [line.en for line in stretches if "correction" in line.en]
    assert "the leader gave 3 working days, counted anew" in told


def test_a_case_opened_again_can_be_opened_a_second_time(ctx: CasesContext, ref: str) -> None:
    first = issue(ctx, ref)
    do(ctx, LEADER, ref, REOPEN)
    do(ctx, OFFICER, ref, GRANTED)
    second = issue(ctx, ref)
    do(ctx, LEADER, ref, REOPEN)
    do(ctx, OFFICER, ref, actions.Decide("denied", "Sai đối tượng"))
    third = issue(ctx, ref)
    corrections = get(ctx, LAN, ref).case.corrections
    assert [(each.file_id, each.corrected_file_id) for each in corrections] == [(first, second), (second, third)]


def test_a_result_known_before_papers_were_noted_is_still_named(ctx: CasesContext, ref: str) -> None:
    issue(ctx, ref)
    case = get(ctx, LAN, ref).case
    with ctx.database.autocommit() as conn:
        conn.exec_driver_sql("UPDATE cases SET state = state - 'newest_papers' WHERE case_id = %s", (case.case_id,))
    opened = do(ctx, LEADER, ref, REOPEN).case
    assert opened.corrections[0].paper_id == case.newest_papers["result"]


def test_only_a_leader_opens_only_a_finished_case(ctx: CasesContext, ref: str) -> None:
    with pytest.raises(ResultNotIssued):
        do(ctx, LEADER, ref, REOPEN)
    issue(ctx, ref)
    with pytest.raises(RoleNotAllowed):
        do(ctx, OFFICER, ref, REOPEN)
    do(ctx, LEADER, ref, REOPEN)
    with pytest.raises(ActionNotAllowed) as caught:
        do(ctx, LEADER, ref, REOPEN)
    assert "“Đã xử lý xong”, “Đã trả kết quả”" in caught.value.message_vi
    assert "stop" in [possible.action for possible in caught.value.possible]


@pytest.mark.parametrize(
    ("reason", "ground", "days", "pointer"),
    [
        (" ", "QĐ 1", 3, "/reason"),
        ("Sai tên", "", 3, "/legal_ground"),
        ("Sai tên", "QĐ 1", 0, "/days"),
        ("Sai tên", "QĐ 1", limits.CORRECTION_DAYS + 1, "/days"),
    ],
)
def test_a_correction_has_a_reason_a_ground_and_a_term_within_the_limit(
    reason: str, ground: str, days: int, pointer: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        actions.Reopen(reason, ground, days)
    assert [field.pointer for field in caught.value.fields] == [pointer]
