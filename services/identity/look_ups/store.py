"""The record of look-ups in the database."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection

from services.common import sql
from services.contracts.answers import RegisterAnswer
from services.identity.look_ups.domain import LookUp, Purpose

_WRITTEN: Mapping[RegisterAnswer, str] = {
    RegisterAnswer.MATCH: "found",
    RegisterAnswer.NO_DATA: "not_found",
    RegisterAnswer.MISMATCH: "mismatch",
    RegisterAnswer.INCONCLUSIVE: "failed",
}
"""How the table writes answers: in the words it had before the law had four, so that older code reads them too."""
_READ = {word: answer for answer, word in _WRITTEN.items()}


class NewLookUp(NamedTuple):
    """A look-up about to be made; `own` says the caller asks for themselves."""

    look_up_id: UUID
    at: datetime
    register: str
    operation: str
    actor_id: str
    actor_name: str
    agency: str
    subject_masked: str
    subject_pseudonym: bytes
    own: bool
    fields: list[str]
    purpose: str
    case_reference: str
    legal_basis: str
    request_hash: str
    request_id: str


class Admission(NamedTuple):
    """Whether a look-up was entered, and if not why."""

    session_open: bool
    entered: bool


def enter_look_up(conn: Connection, entry: NewLookUp, session_id: UUID, limit: int) -> Admission:
    """Records a look-up before it is made, unless the session has ended or the account has made too many.

    It is inconclusive until `close_look_up`. Those of one account wait for each other, so that no two pass the
    limit together. Those about oneself are counted apart from a worker's, and of these prefills apart from the rest.
    """
    sql.execute(conn, "SELECT pg_advisory_xact_lock(hashtextextended(%(who)s, 0))", {"who": entry.actor_id})
    alike = "own" if entry.own else "NOT own AND (operation = 'prefill') = (%(operation)s = 'prefill')"
    statement = f"""
        WITH admission AS (
            SELECT EXISTS (SELECT FROM sessions WHERE session_id = %(session_id)s
                           AND ended_at IS NULL AND expires_at > %(at)s) AS session_open,
                   (SELECT count(*) FROM look_ups WHERE actor_id = %(actor_id)s
                    AND at > %(at)s - interval '1 hour' AND {alike}) < %(limit)s AS allowed
        ), entered AS (
            INSERT INTO look_ups ({", ".join(NewLookUp._fields)})
            SELECT {", ".join(f"%({name})s" for name in NewLookUp._fields)}
            FROM admission WHERE session_open AND allowed
            RETURNING 1
        )
        SELECT session_open, EXISTS (SELECT FROM entered) AS entered FROM admission
        """
    values = entry._asdict() | {"session_id": session_id, "limit": limit}
    return sql.returned(conn, Admission, statement, values)


def close_look_up(conn: Connection, look_up_id: UUID, answer: RegisterAnswer, now: datetime) -> None:
    statement = "UPDATE look_ups SET outcome = %(outcome)s, closed_at = %(now)s WHERE look_up_id = %(id)s"
    sql.execute(conn, statement, {"id": look_up_id, "outcome": _WRITTEN[answer], "now": now})


def look_ups(conn: Connection, subject: bytes | None, before: UUID | None, count: int) -> list[LookUp]:
    """Lists the look-ups of a subject, or of all, newest first, from before the given look-up."""
    statement = """
        SELECT look_up_id::text, at, register, operation, actor_name, agency, subject_masked,
               purpose, case_reference, legal_basis, fields, outcome
        FROM look_ups
        WHERE (CAST(%(subject)s AS bytea) IS NULL OR subject_pseudonym = %(subject)s)
          AND (CAST(%(before)s AS uuid) IS NULL OR look_up_id < %(before)s)
        ORDER BY look_up_id DESC
        LIMIT %(count)s
        """
    return sql.find_all(conn, _look_up, statement, {"subject": subject, "before": before, "count": count})


def _look_up(
    actor_name: str,
    agency: str,
    purpose: str,
    case_reference: str,
    legal_basis: str,
    fields: Sequence[str],
    outcome: str,
    **columns: Any,
) -> LookUp:
    return LookUp(
        actor=f"{actor_name}, {agency}",
        purpose=Purpose(purpose, case_reference, legal_basis),
        fields=tuple(fields),
        answer=_READ[outcome],
        **columns,
    )
