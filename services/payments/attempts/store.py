"""Attempts to pay in the database."""

from datetime import datetime
from uuid import UUID

from psycopg.errors import UniqueViolation
from sqlalchemy import Connection

from services.common import limits, sql
from services.common.retry import delays
from services.payments.attempts.domain import NumberTaken, Report
from services.payments.core.domain import Case, Payment, PaymentState
from services.payments.core.store import CASE, PAYMENT, to_payment


def lock_case_of(conn: Connection, payment_id: UUID) -> Case | None:
    """Returns the case a payment is for, locked; read the payment after, not before."""
    statement = f"""
        SELECT {CASE} FROM case_dues
        WHERE case_ref = (SELECT case_ref FROM payment WHERE payment_id = %(id)s) FOR UPDATE
        """
    return sql.find(conn, Case, statement, {"id": payment_id})


def start_payment(
    conn: Connection, payment_id: UUID, case_ref: str, *, method: str, amount: int, actor: str, now: datetime
) -> Payment:
    """Returns a payment begun with a provider, to be queried when no notice comes."""
    statement = f"""
        INSERT INTO payment (payment_id, case_ref, method, state, amount, actor, started_at, changed_at, expires_at,
            next_query_at)
        VALUES (%(id)s, %(ref)s, %(method)s, 'started', %(amount)s, %(actor)s, %(now)s, %(now)s,
            %(now)s + %(life)s, %(now)s + %(query_after)s)
        RETURNING {PAYMENT}
        """
    values = {
        "id": payment_id,
        "ref": case_ref,
        "method": method,
        "amount": amount,
        "actor": actor,
        "now": now,
        "life": limits.PAYMENT_LIFE,
        "query_after": limits.PAYMENT_QUERY_AFTER,
    }
    return sql.returned(conn, to_payment, statement, values)


def open_payment(conn: Connection, case_ref: str, *, method: str, amount: int, now: datetime) -> Payment | None:
    """Returns the attempt to pay this amount that is under way and leaves time to pay; the caller holds the case's
    lock."""
    statement = f"""
        SELECT {PAYMENT} FROM payment
        WHERE case_ref = %(ref)s AND method = %(method)s AND state = 'started' AND amount = %(amount)s
            AND expires_at > %(now)s + %(left)s
        ORDER BY started_at DESC LIMIT 1
        """
    values = {"ref": case_ref, "method": method, "amount": amount, "now": now, "left": limits.PAYMENT_LEFT}
    return sql.find(conn, to_payment, statement, values)


def attempts_of_a_day(conn: Connection, case_ref: str, *, method: str, now: datetime) -> int:
    """Counts the attempts to pay begun within the last day."""
    statement = """
        SELECT count(*) FROM payment
        WHERE case_ref = %(ref)s AND method = %(method)s AND started_at > %(now)s - interval '1 day'
        """
    return int(sql.value(conn, statement, {"ref": case_ref, "method": method, "now": now}))


def payment(conn: Connection, payment_id: UUID) -> Payment | None:
    statement = f"SELECT {PAYMENT} FROM payment WHERE payment_id = %(id)s"
    return sql.find(conn, to_payment, statement, {"id": payment_id})


def record_report(
    conn: Connection, payment_id: UUID, state: PaymentState, report: Report, now: datetime, paid_at: datetime | None
) -> Payment:
    """Moves a payment to `state` with what the provider said, and when it was paid.

    Raises:
        NumberTaken: its transaction number stands for another payment.
    """
    statement = f"""
        UPDATE payment SET state = %(state)s, transaction_ref = %(number)s, provider_code = %(code)s,
            evidence = %(evidence)s, changed_at = %(now)s, paid_at = %(paid_at)s
        WHERE payment_id = %(id)s RETURNING {PAYMENT}
        """
    values = {
        "id": payment_id,
        "state": state.value,
        "number": report.transaction_no,
        "code": report.code,
        "evidence": report.evidence,
        "now": now,
        "paid_at": paid_at,
    }
    try:
        return sql.returned(conn, to_payment, statement, values)
    except UniqueViolation as error:
        raise NumberTaken(report.transaction_no) from error


def claim_to_query(conn: Connection, now: datetime) -> list[Payment]:
    """Claims payments whose notice is overdue; each is put off, ever longer, so that no other replica asks too."""
    statement = f"""
        UPDATE payment SET queries = queries + 1,
            next_query_at = %(now)s + (%(delays)s::interval[])[least(queries + 1, cardinality(%(delays)s::interval[]))]
        WHERE payment_id IN (
            SELECT payment_id FROM payment WHERE state IN ('started', 'review') AND next_query_at <= %(now)s
            ORDER BY next_query_at LIMIT %(batch)s FOR UPDATE SKIP LOCKED)
        RETURNING {PAYMENT}
        """
    waits = delays(limits.PAYMENT_QUERY_DELAY_FIRST, limits.PAYMENT_QUERY_DELAY_MAX)
    values = {"now": now, "delays": waits, "batch": limits.PAYMENT_QUERY_BATCH}
    return sql.find_all(conn, to_payment, statement, values)


def give_up_abandoned(conn: Connection, now: datetime) -> int:
    """Closes payments nobody finished; a notice that comes after all still counts."""
    statement = """
        UPDATE payment SET state = 'failed', provider_code = 'abandoned', changed_at = %(now)s
        WHERE state = 'started' AND started_at < %(now)s - %(age)s
        """
    return sql.execute(conn, statement, {"now": now, "age": limits.PAYMENT_GIVE_UP})
