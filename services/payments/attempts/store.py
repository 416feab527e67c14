"""Attempts to pay in the database."""

from uuid import UUID

from sqlalchemy import Connection, text

from services.common import limits
from services.payments.attempts.domain import Report
from services.payments.core.domain import Case, Payment, PaymentState
from services.payments.core.store import CASE, PAYMENT, to_payment


def lock_case_of(conn: Connection, payment_id: UUID) -> Case | None:
    """Returns the case a payment is for, locked; read the payment after, not before."""
    statement = text(f"""
        SELECT {CASE} FROM case_dues
        WHERE case_ref = (SELECT case_ref FROM payment WHERE payment_id = :id) FOR UPDATE
        """)
    row = conn.execute(statement, {"id": payment_id}).one_or_none()
    return Case(*row) if row else None


def start_payment(
    conn: Connection, payment_id: UUID, case_ref: str, *, method: str, amount: int, actor: str
) -> Payment:
    """Returns a payment begun with a provider, to be queried when no notice comes."""
    statement = text(f"""
        INSERT INTO payment (payment_id, case_ref, method, state, amount, actor, expires_at, next_query_at)
        VALUES (:id, :ref, :method, 'started', :amount, :actor, now() + :life, now() + :query_after)
        RETURNING {PAYMENT}
        """)
    row = conn.execute(
        statement,
        {
            "id": payment_id,
            "ref": case_ref,
            "method": method,
            "amount": amount,
            "actor": actor,
            "life": limits.PAYMENT_LIFE,
            "query_after": limits.PAYMENT_QUERY_AFTER,
        },
    ).one()
    return to_payment(row)


def open_payment(conn: Connection, case_ref: str, *, method: str, amount: int) -> Payment | None:
    """Returns the attempt to pay this amount that is under way and leaves time to pay; the caller holds the case's
    lock."""
    statement = text(f"""
        SELECT {PAYMENT} FROM payment
        WHERE case_ref = :ref AND method = :method AND state = 'started' AND amount = :amount
            AND expires_at > now() + :left
        ORDER BY started_at DESC LIMIT 1
        """)
    values = {"ref": case_ref, "method": method, "amount": amount, "left": limits.PAYMENT_LEFT}
    row = conn.execute(statement, values).one_or_none()
    return to_payment(row) if row else None


def attempts_of_a_day(conn: Connection, case_ref: str, *, method: str) -> int:
    """Counts the attempts to pay begun within the last day."""
    statement = text("""
        SELECT count(*) FROM payment
        WHERE case_ref = :ref AND method = :method AND started_at > now() - interval '1 day'
        """)
    return int(conn.execute(statement, {"ref": case_ref, "method": method}).scalar_one())


def payment(conn: Connection, payment_id: UUID) -> Payment | None:
    statement = text(f"SELECT {PAYMENT} FROM payment WHERE payment_id = :id")
    row = conn.execute(statement, {"id": payment_id}).one_or_none()
    return to_payment(row) if row else None


def record_report(conn: Connection, payment_id: UUID, state: PaymentState, report: Report) -> Payment:
    """Moves a payment to `state` with what the provider said."""
    statement = text(f"""
        UPDATE payment SET state = :state, transaction_ref = :number, provider_code = :code, evidence = :evidence,
            changed_at = now()
        WHERE payment_id = :id RETURNING {PAYMENT}
        """)
    row = conn.execute(
        statement,
        {
            "id": payment_id,
            "state": state.value,
            "number": report.transaction_no,
            "code": report.code,
            "evidence": report.evidence,
        },
    ).one()
    return to_payment(row)


def claim_to_query(conn: Connection) -> list[Payment]:
    """Claims payments whose notice is overdue; each is put off, ever longer, so that no other replica asks too."""
    statement = text(f"""
        UPDATE payment SET queries = queries + 1,
            next_query_at = now() + least(:longest, interval '1 minute' * power(2, least(queries, 16)))
        WHERE payment_id IN (
            SELECT payment_id FROM payment WHERE state IN ('started', 'review') AND next_query_at <= now()
            ORDER BY next_query_at LIMIT :batch FOR UPDATE SKIP LOCKED)
        RETURNING {PAYMENT}
        """)
    parameters = {"longest": limits.PAYMENT_QUERY_DELAY_MAX, "batch": limits.PAYMENT_QUERY_BATCH}
    return [to_payment(row) for row in conn.execute(statement, parameters)]


def give_up_abandoned(conn: Connection) -> int:
    """Closes payments nobody finished; a notice that comes after all still counts."""
    statement = text("""
        UPDATE payment SET state = 'failed', provider_code = 'abandoned', changed_at = now()
        WHERE state = 'started' AND started_at < now() - :age
        """)
    return conn.execute(statement, {"age": limits.PAYMENT_GIVE_UP}).rowcount
