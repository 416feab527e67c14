"""Money that came in: booked, and what follows published."""

from sqlalchemy import Connection

from services.common import outbox
from services.payments.core import ledger, messages
from services.payments.core.domain import Case, Payment


def take_in(conn: Connection, case: Case, payment: Payment, actor: str) -> None:
    posting = ledger.take_in(conn, payment, actor)
    if posting.settles:
        outbox.append(conn, [messages.settled(conn, case, payment)])
    if posting.newly_owed:
        outbox.append(conn, [messages.refund_owed(conn, case, posting.newly_owed)])
