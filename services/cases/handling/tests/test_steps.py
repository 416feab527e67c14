"""A case goes through the steps of its procedure in order, each with its unit, its time and its people."""

from datetime import date

import pytest

from services.cases.core import actions
from services.cases.core.context import CasesContext
from services.cases.core.domain.errors import RoleNotAllowed
from services.cases.core.domain.status import CaseStatus as S
from services.cases.core.usecases.act import act, record
from services.cases.core.visibility import CaseView
from services.cases.deadlines.usecases.timers import run_timers
from services.cases.filing.usecases.submit import submit
from services.cases.handling.domain.errors import FourEyes, NoEarlierStep, NoNextStep, StepsRemain
from services.cases.testing.samples import CLERK, GRANTED, HUNG, LEADER, WARD_OFFICER, household_business, sent
from services.cases.testing.stand_ins import Clock
from services.cases.work.store.worklist import Query, search
from services.common.context import Caller
from services.common.errors import InvalidInput

WARD = "H29.035.00"
BOTH = Caller("both", "Vừa Chuyên viên Vừa Lãnh đạo", frozenset({"officer", "leader"}), (WARD,))


@pytest.fixture
def ref(ctx: CasesContext) -> str:
    """A household business taken in on Monday 2 March: two days of checking, one of approval."""
    filed, _ = submit(ctx, HUNG, sent(household_business()))
    act(ctx, CLERK, filed.ref, 0, actions.Accept())
    pay(ctx, filed.ref)
    return filed.ref


def pay(ctx: CasesContext, ref: str) -> None:
    with ctx.database.transaction() as conn:
        record(ctx, conn, ref, actions.SettlePayment("p-1", 100_000, "cash", "BL-1"), "payments")


def do(ctx: CasesContext, who: Caller, ref: str, command: actions.Command) -> CaseView:
    return act(ctx, who, ref, 0, command)


def test_handling_begins_in_the_first_step_and_its_days_end_within_the_term(ctx: CasesContext, ref: str) -> None:
    case = do(ctx, WARD_OFFICER, ref, actions.Assign(WARD_OFFICER.subject)).case
    assert (case.step, case.unit, case.step_due) == ("tham_dinh", "kinh_te", date(2026, 3, 4))
    assert case.clock.due == date(2026, 3, 5)


def test_a_proposal_is_approved_by_somebody_else(ctx: CasesContext, ref: str, clock: Clock) -> None:
    with pytest.raises(StepsRemain):
        do(ctx, WARD_OFFICER, ref, GRANTED)
    clock.forward(days=1)
    proposed = do(ctx, WARD_OFFICER, ref, actions.Forward("Tên không trùng", "granted")).case
    assert (proposed.step, proposed.unit, proposed.assigned_to) == ("phe_duyet", "lanh_dao", "")
    assert proposed.step_due == date(2026, 3, 4)
    with pytest.raises(RoleNotAllowed):
        do(ctx, WARD_OFFICER, ref, GRANTED)
    assert do(ctx, LEADER, ref, GRANTED).case.status is S.DECIDED


def test_whoever_holds_both_roles_does_not_approve_their_own_proposal(ctx: CasesContext, ref: str) -> None:
    seen = do(ctx, BOTH, ref, actions.Forward(decision="granted"))
    assert "decide" not in seen.allowed_actions
    with pytest.raises(FourEyes):
        do(ctx, BOTH, ref, GRANTED)


def test_an_approving_step_takes_no_case_without_a_proposal(ctx: CasesContext, ref: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        do(ctx, WARD_OFFICER, ref, actions.Forward("xong"))
    assert [field.pointer for field in caught.value.fields] == ["/decision"]


def test_a_leader_sends_a_case_back_with_a_reason_and_the_proposal_is_gone(ctx: CasesContext, ref: str) -> None:
    with pytest.raises(NoEarlierStep):
        do(ctx, LEADER, ref, actions.SendBack("Thiếu"))
    do(ctx, WARD_OFFICER, ref, actions.Forward(decision="granted"))
    with pytest.raises(NoNextStep):
        do(ctx, LEADER, ref, actions.Forward())
    with pytest.raises(InvalidInput) as caught:
        do(ctx, LEADER, ref, actions.SendBack("Thiếu", "phe_duyet"))
    assert [field.pointer for field in caught.value.fields] == ["/step"]
    back = do(ctx, LEADER, ref, actions.SendBack("Chưa kiểm tra tên")).case
    assert (back.step, back.unit, back.proposal, back.reason) == ("tham_dinh", "kinh_te", None, "Chưa kiểm tra tên")


def test_a_case_is_transferred_to_another_unit_of_its_agency(ctx: CasesContext, ref: str) -> None:
    do(ctx, WARD_OFFICER, ref, actions.Assign(WARD_OFFICER.subject))
    with pytest.raises(InvalidInput) as caught:
        do(ctx, WARD_OFFICER, ref, actions.Transfer("Đúng chuyên môn", "csgt"))
    assert [field.pointer for field in caught.value.fields] == ["/unit"]
    moved = do(ctx, WARD_OFFICER, ref, actions.Transfer("Đúng chuyên môn", "tu_phap")).case
    assert (moved.step, moved.unit, moved.assigned_to) == ("tham_dinh", "tu_phap", "")


def test_the_list_shows_the_step_and_unit_a_case_is_in(ctx: CasesContext, ref: str) -> None:
    def listed() -> tuple[str, str]:
        with ctx.database.transaction() as conn:
            lines, _ = search(conn, Query(agencies=[WARD], ref=ref))
        return lines[0].step, lines[0].unit

    assert listed() == ("tham_dinh", "kinh_te")
    do(ctx, WARD_OFFICER, ref, actions.Forward(decision="granted"))
    assert listed() == ("phe_duyet", "lanh_dao")
    do(ctx, LEADER, ref, GRANTED)
    assert listed() == ("tra_ket_qua", "mot_cua")


def test_a_late_step_is_noted_once_before_the_case_is_late(ctx: CasesContext, ref: str, clock: Clock) -> None:
    clock.forward(days=2, hours=9)  # Wednesday, an hour after the office closed
    run_timers(ctx)
    run_timers(ctx)
    case = do(ctx, WARD_OFFICER, ref, actions.Assign(WARD_OFFICER.subject)).case
    assert [said for said in case.reminded if said.startswith("step_overdue")] == ["step_overdue/tham_dinh/2026-03-04"]
    assert not any(said.startswith("overdue") for said in case.reminded)


def test_a_stopped_case_comes_back_to_the_step_it_was_in(ctx: CasesContext, ref: str, clock: Clock) -> None:
    do(ctx, WARD_OFFICER, ref, actions.Forward(decision="granted"))
    stopped = do(ctx, LEADER, ref, actions.Stop("Chờ xác minh")).case
    assert stopped.step_due is None
    clock.forward(days=7)
    resumed = do(ctx, LEADER, ref, actions.Resume()).case
    assert (resumed.step, resumed.unit, resumed.step_due) == ("phe_duyet", "lanh_dao", date(2026, 3, 10))
