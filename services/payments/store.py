"""Every SQL statement of payments."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, text

from services.common import limits
from services.common.database import fetch_one
from services.payments.domain import Balance, Entry, PaymentState, Report


class Case(NamedTuple):
    """What payments knows of a case."""

    case_ref: str
    case_id: str
    agency_code: str
    applicant_account: str
    version: int
    ended: bool


class Due(NamedTuple):
    """One fee (phí) or levy (lệ phí) of a case; whole VND."""

    code: str
    name_vi: str
    name_en: str
    amount: int
    legal_basis: str


class Payment(NamedTuple):
    """One attempt to pay."""

    payment_id: UUID
    case_ref: str
    method: str
    state: PaymentState
    amount: int
    transaction_ref: str
    started_at: datetime
    expires_at: datetime | None
    changed_at: datetime


_CASE = "case_ref, case_id, agency_code, applicant_account, version, ended"
_PAYMENT = "payment_id, case_ref, method, state, amount, transaction_ref, started_at, expires_at, changed_at"


def put_case(conn: Connection, case: Case) -> Case:
    """Stores what an event says of a case unless a newer one was heard; returns what holds now, its row locked."""
    statement = f"""
        INSERT INTO case_dues AS known ({_CASE})
        VALUES (%(case_ref)s, %(case_id)s, %(agency_code)s, %(applicant_account)s, %(version)s, %(ended)s)
        ON CONFLICT (case_ref) DO UPDATE SET
            version = greatest(known.version, excluded.version),
            ended = CASE WHEN excluded.version > known.version THEN excluded.ended ELSE known.ended END
        RETURNING {_CASE}
        """
    return Case(*fetch_one(conn, statement, case._asdict()))


def case(conn: Connection, case_ref: str) -> Case | None:
    row = conn.execute(text(f"SELECT {_CASE} FROM case_dues WHERE case_ref = :ref"), {"ref": case_ref}).one_or_none()
    return Case(*row) if row else None


def lock_case(conn: Connection, case_ref: str) -> Case | None:
    """The case, locked: every posting to a case's ledger goes through this lock."""
    statement = text(f"SELECT {_CASE} FROM case_dues WHERE case_ref = :ref FOR UPDATE")
    row = conn.execute(statement, {"ref": case_ref}).one_or_none()
    return Case(*row) if row else None


def lock_case_of(conn: Connection, payment_id: UUID) -> Case | None:
    """The case a payment is for, locked; read the payment after, not before."""
    statement = text(f"""
        SELECT {_CASE} FROM case_dues
        WHERE case_ref = (SELECT case_ref FROM payment WHERE payment_id = :id) FOR UPDATE
        """)
    row = conn.execute(statement, {"id": payment_id}).one_or_none()
    return Case(*row) if row else None


def next_event_version(conn: Connection, case_ref: str) -> int:
    """Counts the events payments publishes about a case, from 1."""
    statement = text("""
        UPDATE case_dues SET events_published = events_published + 1
        WHERE case_ref = :ref RETURNING events_published
        """)
    return int(conn.execute(statement, {"ref": case_ref}).scalar_one())


def add_dues(conn: Connection, case_ref: str, dues: Sequence[Due]) -> None:
    """Adds fees; one already there stays as it is."""
    if dues:
        statement = text("""
            INSERT INTO due (case_ref, code, name_vi, name_en, amount, legal_basis)
            VALUES (:case_ref, :code, :name_vi, :name_en, :amount, :legal_basis) ON CONFLICT DO NOTHING
            """)
        conn.execute(statement, [due._asdict() | {"case_ref": case_ref} for due in dues])


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


