"""Work is shared fairly: claimed once, queued, kept in filters, and done in somebody's place only while that holds."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import orjson
import pytest
from onestop.cases.v1 import cases_service_pb2 as pb

from services.cases.agencies.domain import TooManyConsultations
from services.cases.core import actions
from services.cases.core.context import CasesContext
from services.cases.core.domain.errors import CaseNotFound, RoleNotAllowed, VersionConflict
from services.cases.core.domain.status import CaseStatus as S
from services.cases.core.usecases.act import act, record
from services.cases.core.usecases.read import get, history
from services.cases.core.visibility import CaseView
from services.cases.filing.usecases.submit import submit
from services.cases.handling.domain.errors import AlreadyClaimed, FourEyes
from services.cases.testing.samples import (
    CLERK,
    GRANTED,
    HUNG,
    LAN,
    LEADER,
    OFFICER,
    WARD_COLLEAGUE,
    WARD_DEPUTY,
    WARD_OFFICER,
    criminal_record,
    household_business,
    sent,
)
from services.cases.testing.stand_ins import Clock
from services.cases.work.domain import Delegation, DelegationNotFound, TooManyDelegations, TooManyFilters
from services.cases.work.requests import read_query
from services.cases.work.usecases import delegations, filters
from services.cases.work.usecases.search import search
from services.common import limits
from services.common.context import Caller
from services.common.errors import InvalidInput
from services.common.testing.plugin import ByHand
from services.contracts import audit

COLLEAGUE = WARD_COLLEAGUE
EXEMPT = criminal_record()["form"] | {"fee_group": "exempt"}
TODAY = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def nobody_stands_in(ctx: CasesContext, by_hand: ByHand) -> None:
    """Tests share a database; each begins with no delegation and no filter."""
    with by_hand(ctx.database) as conn:
        conn.exec_driver_sql("DELETE FROM delegations")
        conn.exec_driver_sql("DELETE FROM saved_filters")


@pytest.fixture
def taken_in(ctx: CasesContext) -> str:
    ref = submit(ctx, LAN, sent(criminal_record(form=EXEMPT)))[0].ref
    act(ctx, CLERK, ref, 0, actions.Accept())
    return ref


@pytest.fixture
def proposed(ctx: CasesContext) -> str:
    """A household business whose grant the ward's officer proposed; the leader's step is next."""
    ref = submit(ctx, HUNG, sent(household_business()))[0].ref
    act(ctx, CLERK, ref, 0, actions.Accept())
    with ctx.database.transaction() as conn:
        record(ctx, conn, ref, actions.SettlePayment("p-1", 100_000, "cash", "BL-1"), "payments")
    act(ctx, WARD_OFFICER, ref, 0, actions.Forward(decision="granted"))
    return ref


def claim(ctx: CasesContext, who: Caller, ref: str, version: int = 0) -> CaseView:
    return act(ctx, who, ref, version, actions.Assign(who.subject, claim=True))


def found(ctx: CasesContext, who: Caller, **asked: Any) -> list[str]:
    """Every case of a list, page by page: tests share a database."""
    request = pb.SearchCasesRequest(filter=pb.CaseFilter(**asked), page_size=100)
    refs = list[str]()
    while True:
        lines, request.page_token = search(ctx, who, read_query(ctx, request, who))
        refs += [line.ref for line in lines]
        if not request.page_token:
            return refs


def stand_in(ctx: CasesContext, granted_by: Caller, **wanted: Any) -> Delegation:
    defaults = {"delegate": "colleague", "role": "leader", "from_day": TODAY, "to_day": date(2026, 3, 6)}
    return delegations.grant(ctx, granted_by, delegations.Wanted(**{**defaults, "reason": "Đi công tác", **wanted}))


def test_a_claim_is_refused_while_somebody_else_has_the_case(ctx: CasesContext, taken_in: str) -> None:
    other = Caller("other", "Người Khác", frozenset({"officer"}), ("G01.029.00",))
    assert claim(ctx, OFFICER, taken_in).case.assigned_to == OFFICER.subject
    assert claim(ctx, OFFICER, taken_in).case.assigned_to == OFFICER.subject
    with pytest.raises(AlreadyClaimed):
        claim(ctx, other, taken_in)


def test_of_many_who_claim_at_once_one_has_it(ctx: CasesContext, taken_in: str) -> None:
    version = get(ctx, OFFICER, taken_in).case.version
    people = [Caller(f"o{n}", f"Số {n}", frozenset({"officer"}), ("G01.029.00",)) for n in range(8)]

    def try_to(who: Caller) -> bool:
        try:
            claim(ctx, who, taken_in, version)
        except (AlreadyClaimed, VersionConflict):
            return False
        return True

    with ThreadPoolExecutor(len(people)) as pool:
        assert sum(pool.map(try_to, people)) == 1


def test_a_clerk_claims_a_new_case_and_it_stays_new(ctx: CasesContext) -> None:
    ref = submit(ctx, LAN, sent(criminal_record()))[0].ref
    case = claim(ctx, CLERK, ref).case
    assert (case.status, case.assigned_to) == (S.REGISTERED, CLERK.subject)


def test_the_queue_of_new_cases_is_oldest_first_and_by_channel(ctx: CasesContext, clock: Clock) -> None:
    refs = []
    for who in (LAN, CLERK, LAN):
        clock.forward(minutes=5)
        refs.append(submit(ctx, who, sent(criminal_record()))[0].ref)
    waiting = [ref for ref in found(ctx, CLERK, order=pb.SEARCH_ORDER_INTAKE) if ref in refs]
    assert waiting == refs
    online = [ref for ref in found(ctx, CLERK, order=pb.SEARCH_ORDER_INTAKE, channel=pb.CHANNEL_ONLINE) if ref in refs]
    assert online == [refs[0], refs[2]]
    claim(ctx, CLERK, refs[0])
    assert refs[0] not in found(ctx, CLERK, order=pb.SEARCH_ORDER_INTAKE, unassigned=True)


def test_a_unit_sees_what_it_has(ctx: CasesContext, proposed: str) -> None:
    assert proposed in found(ctx, LEADER, unit="lanh_dao")
    assert proposed not in found(ctx, LEADER, unit="kinh_te")


def test_filters_are_kept_by_name_up_to_a_number(ctx: CasesContext, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "FILTERS_PER_ACCOUNT", 2)
    for name, search_bytes in (("của tôi", b"1"), ("quá hạn", b"2"), ("của tôi", b"3")):
        filters.save(ctx, OFFICER, name, search_bytes)
    assert filters.kept(ctx, OFFICER) == [("của tôi", b"3"), ("quá hạn", b"2")]
    assert filters.kept(ctx, LEADER) == []
    with pytest.raises(TooManyFilters):
        filters.save(ctx, OFFICER, "thứ ba", b"4")
    filters.delete(ctx, OFFICER, "quá hạn")
    filters.save(ctx, OFFICER, "thứ ba", b"4")


def test_a_deputy_signs_in_the_leaders_place_and_the_history_says_so(ctx: CasesContext, proposed: str) -> None:
    with pytest.raises(RoleNotAllowed):
        act(ctx, COLLEAGUE, proposed, 0, GRANTED)
    stand_in(ctx, LEADER)
    assert "decide" in get(ctx, COLLEAGUE, proposed).allowed_actions
    decided = act(ctx, COLLEAGUE, proposed, 0, GRANTED).case
    assert decided.decided_by == "Ngô Văn Bình (thừa ủy quyền của Võ Thành Công)"
    ref, entries = history(ctx, LEADER, proposed)
    actor = orjson.loads(entries[-1][1])["actor"]
    assert (actor["id"], actor["role"], actor["for"]) == ("colleague", "leader", LEADER.subject)
    exported = [{"seq": seq, "entry": entry.decode(), "hash": hashed.hex()} for seq, entry, hashed in entries]
    audit.verify({"ref": ref, "entries": exported, "head": entries[-1][2].hex()})


def test_a_deputy_is_told_of_nothing_that_is_kept_for_those_who_are_leaders(ctx: CasesContext, proposed: str) -> None:
    stand_in(ctx, LEADER)
    kept = {"hold", "postpone"}
    assert kept <= set(get(ctx, LEADER, proposed).allowed_actions)
    assert kept.isdisjoint(get(ctx, COLLEAGUE, proposed).allowed_actions)


def test_whoever_proposed_does_not_approve_in_the_leaders_place(ctx: CasesContext, proposed: str) -> None:
    stand_in(ctx, LEADER, delegate=WARD_OFFICER.subject)
    assert "decide" not in get(ctx, WARD_OFFICER, proposed).allowed_actions
    with pytest.raises(FourEyes):
        act(ctx, WARD_OFFICER, proposed, 0, GRANTED)


def test_nor_does_anybody_approve_what_was_proposed_in_their_place(ctx: CasesContext) -> None:
    ref = submit(ctx, HUNG, sent(household_business()))[0].ref
    act(ctx, CLERK, ref, 0, actions.Accept())
    with ctx.database.transaction() as conn:
        record(ctx, conn, ref, actions.SettlePayment("p-1", 100_000, "cash", "BL-1"), "payments")
    absent = Caller(WARD_OFFICER.subject, WARD_OFFICER.name, frozenset({"leader"}), WARD_OFFICER.agencies)
    stand_in(
        ctx,
        LEADER,
        delegate="deputy",
        role="officer",
        principal=WARD_OFFICER.subject,
    )
    act(ctx, WARD_DEPUTY, ref, 0, actions.Forward(decision="granted"))
    with pytest.raises(FourEyes):
        act(ctx, absent, ref, 0, GRANTED)


def test_a_delegation_holds_from_its_first_day_to_its_last(ctx: CasesContext, proposed: str, clock: Clock) -> None:
    stand_in(ctx, LEADER, from_day=date(2026, 3, 3), to_day=date(2026, 3, 4))
    for days, allowed in ((0, False), (1, True), (1, True), (1, False)):
        clock.forward(days=days)
        assert ("decide" in get(ctx, COLLEAGUE, proposed).allowed_actions) is allowed


def test_the_work_of_an_absent_officer_is_on_the_list_of_who_stands_in(ctx: CasesContext, taken_in: str) -> None:
    claim(ctx, OFFICER, taken_in)
    with pytest.raises(CaseNotFound):
        get(ctx, COLLEAGUE, taken_in)
    stand_in(ctx, LEADER, role="officer", principal=OFFICER.subject, agencies=("G01.029.00",))
    assert found(ctx, COLLEAGUE, assigned_to="me") == found(ctx, OFFICER, assigned_to="me")
    decided = act(ctx, COLLEAGUE, taken_in, 0, actions.Assign(COLLEAGUE.subject)).case
    assert decided.assigned_to == "colleague"


@pytest.mark.parametrize(
    ("who", "wanted", "pointer"),
    [
        (OFFICER, {"role": "leader"}, "/role"),
        (OFFICER, {"role": "officer", "delegate": OFFICER.subject}, "/delegate"),
        (OFFICER, {"role": "officer", "agencies": ("H29.035.00",)}, "/agencies/0"),
        (LEADER, {"from_day": date(2026, 3, 1)}, "/from_day"),
        (LEADER, {"to_day": date(2026, 3, 1)}, "/to_day"),
        (LEADER, {"to_day": date(2026, 6, 30)}, "/to_day"),
        (LEADER, {"reason": ""}, "/reason"),
        (LEADER, {"role": "officer", "principal": "nobody"}, "/principal"),
        (LEADER, {"role": "officer", "principal": OFFICER.subject, "delegate": "nobody"}, "/delegate"),
        (LEADER, {"role": "leader", "principal": OFFICER.subject}, "/role"),
        (LEADER, {"role": "clerk", "principal": OFFICER.subject}, "/role"),
        (OFFICER, {"role": "clerk", "principal": CLERK.subject}, "/role"),
        (LEADER, {"role": "officer", "principal": OFFICER.subject, "agencies": ("H29.035.00",)}, "/agencies/0"),
    ],
)
def test_nobody_delegates_more_than_they_have(
    ctx: CasesContext, who: Caller, wanted: dict[str, Any], pointer: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        stand_in(ctx, who, **wanted)
    assert pointer in [field.pointer for field in caught.value.fields]
    assert delegations.concerning(ctx, who) == []


def test_what_was_delegated_is_not_delegated_on(ctx: CasesContext) -> None:
    stand_in(ctx, LEADER)
    with pytest.raises(InvalidInput):
        stand_in(ctx, COLLEAGUE, delegate="third")


def test_whoever_has_a_say_ends_a_delegation_at_once(ctx: CasesContext, proposed: str) -> None:
    granted = stand_in(ctx, LEADER)
    assert delegations.concerning(ctx, COLLEAGUE) == delegations.concerning(ctx, LEADER) == [granted]
    assert delegations.concerning(ctx, OFFICER) == []
    for stranger in (OFFICER, COLLEAGUE):
        with pytest.raises(DelegationNotFound):
            delegations.end(ctx, stranger, granted.delegation_id)
    delegations.end(ctx, LEADER, granted.delegation_id)
    assert "decide" not in get(ctx, COLLEAGUE, proposed).allowed_actions
    with pytest.raises(DelegationNotFound):
        delegations.end(ctx, LEADER, granted.delegation_id)


def test_another_replica_knows_of_a_delegation_after_its_next_look(ctx: CasesContext, proposed: str) -> None:
    stand_in(ctx, LEADER)
    replica = CasesContext(ctx.database, ctx.catalogue, ctx.files, ctx.group_commit, ctx.now)
    assert "decide" not in get(replica, COLLEAGUE, proposed).allowed_actions
    delegations.refresh(replica)
    assert "decide" in get(replica, COLLEAGUE, proposed).allowed_actions


def test_an_account_grants_so_many_delegations_that_hold_at_once(
    ctx: CasesContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "DELEGATIONS_PER_ACCOUNT", 2)
    stand_in(ctx, LEADER, role="leader")
    ended = stand_in(ctx, LEADER, role="leader")
    with pytest.raises(TooManyDelegations):
        stand_in(ctx, LEADER, role="leader")
    stand_in(ctx, OFFICER, role="officer")
    delegations.end(ctx, LEADER, ended.delegation_id)
    stand_in(ctx, LEADER, role="leader")


def test_agencies_are_consulted_so_many_times_about_a_case(
    ctx: CasesContext, taken_in: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "CONSULTATIONS_PER_CASE", 1)
    act(ctx, OFFICER, taken_in, 0, actions.Assign(OFFICER.subject))
    act(ctx, OFFICER, taken_in, 0, actions.Consult("1", "G01.001.00", "Xác minh", "Đề nghị xác minh."))
    with pytest.raises(TooManyConsultations):
        act(ctx, OFFICER, taken_in, 0, actions.Consult("2", "G01.001.00", "Xác minh", "Đề nghị xác minh."))
    assert "consult" not in get(ctx, OFFICER, taken_in).allowed_actions
