"""Taken in by one commune and decided by another: who may do what where, and from when the term counts."""

from datetime import timedelta

import orjson
import pytest

from services.cases.case_registers import usecases as books
from services.cases.core import actions
from services.cases.core.actions import ACTIONS
from services.cases.core.context import CasesContext
from services.cases.core.domain.errors import (
    AgencyOutOfScope,
    AtAnotherAgency,
    CaseNotFound,
    NotReceivedYet,
    NotTakenInElsewhere,
)
from services.cases.core.domain.status import CaseStatus as S
from services.cases.core.messages.shown import shown
from services.cases.core.usecases import act as acting
from services.cases.core.usecases.act import act
from services.cases.core.usecases.read import get, history
from services.cases.core.visibility import scope_of
from services.cases.filing.usecases.submit import submit
from services.cases.papers.domain.slip import handovers
from services.cases.testing.samples import (
    CLERK,
    COMMUNE_CLERK,
    LAN,
    LEADER,
    WARD_OFFICER,
    WARD_POLICE,
    household_business,
    sent,
)
from services.cases.testing.stand_ins import MONDAY, Clock
from services.cases.work.store.worklist import Query, search
from services.common.context import Caller
from services.common.errors import InvalidInput

COMPETENT, INTAKE = "H29.035.00", "H29.036.00"
LEADER_OF_WARD = Caller("ward-leader", LEADER.name, frozenset({"clerk", "leader"}), (COMPETENT,))


@pytest.fixture(autouse=True)
def on_the_list(ctx: CasesContext) -> None:
    """The procedure is on the list of those taken in anywhere."""
    known = ctx.catalogue.find("1.001612", MONDAY.date())
    ctx.catalogue.adopt([known.model_copy(update={"boundary_free": True})], "listed")


@pytest.fixture
def ref(ctx: CasesContext) -> str:
    """A case filed at another commune."""
    return filed(ctx)


def filed(ctx: CasesContext) -> str:
    return submit(ctx, COMMUNE_CLERK, sent(household_business(intake_agency=INTAKE)))[0].ref


def paid(ctx: CasesContext, ref: str) -> None:
    """What is due is paid."""
    with ctx.database.transaction() as conn:
        acting.record(ctx, conn, ref, actions.SettlePayment("p", 100_000, "cash", "BL-1"), "payments")


def accepted(ctx: CasesContext, ref: str) -> None:
    act(ctx, COMMUNE_CLERK, ref, 0, actions.Accept())
    paid(ctx, ref)


def found(ctx: CasesContext, who: Caller, *, to_receive: bool = False) -> list[str]:
    with ctx.database.transaction() as conn:
        lines, _ = search(conn, Query(order="received", page_size=100, to_receive=to_receive, **scope_of(ctx, who)))
    return [line.ref for line in lines]


def test_nd309_14_4_a_listed_procedure_is_taken_in_whatever_the_place_of_residence(ctx: CasesContext, ref: str) -> None:
    case = get(ctx, COMMUNE_CLERK, ref).case
    assert (case.agency_code, case.intake_agency, case.channel) == (COMPETENT, INTAKE, "counter")
    first = orjson.loads(history(ctx, COMMUNE_CLERK, ref)[1][0][1])
    assert first["data"]["intake_agency"] == INTAKE


def test_nd309_14_4_what_is_not_on_the_list_is_not(ctx: CasesContext) -> None:
    known = ctx.catalogue.find("1.001612", MONDAY.date())
    ctx.catalogue.adopt([known.model_copy(update={"boundary_free": False})], "unlisted")
    with pytest.raises(InvalidInput) as caught:
        filed(ctx)
    assert [(each.pointer, each.code) for each in caught.value.fields] == [("/intake_agency", "not-boundary-free")]


def test_a_clerk_takes_in_at_an_agency_of_theirs_that_there_is(ctx: CasesContext) -> None:
    with pytest.raises(AgencyOutOfScope):
        submit(ctx, COMMUNE_CLERK, sent(household_business()))
    with pytest.raises(InvalidInput):
        submit(ctx, CLERK, sent(household_business(intake_agency="H29.999.00")))


def test_nd309_17_3_term_starts_when_the_competent_agency_receives(ctx: CasesContext, clock: Clock, ref: str) -> None:
    accepted(ctx, ref)
    case = get(ctx, WARD_OFFICER, ref).case
    assert (case.clock.due, case.accepted_at is not None) == (None, True)
    clock.forward(days=2)
    case = act(ctx, WARD_OFFICER, ref, 0, actions.Receive()).case
    assert case.clock.effective is not None
    assert case.clock.effective.isoformat() == "2026-03-04"
    assert case.received_by_competent_at == clock.now


def test_the_time_on_the_way_is_told_as_such(ctx: CasesContext, clock: Clock, ref: str) -> None:
    accepted(ctx, ref)
    clock.forward(hours=2)
    seen = shown(get(ctx, WARD_OFFICER, ref))
    assert "competent agency to receive" in seen.explanation[-1].en
    assert any("the term counts from when that agency" in line.en for line in seen.outlook)
    act(ctx, WARD_OFFICER, ref, 0, actions.Receive())
    assert not any("the term counts from" in line.en for line in shown(get(ctx, WARD_OFFICER, ref)).outlook)


def test_the_receipt_is_given_at_once_and_gets_its_date_from_the_competent_agency(ctx: CasesContext, ref: str) -> None:
    accepted(ctx, ref)
    without = get(ctx, COMMUNE_CLERK, ref).case.newest_papers["01"]
    case = act(ctx, WARD_OFFICER, ref, 0, actions.Receive()).case
    assert case.newest_papers["01"] != without
    assert case.papers_replaced == (without,)


