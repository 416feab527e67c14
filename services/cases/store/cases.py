"""Every SQL statement of cases. A write is one statement, so that it needs no transaction of its own.

Case numbers carry their filing year, which names the partition: every statement about one case prunes by it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson
from psycopg.errors import CheckViolation
from pydantic import TypeAdapter
from sqlalchemy import Connection

from services.cases.domain.case import Case, altered
from services.cases.domain.engine import Change
from services.cases.domain.errors import CaseNotFound, NumbersExhausted
from services.cases.domain.numbers import NumberSyntax, parse
from services.cases.store import findable
from services.common import audit, outbox
from services.common.database import fetch_each, fetch_one
from services.common.events import Event

_CASE = TypeAdapter(Case)

_EVENT = ", ".join(outbox.INSERT_COLUMNS)
_EVENT_OF = {
    subject: ", ".join(subject if column == "subject" else f"%({column})s" for column in outbox.INSERT_COLUMNS)
    for subject in ("ref", "%(subject)s")
}

# The first hash needs the case number, which only this statement knows, so PostgreSQL computes it.
_SUBMITTING = f"""
WITH claim AS (
    INSERT INTO submissions (caller, key, request_hash, case_id, filed_year, filed_at)
    VALUES (%(caller)s, %(key)s, %(request_hash)s, %(case_id)s, %(filed_year)s, %(received_at)s)
    ON CONFLICT DO NOTHING RETURNING case_id
), counted AS (
    INSERT INTO counters AS c (agency_code, day, last, ceiling)
    SELECT %(numbered_by)s, %(day)s, 1, %(ceiling)s::bigint FROM claim
    ON CONFLICT (agency_code, day) DO UPDATE SET last = c.last + 1, ceiling = excluded.ceiling
    RETURNING last
), numbered AS (
    SELECT %(prefix)s || lpad(last::text, greatest(4, length(last::text)), '0') AS ref FROM counted
), chained AS (
    SELECT ref, sha256(sha256(convert_to(%(genesis)s || ref, 'UTF8')) || %(entry)s) AS head FROM numbered
), filed AS (
    INSERT INTO cases (case_id, filed_year, ref, version, status, procedure_code, agency_code, account,
        applicant_name, applicant_folded, words, name_order, identifier, received_at, assigned_to, step, unit,
        likeness, wake_at, history_head, form, state)
    SELECT %(case_id)s, %(filed_year)s, ref, 1, %(status)s, %(procedure_code)s, %(agency_code)s, %(account)s,
        %(applicant_name)s, %(applicant_folded)s, {findable.VECTOR}, %(name_order)s, %(identifier)s,
        %(received_at)s, '', %(step)s, %(unit)s, %(likeness)s, %(wake_at)s, head,
        %(form)s::json, %(state)s::jsonb FROM chained
), written AS (
    INSERT INTO history (case_id, filed_year, seq, entry, hash)
    SELECT %(case_id)s, %(filed_year)s, 1, %(entry)s, head FROM chained
), evidence AS (
    INSERT INTO applications (case_id, filed_year, version, content, signature, signer_subject, signer_fingerprint)
    SELECT %(case_id)s, %(filed_year)s, 1, %(content)s, %(signature)s, %(signer_subject)s, %(signer_fingerprint)s
    FROM chained
), published AS (
    INSERT INTO outbox ({_EVENT}) SELECT {_EVENT_OF["ref"]} FROM chained
)"""
_SUBMITTED = " SELECT ref, head FROM chained"
SUBMIT = _SUBMITTING + _SUBMITTED
# A statement of its own, so that a submission that comes from no draft has nothing to do with drafts.
SUBMIT_DRAFT = f"""{_SUBMITTING}, no_draft AS (
    DELETE FROM drafts USING chained WHERE account = %(caller)s AND draft_id = %(draft_id)s
){_SUBMITTED}"""

REPLAY = """
SELECT s.request_hash, c.case_id, c.ref, c.received_at, h.hash AS head
FROM submissions s
JOIN cases c ON c.case_id = s.case_id AND c.filed_year = s.filed_year
JOIN history h ON h.case_id = s.case_id AND h.filed_year = s.filed_year AND h.seq = 1
WHERE s.caller = %(caller)s AND s.key = %(key)s
"""

_AS_READ = "case_id = %(case_id)s AND filed_year = %(filed_year)s AND version = %(version)s - 1"


def _changing(which: str) -> str:
    return f"""
