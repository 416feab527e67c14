"""A procedure is tried out through the real engine: every way, who and when, and a state without an end is found."""

from datetime import date, datetime, timedelta
from functools import cache

import pytest

from services.cases.chains.domain.planning import planned
from services.cases.core.actions import ACTIONS
from services.cases.core.domain.case_rules import CaseRules
from services.cases.core.domain.status import CaseStatus
from services.cases.core.domain.transitions import Action, Simulation
from services.cases.procedures.authoring.simulation import walk
from services.cases.procedures.authoring.simulation.moves import moves
from services.cases.procedures.authoring.simulation.run import Trial, nine_o_clock, simulate
from services.cases.procedures.authoring.simulation.walk import DeadEnd, TooManyWays, Way
from services.cases.procedures.folder import load_catalogue
from services.common import limits
from services.common.times import VIETNAM

START = datetime(2026, 3, 2, 9, tzinfo=VIETNAM)


@cache
def rules(code: str) -> CaseRules:
    catalogue = load_catalogue()
    procedure = catalogue.versions(code)[0]
    return catalogue.case_rules(code, procedure.effective_from, procedure.agencies[0])


def trial_of_chain(detours: int = 0) -> Trial:
    catalogue, of = load_catalogue(), rules("3.000722")
    children = planned(of.procedure, of.agency.code, START.date(), catalogue)
    return simulate(of, START, detours, children)


def taken(way: Way) -> list[str]:
    return [one.action.value for one in way.occurrences]


def test_the_straight_way_says_who_acts_until_when_which_paper_and_which_fee() -> None:
    trial = simulate(rules("1.001612"), START, detours=0)
    granted = trial.ways[0]
    assert taken(granted) == [
        "submit", "accept", "payment_settled", "nearly_due", "forward", "decide", "return",
    ]  # fmt: skip
    by_action = {one.action: one for one in granted.occurrences}
    accept, forward, decide = (by_action[each] for each in (Action.ACCEPT, Action.FORWARD, Action.DECIDE))
    assert (accept.role, accept.unit, sum(fee.amount for fee in accept.fees)) == ("clerk", "mot_cua", 100_000)
    assert by_action[Action.PAYMENT_SETTLED].paper == "01"
    assert (forward.role, forward.unit, forward.at.date()) == ("officer", "kinh_te", date(2026, 3, 6))
    assert (decide.role, decide.paper, decide.due) == ("leader", "result", date(2026, 3, 9))
    assert decide.at < rules("1.001612").hours.closing(date(2026, 3, 9))
    assert granted.end is CaseStatus.RETURNED


def test_every_way_out_is_among_the_ways_and_no_two_are_the_same() -> None:
    found = simulate(rules("2.000488"), START, detours=2).ways
    ends = {(way.end, way.occurrences[-1].action) for way in found}
    assert ends == {
        (CaseStatus.RETURNED, Action.RETURN),
        (CaseStatus.REFUSED, Action.REFUSE),
        (CaseStatus.WITHDRAWN, Action.WITHDRAW),
        (CaseStatus.STOPPED, Action.CLOSE),
    }
    assert len(found) == len(set(found))
    both = {Action.REQUEST_SUPPLEMENT.value, Action.STOP.value}
    assert any({*both, "resubmit", "resume", "return"} <= set(taken(way)) for way in found)


def test_everything_the_trial_knows_to_do_is_done_on_some_way() -> None:
    """Else an action whose example no longer fits would leave its ways out without a word."""
    done = {
        action
        for code in ("1.001612", "2.000488", "3.000347")
        for way in simulate(rules(code), START, detours=2).ways
        for action in taken(way)
    }
    known = {action.value for action, definition in ACTIONS.items() if definition.simulation is not Simulation.NONE} - {
        Action.REQUEST_PAYMENT.value
    }  # none has such a fee
    assert known - done == ({"verify"} if rules("2.000488").procedure.days_verify is None else set())


