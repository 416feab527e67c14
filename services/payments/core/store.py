"""Cases, their ledger and their payments in the database."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from services.common import limits, sql
from services.payments.core.domain import Balance, Case, Due, Entry, Payment, PaymentState

CASE = "case_ref, case_id, agency_code, applicant_account, version, ended, intake_agency, owner_number"
PAYMENT = "payment_id, case_ref, method, state, amount, transaction_ref, started_at, expires_at, changed_at, paid_at"


def case(conn: Connection, case_ref: str) -> Case | None:
    return sql.find(conn, Case, f"SELECT {CASE} FROM case_dues WHERE case_ref = %(ref)s", {"ref": case_ref})


def lock_case(conn: Connection, case_ref: str) -> Case | None:
    """Returns the case, locked: every posting to a case's ledger goes through this lock."""
    statement = f"SELECT {CASE} FROM case_dues WHERE case_ref = %(ref)s FOR UPDATE"
    return sql.find(conn, Case, statement, {"ref": case_ref})


def next_event_version(conn: Connection, case_ref: str) -> int:
    """Counts the events payments publishes about a case, from 1."""
    statement = """
        UPDATE case_dues SET events_published = events_published + 1
        WHERE case_ref = %(ref)s RETURNING events_published
        """
    return int(sql.value(conn, statement, {"ref": case_ref}))


def dues(conn: Connection, case_ref: str) -> list[Due]:
    statement = "SELECT code, name_vi, name_en, amount, legal_basis FROM due WHERE case_ref = %(ref)s ORDER BY code"
    return sql.find_all(conn, Due, statement, {"ref": case_ref})


def total(conn: Connection, case_ref: str) -> int:
    statement = "SELECT coalesce(sum(amount), 0)::bigint FROM due WHERE case_ref = %(ref)s"
    return int(sql.value(conn, statement, {"ref": case_ref}))


def balance(conn: Connection, case_ref: str) -> Balance:
    statement = """
        SELECT coalesce(sum(CASE WHEN credit = 'fees' THEN amount WHEN debit = 'fees' THEN -amount END), 0)::bigint
                   AS charged,
               coalesce(sum(amount) FILTER (WHERE debit IN ('vnpay', 'cash')), 0)::bigint AS paid,
               coalesce(sum(amount) FILTER (WHERE credit IN ('vnpay', 'cash')), 0)::bigint AS refunded
        FROM ledger_entry WHERE case_ref = %(ref)s
        """
    return sql.returned(conn, Balance, statement, {"ref": case_ref})


def post(conn: Connection, case_ref: str, entry: Entry, *, actor: str, payment_id: UUID | None = None) -> None:
    """Adds an entry to the ledger."""
    statement = """
        INSERT INTO ledger_entry (case_ref, debit, credit, amount, payment_id, actor)
        VALUES (%(ref)s, %(debit)s, %(credit)s, %(amount)s, %(payment_id)s, %(actor)s)
        """
    sql.execute(
        conn,
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


def payments(conn: Connection, case_ref: str, now: datetime) -> list[Payment]:
    """Returns the payments of a case, oldest first, without attempts that came to nothing a while ago; those are only
    kept."""
    statement = f"""
        SELECT {PAYMENT} FROM payment
        WHERE case_ref = %(ref)s AND (state <> 'failed' OR changed_at > %(now)s - %(shown)s)
        ORDER BY started_at, payment_id
        """
    values = {"ref": case_ref, "now": now, "shown": limits.PAYMENT_FAILED_SHOWN}
    return sql.find_all(conn, to_payment, statement, values)


def paid_at(conn: Connection, case_ref: str) -> datetime | None:
    """Finds when the last of the money that a case has paid was paid, whenever we heard of it."""
    statement = """
        SELECT max(coalesce(paid_at, changed_at)) FROM payment WHERE case_ref = %(ref)s AND state = 'settled'
        """
    at: datetime | None = sql.value(conn, statement, {"ref": case_ref})
    return at


def mark_refunded(conn: Connection, payment_id: UUID, now: datetime) -> None:
    statement = "UPDATE payment SET state = 'refunded', changed_at = %(now)s WHERE payment_id = %(id)s"
    sql.execute(conn, statement, {"id": payment_id, "now": now})


def to_payment(state: str, **columns: Any) -> Payment:
    """Makes a payment of the columns PAYMENT."""
    return Payment(state=PaymentState(state), **columns)
