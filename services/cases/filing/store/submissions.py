"""Filing cases: the statement that numbers and stores a case, and the counts of what an account has filed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson
from psycopg.errors import CheckViolation, UniqueViolation
from sqlalchemy import Connection

from services.cases.core.engine import Change
from services.cases.core.store import cases
from services.cases.filing.domain import NumbersExhausted, OnlineNumbersExhausted
from services.cases.filing.store.statements import FILED_TODAY, FORGET_FILINGS, REPLAY, SAME, SUBMIT
from services.cases.work.store import search_index
from services.common import outbox
from services.common.database import fetch_each, fetch_one
from services.common.events import Event
from services.contracts import audit


@dataclass(frozen=True, slots=True)
class Evidence:
    """The evidence stored beside a case: whose key it is, the bytes sent, and their signature.

    `quota` is how many cases of the procedure the caller may file that day, None = any number; with a quota, `sameness`
    is a key that no two open cases of the caller share, None = no key. `duplicate_key` is the key that cases about the
    same thing share; `draft_id` the draft it ends, None = no draft.
    """

    caller: str
    key: str
    request_hash: bytes
    content: bytes
    form: str
    quota: int | None = None
    sameness: bytes | None = None
    signature: str = ""
    signer_subject: str = ""
    signer_fingerprint: str = ""
    duplicate_key: str = ""
    draft_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Numbering:
    """The parts of a case number and its agency; `ceiling` is the last number this channel gets, None = no last.

    Online it is lower than at the counter.
    """

    agency: str
    prefix: str
    day: date
    ceiling: int | None


@dataclass(frozen=True, slots=True)
class NewCase:
    """A case to be stored, with its evidence, the numbering it takes part in, and its event."""

    change: Change
    evidence: Evidence
    numbering: Numbering
    event: Event


@dataclass(frozen=True, slots=True)
class StoredCase:
    """A case as first stored, newly or by an earlier request with the same key.

    `same_as_open`: by an earlier request with another key and the very same application, which is open still.
    """

    request_hash: bytes
    case_id: UUID
    ref: str
    received_at: datetime
    head: bytes
    same_as_open: bool = False


def submit(conn: Connection, new_cases: Sequence[NewCase]) -> list[StoredCase | None]:
    """Stores new cases under the next numbers; None for each that `found` or `filed_today` knows why not.

    Raises:
        NumbersExhausted, OnlineNumbersExhausted: the day has no number left; none of them is stored.
    """
    try:
        rows = fetch_each(conn, [_submission(new_case) for new_case in new_cases])
    except UniqueViolation:
        if len(new_cases) > 1:
            raise  # each is stored by itself then
        rows = fetch_each(conn, [_submission(new_cases[0])])  # another replica was faster; now that can be seen
    except CheckViolation as error:
        if error.diag.constraint_name == "counter_not_exhausted":
            online = new_cases[0].change.case.channel == "online"
            raise (OnlineNumbersExhausted if online else NumbersExhausted) from error
        if error.diag.constraint_name != "filings_within_quota" or len(new_cases) > 1:
            raise
        rows = [None]
    if any(rows):
        outbox.announce(conn)
    return [
        StoredCase(
            each.evidence.request_hash, each.change.case.case_id, row.ref, each.change.case.received_at, row.head
        )
        if row
        else None
        for each, row in zip(new_cases, rows, strict=True)
    ]


def _submission(new_case: NewCase) -> tuple[str, dict[str, Any]]:
    """Returns the statement that stores the case, and its values."""
    evidence = new_case.evidence
    statement = SUBMIT[evidence.quota is not None, evidence.sameness is not None, evidence.draft_id is not None]
    return statement, _values(new_case) | {"sameness": evidence.sameness, "draft_id": evidence.draft_id}


def _values(new_case: NewCase) -> dict[str, Any]:
    change, evidence, numbering = new_case.change, new_case.evidence, new_case.numbering
    case, applicant = change.case, change.case.applicant
    return {
        **outbox.row(new_case.event),
        "caller": evidence.caller,
        "quota": evidence.quota,
        "kind": applicant.kind,
        "key": evidence.key,
        "request_hash": evidence.request_hash,
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
        **search_index.columns(applicant, numbering.prefix.rpartition("-")[0]),
        "identifier": applicant.identifier,
        "received_at": case.received_at,
        **cases.place(change),
        "likeness": evidence.duplicate_key,
        "wake_at": change.wake_at,
        "form": evidence.form,
        "state": orjson.dumps(case).decode(),
        "content": evidence.content,
        "signature": evidence.signature,
        "signer_subject": evidence.signer_subject,
        "signer_fingerprint": evidence.signer_fingerprint,
    }


def find(conn: Connection, caller: str, key: str) -> StoredCase | None:
    """Finds the case that this caller's key filed before."""
    row = fetch_one(conn, REPLAY, {"caller": caller, "key": key})
    return None if row is None else StoredCase(**row._asdict())


def find_same(conn: Connection, evidence: Evidence) -> StoredCase | None:
    """Returns the open case that the caller's same application became."""
    if evidence.sameness is None:
        return None
    values = {"caller": evidence.caller, "sameness": evidence.sameness, "request_hash": evidence.request_hash}
    row = fetch_one(conn, SAME, values)
    return None if row is None else StoredCase(**row._asdict(), same_as_open=True)


def filed_today(conn: Connection, new_case: NewCase) -> int:
    """Counts the cases its caller has filed today that count together with it."""
    case = new_case.change.case
    values = {
        "caller": new_case.evidence.caller,
        "day": new_case.numbering.day,
        "procedure_code": case.procedure_code,
        "kind": case.applicant.kind,
    }
    row = fetch_one(conn, FILED_TODAY, values)
    return row.filed if row else 0


def forget_filings(conn: Connection, before: date) -> None:
    """Forgets how many cases were filed on days gone by, and which applications became cases that have ended."""
    conn.exec_driver_sql(FORGET_FILINGS, {"before": before})
