"""Cases, their ledger and their payments in the database."""

from uuid import UUID

from sqlalchemy import Connection, text

from services.common import limits
from services.payments.core.domain import Balance, Case, Due, Entry, Payment, PaymentState

CASE = "case_ref, case_id, agency_code, applicant_account, version, ended"
PAYMENT = "payment_id, case_ref, method, state, amount, transaction_ref, started_at, expires_at, changed_at"


def case(conn: Connection, case_ref: str) -> Case | None:
    row = conn.execute(text(f"SELECT {CASE} FROM case_dues WHERE case_ref = :ref"), {"ref": case_ref}).one_or_none()
    return Case(*row) if row else None


def lock_case(conn: Connection, case_ref: str) -> Case | None:
    """Returns the case, locked: every posting to a case's ledger goes through this lock."""
    statement = text(f"SELECT {CASE} FROM case_dues WHERE case_ref = :ref FOR UPDATE")
    row = conn.execute(statement, {"ref": case_ref}).one_or_none()
    return Case(*row) if row else None


def next_event_version(conn: Connection, case_ref: str) -> int:
    """Counts the events payments publishes about a case, from 1."""
    statement = text("""
        UPDATE case_dues SET events_published = events_published + 1
        WHERE case_ref = :ref RETURNING events_published
        """)
    return int(conn.execute(statement, {"ref": case_ref}).scalar_one())


def dues(conn: Connection, case_ref: str) -> list[Due]:
    statement = text("SELECT code, name_vi, name_en, amount, legal_basis FROM due WHERE case_ref = :ref ORDER BY code")
    return [Due(*row) for row in conn.execute(statement, {"ref": case_ref})]


def total(conn: Connection, case_ref: str) -> int:
    statement = text("SELECT coalesce(sum(amount), 0)::bigint FROM due WHERE case_ref = :ref")
    return int(conn.execute(statement, {"ref": case_ref}).scalar_one())


def balance(conn: Connection, case_ref: str) -> Balance:
    statement = text("""
        SELECT coalesce(sum(CASE WHEN credit = 'fees' THEN amount WHEN debit = 'fees' THEN -amount END), 0)::bigint,
               coalesce(sum(amount) FILTER (WHERE debit IN ('vnpay', 'cash')), 0)::bigint,
               coalesce(sum(amount) FILTER (WHERE credit IN ('vnpay', 'cash')), 0)::bigint
        FROM ledger_entry WHERE case_ref = :ref
        """)
    return Balance(*conn.execute(statement, {"ref": case_ref}).one())


def post(conn: Connection, case_ref: str, entry: Entry, *, actor: str, payment_id: UUID | None = None) -> None:
    """Adds an entry to the ledger."""
    statement = text("""
        INSERT INTO ledger_entry (case_ref, debit, credit, amount, payment_id, actor)
        VALUES (:ref, :debit, :credit, :amount, :payment_id, :actor)
        """)
    conn.execute(
        statement,
        {
            "ref": case_ref,
            "debit": entry.debit.value,
            "credit": entry.credit.value,
            "amount": entry.amount,
            "payment_id": payment_id,
            "actor": actor,
        },
    )


def payments(conn: Connection, case_ref: str) -> list[Payment]:
    """Returns the payments of a case, oldest first, without attempts that came to nothing a while ago; those are only
    kept."""
    statement = text(f"""
        SELECT {PAYMENT} FROM payment
        WHERE case_ref = :ref AND (state <> 'failed' OR changed_at > now() - :shown)
        ORDER BY started_at, payment_id
        """)
    values = {"ref": case_ref, "shown": limits.PAYMENT_FAILED_SHOWN}
    return [to_payment(row) for row in conn.execute(statement, values)]


def mark_refunded(conn: Connection, payment_id: UUID) -> None:
    statement = text("UPDATE payment SET state = 'refunded', changed_at = now() WHERE payment_id = :id")
    conn.execute(statement, {"id": payment_id})


def to_payment(row: object) -> Payment:
    found = Payment(*row)  # type: ignore[misc]  # a Row of exactly these columns
    return found._replace(state=PaymentState(found.state))
