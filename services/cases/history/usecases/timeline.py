"""The timeline: what happened to a case and to its parts, as a single story."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import orjson
from sqlalchemy import Connection

from services.cases.calendar.domain import BilingualText
from services.cases.chains.domain import chain
from services.cases.chains.domain.texts import plan
from services.cases.core.actions import ACTIONS
from services.cases.core.context import CasesContext
from services.cases.core.domain.case import Case
from services.cases.core.domain.case_rules import CaseRules
from services.cases.core.domain.children import Child
from services.cases.core.domain.errors import CaseNotFound
from services.cases.core.domain.status import CaseStatus
from services.cases.core.store import cases as store
from services.cases.core.visibility import CaseView, permission_of, see
from services.cases.history.domain.texts import told
from services.common.context import Caller

_APPLICANT_ACTS = frozenset({CaseStatus.SUPPLEMENT_REQUESTED, CaseStatus.PAYMENT_REQUESTED})


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One thing that happened to one of the cases; `at` is RFC 3339."""

    at: str
    ref: str
    rules: CaseRules
    action: str
    text: BilingualText


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has a case now: its agency, or the applicant while the agency waits for them."""

    ref: str
    procedure: BilingualText
    agency_code: str
    agency: BilingualText
    status: CaseStatus
    due: date | None

    @property
    def applicant_acts(self) -> bool:
        return self.status in _APPLICANT_ACTS


@dataclass(frozen=True, slots=True)
class Plan:
    """A part that has not started, and why."""

    child: Child
    text: BilingualText


@dataclass(frozen=True, slots=True)
class Timeline:
    """The story of a case with those parts the caller may see; of the others, what the case itself was told."""

    ref: str
    due: date | None
    entries: list[TimelineEntry]
    now: list[Holder]
    next: list[Plan]


def read(ctx: CasesContext, who: Caller, ref: str) -> Timeline:
    """Raises CaseNotFound, also for a case that is not the caller's to see."""
    with ctx.database.transaction() as conn:
        case, form = store.read(conn, ref)
        seen = see(ctx, permission_of(ctx, who, case), form)
        parts = list(_parts(ctx, who, conn, case))
        known = {part.case.ref for part in parts}
        entries = [entry for each in (seen, *parts) for entry in _entries(conn, each, known)]
    entries.sort(key=lambda entry: entry.at)
    return Timeline(case.ref, case.clock.due, entries, list(_now(seen)), list(_next(case)))


def _parts(ctx: CasesContext, who: Caller, conn: Connection, parent: Case) -> Iterator[CaseView]:
    """Yields the parts the caller may see by own right."""
    for child in parent.children:
        if child.ref:
            try:
                case, form = store.read(conn, child.ref)
                yield see(ctx, permission_of(ctx, who, case), form)
            except CaseNotFound:
                continue  # another agency's: the case itself says how far it is


def _entries(conn: Connection, seen: CaseView, known: set[str]) -> Iterator[TimelineEntry]:
    for _, content, _ in store.history(conn, seen.case):
        entry = orjson.loads(content)
        if "child" in entry["data"] and entry["data"].get("ref") in known:
            continue  # that part tells it itself
        yield TimelineEntry(entry["at"], seen.case.ref, seen.rules, entry["action"], told(entry, ACTIONS))


def _now(seen: CaseView) -> Iterator[Holder]:
    case, rules = seen.case, seen.rules
    at_work = [child for child in case.children if child.ref and not child.final]
    for child in at_work:
        progress = child.progress
        if progress is not None:
            yield Holder(
                child.ref,
                BilingualText(child.name_vi, child.name_en),
                child.agency_code,
                BilingualText(child.agency_vi, child.agency_en),
                progress.status,
                progress.due,
            )
    if not at_work and not case.status.closed:
        procedure, agency = rules.procedure, rules.issuer(awaits_receipt=case.awaits_receipt)
        yield Holder(
            case.ref,
            BilingualText(procedure.name_vi, procedure.name_en),
            agency.code,
            BilingualText(agency.name_vi, agency.name_en),
            case.status,
            case.clock.due,
        )


def _next(case: Case) -> Iterator[Plan]:
    if case.status in chain.OVER:
        return
    lost, names = chain.blocked(case), {child.code: child for child in case.children}
    for child in case.children:
        if not child.ref:
            yield Plan(child, plan(child, [names[code] for code in child.follows], blocked=child.code in lost))
