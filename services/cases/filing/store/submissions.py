"""Files cases: one statement numbers and stores a case, or finds that it may not be stored (`earlier` says why)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import product
from typing import Any
from uuid import UUID

import orjson
from psycopg.errors import CheckViolation, UniqueViolation
from sqlalchemy import Connection

from services.cases.core.engine import Change
from services.cases.core.store import cases
from services.cases.filing.domain import NumbersExhausted, OnlineNumbersExhausted
from services.cases.work.store import search_index
from services.common import outbox, sql
from services.common.events import Event
from services.contracts import audit
from services.contracts.application import FILED_BY_ACCOUNT


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

    Online it is lower than at the counter. `sector` names the register the case gets a line in, `of_sector` the
    procedures whose cases it lists.
    """

    agency: str
    prefix: str
    day: date
    ceiling: int | None
    sector: str
    of_sector: tuple[str, ...]


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


_EVENT = ", ".join(outbox.INSERT_COLUMNS)
_EVENT_VALUES = ", ".join("ref" if column == "subject" else f"%({column})s" for column in outbox.INSERT_COLUMNS)
# Statuses of a case that has ended, or waits for nothing but to be handed over.
ENDED = "(3, 7, 8, 9, 10)"
# What an account may still file today. Asked before anything is written, so that whoever may not writes nothing.
_PERMITTED = """
WITH permitted AS (
    SELECT 1 WHERE NOT EXISTS (SELECT FROM submissions WHERE caller = %(caller)s AND key = %(key)s)
        AND coalesce((SELECT filed FROM filings_of_day WHERE account = %(caller)s AND day = %(day)s
            AND procedure_code = %(procedure_code)s AND kind = %(kind)s), 0) < %(quota)s
)"""
# The same application is filed anew only once the case it became is seen to have ended: a case not seen is being filed.
_UNLIKE = f"""{_PERMITTED}, unlike AS (
    INSERT INTO applied_for AS known (account, sameness, case_id, filed_year)
    SELECT %(caller)s, %(sameness)s, %(case_id)s, %(filed_year)s FROM permitted
    ON CONFLICT (account, sameness) DO UPDATE SET case_id = excluded.case_id, filed_year = excluded.filed_year
    WHERE EXISTS (SELECT FROM cases c WHERE c.case_id = known.case_id AND c.filed_year = known.filed_year
        AND c.status IN {ENDED})
    RETURNING 1
)"""
# What is asked above is asked again by constraints: of two that two replicas permit at the same moment one fails, and
# is tried anew.
_METERED = """, claim AS (
    INSERT INTO submissions (caller, key, request_hash, case_id, filed_year, filed_at)
    SELECT %(caller)s, %(key)s, %(request_hash)s, %(case_id)s, %(filed_year)s, %(received_at)s FROM {wanted}
    RETURNING case_id
), metered AS (
    INSERT INTO filings_of_day AS f (account, day, procedure_code, kind, filed, most)
    SELECT %(caller)s, %(day)s, %(procedure_code)s, %(kind)s, 1, %(quota)s FROM claim
    ON CONFLICT (account, day, procedure_code, kind) DO UPDATE SET filed = f.filed + 1, most = excluded.most
)"""
_UNMETERED = """
WITH claim AS (
    INSERT INTO submissions (caller, key, request_hash, case_id, filed_year, filed_at)
    VALUES (%(caller)s, %(key)s, %(request_hash)s, %(case_id)s, %(filed_year)s, %(received_at)s)
    ON CONFLICT DO NOTHING RETURNING case_id
)"""
# A register goes on from the cases it had before their lines were counted.
_FIRST_LINE = """1 + CASE
    WHEN EXISTS (SELECT FROM register_lines
        WHERE agency_code = %(register_of)s AND sector = %(sector)s AND year = %(filed_year)s) THEN 0
    ELSE (SELECT count(*)::integer FROM cases WHERE agency_code = %(register_of)s AND filed_year = %(filed_year)s
        AND procedure_code = ANY(%(of_sector)s::text[])) END"""
