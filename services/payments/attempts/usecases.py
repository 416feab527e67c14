"""The use cases of online payments; one function is one transaction."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

import structlog
from sqlalchemy import Connection

from services.common import limits, security_log
from services.common.context import Caller
from services.common.database import Database, DatabaseUnavailable
from services.common.events import uuid7
from services.common.security_log import Event
from services.payments.attempts import domain, store, vnpay
from services.payments.attempts.domain import NumberTaken, Outcome, Report, Standing, TooManyPayments, Verdict
from services.payments.attempts.provider import Provider, ProviderUnavailable
from services.payments.attempts.vnpay import BadChecksum, Merchant, SaysNoOutcome
from services.payments.core import store as core_store
from services.payments.core.booking import take_in
from services.payments.core.domain import Case, NothingDue, Payment, PaymentState
from services.payments.core.visibility import visible

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Return:
    """A payer come back from the provider's page; empty when it was not the provider who sent them."""

    case_ref: str = ""
    outcome: Outcome = Outcome.UNKNOWN
    standing: Standing = Standing.UNKNOWN
    amount: int = 0


def start_payment(
    database: Database,
    who: Caller,
    merchant: Merchant,
    case_ref: str,
    *,
    return_url: str,
    client_ip: str,
    locale: str,
    now: datetime,
) -> tuple[UUID, str]:
    """Begins a payment of all that is open, or goes on with the payment under way; returns its id and where the payer
    goes.

    The row is committed before anyone can pay, so every notice finds its order.

    Raises:
        DuesNotFound, NothingDue.
        TooManyPayments: it was begun so many times within a day.
    """
    with database.transaction() as conn:
        case = visible(who, core_store.lock_case(conn, case_ref))
        amount = core_store.balance(conn, case_ref).open
        if not amount:
            raise NothingDue
        payment = store.open_payment(conn, case_ref, method=vnpay.METHOD, amount=amount, now=now)
        if payment is None:
            payment = _begin(conn, who, case, amount, now)
    order = order_of(payment)
    url = vnpay.pay_url(merchant, order, return_url=return_url, client_ip=client_ip, locale=locale)
    return payment.payment_id, url


def _begin(conn: Connection, who: Caller, case: Case, amount: int, now: datetime) -> Payment:
    """Raises TooManyPayments."""
    if store.attempts_of_a_day(conn, case.case_ref, method=vnpay.METHOD, now=now) >= limits.PAYMENT_ATTEMPTS:
        raise TooManyPayments(most=limits.PAYMENT_ATTEMPTS)
    payment = store.start_payment(
        conn, uuid7(), case.case_ref, method=vnpay.METHOD, amount=amount, actor=who.subject, now=now
    )
    log.info("payment started", payment_id=str(payment.payment_id), case_ref=case.case_ref, amount=amount)
    return payment


def take_notice(database: Database, merchant: Merchant, query_string: str, now: datetime) -> Verdict:
    """Records a provider's notice; whatever happens there is a verdict, for the provider repeats what is not taken."""
    try:
        return record_report(database, vnpay.read_message(merchant, query_string), now)
    except BadChecksum as error:
        log.warning("notice refused", reason=str(error))
        security_log.tell(Event.SIGNATURE_REFUSED, method="TakeNotice", code="bad-checksum")
        return Verdict.BAD_CHECKSUM
    except SaysNoOutcome as error:
        log.warning("notice refused", reason=str(error))
        return Verdict.NOT_RECORDED
    except DatabaseUnavailable:
        return Verdict.NOT_RECORDED
    except NumberTaken as error:
        log.error("notice contradicts the ledger", transaction_no=str(error))
        return Verdict.NOT_RECORDED


def record_report(database: Database, report: Report, now: datetime) -> Verdict:
    """Records what a provider says of an order, once, however often and however concurrently it says so.

    Raises:
        NumberTaken.
    """
    payment_id = _payment_id(report.txn_ref)
    if payment_id is None:
        return Verdict.UNKNOWN_ORDER
    with database.transaction() as conn:
        case = store.lock_case_of(conn, payment_id)
        payment = store.payment(conn, payment_id)
        if case is None or payment is None:
            return Verdict.UNKNOWN_ORDER
        if report.amount != payment.amount:
            return Verdict.WRONG_AMOUNT
        state = domain.next_state(payment.state, report.outcome)
        if state is None:
            return Verdict.ALREADY_RECORDED
        paid_at = domain.when_paid(report, payment, now) if state is PaymentState.SETTLED else None
        payment = store.record_report(conn, payment_id, state, report, now, paid_at)
        if state is PaymentState.SETTLED:
            take_in(conn, case, payment, vnpay.METHOD)
    log.info("payment reported", payment_id=str(payment_id), state=state, code=report.code, case_ref=case.case_ref)
    return Verdict.RECORDED


def read_return(database: Database, merchant: Merchant, query_string: str) -> Return:
    """Reads what the payer's browser brought back and what is booked, for display; of unknown standing when forged."""
    try:
        report = vnpay.read_message(merchant, query_string)
    except (BadChecksum, SaysNoOutcome):
        return Return()
    payment_id = _payment_id(report.txn_ref)
    with database.transaction() as conn:
        payment = store.payment(conn, payment_id) if payment_id else None
        if payment is None:
            return Return()
        owed = core_store.balance(conn, payment.case_ref).owed > 0
    standing = domain.standing(payment.state, report.outcome, cancelled=report.code == vnpay.CANCELLED, owed=owed)
    return Return(payment.case_ref, report.outcome, standing, payment.amount)


def query_overdue(database: Database, provider: Provider, clock: Callable[[], datetime]) -> int:
    """Asks the provider about payments whose notice is overdue; returns how many got an answer that was recorded.

    An attempt past its end that the provider knows nothing of came to nothing and is not asked about again. The
    database is never held while the provider is asked.
    """
    with database.transaction() as conn:
        store.give_up_abandoned(conn, clock())
        claimed = store.claim_to_query(conn, clock())
    recorded = 0
    for payment in claimed:
        try:
            report = provider.query(order_of(payment))
        except (ProviderUnavailable, BadChecksum) as error:
            log.warning("payment query failed", payment_id=str(payment.payment_id), error=str(error))
            continue
        if report.outcome is Outcome.UNKNOWN and _is_over(payment, clock()):
            report = replace(report, outcome=Outcome.FAILED)
        try:
            recorded += record_report(database, report, clock()) is Verdict.RECORDED
        except NumberTaken as error:  # as for a notice; the others are still asked about
            log.error("query contradicts the ledger", payment_id=str(payment.payment_id), transaction_no=str(error))
    return recorded


def _is_over(payment: Payment, now: datetime) -> bool:
    """Returns whether nobody can pay by it any more."""
    ends = payment.expires_at or payment.started_at
    return now > ends + limits.PAYMENT_CLOSED_AFTER


def order_of(payment: Payment) -> vnpay.Order:
    """Returns a payment as the provider knows it."""
    expires = payment.expires_at or payment.started_at
    info = f"Nop phi ho so {payment.case_ref}"
    return vnpay.Order(payment.payment_id.hex, payment.amount, info, payment.started_at, expires)


def _payment_id(txn_ref: str) -> UUID | None:
    """Reads the payment an order number names; None when it is not exactly how we write order numbers."""
    try:
        payment_id = UUID(hex=txn_ref)
    except ValueError:
        return None
    return payment_id if payment_id.hex == txn_ref else None
