"""A case is given to somebody who is there, works for its agency and can handle its step."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.cases.core import actions
from services.cases.core.context import CasesContext, NonWorkers
from services.cases.core.domain.errors import ActionNotAllowed
from services.cases.core.usecases.act import act
from services.cases.core.usecases.read import get, history
from services.cases.core.visibility import CaseView
from services.cases.filing.usecases.submit import submit
from services.cases.handling.domain.errors import AlreadyClaimed
from services.cases.handling.usecases.assigning import assign, find_non_workers
from services.cases.testing.samples import (
    CLERK,
    HUNG,
    LAN,
    LEADER,
    OFFICER,
    WARD_DEPUTY,
    WARD_OFFICER,
    criminal_record,
    household_business,
    sent,
)
from services.cases.testing.stand_ins import DirectoryAtHand
from services.cases.work.store.worklist import Query
from services.cases.work.usecases import delegations
from services.cases.work.usecases.search import search
from services.common.context import Caller
from services.common.errors import InvalidInput
from services.common.testing.plugin import ByHand

EXEMPT = criminal_record()["form"] | {"fee_group": "exempt"}
STAND_IN = Caller("stand-in", "Lý Thị Ba", frozenset({"officer"}), ("H29.035.00",))
SECOND_OFFICER = Caller("second-officer", "Hồ Văn Hai", frozenset({"officer"}), ("G01.029.00",))
NO_ACCOUNT = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def ctx(ctx: CasesContext, by_hand: ByHand) -> CasesContext:
    with by_hand(ctx.database) as conn:
        conn.exec_driver_sql("DELETE FROM delegations")
    ctx.stand_ins.adopt(())
    return replace(ctx, staff_directory=DirectoryAtHand(SECOND_OFFICER, STAND_IN), non_workers=NonWorkers())


@pytest.fixture
def ref(ctx: CasesContext) -> str:
    """A case that was taken in; its step is an officer's."""
    filed = submit(ctx, LAN, sent(criminal_record(form=EXEMPT)))[0].ref
    act(ctx, CLERK, filed, 0, actions.Accept())
    return filed


def give(ctx: CasesContext, who: Caller, ref: str, officer: str, *, claim: bool = False) -> CaseView:
    return assign(ctx, who, ref, 0, actions.Assign(officer, claim=claim))


def refused(ctx: CasesContext, who: Caller, ref: str, officer: str) -> str:
    """The code with which it is refused, nothing having changed."""
    before = get(ctx, LEADER if who is not WARD_OFFICER else WARD_OFFICER, ref).case.version
    with pytest.raises(InvalidInput) as caught:
        give(ctx, who, ref, officer)
    assert get(ctx, who, ref).case.version == before
    assert [field.pointer for field in caught.value.fields] == ["/officer"]
    return caught.value.fields[0].code


def test_a_colleague_of_the_agency_with_the_role_of_the_step_gets_the_case(ctx: CasesContext, ref: str) -> None:
    assert give(ctx, LEADER, ref, SECOND_OFFICER.subject).case.assigned_to == SECOND_OFFICER.subject
    assert give(ctx, LEADER, ref, LEADER.subject).case.assigned_to == LEADER.subject


@pytest.mark.parametrize("nobody", ["lung tung", f"{OFFICER.subject} ", NO_ACCOUNT, LAN.subject, "'; --"])
def test_what_is_no_workers_account_gets_no_case(ctx: CasesContext, ref: str, nobody: str) -> None:
    assert refused(ctx, LEADER, ref, nobody) == "unknown-account"


def test_a_worker_of_another_agency_gets_no_case(ctx: CasesContext, ref: str) -> None:
    assert refused(ctx, LEADER, ref, WARD_OFFICER.subject) == "unknown-account"


def test_whoever_has_not_the_role_of_the_step_gets_no_case_and_cannot_take_it(ctx: CasesContext, ref: str) -> None:
    assert refused(ctx, LEADER, ref, CLERK.subject) == "role-of-step"
    assert refused(ctx, CLERK, ref, CLERK.subject) == "role-of-step"


def test_at_intake_a_clerk_gets_the_case_and_an_officer_does_not(ctx: CasesContext) -> None:
    new = submit(ctx, LAN, sent(criminal_record()))[0].ref
    assert refused(ctx, CLERK, new, OFFICER.subject) == "role-of-step"
    assert give(ctx, LEADER, new, CLERK.subject).case.assigned_to == CLERK.subject


def test_whoever_stands_in_for_a_worker_may_be_given_what_that_one_may(ctx: CasesContext) -> None:
    filed = submit(ctx, HUNG, sent(household_business()))[0].ref
    act(ctx, LEADER, filed, 0, actions.Assign(LEADER.subject))
    assert refused(ctx, LEADER, filed, STAND_IN.subject) == "role-of-step"
    today = ctx.today()
    wanted = delegations.Wanted(STAND_IN.subject, "clerk", today, today + timedelta(days=1), "Nghỉ phép")
    delegations.grant(ctx, WARD_DEPUTY, wanted)
    assert give(ctx, LEADER, filed, STAND_IN.subject).case.assigned_to == STAND_IN.subject


def test_a_case_that_cannot_be_assigned_says_so_before_who_is_asked_for(ctx: CasesContext, ref: str) -> None:
    act(ctx, LAN, ref, 0, actions.Withdraw())
    with pytest.raises(ActionNotAllowed):
        give(ctx, LEADER, ref, OFFICER.subject)


def test_a_case_of_an_account_that_is_nobodys_is_listed_as_unassigned_and_can_be_claimed(
    ctx: CasesContext, ref: str
) -> None:
    act(ctx, LEADER, ref, 0, actions.Assign("Ông Nam phòng 3"))
    with pytest.raises(AlreadyClaimed):
        give(ctx, OFFICER, ref, OFFICER.subject, claim=True)
    find_non_workers(ctx)
    assert "Ông Nam phòng 3" in ctx.non_workers.accounts
    lines, _ = search(ctx, LEADER, unassigned(ctx, ref))
    assert [(line.ref, line.assigned_to) for line in lines] == [(ref, "")]
    claimed = give(ctx, OFFICER, ref, OFFICER.subject, claim=True)
    assert claimed.case.assigned_to == OFFICER.subject
    assert b"non_workers" not in history(ctx, LEADER, ref)[1][-1][1]
    assert search(ctx, LEADER, unassigned(ctx, ref))[0] == []


def test_a_worker_who_is_there_keeps_the_case(ctx: CasesContext, ref: str) -> None:
    give(ctx, LEADER, ref, OFFICER.subject)
    find_non_workers(ctx)
    assert OFFICER.subject not in ctx.non_workers.accounts
    with pytest.raises(AlreadyClaimed):
        give(ctx, SECOND_OFFICER, ref, SECOND_OFFICER.subject, claim=True)


def test_the_cases_of_a_worker_who_has_left_are_unassigned(ctx: CasesContext, ref: str) -> None:
    give(ctx, LEADER, ref, SECOND_OFFICER.subject)
    left = replace(ctx, staff_directory=DirectoryAtHand())
    find_non_workers(left)
    assert [line.ref for line in search(left, LEADER, unassigned(left, ref))[0]] == [ref]


def unassigned(ctx: CasesContext, ref: str):  # type: ignore[no-untyped-def]  # a partial Query, as `search` takes it
    def query(**scope: object) -> Query:
        return Query(ref=ref, unassigned=True, non_workers=sorted(ctx.non_workers.accounts), **scope)  # type: ignore[arg-type]

    return query