def test_a_second_supplement_needs_a_leader_who_may_also_decline_it() -> None:
    found = [taken(way) for way in simulate(rules("2.000488"), START, detours=2).ways]
    twice = [way for way in found if "propose_supplement" in way]
    assert any("approve_supplement" in way for way in twice)
    assert any("decline_supplement" in way for way in twice)
    assert all(way.index("request_supplement") < way.index("propose_supplement") for way in twice)


def test_more_detours_only_add_ways() -> None:
    ways = [len(simulate(rules("2.000488"), START, detours=n).ways) for n in (0, 1, 2)]
    assert ways == sorted(set(ways))


def test_a_fee_that_depends_on_the_form_is_shown_for_each_answer() -> None:
    situations = simulate(rules("2.000488"), START, detours=0).situations
    due = {(each.channel, each.when): sum(fee.amount for fee in each.fees) for each in situations}
    assert due["online", ""] == due["counter", ""] == 200_000
    assert (due["online", "fee_group = student"], due["online", "fee_group = exempt"]) == (100_000, 0)


def test_nobody_is_late_on_the_straight_way() -> None:
    for code in ("1.001612", "2.000488", "3.000347"):
        for way in simulate(rules(code), START, detours=0).ways:
            assert {"overdue", "step_overdue", "answer_overdue"}.isdisjoint(taken(way))
            moments = [one.at for one in way.occurrences]
            assert moments == sorted(moments)


def test_a_chain_is_moved_by_its_parts_and_one_denied_stops_only_those_that_follow_it() -> None:
    found = [way for way in trial_of_chain().ways if way.channel == "online" and way.end is CaseStatus.RETURNED]
    outcomes = {
        tuple((one.part, one.decision) for one in way.occurrences if one.action is Action.CHILD_PROGRESSED)
        for way in found
    }
    assert (("khai_sinh", "denied"),) in outcomes
    assert max(map(len, outcomes)) == 4
    assert all("decide" not in taken(way) for way in found)
    denied = next(way for way in found if ("khai_sinh", "denied") in [(o.part, o.decision) for o in way.occurrences])
    assert [one.part for one in denied.occurrences if one.action is Action.CHILD_OPENED] == ["khai_sinh"]


def test_a_state_without_an_end_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody can return a result, so a case that is decided stays so for ever."""

    def without_return(case, rules):  # type: ignore[no-untyped-def]
        return (move for move in real(case, rules) if move.command.action is not Action.RETURN)

    real = moves
    monkeypatch.setattr(walk, "moves", without_return)
    with pytest.raises(DeadEnd, match="decided"):
        simulate(rules("2.000488"), START)


def test_more_ways_than_anybody_reads_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SIMULATED_WAYS", 5)
    with pytest.raises(TooManyWays):
        simulate(rules("2.000488"), START)


def test_a_trial_starts_in_the_morning_of_a_working_day_in_force() -> None:
    of = rules("2.000488")
    saturday = datetime(2026, 3, 7, 12, tzinfo=VIETNAM)
    assert nine_o_clock(of.time_limit.calendar, of.procedure, saturday) == START + timedelta(days=7)
    before = datetime(2025, 6, 1, tzinfo=VIETNAM)
    assert nine_o_clock(of.time_limit.calendar, of.procedure, before).date() == date(2025, 7, 1)


def test_nd23_7_what_is_given_at_once_is_among_the_ways_paid_and_without_form_01() -> None:
    trial = simulate(rules("2.000815"), START, detours=0)
    [way] = [each for each in trial.ways if each.occurrences[-1].at - START < timedelta(hours=1)]
    assert taken(way) == ["submit", "payment_settled", "accept", "assign", "decide", "return"]
    assert (way.end, {one.paper for one in way.occurrences}) == (CaseStatus.RETURNED, {""})
    online = [each for each in simulate(rules("2.000908"), START, detours=0).ways if each.channel == "online"]
    assert all(each.occurrences[-1].at - START > timedelta(hours=1) for each in online)