# The first hash needs the case number, which only this statement knows, so PostgreSQL computes it.
_FILING = f""", counted AS (
    INSERT INTO counters AS c (agency_code, day, last, ceiling)
    SELECT %(numbered_by)s, %(day)s, 1, %(ceiling)s::bigint FROM claim
    ON CONFLICT (agency_code, day) DO UPDATE SET last = c.last + 1, ceiling = excluded.ceiling
    RETURNING last
), numbered AS (
    SELECT %(prefix)s || lpad(last::text, greatest(4, length(last::text)), '0') AS ref FROM counted
), lined AS (
    INSERT INTO register_lines AS r (agency_code, sector, year, last)
    SELECT %(register_of)s, %(sector)s, %(filed_year)s, {_FIRST_LINE} FROM counted
    ON CONFLICT (agency_code, sector, year) DO UPDATE SET last = r.last + 1
    RETURNING last
), chained AS (
    SELECT ref, sha256(sha256(convert_to(%(genesis)s || ref, 'UTF8')) || %(entry)s) AS head FROM numbered
), filed AS (
    INSERT INTO cases (case_id, filed_year, ref, version, status, procedure_code, agency_code, account,
        applicant_name, applicant_folded, words, name_order, identifier, received_at, assigned_to, step, unit,
        likeness, wake_at, history_head, form, state, intake_agency,
        register_no, owned)
    SELECT %(case_id)s, %(filed_year)s, ref, 1, %(status)s, %(procedure_code)s, %(agency_code)s, %(account)s,
        %(applicant_name)s, %(applicant_folded)s, {search_index.VECTOR}, %(name_order)s, %(identifier)s,
        %(received_at)s, '', %(step)s, %(unit)s, %(likeness)s, %(wake_at)s, head,
        %(form)s::json, %(state)s::jsonb, %(intake_agency)s, lined.last, %(owned)s
    FROM chained, lined
), written AS (
    INSERT INTO history (case_id, filed_year, seq, entry, hash)
    SELECT %(case_id)s, %(filed_year)s, 1, %(entry)s, head FROM chained
), evidence AS (
    INSERT INTO applications (case_id, filed_year, version, content, signature, signer_subject, signer_fingerprint)
    SELECT %(case_id)s, %(filed_year)s, 1, %(content)s, %(signature)s, %(signer_subject)s, %(signer_fingerprint)s
    FROM chained
), published AS (
    INSERT INTO outbox ({_EVENT}) SELECT {_EVENT_VALUES} FROM chained
)"""
# Only in the statement of a submission that comes from a draft.
_NO_DRAFT = """, no_draft AS (
    DELETE FROM drafts USING chained WHERE account = %(caller)s AND draft_id = %(draft_id)s
)"""
_SUBMITTED = " SELECT ref, head FROM chained"


def statement(*, metered: bool, unlike: bool, draft: bool) -> str:
    """Returns the statement that stores a case.

    Args:
        metered: the caller may file so many only.
        unlike: and no case that is the same as one the caller has open.
        draft: it ends a draft. The others have nothing to do with drafts.
    """
    begun = _UNLIKE + _METERED.format(wanted="unlike") if unlike else _PERMITTED + _METERED.format(wanted="permitted")
    return (begun if metered else _UNMETERED) + _FILING + (_NO_DRAFT if draft else "") + _SUBMITTED


_SWITCHES = tuple(product((False, True), repeat=3))
SUBMIT = {
    (metered, unlike, draft): statement(metered=metered, unlike=unlike, draft=draft)
    for metered, unlike, draft in _SWITCHES
}


def submit(conn: Connection, new_cases: Sequence[NewCase]) -> list[StoredCase | None]:
    """Stores new cases under the next numbers; None for each that may not be stored.

    Raises:
        NumbersExhausted, OnlineNumbersExhausted: the day has no number left; none of them is stored.
    """
    try:
        rows = sql.row_of_each(conn, [_submission(new_case) for new_case in new_cases])
    except UniqueViolation:
        if len(new_cases) > 1:
            raise  # each is stored by itself then
        rows = sql.row_of_each(conn, [_submission(new_cases[0])])  # another replica was faster; now that can be seen
    except CheckViolation as error:
        if error.diag.constraint_name == "counter_not_exhausted":
            online = new_cases[0].change.case.channel in FILED_BY_ACCOUNT
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
        "register_of": case.intake_agency or case.agency_code,
        "sector": numbering.sector,
        "of_sector": list(numbering.of_sector),
        "genesis": audit.GENESIS_LABEL,
        "entry": change.entry,
        "status": int(case.status),
        "procedure_code": case.procedure_code,
        "agency_code": case.agency_code,
        "intake_agency": case.intake_agency if case.for_another else "",
        "account": applicant.account,
        "owned": case.owner != "",
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