def start_payment(
    conn: Connection, payment_id: UUID, case_ref: str, *, method: str, amount: int, actor: str
) -> Payment:
    """A payment begun with a provider, to be queried when no notice comes."""
    statement = text(f"""
        INSERT INTO payment (payment_id, case_ref, method, state, amount, actor, expires_at, next_query_at)
        VALUES (:id, :ref, :method, 'started', :amount, :actor, now() + :life, now() + :query_after)
        RETURNING {_PAYMENT}
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
    return _payment(row)


def open_payment(conn: Connection, case_ref: str, *, method: str, amount: int) -> Payment | None:
    """The attempt to pay this amount that is under way and leaves time to pay; the caller holds the case's lock."""
    statement = text(f"""
        SELECT {_PAYMENT} FROM payment
        WHERE case_ref = :ref AND method = :method AND state = 'started' AND amount = :amount
            AND expires_at > now() + :left
        ORDER BY started_at DESC LIMIT 1
        """)
    values = {"ref": case_ref, "method": method, "amount": amount, "left": limits.PAYMENT_LEFT}
    row = conn.execute(statement, values).one_or_none()
    return _payment(row) if row else None


def attempts_of_a_day(conn: Connection, case_ref: str, *, method: str) -> int:
    """How many attempts to pay were begun within the last day."""
    statement = text("""
        SELECT count(*) FROM payment
        WHERE case_ref = :ref AND method = :method AND started_at > now() - interval '1 day'
        """)
    return int(conn.execute(statement, {"ref": case_ref, "method": method}).scalar_one())


def add_cash(conn: Connection, payment_id: UUID, case_ref: str, *, amount: int, receipt: str, actor: str) -> Payment:
    statement = text(f"""
        INSERT INTO payment (payment_id, case_ref, method, state, amount, transaction_ref, actor)
        VALUES (:id, :ref, 'cash', 'settled', :amount, :receipt, :actor) RETURNING {_PAYMENT}
        """)
    row = conn.execute(
        statement, {"id": payment_id, "ref": case_ref, "amount": amount, "receipt": receipt, "actor": actor}
    ).one()
    return _payment(row)


def payment(conn: Connection, payment_id: UUID) -> Payment | None:
    statement = text(f"SELECT {_PAYMENT} FROM payment WHERE payment_id = :id")
    row = conn.execute(statement, {"id": payment_id}).one_or_none()
    return _payment(row) if row else None


def payments(conn: Connection, case_ref: str) -> list[Payment]:
    """The payments of a case, oldest first, without attempts that came to nothing a while ago; those are only kept."""
    statement = text(f"""
        SELECT {_PAYMENT} FROM payment
        WHERE case_ref = :ref AND (state <> 'failed' OR changed_at > now() - :shown)
        ORDER BY started_at, payment_id
        """)
    values = {"ref": case_ref, "shown": limits.PAYMENT_FAILED_SHOWN}
    return [_payment(row) for row in conn.execute(statement, values)]


def record_report(conn: Connection, payment_id: UUID, state: PaymentState, report: Report) -> Payment:
    """Moves a payment to `state` with what the provider said."""
    statement = text(f"""
        UPDATE payment SET state = :state, transaction_ref = :number, provider_code = :code, evidence = :evidence,
            changed_at = now()
        WHERE payment_id = :id RETURNING {_PAYMENT}
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
    return _payment(row)


def mark_refunded(conn: Connection, payment_id: UUID) -> None:
    statement = text("UPDATE payment SET state = 'refunded', changed_at = now() WHERE payment_id = :id")
    conn.execute(statement, {"id": payment_id})


def next_receipt(conn: Connection, agency_code: str) -> tuple[int, int]:
    """Year and number of the next cash receipt of an agency; numbers start at 1 each 1 January, Vietnamese time."""
    statement = text("""
        INSERT INTO receipt_number (agency_code, year, last)
        VALUES (:agency, extract(year FROM now() AT TIME ZONE 'Asia/Ho_Chi_Minh'), 1)
        ON CONFLICT (agency_code, year) DO UPDATE SET last = receipt_number.last + 1 RETURNING year, last
        """)
    row = conn.execute(statement, {"agency": agency_code}).one()
    return int(row.year), int(row.last)


def claim_to_query(conn: Connection) -> list[Payment]:
    """Payments whose notice is overdue; each is put off, ever longer, so that no other replica asks too."""
    statement = text(f"""
        UPDATE payment SET queries = queries + 1,
            next_query_at = now() + least(:longest, interval '1 minute' * power(2, least(queries, 16)))
        WHERE payment_id IN (
            SELECT payment_id FROM payment WHERE state IN ('started', 'review') AND next_query_at <= now()
            ORDER BY next_query_at LIMIT :batch FOR UPDATE SKIP LOCKED)
        RETURNING {_PAYMENT}
        """)
    parameters = {"longest": limits.PAYMENT_QUERY_DELAY_MAX, "batch": limits.PAYMENT_QUERY_BATCH}
    return [_payment(row) for row in conn.execute(statement, parameters)]


def give_up_abandoned(conn: Connection) -> int:
    """Closes payments nobody finished; a notice that comes after all still counts."""
    statement = text("""
        UPDATE payment SET state = 'failed', provider_code = 'abandoned', changed_at = now()
        WHERE state = 'started' AND started_at < now() - :age
        """)
    return conn.execute(statement, {"age": limits.PAYMENT_GIVE_UP}).rowcount


def _payment(row: object) -> Payment:
    found = Payment(*row)  # type: ignore[misc]  # a Row of exactly these columns
    return found._replace(state=PaymentState(found.state))