WITH changed AS (
    UPDATE cases SET version = %(version)s, status = %(status)s, due_date = %(due_date)s,
        assigned_to = %(assigned_to)s, step = %(step)s, unit = %(unit)s, wake_at = %(wake_at)s,
        history_head = %(head)s, state = %(state)s::jsonb, worked = %(worked)s,
        form = coalesce(%(form)s::json, form), likeness = coalesce(%(likeness)s, likeness)
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
    INSERT INTO outbox ({_EVENT}) SELECT {_EVENT_OF["%(subject)s"]} FROM changed
)"""


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

# LIMIT tells the planner that one partition will do: with it one plan serves every year and is made once (16 % faster).
READ = """
SELECT ref, history_head, form::text AS form, state::text AS state
FROM cases WHERE ref = %(ref)s AND filed_year = %(filed_year)s LIMIT 1
"""
# Whoever claims a case keeps it to the end of the transaction; the others take the next one.
CLAIM_AWAKE = """
SELECT ref FROM cases WHERE wake_at <= %s ORDER BY wake_at LIMIT 1 FOR UPDATE SKIP LOCKED
"""
# Its words are worked out anew from what is left of it (findable.py).
FORGET = """
WITH emptied AS (
    UPDATE applications SET content = '', form = '{}' WHERE case_id = %(case_id)s AND filed_year = %(filed_year)s
), silenced AS (
    UPDATE case_messages SET text = NULL, salt = NULL WHERE ref = %(ref)s
)
UPDATE cases SET form = '{}', words = '', likeness = '' WHERE case_id = %(case_id)s AND filed_year = %(filed_year)s
"""
WAKE = "UPDATE cases SET wake_at = %s WHERE ref = %s AND filed_year = %s"
HISTORY = "SELECT seq, entry, hash FROM history WHERE case_id = %s AND filed_year = %s ORDER BY seq"
KEPT = """
SELECT version, content, form::text AS form FROM applications
WHERE case_id = %(case_id)s AND filed_year = %(filed_year)s AND version <= %(version)s ORDER BY version DESC LIMIT 1
"""
PUBLIC = "SELECT status, due_date FROM cases WHERE ref = %s AND filed_year = %s"
ENSURE_PARTITIONS = "SELECT ensure_partitions(%s)"


@dataclass(frozen=True, slots=True)
class Filing:
    """What is stored with a submission besides the case: whose key it is, and the evidence.

    `likeness` is what cases about the same thing have in common; `draft_id` the draft it ends, None = none.
    """

    caller: str
    key: str
    request_hash: bytes
    content: bytes
    form: str
    signature: str = ""
    signer_subject: str = ""
    signer_fingerprint: str = ""
    likeness: str = ""
    draft_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """What was filed last up to some version: the exact bytes, and the whole form (JSON) where they were a part."""

    version: int
    content: bytes
    form: str | None


@dataclass(frozen=True, slots=True)
class Numbering:
    """What the case number is made of and whose it is; `ceiling` is the last number of the day, None = no last."""

    agency: str
    prefix: str
    day: date
    ceiling: int | None


@dataclass(frozen=True, slots=True)
class Submittal:
    """A case to be stored, with all that goes with it."""

    change: Change
    filing: Filing
    numbering: Numbering
    event: Event


@dataclass(frozen=True, slots=True)
class Filed:
    """A case as first stored, newly or by an earlier request with the same key."""

    request_hash: bytes
    case_id: UUID
    ref: str
    received_at: datetime
    head: bytes


def submit(conn: Connection, submittals: Sequence[Submittal]) -> list[Filed | None]:
    """Stores new cases under the next numbers; None for each whose caller already used its key.

    Raises:
        NumbersExhausted: the day has no number left; none of them is stored.
    """
    try:
        rows = fetch_each(conn, [_submission(submittal) for submittal in submittals])
    except CheckViolation as error:
        if error.diag.constraint_name == "counter_not_exhausted":
            raise NumbersExhausted from error
        raise
    if any(rows):
        outbox.announce(conn)
    return [
        Filed(each.filing.request_hash, each.change.case.case_id, row.ref, each.change.case.received_at, row.head)
        if row
        else None
        for each, row in zip(submittals, rows, strict=True)
    ]


def _submission(submittal: Submittal) -> tuple[str, dict[str, Any]]:
    """The statement that stores it and its values."""
    values = _values(submittal)
    draft_id = submittal.filing.draft_id
    return (SUBMIT, values) if draft_id is None else (SUBMIT_DRAFT, values | {"draft_id": draft_id})


def _values(submittal: Submittal) -> dict[str, Any]:
    change, filing, numbering = submittal.change, submittal.filing, submittal.numbering
    case, applicant = change.case, change.case.applicant
    return {
        **outbox.row(submittal.event),
        "caller": filing.caller,
        "key": filing.key,
        "request_hash": filing.request_hash,
        "case_id": case.case_id,
        "filed_year": numbering.day.year,
        "numbered_by": numbering.agency,
        "prefix": numbering.prefix,
        "day": numbering.day,
        "ceiling": numbering.ceiling,
        "genesis": audit.GENESIS_LABEL,
        "entry": change.entry,
        "status": int(case.status),
        "procedure_code": case.procedure_code,
        "agency_code": case.agency_code,
        "account": applicant.account,
        "applicant_name": applicant.full_name,
        **findable.columns(applicant, numbering.prefix.rpartition("-")[0]),
        "identifier": applicant.identifier,
        "received_at": case.received_at,
        **place(change),
        "likeness": filing.likeness,
        "wake_at": change.wake_at,
        "form": filing.form,
        "state": orjson.dumps(case).decode(),
        "content": filing.content,
        "signature": filing.signature,
        "signer_subject": filing.signer_subject,
        "signer_fingerprint": filing.signer_fingerprint,
    }


def find_submission(conn: Connection, caller: str, key: str) -> Filed | None:
    """What this caller's key filed before."""
    row = fetch_one(conn, REPLAY, {"caller": caller, "key": key})
    return None if row is None else Filed(**row._asdict())


