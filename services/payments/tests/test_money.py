"""Money comes in once, goes back once, and only for those who may."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from onestop.cases.v1 import cases_events_pb2
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.common.context import Caller
from services.common.database import Database
from services.common.testing.plugin import ByHand, MakeDatabase
from services.common.times import midnight, utc_now
from services.payments.attempts import usecases as attempts_usecases
from services.payments.attempts.domain import Outcome, Standing, Verdict
from services.payments.attempts.usecases import Return
from services.payments.conftest import FEE, MERCHANT, CaseStory, notice
from services.payments.core import unbalanced
from services.payments.core.domain import DuesNotFound, NoRefundOwed, NothingDue, PaymentState
from services.payments.dues import usecases as dues_usecases
from services.payments.dues.domain import DueState, WrongCashAmount


def start(case: CaseStory, who: Caller) -> str:
    """Starts a payment and returns its order number (vnp_TxnRef)."""
    _, url = attempts_usecases.start_payment(
        case.database,
        who,
        MERCHANT,
        case.ref,
        return_url="https://a.vn/r",
        client_ip="10.0.0.1",
        locale="vn",
        now=utc_now(),
    )
    return parse_qs(urlsplit(url).query)["vnp_TxnRef"][0]


def expire(case: CaseStory) -> None:
    """Nobody can pay any more by the attempts begun."""
    with case.database.transaction() as conn:
        conn.execute(text("UPDATE payment SET expires_at = now() WHERE case_ref = :ref"), {"ref": case.ref})


def start_again(case: CaseStory, who: Caller) -> tuple[str, str]:
    """An attempt, and another once it has ended."""
    first = start(case, who)
    expire(case)
    return first, start(case, who)


def take(case: CaseStory, query_string: str) -> Verdict:
    return attempts_usecases.take_notice(case.database, MERCHANT, query_string, utc_now())


def test_a_started_payment_asks_for_everything_open_in_provider_units(case: CaseStory, citizen: Caller) -> None:
    case.submitted()
    payment_id, url = attempts_usecases.start_payment(
        case.database,
        citizen,
        MERCHANT,
        case.ref,
        return_url="https://a.vn/r",
        client_ip="10.0.0.1",
        locale="en",
        now=utc_now(),
    )
    sent = parse_qs(urlsplit(url).query)
    assert sent["vnp_TxnRef"] == [payment_id.hex]
    assert (sent["vnp_Amount"], sent["vnp_Locale"], sent["vnp_IpAddr"]) == (["13500000"], ["en"], ["10.0.0.1"])
    assert sent["vnp_OrderInfo"][0].isascii()
    assert case.dues(citizen).payments[0].state is PaymentState.STARTED


def test_a_notice_settles_the_dues_with_one_entry_and_one_event(case: CaseStory, citizen: Caller) -> None:
    txn_ref = start(case.submitted(), citizen)
    assert take(case, notice(txn_ref, number="14422574")) is Verdict.RECORDED
    dues = case.dues(citizen)
    assert (dues.state, dues.payments[0].transaction_ref) == (DueState.PAID, "14422574")
    assert case.ledger()[1:] == [("vnpay", "receivable", 135_000)]
    assert case.published() == ["payments.settled"]


def test_fifty_concurrent_duplicates_of_a_notice_are_one_payment(case: CaseStory, citizen: Caller) -> None:
    query = notice(start(case.submitted(), citizen))
    with ThreadPoolExecutor(16) as pool:
        verdicts = list(pool.map(lambda _: take(case, query), range(50)))
    assert sorted(verdicts) == sorted([Verdict.RECORDED] + [Verdict.ALREADY_RECORDED] * 49)
    assert case.ledger()[1:] == [("vnpay", "receivable", 135_000)]
    assert case.published() == ["payments.settled"]


def test_the_checks_come_in_the_order_the_specification_gives(case: CaseStory, citizen: Caller) -> None:
    txn_ref = start(case.submitted(), citizen)
    unknown = "0" * 32
    assert take(case, notice(unknown, amount=1)[:-1]) is Verdict.BAD_CHECKSUM
    assert take(case, notice(unknown, amount=1)) is Verdict.UNKNOWN_ORDER
    assert take(case, notice(txn_ref.upper())) is Verdict.UNKNOWN_ORDER
    assert take(case, notice("HS2201010001A", number="1")) is Verdict.UNKNOWN_ORDER
    assert take(case, notice(txn_ref, amount=134_999)) is Verdict.WRONG_AMOUNT
    assert take(case, notice(txn_ref)) is Verdict.RECORDED
    assert take(case, notice(txn_ref, amount=134_999)) is Verdict.WRONG_AMOUNT
    assert take(case, notice(txn_ref)) is Verdict.ALREADY_RECORDED
    assert case.published() == ["payments.settled"]


def test_a_suspicious_payment_waits_for_review_and_is_not_paid(case: CaseStory, citizen: Caller) -> None:
    txn_ref = start(case.submitted(), citizen)
    assert take(case, notice(txn_ref, response="07", status="07")) is Verdict.RECORDED
    assert (case.dues(citizen).state, case.dues(citizen).payments[0].state) == (DueState.OPEN, PaymentState.REVIEW)
    assert take(case, notice(txn_ref)) is Verdict.RECORDED
    assert case.dues(citizen).state is DueState.PAID


def test_a_success_after_a_cancellation_counts_and_a_failure_after_success_does_not(
    case: CaseStory, citizen: Caller
) -> None:
    txn_ref = start(case.submitted(), citizen)
    assert take(case, notice(txn_ref, response="24", status="02", number="0")) is Verdict.RECORDED
    assert case.dues(citizen).payments[0].state is PaymentState.FAILED
    assert take(case, notice(txn_ref)) is Verdict.RECORDED
    assert take(case, notice(txn_ref, response="24", status="02", number="0")) is Verdict.ALREADY_RECORDED
    assert case.dues(citizen).state is DueState.PAID


def test_many_cancelled_payments_share_the_transaction_number_zero(case: CaseStory, citizen: Caller) -> None:
    case.submitted()
    for _ in range(2):
        cancelled = notice(start(case, citizen), response="24", status="02", number="0")
        assert take(case, cancelled) is Verdict.RECORDED


def test_one_provider_transaction_never_settles_two_orders(case: CaseStory, citizen: Caller) -> None:
    first, second = start_again(case.submitted(), citizen)
    assert take(case, notice(first, number="990001")) is Verdict.RECORDED
    assert take(case, notice(second, number="990001")) is Verdict.NOT_RECORDED
    assert case.ledger()[1:] == [("vnpay", "receivable", 135_000)]


def test_money_that_comes_after_the_case_ended_is_owed_back(case: CaseStory, citizen: Caller) -> None:
    txn_ref = start(case.submitted(), citizen)
    case.hear(case.event("withdrawn", 2))
    assert take(case, notice(txn_ref)) is Verdict.RECORDED
    assert case.dues(citizen).state is DueState.REFUND_OWED
    assert case.published() == ["payments.refund_owed"]


def test_money_that_comes_twice_by_two_attempts_is_owed_back_once(
    case: CaseStory, citizen: Caller, clerk: Caller
) -> None:
    first, second = start_again(case.submitted(), citizen)
    assert take(case, notice(first)) is take(case, notice(second)) is Verdict.RECORDED
    assert case.published() == ["payments.settled", "payments.refund_owed"]
    assert dues_usecases.record_refund(case.database, clerk, case.ref, utc_now()).state is DueState.PAID
    states = [payment.state for payment in case.dues(citizen).payments]
    assert states == [PaymentState.SETTLED, PaymentState.REFUNDED]


def test_what_was_paid_too_much_goes_back_and_the_fee_stays_paid(
    case: CaseStory, citizen: Caller, clerk: Caller
) -> None:
    first, second = start_again(case.submitted(), citizen)
    take(case, notice(first))
    assert come_back(case, notice(first)).standing is Standing.RECEIVED
    take(case, notice(second))
    assert {come_back(case, notice(each)).standing for each in (first, second)} == {Standing.SURPLUS}
    dues_usecases.record_refund(case.database, clerk, case.ref, utc_now())
    assert case.refunded() == [(135_000, True)]
    assert come_back(case, notice(first)).standing is Standing.RECEIVED
    assert come_back(case, notice(second)).standing is Standing.HANDED_BACK


def test_a_surplus_that_no_payment_equals_goes_back_all_the_same(
    case: CaseStory, citizen: Caller, clerk: Caller
) -> None:
    late = start(case.submitted(), citizen)
    dues_usecases.record_cash(case.database, clerk, case.ref, 135_000, utc_now())
    case.hear(case.event("payment_requested", 2, cases_events_pb2.Fee(code="MORE", name_vi="Thêm", amount=60_000)))
    take(case, notice(late))
    assert case.dues(citizen).balance.owed == 75_000
    assert dues_usecases.record_refund(case.database, clerk, case.ref, utc_now()).state is DueState.PAID
    case.hear(case.event("withdrawn", 3))
    assert dues_usecases.record_refund(case.database, clerk, case.ref, utc_now()).state is DueState.REFUNDED
    assert case.refunded() == [(75_000, True), (135_000, False), (60_000, False)]
    with case.database.autocommit() as conn:
        assert case.ref not in unbalanced.cases(conn, 1_000)


def test_cash_settles_the_dues_with_a_numbered_receipt(case: CaseStory, clerk: Caller) -> None:
    dues = dues_usecases.record_cash(case.submitted().database, clerk, case.ref, 135_000, utc_now())
    agency, year, number = dues.payments[0].transaction_ref.split("/")
    assert (dues.state, agency, len(year), len(number)) == (DueState.PAID, "G01.029.00", 4, 8)
    assert case.ledger()[1:] == [("cash", "receivable", 135_000)]
    assert case.published() == ["payments.settled"]


def test_receipts_are_numbered_without_gaps_though_some_attempts_are_refused(case: CaseStory, clerk: Caller) -> None:
    numbers = []
    name = case.ref
    for attempt in range(3):
        case.ref = f"{name}-{attempt}"
        case.submitted()
        with pytest.raises(WrongCashAmount):
            dues_usecases.record_cash(case.database, clerk, case.ref, 1, utc_now())
        receipt = (
            dues_usecases.record_cash(case.database, clerk, case.ref, 135_000, utc_now()).payments[0].transaction_ref
        )
        numbers.append(int(receipt.rpartition("/")[2]))
    assert numbers == list(range(numbers[0], numbers[0] + 3))


def test_cash_taken_twice_at_once_is_taken_once(case: CaseStory, clerk: Caller) -> None:
    case.submitted()

    def pay(_: int) -> bool:
        try:
            dues_usecases.record_cash(case.database, clerk, case.ref, 135_000, utc_now())
        except NothingDue:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(pay, range(8))) == 1
    assert case.published() == ["payments.settled"]


def test_a_refund_is_handed_back_once(case: CaseStory, citizen: Caller, clerk: Caller) -> None:
    take(case, notice(start(case.submitted(), citizen)))
    with pytest.raises(NoRefundOwed):
        dues_usecases.record_refund(case.database, clerk, case.ref, utc_now())
    case.hear(case.event("refused", 2))
    assert dues_usecases.record_refund(case.database, clerk, case.ref, utc_now()).state is DueState.REFUNDED
    with pytest.raises(NoRefundOwed):
        dues_usecases.record_refund(case.database, clerk, case.ref, utc_now())
    assert case.published() == ["payments.settled", "payments.refund_owed", "payments.refunded"]
    assert case.ledger()[-1] == ("receivable", "cash", 135_000)


def test_nothing_can_be_paid_twice_or_after_the_end(case: CaseStory, citizen: Caller, clerk: Caller) -> None:
    dues_usecases.record_cash(case.submitted().database, clerk, case.ref, 135_000, utc_now())
    with pytest.raises(NothingDue):
        start(case, citizen)
    case.hear(case.event("withdrawn", 2))
    with pytest.raises(NothingDue):
        dues_usecases.record_cash(case.database, clerk, case.ref, 135_000, utc_now())


def test_only_the_applicant_and_the_agency_see_dues_and_only_the_agency_takes_cash(
    case: CaseStory, citizen: Caller, clerk: Caller
) -> None:
    case.submitted()
    strangers = [
        replace(citizen, subject="account-hung"),
        replace(citizen, subject=""),
        replace(clerk, agencies=("G01.029.001", "H30")),
        replace(clerk, roles=frozenset({"administrator"})),
    ]
    for who in strangers:
        with pytest.raises(DuesNotFound):
            case.dues(who)
        with pytest.raises(DuesNotFound):
            start(case, who)
    for who in [*strangers, citizen]:
        with pytest.raises(DuesNotFound):
            dues_usecases.record_cash(case.database, who, case.ref, 135_000, utc_now())
        with pytest.raises(DuesNotFound):
            dues_usecases.record_refund(case.database, who, case.ref, utc_now())
    assert case.dues(replace(clerk, agencies=("G01",))).state is DueState.OPEN


def test_the_agency_that_took_a_case_in_for_another_takes_cash_under_its_own_receipt(
    case: CaseStory, clerk: Caller
) -> None:
    submitted = case.event("submitted", 1, FEE)
    body = cases_events_pb2.CaseChanged.FromString(submitted.data)
    body.intake_agency = "H29.036.00"
    case.hear(replace(submitted, data=body.SerializeToString()))
    elsewhere = replace(clerk, agencies=("H29.036.00",))
    assert case.dues(elsewhere).state is DueState.OPEN
    dues_usecases.record_cash(case.database, elsewhere, case.ref, 135_000, utc_now())
    with case.database.transaction() as conn:
        receipt = conn.execute(
            text("SELECT transaction_ref FROM payment WHERE case_ref = :ref"), {"ref": case.ref}
        ).scalar_one()
    assert receipt.startswith("H29.036.00/")


def test_a_counter_case_without_account_is_not_seen_by_someone_without_one(case: CaseStory, citizen: Caller) -> None:
    case.submitted()
    with case.database.transaction() as conn:
        conn.execute(text("UPDATE case_dues SET applicant_account = '' WHERE case_ref = :ref"), {"ref": case.ref})
    with pytest.raises(DuesNotFound):
        case.dues(replace(citizen, subject=""))


def come_back(case: CaseStory, query_string: str) -> Return:
    return attempts_usecases.read_return(case.database, MERCHANT, query_string)


def test_a_return_is_read_and_changes_nothing(case: CaseStory, citizen: Caller) -> None:
    query = notice(start(case.submitted(), citizen))
    assert come_back(case, query) == Return(case.ref, Outcome.PAID, Standing.CONFIRMING, 135_000)
    assert come_back(case, query[:-1]) == come_back(case, notice("0" * 32)) == Return()
    assert case.dues(citizen).state is DueState.OPEN
    assert case.ledger()[1:] == []


@pytest.mark.parametrize(
    ("response", "status", "standing"),
    [
        ("00", "00", Standing.CONFIRMING),
        ("07", "07", Standing.REVIEW),
        ("24", "02", Standing.CANCELLED),
        ("51", "02", Standing.FAILED),
    ],
)
def test_who_comes_back_hears_what_the_browser_says_until_the_provider_has_spoken(
    case: CaseStory, citizen: Caller, response: str, status: str, standing: Standing
) -> None:
    txn_ref = start(case.submitted(), citizen)
    query = notice(txn_ref, response=response, status=status, number="0" if status == "02" else None)
    assert come_back(case, query).standing is standing
    assert take(case, notice(txn_ref)) is Verdict.RECORDED
    assert come_back(case, query).standing is Standing.RECEIVED


@pytest.mark.parametrize(
    "statement", ["UPDATE ledger_entry SET amount = 1", "DELETE FROM ledger_entry", "TRUNCATE ledger_entry"]
)
def test_the_ledger_cannot_be_changed(case: CaseStory, statement: str, by_hand: ByHand) -> None:
    case.submitted()
    with pytest.raises(DBAPIError, match="append-only"), by_hand(case.database, triggers=True) as conn:
        conn.execute(text(statement))
    with pytest.raises(DBAPIError, match="permission denied"), case.database.transaction() as conn:
        conn.execute(text(statement))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE payment SET state = 'settled' WHERE state = 'started'",
        "UPDATE payment SET amount = amount + 1 WHERE state = 'settled'",
        "UPDATE payment SET state = 'refunded' WHERE state = 'settled'",
        "UPDATE ledger_entry SET amount = 1 WHERE payment_id IS NOT NULL",
        "DELETE FROM ledger_entry WHERE payment_id IS NOT NULL",
        "DELETE FROM payment WHERE state = 'settled'",
    ],
)
def test_a_payment_changed_by_hand_is_found_by_the_ledger(
    fresh_database: MakeDatabase, citizen: Caller, by_hand: ByHand, statement: str
) -> None:
    database = Database(fresh_database("payments"), pool_size=2)
    paid = CaseStory(database, "G01.029.00-261122-0001")
    take(paid, notice(start(paid.submitted(), citizen)))
    start(CaseStory(database, "G01.029.00-261122-0002").submitted(), citizen)
    with database.autocommit() as conn:
        assert unbalanced.cases(conn, 5) == []
    with by_hand(database) as conn:
        assert conn.execute(text(statement)).rowcount == 1
    with database.autocommit() as conn:
        assert len(unbalanced.cases(conn, 5)) == 1
    database.close()


@pytest.mark.parametrize("table", ["payment", "due", "case_dues", "receipt_number"])
def test_nobody_removes_what_was_owed_or_paid(case: CaseStory, by_hand: ByHand, table: str) -> None:
    case.submitted()
    for statement in (f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"):  # noqa: S608  # of constants
        with pytest.raises(DBAPIError, match=r"is kept|append-only"), by_hand(case.database, triggers=True) as conn:
            conn.execute(text(statement))


def test_debits_and_credits_of_every_case_agree_with_its_payments(case: CaseStory, citizen: Caller) -> None:
    take(case, notice(start(case.submitted(), citizen)))
    with case.database.transaction() as conn:
        wrong = conn.execute(
            text("""
            SELECT case_ref FROM payment LEFT JOIN ledger_entry USING (payment_id, case_ref)
            GROUP BY case_ref, payment_id, state, payment.amount
            HAVING coalesce(sum(ledger_entry.amount) FILTER (WHERE credit = 'receivable'), 0)
                <> CASE WHEN state IN ('settled', 'refunded') THEN payment.amount ELSE 0 END
            """)
        ).all()
    assert wrong == []


def test_a_payment_expires_a_quarter_of_an_hour_after_it_was_started(case: CaseStory, citizen: Caller) -> None:
    start(case.submitted(), citizen)
    payment = case.dues(citizen).payments[0]
    assert payment.expires_at is not None
    assert payment.expires_at - payment.started_at == timedelta(minutes=15)


def test_receipt_numbers_begin_anew_with_the_year_in_viet_nam(
    database: Database, clerk: Caller, unique_name: str
) -> None:
    new_year = midnight(date(2031, 1, 1))
    receipts = []
    for day, now in enumerate((new_year - timedelta(seconds=1), new_year, new_year + timedelta(days=1))):
        story = CaseStory(database, f"G01.029.00-31010{day}-{unique_name.upper()}").submitted()
        dues = dues_usecases.record_cash(story.database, clerk, story.ref, 135_000, now)
        receipts.append(dues.payments[0].transaction_ref)
        assert dues.payments[0].changed_at == now
    assert [receipt.split("/")[1:] for receipt in receipts] == [
        ["2030", "00000001"],
        ["2031", "00000001"],
        ["2031", "00000002"],
    ]
