"""Cases as stored: written and read; `filing/store/submissions.py` files them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson
from pydantic import TypeAdapter
from sqlalchemy import Connection

from services.cases.core.domain.case import Case, evolve
from services.cases.core.domain.errors import CaseNotFound
from services.cases.core.domain.numbers import NumberSyntax, parse
from services.cases.core.engine import Change
from services.cases.core.store.statements import (
    CHANGE,
    CHANGE_FREE,
    CLAIM_AWAKE,
    ENSURE_PARTITIONS,
    FORGET,
    HISTORY,
    KEPT,
    PUBLIC,
    READ,
    WAKE,
)
from services.common import outbox
from services.common.database import fetch_each, fetch_one
from services.common.events import Event

_CASE = TypeAdapter(Case)


@dataclass(frozen=True, slots=True)
class Kept:
    """The filing last made up to some version: the exact bytes, and the whole form (JSON) where they were a part."""

    version: int
    content: bytes
    form: str | None


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
        "assigned_to": case.assigned_to,
        **place(change),
        "wake_at": change.wake_at,
        "head": bytes.fromhex(case.history_head),
        "entry": change.entry,
        "state": orjson.dumps(case).decode(),
        "form": None,
        "likeness": None,
        "content": None,
        "reworded": any(each.since == case.version for each in case.restated),
    }


def write_free(conn: Connection, changes: Sequence[tuple[Change, Event]]) -> list[bool]:
    """Stores changes that file nothing, in one transaction; for each whether it did.

    Not stored are cases that have changed since they were read, and those that another transaction has locked.
    """
    rows = fetch_each(conn, [(CHANGE_FREE, change_values(*each)) for each in changes])
    stored = [row.stored for row in rows]
    if any(stored):
        outbox.announce(conn)
    return stored


def run(conn: Connection, statement: str, values: Mapping[str, Any]) -> bool:
    """Runs CHANGE or a statement grown from it; returns whether the change was stored."""
    written: bool = fetch_one(conn, statement, values).stored
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


def read(conn: Connection, ref: str, *, lock: bool = False) -> tuple[Case, str]:
    """Returns a case and its form (JSON text), locked against other writers when asked.

    Raises:
        CaseNotFound: there is no case of that number.
    """
    statement = READ + " FOR UPDATE" if lock else READ
    row = fetch_one(conn, statement, {"ref": ref, "filed_year": filed_year(ref)})
    if row is None:
        raise CaseNotFound
    return evolve(_CASE.validate_json(row.state), ref=row.ref, history_head=row.history_head.hex()), row.form


def history(conn: Connection, case: Case) -> Sequence[tuple[int, bytes, bytes]]:
    """Returns the whole chain: sequence number, entry, hash."""
    rows = conn.exec_driver_sql(HISTORY, (case.case_id, filed_year(case.ref))).all()
    return [(seq, bytes(entry), bytes(hashed)) for seq, entry, hashed in rows]


def kept(conn: Connection, case: Case, version: int) -> Kept:
    """Reads what the form of a case was made of at a version, 1 or later."""
    values = {"case_id": case.case_id, "filed_year": filed_year(case.ref), "version": version}
    return Kept(**fetch_one(conn, KEPT, values)._asdict())


def public_status(conn: Connection, ref: str) -> tuple[int, date | None]:
    """Raises CaseNotFound."""
    row = conn.exec_driver_sql(PUBLIC, (ref, filed_year(ref))).one_or_none()
    if row is None:
        raise CaseNotFound
    return row.status, row.due_date


def claim_awake(conn: Connection, now: datetime) -> str:
    """Locks the case whose timer ran out first and returns its number; empty when no timer has run out."""
    return conn.exec_driver_sql(CLAIM_AWAKE, (now,)).scalar_one_or_none() or ""


def wake(conn: Connection, ref: str, at: datetime | None) -> None:
    """Sets a case's timer, None = never; the case itself stays what it is."""
    conn.exec_driver_sql(WAKE, (at, ref, filed_year(ref)))


def forget(conn: Connection, case: Case) -> None:
    """Empties form, applications filed and messages; who signed them, and the digests in the history, stay."""
    conn.exec_driver_sql(FORGET, {"case_id": case.case_id, "filed_year": filed_year(case.ref), "ref": case.ref})


def ensure_partitions(conn: Connection, year: int) -> None:
    """Makes the partitions of a filing year unless they exist."""
    conn.exec_driver_sql(ENSURE_PARTITIONS, (year,))


def filed_year(ref: str) -> int:
    """Returns the filing year a case number carries.

    Raises:
        CaseNotFound: it is not a case number.
    """
    try:
        return parse(ref).day.year
    except NumberSyntax as error:
        raise CaseNotFound from error