def write(
    conn: Connection,
    change: Change,
    event: Event,
    content: bytes | None = None,
    form: str | None = None,
    likeness: str | None = None,
) -> bool:
    """Stores a change, unless the case has changed since it was read; returns whether it did.

    Args:
        content: bytes filed with this change, kept as evidence.
        form: the form from now on; None = as it was.
        likeness: what cases like it have in common by that form.
    """
    return run(conn, CHANGE, change_values(change, event) | {"form": form, "likeness": likeness, "content": content})


def change_values(change: Change, event: Event) -> dict[str, Any]:
    """The values of CHANGING, for a change that files nothing."""
    case = change.case
    return {
        **outbox.row(event),
        "case_id": case.case_id,
        "filed_year": filed_year(case.ref),
        "version": case.version,
        "status": int(case.status),
        "due_date": case.clock.due,
        "worked": worked(case),
        "assigned_to": case.assigned_to,
        **place(change),
        "wake_at": change.wake_at,
        "head": bytes.fromhex(case.history_head),
        "entry": change.entry,
        "state": orjson.dumps(case).decode(),
        "form": None,
        "likeness": None,
        "content": None,
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
    """The step a case is in and the unit that has it, as worklists ask for them; empty once it is closed."""
    if change.step is None:
        return {"step": "", "unit": ""}
    handled = change.step.code == change.case.step
    return {"step": change.step.code, "unit": change.case.unit if handled else change.step.unit}


def worked(case: Case) -> int | None:
    """The working days a case took to its decision; None before it, and where its clock only followed others."""
    return case.clock.spent if case.decided_at is not None and case.clock.since is not None else None


def read(conn: Connection, ref: str, *, lock: bool = False) -> tuple[Case, str]:
    """A case and its form (JSON text), locked against other writers when asked.

    Raises:
        CaseNotFound: there is none of that number.
    """
    statement = READ + " FOR UPDATE" if lock else READ
    row = fetch_one(conn, statement, {"ref": ref, "filed_year": filed_year(ref)})
    if row is None:
        raise CaseNotFound
    return altered(_CASE.validate_json(row.state), ref=row.ref, history_head=row.history_head.hex()), row.form


def history(conn: Connection, case: Case) -> Sequence[tuple[int, bytes, bytes]]:
    """The whole chain: sequence number, entry, hash."""
    rows = conn.exec_driver_sql(HISTORY, (case.case_id, filed_year(case.ref))).all()
    return [(seq, bytes(entry), bytes(hashed)) for seq, entry, hashed in rows]


def kept(conn: Connection, case: Case, version: int) -> Kept:
    """What the form of a case was made of at one of its versions, 1 or later."""
    values = {"case_id": case.case_id, "filed_year": filed_year(case.ref), "version": version}
    return Kept(**fetch_one(conn, KEPT, values)._asdict())


def public_status(conn: Connection, ref: str) -> tuple[int, date | None]:
    """Raises CaseNotFound."""
    row = conn.exec_driver_sql(PUBLIC, (ref, filed_year(ref))).one_or_none()
    if row is None:
        raise CaseNotFound
    return row.status, row.due_date


def claim_awake(conn: Connection, now: datetime) -> str:
    """The number of the case whose timer ran out first, locked; empty when there is none."""
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
    """The filing year a case number carries.

    Raises:
        CaseNotFound: it is not a case number.
    """
    try:
        return parse(ref).day.year
    except NumberSyntax as error:
        raise CaseNotFound from error
