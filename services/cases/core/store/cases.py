"""Cases as stored: written and read; `filing/store/submissions.py` files them.

A write is one statement, so that it needs no transaction of its own. Case numbers carry their filing year, which names
the partition: every statement about one case prunes by it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson
from pydantic import TypeAdapter
from sqlalchemy import Connection

from services.cases.core.actions import Identify
from services.cases.core.domain.case import Case, evolve
from services.cases.core.domain.errors import CaseNotFound
from services.cases.core.domain.numbers import NumberSyntax, parse
from services.cases.core.engine import Change
from services.common import outbox, sql
from services.common.events import Event

_CASE = TypeAdapter(Case)
_EVENT = ", ".join(outbox.INSERT_COLUMNS)
_EVENT_VALUES = ", ".join(f"%({column})s" for column in outbox.INSERT_COLUMNS)

_AS_READ = "case_id = %(case_id)s AND filed_year = %(filed_year)s AND version = %(version)s - 1"


def _changing(which: str) -> str:
    return f"""
WITH changed AS (
    UPDATE cases SET version = %(version)s, status = %(status)s, due_date = %(due_date)s,
        assigned_to = %(assigned_to)s, step = %(step)s, unit = %(unit)s, wake_at = %(wake_at)s,
        history_head = %(head)s, state = %(state)s::jsonb, worked = %(worked)s,
        papers_failed = %(papers_failed)s, owned = %(owned)s,
        identifier = %(identifier)s, applicant_name = %(applicant_name)s,
        form = coalesce(%(form)s::json, form), likeness = coalesce(%(likeness)s, likeness),
        words = CASE WHEN %(reworded)s THEN ''::tsvector ELSE words END
    WHERE {which}
    RETURNING case_id
), written AS (
    INSERT INTO history (case_id, filed_year, seq, entry, hash)
    SELECT case_id, %(filed_year)s, %(version)s, %(entry)s, %(head)s FROM changed
), evidence AS (
    INSERT INTO applications (case_id, filed_year, version, content, form, signature, signer_subject,
        signer_fingerprint)
    SELECT case_id, %(filed_year)s, %(version)s, %(content)s::bytea, %(form)s::json, '', '', ''
    FROM changed WHERE %(content)s::bytea IS NOT NULL
), published AS (
    INSERT INTO outbox ({_EVENT}) SELECT {_EVENT_VALUES} FROM changed
)"""


# A row of code before the column says it by its state. By whose number a case is found is worked out from it alone.
_OWNED = """coalesce(owned, state ->> 'channel' NOT IN ('online', 'kiosk')
    OR state #>> '{filer,standing}' IN ('self', 'representative'), false)"""
_REPRESENTED = "owned IS NULL AND state #>> '{filer,standing}' IS NOT DISTINCT FROM 'representative'"
OF_NUMBERS = f"(identifier = ANY(%(numbers)s::text[]) AND {_OWNED})"
OF_NUMBER = f"identifier = own.number AND {_OWNED}"
OF_ACCOUNT = f"account = %(account)s AND account <> '' AND NOT {OF_NUMBERS} AND NOT ({_REPRESENTED})"
OWN = f"(({OF_ACCOUNT}) OR {OF_NUMBERS})"
"""Conditions for the cases of somebody on the applicant's side: of one of their numbers, or filed by their account."""


CHANGING = _changing(_AS_READ)
CHANGED = " SELECT count(*) > 0 AS stored FROM changed"
CHANGE = CHANGING + CHANGED
# For several in one transaction: a case that somebody else has locked is left out, so that it holds up no other.
CHANGE_FREE = (
    _changing(
        f"filed_year = %(filed_year)s AND case_id = (SELECT case_id FROM cases WHERE {_AS_READ} FOR UPDATE SKIP LOCKED)"
    )
    + CHANGED
)


def write(
    conn: Connection,
    change: Change,
    event: Event,
    content: bytes | None = None,
    form: str | None = None,
    duplicate_key: str | None = None,
) -> bool:
    """Stores a change, unless the case has changed since it was read; returns whether it did.

    Args:
        content: bytes filed with this change, kept as evidence.
        form: the form from now on; None = as it was.
        duplicate_key: the key that similar cases share by that form.
    """
    return run(
        conn, CHANGE, change_values(change, event) | {"form": form, "likeness": duplicate_key, "content": content}
    )


def change_values(change: Change, event: Event) -> dict[str, Any]:
    """Returns the values of CHANGING, for a change that files nothing."""
    case = change.case
    return {
        **outbox.row(event),
        "case_id": case.case_id,
        "filed_year": filed_year(case.ref),
        "version": case.version,
        "status": int(case.status),
        "due_date": case.clock.due,
        "worked": worked(case),
        "papers_failed": len(case.papers_failed),
        "owned": case.owner != "",
        "identifier": case.applicant.identifier,
        "applicant_name": case.applicant.full_name,
        "assigned_to": case.assigned_to,
        **place(change),
        "wake_at": change.wake_at,
        "head": bytes.fromhex(case.history_head),
        "entry": change.entry,
        "state": orjson.dumps(case).decode(),
        "form": None,
        "likeness": None,
        "content": None,
        "reworded": isinstance(change.command, Identify) or any(each.since == case.version for each in case.restated),
    }


def write_free(conn: Connection, changes: Sequence[tuple[Change, Event]]) -> list[bool]:
    """Stores changes that file nothing, in one transaction; for each whether it did.

    Not stored are cases that have changed since they were read, and those that another transaction has locked.
    """
    rows = sql.row_of_each(conn, [(CHANGE_FREE, change_values(*each)) for each in changes])
    stored = [row.stored for row in rows]
    if any(stored):
        outbox.announce(conn)
    return stored


def run(conn: Connection, statement: str, values: Mapping[str, Any]) -> bool:
    """Runs CHANGE or a statement grown from it; returns whether the change was stored."""
    written: bool = sql.row(conn, statement, values).stored
    if written:
        outbox.announce(conn)
    return written


def place(change: Change) -> dict[str, str]:
    """Returns the step a case is in and the unit that has it, as worklists ask for them; empty once it is closed."""
    if change.step is None:
        return {"step": "", "unit": ""}
    handled = change.step.code == change.case.step
    return {"step": change.step.code, "unit": change.case.unit if handled else change.step.unit}


def worked(case: Case) -> int | None:
    """Counts the working days a case took to its decision; None before it, and where its clock only followed others."""
    return case.clock.spent if case.decided_at is not None and case.clock.since is not None else None


# LIMIT tells the planner that one partition will do: so one plan serves every year and is made once (a quarter faster).
READ = """
SELECT ref, history_head, register_no, form::text AS form, state::text AS state
FROM cases WHERE ref = %(ref)s AND filed_year = %(filed_year)s LIMIT 1
"""


def read(conn: Connection, ref: str, *, lock: bool = False) -> tuple[Case, str]:
    """Returns a case and its form (JSON text), locked against other writers when asked.

    Raises:
        CaseNotFound: there is no case of that number.
    """
    statement = READ + " FOR UPDATE" if lock else READ
    row = sql.row(conn, statement, {"ref": ref, "filed_year": filed_year(ref)})
    if row is None:
        raise CaseNotFound
    case = _CASE.validate_json(row.state)
    return evolve(case, ref=row.ref, history_head=row.history_head.hex(), register_no=row.register_no), row.form


HISTORY = "SELECT seq, entry, hash FROM history WHERE case_id = %s AND filed_year = %s ORDER BY seq"


def history(conn: Connection, case: Case) -> Sequence[tuple[int, bytes, bytes]]:
    """Returns the whole chain: sequence number, entry, hash."""
    return sql.rows(conn, HISTORY, (case.case_id, filed_year(case.ref)))


@dataclass(frozen=True, slots=True)
class FiledForm:
    """The filing last made up to some version: the exact bytes, and the whole form (JSON) where they were a part."""

    version: int
    content: bytes
    form: str | None


KEPT = """
SELECT version, content, form::text AS form FROM applications
WHERE case_id = %(case_id)s AND filed_year = %(filed_year)s AND version <= %(version)s ORDER BY version DESC LIMIT 1
"""


def kept(conn: Connection, case: Case, version: int) -> FiledForm:
    """Reads what the form of a case was made of at a version, 1 or later."""
    values = {"case_id": case.case_id, "filed_year": filed_year(case.ref), "version": version}
    return sql.returned(conn, FiledForm, KEPT, values)


PUBLIC = "SELECT status, due_date FROM cases WHERE ref = %s AND filed_year = %s"


def public_status(conn: Connection, ref: str) -> tuple[int, date | None]:
    """Raises CaseNotFound."""
    row = sql.row(conn, PUBLIC, (ref, filed_year(ref)))
    if row is None:
        raise CaseNotFound
    return row.status, row.due_date


# Whoever claims a case keeps it to the end of the transaction; the others take the next one.
CLAIM_AWAKE = """
SELECT ref FROM cases WHERE wake_at <= %s ORDER BY wake_at LIMIT 1 FOR UPDATE SKIP LOCKED
"""


def claim_awake(conn: Connection, now: datetime) -> str:
    """Locks the case whose timer ran out first and returns its number; empty when no timer has run out."""
    return sql.value(conn, CLAIM_AWAKE, (now,)) or ""


WAKE = "UPDATE cases SET wake_at = %s WHERE ref = %s AND filed_year = %s"


def wake(conn: Connection, ref: str, at: datetime | None) -> None:
    """Sets a case's timer, None = never; the case itself stays what it is."""
    sql.execute(conn, WAKE, (at, ref, filed_year(ref)))


# Its words are worked out anew from what is left of it (work/store/search_index.py).
FORGET = """
WITH emptied AS (
    UPDATE applications SET content = '', form = '{}' WHERE case_id = %(case_id)s AND filed_year = %(filed_year)s
), silenced AS (
    UPDATE case_messages SET text = NULL, salt = NULL WHERE ref = %(ref)s
)
UPDATE cases SET form = '{}', words = '', likeness = '' WHERE case_id = %(case_id)s AND filed_year = %(filed_year)s
"""


def forget(conn: Connection, case: Case) -> None:
    """Empties form, applications filed and messages; who signed them, and the digests in the history, stay."""
    sql.execute(conn, FORGET, {"case_id": case.case_id, "filed_year": filed_year(case.ref), "ref": case.ref})


ENSURE_PARTITIONS = "SELECT ensure_partitions(%s)"


def ensure_partitions(conn: Connection, year: int) -> None:
    """Makes the partitions of a filing year unless they exist."""
    sql.execute(conn, ENSURE_PARTITIONS, (year,))


def filed_year(ref: str) -> int:
    """Returns the filing year a case number carries.

    Raises:
        CaseNotFound: it is not a case number.
    """
    try:
        return parse(ref).day.year
    except NumberSyntax as error:
        raise CaseNotFound from error
