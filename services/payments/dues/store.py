"""Fees and cash in the database."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection, text

from services.common.database import fetch_one
from services.payments.core.domain import Case, Due, Payment
from services.payments.core.store import CASE, PAYMENT, to_payment


def put_case(conn: Connection, case: Case) -> Case:
    """Stores what an event says of a case unless a newer event was heard; returns what holds now, its row locked."""
    statement = f"""
        INSERT INTO case_dues AS known ({CASE})
        VALUES (%(case_ref)s, %(case_id)s, %(agency_code)s, %(applicant_account)s, %(version)s, %(ended)s)
        ON CONFLICT (case_ref) DO UPDATE SET
            version = greatest(known.version, excluded.version),
            ended = CASE WHEN excluded.version > known.version THEN excluded.ended ELSE known.ended END
        RETURNING {CASE}
        """
    return Case(*fetch_one(conn, statement, case._asdict()))


def add_dues(conn: Connection, case_ref: str, dues: Sequence[Due]) -> None:
    """Adds fees; one already there stays as it is."""
    if dues:
        statement = text("""
            INSERT INTO due (case_ref, code, name_vi, name_en, amount, legal_basis)
            VALUES (:case_ref, :code, :name_vi, :name_en, :amount, :legal_basis) ON CONFLICT DO NOTHING
            """)
        conn.execute(statement, [due._asdict() | {"case_ref": case_ref} for due in dues])


def add_cash(conn: Connection, payment_id: UUID, case_ref: str, *, amount: int, receipt: str, actor: str) -> Payment:
    statement = text(f"""
        INSERT INTO payment (payment_id, case_ref, method, state, amount, transaction_ref, actor)
        VALUES (:id, :ref, 'cash', 'settled', :amount, :receipt, :actor) RETURNING {PAYMENT}
        """)
    row = conn.execute(
        statement, {"id": payment_id, "ref": case_ref, "amount": amount, "receipt": receipt, "actor": actor}
    ).one()
    return to_payment(row)


def next_receipt(conn: Connection, agency_code: str) -> tuple[int, int]:
    """Takes year and number of the next cash receipt of an agency; numbers start at 1 each 1 January, Vietnamese
    time."""
    statement = text("""
        INSERT INTO receipt_number (agency_code, year, last)
        VALUES (:agency, extract(year FROM now() AT TIME ZONE 'Asia/Ho_Chi_Minh'), 1)
        ON CONFLICT (agency_code, year) DO UPDATE SET last = receipt_number.last + 1 RETURNING year, last
        """)
    row = conn.execute(statement, {"agency": agency_code}).one()
    return int(row.year), int(row.last)
