"""Payments that the ledger contradicts, since somebody changed them by hand past the service."""

from collections.abc import Sequence

from sqlalchemy import Connection

from services.common import sql

# Money of a payment comes in once it is settled and goes back once it is refunded, each by one entry of its amount.
_PAYMENTS = """
    SELECT p.case_ref FROM payment p LEFT JOIN ledger_entry l USING (payment_id)
    GROUP BY p.payment_id
    HAVING coalesce(sum(l.amount) FILTER (WHERE l.credit = 'receivable'), 0)
            <> CASE WHEN p.state IN ('settled', 'refunded') THEN p.amount ELSE 0 END
        OR coalesce(sum(l.amount) FILTER (WHERE l.debit = 'receivable'), 0)
            <> CASE WHEN p.state = 'refunded' THEN p.amount ELSE 0 END
        OR bool_or(l.case_ref <> p.case_ref)
    UNION
    SELECT l.case_ref FROM ledger_entry l
    WHERE l.payment_id IS NOT NULL AND NOT EXISTS (SELECT FROM payment p WHERE p.payment_id = l.payment_id)
    ORDER BY case_ref LIMIT %(most)s
    """


def cases(conn: Connection, most: int) -> Sequence[str]:
    """Lists the numbers of cases with a payment that the ledger contradicts, the first so many."""
    return sql.values(conn, _PAYMENTS, {"most": most})