def test_before_the_receipt_the_case_is_taken_in_there_and_handled_nowhere(ctx: CasesContext, ref: str) -> None:
    with pytest.raises(AtAnotherAgency):
        act(ctx, LEADER_OF_WARD, ref, 0, actions.RequestSupplement(("Đơn",), "Thiếu"))
    accepted(ctx, ref)
    for refused in (actions.Assign(WARD_OFFICER.subject), actions.Decide("granted"), actions.Forward()):
        with pytest.raises(NotReceivedYet if not isinstance(refused, actions.Assign) else AtAnotherAgency):
            act(ctx, WARD_OFFICER, ref, 0, refused)
    with pytest.raises(NotReceivedYet):
        act(ctx, COMMUNE_CLERK, ref, 0, actions.Assign(COMMUNE_CLERK.subject))
    with pytest.raises(AtAnotherAgency):
        act(ctx, COMMUNE_CLERK, ref, 0, actions.Receive())
    assert "receive" in get(ctx, WARD_OFFICER, ref).allowed_actions
    assert "receive" not in get(ctx, COMMUNE_CLERK, ref).allowed_actions


def test_after_the_receipt_who_took_it_in_only_watches_and_hands_over(ctx: CasesContext, ref: str) -> None:
    accepted(ctx, ref)
    act(ctx, WARD_OFFICER, ref, 0, actions.Receive())
    with pytest.raises(AtAnotherAgency):
        act(ctx, COMMUNE_CLERK, ref, 0, actions.Assign(COMMUNE_CLERK.subject))
    with pytest.raises(NotTakenInElsewhere):
        act(ctx, WARD_OFFICER, ref, 0, actions.Receive())
    act(ctx, WARD_OFFICER, ref, 0, actions.Assign(WARD_OFFICER.subject))
    assert get(ctx, WARD_OFFICER, ref).case.status is S.PROCESSING


def test_both_agencies_find_it_and_no_other(ctx: CasesContext, ref: str) -> None:
    assert [ref in found(ctx, who) for who in (COMMUNE_CLERK, WARD_OFFICER, WARD_POLICE)] == [True, True, False]
    assert found(ctx, CLERK).count(ref) == 1
    with pytest.raises(CaseNotFound):
        get(ctx, WARD_POLICE, ref)
    assert ref not in found(ctx, WARD_OFFICER, to_receive=True)
    accepted(ctx, ref)
    assert ref in found(ctx, WARD_OFFICER, to_receive=True)
    act(ctx, WARD_OFFICER, ref, 0, actions.Receive())
    assert ref not in found(ctx, WARD_OFFICER, to_receive=True)


def test_the_register_of_who_took_it_in_names_who_decides(ctx: CasesContext, ref: str) -> None:
    sector = get(ctx, COMMUNE_CLERK, ref).rules.procedure.sector.code
    day = MONDAY.date().isoformat()
    asked = books.asked(ctx, COMMUNE_CLERK, INTAKE, sector, day, day)
    lines = {line.case_ref: line for page in books.pages(ctx, asked) for line in page}
    assert lines[ref].agency_name == ctx.catalogue.agencies[COMPETENT].name_vi


def test_the_control_slip_shows_the_hand_over_between_the_agencies(ctx: CasesContext, ref: str) -> None:
    accepted(ctx, ref)
    seen = act(ctx, WARD_OFFICER, ref, 0, actions.Receive())
    entries = [orjson.loads(entry) for _, entry, _ in history(ctx, WARD_OFFICER, ref)[1]]
    rows = handovers(entries, seen.case, seen.rules, ACTIONS)
    there = ctx.catalogue.agencies[INTAKE].name_vi
    [row] = [each for each in rows if each.note == "Cơ quan có thẩm quyền nhận hồ sơ"]
    assert (row.from_unit, row.giver, row.taker) == (there, "Lý Thị Hoa", "Đặng Thị Hạnh")
    assert row.to_unit != there


def test_online_goes_straight_to_the_agency_that_decides(ctx: CasesContext) -> None:
    with pytest.raises(InvalidInput) as caught:
        submit(ctx, LAN, sent(household_business(intake_agency=INTAKE)))
    assert ("/intake_agency", "filed-by-account") in {(each.pointer, each.code) for each in caught.value.fields}


def test_another_version_is_offered_at_the_agency_that_decides_once_it_has_the_case(
    ctx: CasesContext, clock: Clock, ref: str
) -> None:
    known = ctx.catalogue.find("1.001612", MONDAY.date())
    begins = MONDAY.date() + timedelta(days=1)
    newer = {"effective_from": begins, "on_request": "Nghị định X, Điều 18"}
    ctx.catalogue.adopt([known.model_copy(update=newer)], "newer")
    clock.forward(days=2)
    accepted(ctx, ref)
    case = get(ctx, COMMUNE_CLERK, ref).case
    asked = actions.MoveVersion("Người nộp đề nghị", begins, 3)
    terms = ctx.catalogue.case_rules("1.001612", begins, COMPETENT, case.rules)
    with pytest.raises(AtAnotherAgency):
        act(ctx, COMMUNE_CLERK, ref, 0, asked, under=terms)
    for who in (COMMUNE_CLERK, LEADER_OF_WARD):
        assert "move-version" not in get(ctx, who, ref).allowed_actions
    act(ctx, LEADER_OF_WARD, ref, 0, actions.Receive())
    assert "move-version" not in get(ctx, COMMUNE_CLERK, ref).allowed_actions
    assert "move-version" in get(ctx, LEADER_OF_WARD, ref).allowed_actions
    assert act(ctx, LEADER_OF_WARD, ref, 0, asked, under=terms).case.procedure_version == begins
