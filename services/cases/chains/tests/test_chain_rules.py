"""Whatever the children do and in whatever order the parent hears of it: it ends the same, and never goes back."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.cases.chains.domain import chain
from services.cases.chains.domain.planning import planned
from services.cases.core import engine
from services.cases.core.actions import Accept, ChildOpened, ChildProgressed
from services.cases.core.domain.case import Case
from services.cases.core.domain.case_parts import Actor, Applicant
from services.cases.core.domain.case_rules import CaseRules
from services.cases.core.domain.children import FINAL, Progress
from services.cases.core.domain.command import Command
from services.cases.core.domain.status import CaseStatus as S
from services.cases.procedures.domain.catalogue import Catalogue
from services.cases.procedures.folder import load_catalogue
from services.contracts import audit

REF = "H29.035.00-260302-0001"
AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
CHAIN, CLERK = Actor("chain", "chain", "system"), Actor("mai", "Mai", "clerk")


@cache
def catalogue() -> Catalogue:
    return load_catalogue()


def rules() -> CaseRules:
    procedure = catalogue().find("3.000722", date(2026, 3, 2))
    return catalogue().case_rules("3.000722", procedure.effective_from, "H29.035.00")


def accepted() -> Case:
    procedure = rules().procedure
    case = Case(
        UUID(int=1),
        procedure.code,
        procedure.effective_from,
        "H29.035.00",
        "online",
        Applicant("person", "Nguyễn Thị Lan", "079301000019", account="lan"),
        AT,
        ref=REF,
        children=planned(procedure, "H29.035.00", date(2026, 3, 2), catalogue()),
    )
    change = engine.open_case(case, Actor("lan", "Lan", "citizen"), rules(), "ab" * 32)
    head = audit.link(audit.genesis(REF), change.entry)
    return heard(replace(change.case, history_head=head.hex()), Accept(), CLERK)


def heard(case: Case, command: Command, actor: Actor = CHAIN, at: datetime = AT) -> Case:
    change = engine.apply(case, command, actor, at, rules())
    return change.case if change else case


def number(code: str) -> str:
    return f"{code}-260302-0001"


def lives(code: str, outcome: S, days: int) -> list[Command]:
    """What a parent hears of one child from opening to end, in order."""
    due, decided = date(2026, 3, 3) + timedelta(days=days), AT + timedelta(days=days)
    decision = {S.DECIDED: "granted", S.RETURNED: "denied"}.get(outcome, "")
    steps = [
        Progress(2, S.ACCEPTED, due),
        Progress(3, S.SUPPLEMENT_REQUESTED),
        Progress(4, S.PROCESSING, due),
        Progress(5, outcome, due, decision, decided if decision else None, "lý do"),
        Progress(6, outcome, due, decision, decided if decision else None, "lý do", f"{code}-file", "00" * 32),
    ]
    return [ChildOpened(code, number(code), AT), *(ChildProgressed(code, number(code), each) for each in steps)]


CODES = ("khai_sinh", "thuong_tru", "the_bhyt", "the_can_cuoc")
outcomes = st.sampled_from([S.DECIDED, S.RETURNED, S.REFUSED, S.WITHDRAWN])


def started(ends: Sequence[S]) -> Iterator[str]:
    """The children that start, by what becomes of those before them."""
    yield "khai_sinh"
    if ends[0] is S.DECIDED:
        yield from ("thuong_tru", "the_bhyt")
        if ends[1] is S.DECIDED:
            yield "the_can_cuoc"


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(
    st.tuples(*[outcomes] * 4), st.randoms(use_true_random=False), st.lists(st.integers(0, 9), min_size=4, max_size=4)
)
def test_any_order_of_what_children_report_gives_the_same_parent(ends: tuple[S, ...], random, days: list[int]) -> None:  # type: ignore[no-untyped-def]
    told = [
        command for code in started(ends) for command in lives(code, ends[CODES.index(code)], days[CODES.index(code)])
    ]
    opened = [command for command in told if isinstance(command, ChildOpened)]
    progress = [command for command in told if isinstance(command, ChildProgressed)]
    in_order = shuffled = accepted()
    for opening in opened:
        in_order, shuffled = heard(in_order, opening), heard(shuffled, opening)
    mixed = progress + random.choices(progress, k=5)
    random.shuffle(mixed)
    for command in progress:
        in_order = heard(in_order, command)
    for command in mixed:
        before, shuffled = shuffled.status, heard(shuffled, command)
        assert before is not S.DECIDED or shuffled.status is S.DECIDED
    assert in_order.status is shuffled.status is S.DECIDED
    assert (in_order.children, in_order.decision) == (shuffled.children, shuffled.decision)
    assert in_order.reason == shuffled.reason
    assert len(in_order.reason.split("\n")) == len(CODES)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(CODES), st.sampled_from(list(S)), st.integers(2, 9)), max_size=25))
def test_the_parent_waits_exactly_as_long_as_a_child_is_open(reports: list[tuple[str, S, int]]) -> None:
    case = accepted()
    for code, status, version in reports:
        decision = "granted" if status in {S.DECIDED, S.RETURNED} else ""
        progress = Progress(version, status, date(2026, 3, 9), decision, AT, result_file_id="f" if decision else "")
        before = case
        for child in chain.ready(case):
            case = heard(case, ChildOpened(child.code, number(child.code), AT))
        if any(child.code == code and child.ref for child in case.children):
            case = heard(case, ChildProgressed(code, number(code), progress))
        lost = chain.blocked(case)
        waits = any(not child.final and child.code not in lost for child in case.children)
        assert (case.status is S.DECIDED) == (not waits or before.status is S.DECIDED)
        if case.status is S.DECIDED:
            assert chain.ready(case) == ()
            break
        held = any(child.waits for child in case.children)
        assert (case.clock.due is None) == held
        assert lost.isdisjoint(child.code for child in case.children if child.ref)


def test_nothing_is_known_twice() -> None:
    case = heard(accepted(), ChildOpened("khai_sinh", number("khai_sinh"), AT))
    assert heard(case, ChildOpened("khai_sinh", number("khai_sinh"), AT)) == case
    after = heard(case, ChildProgressed("khai_sinh", number("khai_sinh"), Progress(3, S.ACCEPTED, date(2026, 3, 2))))
    same_facts = ChildProgressed("khai_sinh", number("khai_sinh"), Progress(4, S.ACCEPTED, date(2026, 3, 2)))
    assert heard(after, same_facts) == after
    assert heard(after, ChildProgressed("khai_sinh", number("khai_sinh"), Progress(2, S.REGISTERED))) == after
    assert after.good_from == accepted().good_from


def test_the_whole_takes_what_its_longest_way_takes() -> None:
    assert chain.longest([("a", 3, ()), ("b", 3, ("a",)), ("c", 10, ("b",))]) == 16
    assert chain.longest([("a", 0, ()), ("b", 2, ("a",)), ("c", 5, ("a",)), ("d", 1, ("b", "c"))]) == 6


def test_final_is_what_never_changes_an_outcome() -> None:
    assert {status for status in S if status.closed or status is S.DECIDED} == set(FINAL)
