"""What a case's events do to its dues, in whatever order and however often they arrive."""

from dataclasses import replace
from itertools import permutations

import pytest
from onestop.cases.v1 import cases_events_pb2

from services.common.context import Caller
from services.common.times import utc_now
from services.payments.conftest import FEE, CaseStory
from services.payments.core.domain import DuesNotFound
from services.payments.dues import usecases as dues_usecases
from services.payments.dues.domain import DueState

MORE = cases_events_pb2.Fee(code="PHI", name_vi="Phí", name_en="Fee", amount=50_000, legal_basis="TT 1/2025")
LAST = cases_events_pb2.Fee(code="PBS", name_vi="Phí bổ sung", name_en="Fee", amount=10_000, legal_basis="TT 1/2025")
CHARGE = ("receivable", "fees", 135_000)
CANCEL = ("fees", "receivable", 135_000)


def test_a_submitted_case_owes_its_fees_however_often_the_event_comes(case: CaseStory, citizen: Caller) -> None:
    for _ in range(3):
        case.submitted()
    dues = case.dues(citizen)
    assert (dues.state, dues.total, [item.name_vi for item in dues.items]) == (DueState.OPEN, 135_000, [FEE.name_vi])
    assert case.ledger() == [CHARGE]
    assert case.published() == []


def test_a_case_without_fees_owes_nothing(case: CaseStory, citizen: Caller) -> None:
    case.hear(case.event("submitted", 1))
    assert case.dues(citizen).state is DueState.NONE
    assert case.ledger() == []


def test_a_free_fee_is_listed_and_owes_nothing(case: CaseStory, citizen: Caller) -> None:
    free = cases_events_pb2.Fee(code="LP", name_vi="Lệ phí", name_en="Levy", amount=0, legal_basis="NQ 01/2025")
    case.hear(case.event("submitted", 1, free))
    assert (case.dues(citizen).state, len(case.dues(citizen).items)) == (DueState.NONE, 1)


def test_the_dues_of_a_counter_case_are_those_of_whoever_proved_to_bear_its_number(case: CaseStory) -> None:
    case.account, case.owner = "", "079301000019"
    case.submitted()
    owner = Caller("elsewhere", "Nguyễn Thị Lan", frozenset({"citizen"}), (), "079301000019", 2)
    representative = replace(owner, personal_number="001090000001", firms=("0314409058",))
    assert case.dues(owner).state is DueState.OPEN
    for stranger in (replace(owner, assurance=1), representative, replace(owner, personal_number="")):
        with pytest.raises(DuesNotFound):
            case.dues(stranger)
    case.owner = "0314409058"
    case.hear(case.event("payment_requested", 3, MORE))
    assert case.dues(representative).total == 185_000
    with pytest.raises(DuesNotFound):
        case.dues(owner)
    case.owner = "079301000019"
    case.hear(case.event("resubmitted", 2))  # older: it says no more whose it is
    assert case.dues(representative).total == 185_000


@pytest.mark.parametrize("end", ["refused", "withdrawn", "stopped"])
def test_open_dues_are_cancelled_when_the_case_ends(case: CaseStory, citizen: Caller, end: str) -> None:
    case.submitted().hear(case.event(end, 2))
    assert case.dues(citizen).state is DueState.CANCELLED
    assert case.ledger() == [CHARGE, CANCEL]


def test_an_end_heard_before_the_submission_leaves_nothing_due(case: CaseStory, citizen: Caller) -> None:
    case.hear(case.event("refused", 2))
    case.submitted()
    assert case.dues(citizen).state is DueState.CANCELLED
    assert case.ledger() == []


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        (["submitted", "stopped", "resumed"], DueState.OPEN),
        (["submitted", "stopped", "resumed", "withdrawn"], DueState.CANCELLED),
    ],
)
def test_every_order_of_arrival_ends_the_same(
    case: CaseStory, citizen: Caller, facts: list[str], state: DueState
) -> None:
    story = [case.event(fact, version, *([FEE] if version == 1 else [])) for version, fact in enumerate(facts, 1)]
    name = case.ref
    for number, order in enumerate(permutations(story)):
        case.ref = f"{name}-{number}"
        for event in [*order, *reversed(order)]:
            moved = case.event(event.type.removeprefix("cases."), event.aggregate_version, *fees_of(event.data))
            case.hear(moved)
        assert case.dues(citizen).state is state


def fees_of(data: bytes) -> list[cases_events_pb2.Fee]:
    return list(cases_events_pb2.CaseChanged.FromString(data).fees)


def test_a_paid_case_that_ends_is_owed_its_money_back_and_says_so_once(case: CaseStory, clerk: Caller) -> None:
    dues_usecases.record_cash(case.submitted().database, clerk, case.ref, 135_000, utc_now())
    for _ in range(2):
        case.hear(case.event("withdrawn", 4))
    assert case.dues(clerk).state is DueState.REFUND_OWED
    assert case.published() == ["payments.settled", "payments.refund_owed"]


def test_a_stopped_case_that_resumes_before_the_refund_is_paid_again(case: CaseStory, clerk: Caller) -> None:
    dues_usecases.record_cash(case.submitted().database, clerk, case.ref, 135_000, utc_now())
    case.hear(case.event("stopped", 5))
    case.hear(case.event("resumed", 6))
    assert case.dues(clerk).state is DueState.PAID
    assert case.published() == ["payments.settled", "payments.refund_owed"]


def test_fees_that_fall_due_later_are_added_and_each_settlement_names_all_that_is_paid(
    case: CaseStory, clerk: Caller
) -> None:
    dues_usecases.record_cash(case.submitted().database, clerk, case.ref, 135_000, utc_now())
    assert case.settled() == [["LP"]]
    for _ in range(2):
        case.hear(case.event("payment_requested", 6, MORE))
    assert (case.dues(clerk).state, case.dues(clerk).balance.open) == (DueState.OPEN, 50_000)
    dues_usecases.record_cash(case.database, clerk, case.ref, 50_000, utc_now())
    assert case.settled() == [["LP"], ["LP", "PHI"]]


def test_every_order_of_fees_and_ends_comes_to_the_same(case: CaseStory, citizen: Caller) -> None:
    name = case.ref
    facts = ["submitted", "payment_requested", "stopped", "resumed", "resubmitted"]
    fees = {"submitted": [FEE], "payment_requested": [MORE], "resubmitted": [LAST]}
    for number, order in enumerate(permutations(list(enumerate(facts, 1)))):
        case.ref = f"{name}-{number}"
        for version, fact in [*order, *reversed(order)]:
            case.hear(case.event(fact, version, *fees.get(fact, [])))
        dues = case.dues(citizen)
        assert (dues.state, dues.total, dues.balance.open) == (DueState.OPEN, 195_000, 195_000)


def test_a_later_fee_of_a_case_that_ended_is_not_owed_and_what_was_paid_goes_back(
    case: CaseStory, clerk: Caller
) -> None:
    dues_usecases.record_cash(case.submitted().database, clerk, case.ref, 135_000, utc_now())
    case.hear(case.event("withdrawn", 7))
    case.hear(case.event("payment_requested", 6, MORE))
    dues = case.dues(clerk)
    assert (dues.state, dues.balance.owed) == (DueState.REFUND_OWED, 135_000)
