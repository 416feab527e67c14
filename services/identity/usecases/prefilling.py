"""Filling a form, and sparing papers, from what the registers hold of the calling citizen."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import structlog

from services.common import receipts
from services.common.context import Caller
from services.identity.domain.look_ups import Purpose, sources
from services.identity.register_calls import RegisterUnavailable
from services.identity.registers import PaperEntry
from services.identity.usecases import look_ups, signing
from services.identity.usecases.look_ups import Desk

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a procedure wants: form field to register field, paper code to the register that holds its data."""

    procedure: str
    fields: Mapping[str, str]
    papers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Prefilled:
    """What the registers gave: form field to value, paper code to its entry; the receipt vouches for both."""

    values: Mapping[str, str]
    papers: Mapping[str, PaperEntry]
    receipt: str


def prefill_form(desk: Desk, who: Caller, wanted: Wanted, purpose: Purpose, now: datetime) -> Prefilled:
    """Asks each register once, on the record. What a paper's register does not give is asked of the citizen.

    Raises:
        RegisterUnavailable, RegisterContradictsNumber: the population register's own failures.
    """
    of_person, of_papers = sources(wanted.fields)
    values = look_ups.prefill(desk, who, register_fields=of_person, purpose=purpose, now=now)
    registers = {*wanted.papers.values(), *(register for register, _ in of_papers.values())}
    entries = {register: _entry(desk, who, register, purpose, now) for register in sorted(registers)}
    for form_field, (register, name) in of_papers.items():
        if (entry := entries[register]) and (value := entry.facts().get(name)):
            values[form_field] = value
    today = look_ups.legal_day(now)
    papers = {
        code: entry for code, register in wanted.papers.items() if (entry := entries[register]) and entry.good_on(today)
    }
    with desk.database.transaction() as conn:
        key = signing.present_key(conn, desk.vault, now)
    receipt = receipts.issue(
        key,
        now,
        subject=who.subject,
        procedure=wanted.procedure,
        values=values,
        papers={code: wanted.papers[code] for code in papers},
    )
    return Prefilled(values, papers, receipt)


def _entry(desk: Desk, who: Caller, register: str, purpose: Purpose, now: datetime) -> PaperEntry | None:
    """None also when the register is not connected or does not answer: then the paper is asked for, as ever."""
    if register not in desk.registers.papers:
        return None
    try:
        return look_ups.look_up_own_paper(desk, who, register=register, purpose=purpose, now=now)
    except RegisterUnavailable as error:
        log.warning("a paper's register does not answer", register=register, error=repr(error))
        return None
