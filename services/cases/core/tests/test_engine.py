"""Whatever is done to a case, in whatever order: statuses stay legal, versions and the chain stay whole."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.cases.clock.domain.clock import ClockEffect
from services.cases.core import actions, engine
from services.cases.core.actions import ACTIONS
from services.cases.core.domain.case import Case
from services.cases.core.domain.case_parts import Actor, Applicant
from services.cases.core.domain.case_rules import CaseRules
from services.cases.core.domain.procedure_parts import DueFee
from services.cases.core.domain.status import CLOSED
from services.cases.core.domain.status import CaseStatus as S
from services.cases.core.domain.transitions import ANY, FORM_RECEIPT, FORM_SUPPLEMENT, Action
from services.cases.core.visibility import keeper_of
from services.cases.deadlines.domain.timers import next_timer
from services.cases.history.domain.replay import digest_of
from services.cases.procedures.folder import load_catalogue
from services.cases.testing.samples import GRANTED
from services.common.access import ROLES
from services.common.errors import Conflict, InvalidInput, OnestopError
from services.contracts import audit

REF = "G01.029.00-260302-0001"
AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
# What the national codes let follow each status; actions that leave it where it is come on top. That a finished case
# (9, 10) may go back to 4 for a correction is our reading (ADR 14): the codes name no successor but payment and return.
NATIONAL: dict[S, set[S]] = {
    S.REGISTERED: {S.ACCEPTED, S.REFUSED, S.SUPPLEMENT_REQUESTED, S.PAYMENT_REQUESTED, S.WITHDRAWN},
    S.ACCEPTED: {S.PROCESSING, S.SUPPLEMENT_REQUESTED, S.PAYMENT_REQUESTED, S.WITHDRAWN, S.STOPPED},
    S.REFUSED: set(),
    S.PROCESSING: {S.SUPPLEMENT_REQUESTED, S.PAYMENT_REQUESTED, S.WITHDRAWN, S.STOPPED, S.DECIDED},
    S.SUPPLEMENT_REQUESTED: {S.ACCEPTED, S.PROCESSING, S.REGISTERED, S.WITHDRAWN, S.STOPPED},
    S.PAYMENT_REQUESTED: {S.PROCESSING, S.WITHDRAWN, S.STOPPED, S.RETURNED},
    S.WITHDRAWN: set(),
    S.STOPPED: {S.PROCESSING, S.SUPPLEMENT_REQUESTED, S.PAYMENT_REQUESTED, S.WITHDRAWN},
    S.DECIDED: {S.PAYMENT_REQUESTED, S.RETURNED, S.PROCESSING},
    S.RETURNED: {S.PROCESSING},
}


@cache
def rules() -> CaseRules:
    return load_catalogue().case_rules("2.000488", date(2025, 7, 1), "G01.029.00")


LATER = (
    DueFee("phi_tham_dinh", "Phí thẩm định", "Appraisal", 50_000, "TT 1/2025", "handling", "later"),
    DueFee("phi_cap", "Phí cấp", "Issue", 20_000, "TT 1/2025", "return", "later"),
)


def opened(fee_open: bool = False) -> tuple[Case, list[bytes]]:
    """A case as filed and stored, and its first history entry."""
    case = Case(
        UUID(int=1),
        "2.000488",
        date(2025, 7, 1),
        "G01.029.00",
        "online",
        Applicant("person", "Nguyễn Thị Lan", "079301000019", account="lan"),
        AT,
        fees=LATER,
        fee_state="open" if fee_open else "none",
        ref=REF,
    )
    change = engine.open_case(case, Actor("lan", "Lan", "citizen"), rules(), "ab" * 32)
    head = audit.link(audit.genesis(REF), change.entry)
    return replace(change.case, history_head=head.hex()), [change.entry]


COMMANDS: list[actions.Command] = [
    actions.Accept(),
    actions.SettlePayment("p", 200_000, "cash", "BL-1"),
    actions.RequestPayment(),
    actions.RefundPayment("p", 200_000),
    actions.RequestSupplement(("Giấy tờ",), "Thiếu"),
    actions.ProposeSupplement(("Giấy tờ",), "Thiếu"),
    actions.ApproveSupplement(),
    actions.DeclineSupplement("Đủ giấy tờ"),
    actions.Resubmit(note="Đã bổ sung"),
    actions.Refuse("Sai thẩm quyền"),
    actions.Assign("officer"),
    actions.Consult("c-1", "G01.001.00", "Hỏi", "Nội dung"),
    actions.Forward(),
    actions.SendBack("Thiếu căn cứ"),
    actions.Transfer("Đúng chuyên môn", "csgt"),
    GRANTED,
    actions.Stop("Xác minh"),
    actions.Resume(),
    actions.Return(),
    actions.Reopen("Sai họ tên", "Quyết định 12/QĐ-CAT", 3),
    actions.Withdraw(),
    actions.IssuePaper("r-1", "result", "1/TB-KQ", "file", "00"),
    actions.IssuePaper("o-1", "01", "1/TTPVHCC", "file", "00"),
    actions.Postpone("Chờ xác minh", date(2026, 12, 31)),
    actions.AnswerOverdue("2026-03-03T02:00:00.000000Z"),
    actions.HandOverDue("2026-03-03T10:00:00.000000Z"),
    actions.StepOverdue("xac_minh/2026-03-10"),
    actions.NearlyDue("2026-03-13"),
    actions.Overdue("2026-03-16"),
    actions.Recount(date(2026, 3, 16), date(2026, 3, 17), "đổi", "changed"),
    actions.Close(15),
    actions.WaitOn("Chờ thêm", date(2026, 4, 30)),
    actions.SupplementNearlyDue("2026-03-23"),
    actions.SupplementOverdue("2026-03-23"),
    actions.OrderControlSlip(()),
    actions.ReissuePaper("Sai tên", "x-1"),
    actions.Receive(),
    actions.CompareOriginals(("giay_to",)),
]
commands = st.sampled_from(COMMANDS)


@settings(max_examples=100)
@given(st.booleans(), st.lists(st.tuples(commands, st.integers(0, 200)), max_size=30))
def test_any_sequence_of_actions_keeps_statuses_legal_and_the_chain_whole(
    fee_open: bool, attempts: list[tuple[actions.Command, int]]
) -> None:
    case, entries = opened(fee_open)
    at, supplements = AT, 0
    for command, hours in attempts:
        at += timedelta(hours=hours)
        line = ACTIONS[command.action]
        role = sorted(command.roles(case, rules()))[0]
        try:
            change = engine.apply(case, command, Actor("a", "Ai Đó", role), at, rules())
        except Conflict:
            assert command.action not in engine.allowed_actions(case, ("a",), {role}, rules())
            continue
        except InvalidInput:  # a paper that was never issued
            assert command.action in {Action.REISSUE_PAPER, Action.TRANSFER, Action.POSTPONE}
            continue
        if change is None:
            continue
        after = change.case
        assert after.status == case.status or after.status in NATIONAL[case.status]
        assert after.version == case.version + 1
        assert (keeper_of(after), after.applicant.account) == (
            keeper_of(case),
            case.applicant.account,
        )  # who may see it
        assert after.status in {line.target, *line.held} or line.target is None
        if line.paper == FORM_RECEIPT:
            begins = after.clock.since != case.clock.since and not after.clock.cause
            assert (change.paper is not None) == begins
        else:
            assert (change.paper is not None) == bool(line.paper)
        runs = after.status in {S.ACCEPTED, S.PROCESSING, S.DECIDED, S.RETURNED} or after.decided_at is not None
        assert (after.clock.due is not None) == runs
        if line.paper == FORM_SUPPLEMENT:
            assert role == "leader" or not supplements
            supplements += 1
        case = after
        entries.append(change.entry)
    assert audit.verify(exported(entries), case.history_head).entries == case.version


@settings(max_examples=100)
@given(st.lists(st.tuples(commands, st.integers(0, 200)), max_size=15))
def test_what_time_does_next_is_possible_and_comes_once(attempts: list[tuple[actions.Command, int]]) -> None:
    case, _ = opened()
    at, clock = AT, Actor("clock", "clock", "system")
    for command, hours in attempts:
        at += timedelta(hours=hours)
        try:
            role = sorted(command.roles(case, rules()))[0]
            change = engine.apply(case, command, Actor("a", "Ai Đó", role), at, rules())
        except (Conflict, InvalidInput):
            continue
        case = change.case if change else case
    came = []
    while (timer := next_timer(case, rules())) is not None:
        at = max(at, timer.at)
        change = engine.apply(case, timer.command, clock, at, rules())
        assert change is not None
        assert timer.command not in came
        came.append(timer.command)
        case = change.case
        following = next_timer(case, rules())
        assert change.wake_at == (following.at if following else None)
    assert len(came) <= 3  # a supplement that does not come: told of, closed, and one day disposed of


def exported(entries: list[bytes]) -> dict[str, object]:
    head, lines = audit.genesis(REF), []
    for seq, entry in enumerate(entries, start=1):
        head = audit.link(head, entry)
        lines.append({"seq": seq, "entry": entry.decode(), "hash": head.hex()})
    return {"ref": REF, "entries": lines, "head": head.hex()}


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.action.value)
def test_only_the_roles_of_the_table_may_act(command: actions.Command) -> None:
    case, _ = opened()
    for role in ROLES - ACTIONS[command.action].roles:
        with pytest.raises(OnestopError) as caught:
            engine.apply(case, command, Actor("a", "Ai Đó", role), AT, rules())
        assert caught.value.code == "case-role-not-allowed"


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.action.value)
def test_nothing_but_reports_and_a_correction_happens_to_a_closed_case(command: actions.Command) -> None:
    open_case, _ = opened()
    line = ACTIONS[command.action]
    for status in CLOSED:
        case = replace(open_case, status=status, fees=(replace(LATER[0], state="paid"),), papers_issued=("x-1",))
        actor = Actor("a", "Ai Đó", sorted(line.roles)[0])
        if command.action is Action.REOPEN and status is S.RETURNED:
            continue
        if line.sources == ANY:
            change = engine.apply(case, command, actor, AT, rules())
            assert change is not None
            assert change.case.status is status
        else:
            with pytest.raises(Conflict):
                engine.apply(case, command, actor, AT, rules())


def test_the_same_change_gives_the_same_bytes_and_the_same_paper() -> None:
    case, _ = opened()
    one, two = (engine.apply(case, actions.Accept(), Actor("c", "Mai", "clerk"), AT, rules()) for _ in range(2))
    assert one is not None
    assert one == two
    assert one.paper is not None
    assert one.paper.form == FORM_RECEIPT


def test_a_day_written_as_people_do_is_passed_on_as_other_services_read_it() -> None:
    asked = actions.Consult("c", "G01.001.00", "Hỏi", "Nội dung", "16/3/2026")
    assert (asked.due_date, asked.record()["due_date"]) == ("2026-03-16", "2026-03-16")


def test_an_entry_holds_what_the_architecture_names() -> None:
    case, _ = opened()
    change = engine.apply(case, actions.Accept("Đủ"), Actor("c-1", "Phạm Thị Mai", "clerk"), AT, rules())
    assert change is not None
    assert change.entry.decode() == (
        '{"action":"accept","actor":{"id":"c-1","name":"Phạm Thị Mai","role":"clerk"},'
        '"at":"2026-03-02T02:00:00.000000Z","data":{"note":"Đủ","step":"xac_minh","unit":"ho_so"},"seq":2,'
        f'"state":"{digest_of(change.case)}","status":2,"v":1}}'
    )


def test_every_action_has_a_line_and_every_line_a_distinct_event() -> None:
    assert set(ACTIONS) == set(Action) == set(ACTIONS)
    assert len({line.event for line in ACTIONS.values()}) == len(Action)
    assert all(line.event.startswith("cases.") for line in ACTIONS.values())


def test_a_line_that_touches_the_clock_starts_it_only_with_a_receipt() -> None:
    starting = {line.action for line in ACTIONS.values() if line.clock_effect is ClockEffect.START}
    receipted = {line.action for line in ACTIONS.values() if line.paper == FORM_RECEIPT}
    # Both start it, or let it run on without another.
    assert receipted == starting | {Action.PAYMENT_SETTLED, Action.RESUME}


@pytest.mark.parametrize(
    ("build", "pointer"),
    [
        (lambda: actions.Refuse(" "), "/reason"),
        (lambda: actions.Stop("x" * 4001), "/reason"),
        (lambda: actions.RequestSupplement(()), "/items"),
        (lambda: actions.RequestSupplement(("a", "")), "/items/1"),
        (lambda: actions.Decide("maybe"), "/decision"),
        (lambda: actions.Decide("denied"), "/reason"),
        (lambda: actions.Consult("c", "G01.001.00", "Hỏi", ""), "/content"),
        (lambda: actions.Consult("c", "g01", "Hỏi", "Nội dung"), "/agency_code"),
        (lambda: actions.Consult("c", "G01.001.00", "Hỏi", "Nội dung", "32/03/2026"), "/due_date"),
        (lambda: actions.Assign(""), "/officer"),
    ],
)
def test_an_action_missing_what_it_needs_names_the_field(build: Callable[[], actions.Command], pointer: str) -> None:
    with pytest.raises(OnestopError) as caught:
        build()
    assert [field.pointer for field in caught.value.fields] == [pointer]
