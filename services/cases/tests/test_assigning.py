"""A case is given to somebody who is there, works for its agency and can handle its step."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from services.cases.domain import actions
from services.cases.domain.errors import ActionNotAllowed, AlreadyClaimed
from services.cases.store.worklist import Query
from services.cases.tests.conftest import ColleaguesAtHand
from services.cases.tests.samples import (
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
from services.cases.usecases import delegations
from services.cases.usecases.act import act
from services.cases.usecases.assigning import assign, find_nobodys
from services.cases.usecases.office import Nobodys, Office, Seen
from services.cases.usecases.read import get, history, search
from services.cases.usecases.submit import submit
from services.common.context import Caller
from services.common.errors import InvalidInput
from services.common.testing.plugin import ByHand

EXEMPT = criminal_record()["form"] | {"fee_group": "exempt"}
STAND_IN = Caller("stand-in", "Lý Thị Ba", frozenset({"officer"}), ("H29.035.00",))
SECOND_OFFICER = Caller("second-officer", "Hồ Văn Hai", frozenset({"officer"}), ("G01.029.00",))


@pytest.fixture
def office(office: Office, by_hand: ByHand) -> Office:
    with by_hand(office.database) as conn:
        conn.exec_driver_sql("DELETE FROM delegations")
    office.stand_ins.adopt(())
    return replace(office, colleagues=ColleaguesAtHand(SECOND_OFFICER, STAND_IN), nobodys=Nobodys())


@pytest.fixture
def ref(office: Office) -> str:
    """A case that was taken in; its step is an officer's."""
    filed = submit(office, LAN, sent(criminal_record(form=EXEMPT)))[0].ref
    act(office, CLERK, filed, 0, actions.Accept())
    return filed


def give(office: Office, who: Caller, ref: str, officer: str, *, claim: bool = False) -> Seen:
    return assign(office, who, ref, 0, actions.Assign(officer, claim=claim))


def refused(office: Office, who: Caller, ref: str, officer: str) -> str:
    """The code with which it is refused, nothing having changed."""
    before = get(office, LEADER if who is not WARD_OFFICER else WARD_OFFICER, ref).case.version
    with pytest.raises(InvalidInput) as caught:
        give(office, who, ref, officer)
    assert get(office, who, ref).case.version == before
    assert [field.pointer for field in caught.value.fields] == ["/officer"]
    return caught.value.fields[0].code


def test_a_colleague_of_the_agency_with_the_role_of_the_step_gets_the_case(office: Office, ref: str) -> None:
    assert give(office, LEADER, ref, SECOND_OFFICER.subject).case.assigned_to == SECOND_OFFICER.subject
    assert give(office, LEADER, ref, LEADER.subject).case.assigned_to == LEADER.subject


@pytest.mark.parametrize("nobody", ["lung tung", f"{OFFICER.subject} ", str(uuid4()), LAN.subject, "'; --"])
def test_what_is_no_workers_account_gets_no_case(office: Office, ref: str, nobody: str) -> None:
    assert refused(office, LEADER, ref, nobody) == "unknown-account"


def test_a_worker_of_another_agency_gets_no_case(office: Office, ref: str) -> None:
    assert refused(office, LEADER, ref, WARD_OFFICER.subject) == "unknown-account"


def test_whoever_has_not_the_role_of_the_step_gets_no_case_and_cannot_take_it(office: Office, ref: str) -> None:
    assert refused(office, LEADER, ref, CLERK.subject) == "role-of-step"
    assert refused(office, CLERK, ref, CLERK.subject) == "role-of-step"


def test_at_intake_a_clerk_gets_the_case_and_an_officer_does_not(office: Office) -> None:
    new = submit(office, LAN, sent(criminal_record()))[0].ref
    assert refused(office, CLERK, new, OFFICER.subject) == "role-of-step"
    assert give(office, LEADER, new, CLERK.subject).case.assigned_to == CLERK.subject


def test_whoever_stands_in_for_a_worker_may_be_given_what_that_one_may(office: Office) -> None:
    filed = submit(office, HUNG, sent(household_business()))[0].ref
    act(office, LEADER, filed, 0, actions.Assign(LEADER.subject))
    assert refused(office, LEADER, filed, STAND_IN.subject) == "role-of-step"
    today = office.today()
    wanted = delegations.Wanted(STAND_IN.subject, "clerk", today, today + timedelta(days=1), "Nghỉ phép")
    delegations.grant(office, WARD_DEPUTY, wanted)
    assert give(office, LEADER, filed, STAND_IN.subject).case.assigned_to == STAND_IN.subject


def test_a_case_that_cannot_be_assigned_says_so_before_who_is_asked_for(office: Office, ref: str) -> None:
    act(office, LAN, ref, 0, actions.Withdraw())
    with pytest.raises(ActionNotAllowed):
        give(office, LEADER, ref, OFFICER.subject)


def test_a_case_of_an_account_that_is_nobodys_is_listed_as_unassigned_and_can_be_claimed(
    office: Office, ref: str
) -> None:
    act(office, LEADER, ref, 0, actions.Assign("Ông Nam phòng 3"))
    with pytest.raises(AlreadyClaimed):
        give(office, OFFICER, ref, OFFICER.subject, claim=True)
    find_nobodys(office)
    assert "Ông Nam phòng 3" in office.nobodys.accounts
    lines, _ = search(office, LEADER, unassigned(office, ref))
    assert [(line.ref, line.assigned_to) for line in lines] == [(ref, "")]
    claimed = give(office, OFFICER, ref, OFFICER.subject, claim=True)
    assert claimed.case.assigned_to == OFFICER.subject
    assert b"nobodys" not in history(office, LEADER, ref)[1][-1][1]
    assert search(office, LEADER, unassigned(office, ref))[0] == []


def test_a_worker_who_is_there_keeps_the_case(office: Office, ref: str) -> None:
    give(office, LEADER, ref, OFFICER.subject)
    find_nobodys(office)
    assert OFFICER.subject not in office.nobodys.accounts
    with pytest.raises(AlreadyClaimed):
        give(office, SECOND_OFFICER, ref, SECOND_OFFICER.subject, claim=True)


def test_the_cases_of_a_worker_who_has_left_are_unassigned(office: Office, ref: str) -> None:
    give(office, LEADER, ref, SECOND_OFFICER.subject)
    left = replace(office, colleagues=ColleaguesAtHand())
    find_nobodys(left)
    assert [line.ref for line in search(left, LEADER, unassigned(left, ref))[0]] == [ref]


def unassigned(office: Office, ref: str):  # type: ignore[no-untyped-def]  # a partial Query, as `search` takes it
    def query(**scope: object) -> Query:
        return Query(ref=ref, unassigned=True, nobodys=sorted(office.nobodys.accounts), **scope)  # type: ignore[arg-type]

    return query
