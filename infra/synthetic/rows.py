"""Made-up cases as rows of the cases database."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

import orjson

from infra.synthetic.forms import FORMS, Form
from infra.synthetic.lives import UNFILED, Life, live
from infra.synthetic.people import Person, person
from services.cases.core.domain.case import Case
from services.cases.core.domain.case_parts import Applicant
from services.cases.core.domain.errors import ProcedureNotFound
from services.cases.core.domain.procedure import Procedure
from services.cases.core.domain.procedure_parts import Channel
from services.cases.core.store import cases as store
from services.cases.fees.domain.fees import fee_state
from services.cases.history.domain.replay import digest_of
from services.cases.procedures.domain.catalogue import Catalogue
from services.cases.work.store import search_index
from services.common.events import uuid7
from services.common.times import VIETNAM
from services.contracts import audit

LENT = 25
"""How many people share the hours of one life: a life is played once, which takes most of the time."""

DECISIVE = ("fee_group",)
"""Fields of a form that a life goes by, so that all whom it is lent to have the same in them."""

COLUMNS = {
    "cases": (
        "case_id", "filed_year", "ref", "version", "status", "procedure_code", "agency_code", "account",
        "applicant_name", "applicant_folded", "words", "name_order", "identifier", "received_at", "due_date",
        "assigned_to", "step", "unit", "wake_at", "history_head", "form", "state", "worked",
    ),
    "history": ("case_id", "filed_year", "seq", "entry", "hash"),
    "applications": (
        "case_id", "filed_year", "version", "content", "signature", "signer_subject", "signer_fingerprint",
    ),
}  # fmt: skip
Rows = dict[str, list[tuple[Any, ...]]]


@dataclass(frozen=True, slots=True)
class Filings:
    """So many applications of one procedure to one agency on one day; numbers go on after `last` of that day.

    `open` ones are still with the agency, the others closed where the time since has sufficed.
    """

    procedure: str
    agency: str
    day: date
    count: int
    last: int
    open: bool
    seed: int


def rows_of(catalogue: Catalogue, filings: Filings, until: datetime) -> Rows:
    """Returns the rows of every table, in the order of filing."""
    random = Random(f"{filings.seed} {filings}")
    procedure = _version(catalogue, filings.procedure, filings.day)
    rows: Rows = {table: [] for table in COLUMNS}
    sequence = filings.last
    for size in _shared(filings.count):
        like = FORMS[procedure.code][1](person(random, filings.day), random)
        life = _life(catalogue, procedure, filings, like, random, until)
        for _ in range(size):
            sequence += 1
            ref = procedure.series.number(filings.agency, filings.day, sequence)
            who = person(random, filings.day)
            form = FORMS[procedure.code][1](who, random) | {name: like[name] for name in DECISIVE if name in like}
            _add(rows, life, ref, who, form)
    return rows


def _version(catalogue: Catalogue, code: str, day: date) -> Procedure:
    """Returns the version in force that day; the newest version where the catalogue does not reach back."""
    try:
        return catalogue.find(code, day)
    except ProcedureNotFound:
        return catalogue.newest(code)


def _shared(count: int) -> Iterator[int]:
    yield from (min(LENT, count - start) for start in range(0, count, LENT))


def _life(
    catalogue: Catalogue, procedure: Procedure, filings: Filings, form: Form, random: Random, until: datetime
) -> Life:
    """Makes up the life of a case filed that day; it owes what such a form owes."""
    channel: Channel = "online" if random.random() < 0.6 else "counter"
    minutes = random.randrange(9 * 60)
    received = datetime.combine(filings.day, time(7, 30), VIETNAM) + timedelta(minutes=minutes)
    fees = procedure.fees_due(channel, max(filings.day, procedure.effective_from), form)
    case = Case(
        case_id=uuid7(),
        procedure_code=procedure.code,
        procedure_version=procedure.effective_from,
        agency_code=filings.agency,
        channel=channel,
        applicant=Applicant("person", "", ""),
        received_at=received,
        fees=fees,
        fee_state=fee_state(fees),
    )
    rules = catalogue.case_rules(procedure.code, procedure.effective_from, filings.agency)
    return live(case, rules, random, until, most=random.randrange(4) if filings.open else None)


def _add(rows: Rows, life: Life, ref: str, who: Person, form: Form) -> None:
    """Adds a case: the life with its own applicant, application, number and chain."""
    change = life.change
    filed_year = store.filed_year(ref)
    applicant = Applicant("person", who.full_name, who.personal_number, who.address, who.phone, who.email)
    content = _application(change.case, applicant, form)
    case_id = uuid7()
    filed = hashlib.sha256(content).hexdigest()
    own = replace(change.case, case_id=case_id, applicant=applicant)
    entries = [life.entries[0].replace(UNFILED.encode(), filed.encode()), *life.entries[1:]]
    entries[-1] = entries[-1].replace(digest_of(change.case).encode(), digest_of(own).encode())
    head = audit.genesis(ref)
    for seq, entry in enumerate(entries, start=1):
        head = audit.link(head, entry)
        rows["history"].append((case_id, filed_year, seq, entry, head))
    case = replace(own, ref=ref, history_head=head.hex())
    columns = search_index.columns(applicant, search_index.whole(ref))
    place = store.place(change)
    rows["cases"].append((
        case_id, filed_year, ref, case.version, int(case.status), case.procedure_code, case.agency_code, "",
        applicant.full_name, columns["applicant_folded"], columns["words"], columns["name_order"],
        applicant.identifier, case.received_at, case.clock.due, case.assigned_to, place["step"], place["unit"],
        change.wake_at, head, orjson.dumps(form).decode(), orjson.dumps(case).decode(),
        store.worked(case),
    ))  # fmt: skip
    rows["applications"].append((case_id, filed_year, 1, content, "", "", ""))


def _application(case: Case, applicant: Applicant, form: Form) -> bytes:
    """Writes the application that would have been sent."""
    sent = {
        "procedure": case.procedure_code,
        "agency": case.agency_code,
        "applicant": {
            "kind": applicant.kind,
            "full_name": applicant.full_name,
            "identifier": applicant.identifier,
            "address": applicant.address,
            "phone": applicant.phone,
            "email": applicant.email,
        },
        "form": form,
    }
    return orjson.dumps(sent)
