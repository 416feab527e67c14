"""Fees and cash in the database."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from services.common import sql
from services.common.times import local_day
from services.payments.core.domain import Case, Due, Payment
from services.payments.core.store import CASE, PAYMENT, to_payment


def put_case(conn: Connection, case: Case) -> Case:
    """Stores what an event says of a case unless a newer event was heard; returns what holds now, its row locked."""
    statement = f"""
        INSERT INTO case_dues AS known ({CASE})
        VALUES (%(case_ref)s, %(case_id)s, %(agency_code)s, %(applicant_account)s, %(version)s, %(ended)s,
            %(intake_agency)s, %(owner_number)s)
        ON CONFLICT (case_ref) DO UPDATE SET
            version = greatest(known.version, excluded.version),
            ended = CASE WHEN excluded.version > known.version THEN excluded.ended ELSE known.ended END,
            owner_number = CASE
                WHEN excluded.version > known.version THEN excluded.owner_number ELSE known.owner_number
            END
        RETURNING {CASE}
        """
    return sql.returned(conn, Case, statement, case._asdict())


def add_dues(conn: Connection, case_ref: str, dues: Sequence[Due]) -> None:
    """Adds fees; one already there stays as it is."""
    if dues:
        statement = """
            INSERT INTO due (case_ref, code, name_vi, name_en, amount, legal_basis)
            VALUES (%(case_ref)s, %(code)s, %(name_vi)s, %(name_en)s, %(amount)s, %(legal_basis)s)
            ON CONFLICT DO NOTHING
            """
        sql.execute_each(conn, statement, [due._asdict() | {"case_ref": case_ref} for due in dues])


def add_cash(
    conn: Connection, payment_id: UUID, case_ref: str, *, amount: int, receipt: str, actor: str, now: datetime
) -> Payment:
    """Adds a payment in cash, settled at once."""
    statement = f"""
        INSERT INTO payment (payment_id, case_ref, method, state, amount, transaction_ref, actor,
            started_at, changed_at, paid_at)
        VALUES (%(id)s, %(ref)s, 'cash', 'settled', %(amount)s, %(receipt)s, %(actor)s, %(now)s, %(now)s, %(now)s)
        RETURNING {PAYMENT}
        """
    values = {"id": payment_id, "ref": case_ref, "amount": amount, "receipt": receipt, "actor": actor, "now": now}
    return sql.returned(conn, to_payment, statement, values)


def next_receipt(conn: Connection, agency_code: str, now: datetime) -> tuple[int, int]:
    """Takes year and number of the next cash receipt of an agency; numbers start at 1 each 1 January, Vietnamese
    time."""
    statement = """
        INSERT INTO receipt_number (agency_code, year, last)
        VALUES (%(agency)s, %(year)s, 1)
        ON CONFLICT (agency_code, year) DO UPDATE SET last = receipt_number.last + 1 RETURNING year, last
        """
    row = sql.row(conn, statement, {"agency": agency_code, "year": local_day(now).year})
    return int(row.year), int(row.last)
