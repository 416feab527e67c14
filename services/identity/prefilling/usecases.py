"""Filling a form, and sparing papers, from what the registers hold of whoever it is for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import structlog

from services.common.context import Caller
from services.common.times import local_day
from services.contracts import receipts
from services.contracts.answers import RegisterAnswer
from services.contracts.prefilling import fields_wanted
from services.identity.core.numbers import PersonalNumber
from services.identity.look_ups import usecases as look_ups
from services.identity.look_ups.context import LookUpContext
from services.identity.look_ups.domain import NotAtCounter, Purpose, own_number, sources
from services.identity.look_ups.register_calls import RegisterUnavailable
from services.identity.look_ups.registers import Firm, PaperEntry
from services.identity.representing import usecases as representing
from services.identity.signing_keys import usecases as signing

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Wanted:
    """The fields and papers a procedure wants: form field to register field, paper code to the register that holds its
    data.

    `firm` is the tax code of the firm the caller files for; empty = for themselves.
    """

    procedure: str
    fields: Mapping[str, str]
    papers: Mapping[str, str]
    firm: str = ""


@dataclass(frozen=True, slots=True)
class Prefilled:
    """The answers of the registers: form field to value, paper code to its entry, and the firm the caller represents.

    The receipt vouches for all three; `firm` is None when no firm was asked for, or the caller does not represent it.
    `answers` say what the registers say of each paper, `representation` of the caller as the firm's representative.
    """

    values: Mapping[str, str]
    papers: Mapping[str, PaperEntry]
    receipt: str
    answers: Mapping[str, RegisterAnswer]
    firm: Firm | None = None
    representation: RegisterAnswer | None = None


@dataclass(frozen=True, slots=True)
class _Said:
    """The answer of a register about somebody's paper, and its entry, if any."""

    answer: RegisterAnswer
    entry: PaperEntry | None = None


def prefill_form(ctx: LookUpContext, who: Caller, wanted: Wanted, purpose: Purpose, now: datetime) -> Prefilled:
    """Returns the calling citizen's form; asks each register once, on the record.

    A fact that a paper's register does not give is asked of the citizen.

    Raises:
        RegisterUnavailable, RegisterContradictsNumber: the population register's own failures.
    """
    number = PersonalNumber.parse(own_number(who), today=local_day(now))
    values, said = _ask(ctx, who, number, wanted, purpose, now)
    answers = {code: said[register].answer for code, register in wanted.papers.items()}
    papers = {
        code: entry
        for code, register in wanted.papers.items()
        if answers[code] is RegisterAnswer.MATCH and (entry := said[register].entry)
    }
    representation, firm = _firm(ctx, who, wanted.firm, purpose, now) if wanted.firm else (None, None)
    receipt = _receipt(ctx, who, wanted, values, answers, firm, now)
    return Prefilled(values, papers, receipt, answers, firm, representation)


def prefill_at_counter(
    ctx: LookUpContext, who: Caller, *, number: str, procedure_code: str, reason: str, now: datetime
) -> Prefilled:
    """Fills the form of whoever stands at the counter: the fields that procedure's form takes from registers, and no
    other.

    There is no case yet, so the record names counter, procedure and purpose; the person sees it. No paper is confirmed.

    Raises:
        TooManyLookUps, NotAtCounter; and what `prefill_form` raises.
    """
    parsed = PersonalNumber.parse(number, today=local_day(now))
    procedure = ctx.cases.procedure(procedure_code)
    if not any(who.covers(agency) for agency in procedure["agencies"]):
        raise NotAtCounter
    purpose = Purpose.stated(reason, f"counter-{procedure['code']}", procedure["legal_basis"][0])
    wanted = Wanted(procedure["code"], fields_wanted(procedure), {})
    values, _ = _ask(ctx, who, parsed, wanted, purpose, now)
    return Prefilled(values, {}, _receipt(ctx, who, wanted, values, {}, None, now), {})


def _ask(
    ctx: LookUpContext, who: Caller, number: PersonalNumber, wanted: Wanted, purpose: Purpose, now: datetime
) -> tuple[dict[str, str], dict[str, _Said]]:
    """Asks the registers; returns form field to value, and what each register of papers says."""
    of_person, of_papers = sources(wanted.fields)
    values = look_ups.prefill(ctx, who, number, register_fields=of_person, purpose=purpose, now=now)
    registers = {*wanted.papers.values(), *(register for register, _ in of_papers.values())}
    said = {register: _entry(ctx, who, number, register, purpose, now) for register in sorted(registers)}
    for form_field, (register, name) in of_papers.items():
        if (entry := said[register].entry) and (value := entry.facts().get(name)):
            values[form_field] = value
    return values, said


def _receipt(
    ctx: LookUpContext,
    who: Caller,
    wanted: Wanted,
    values: Mapping[str, str],
    answers: Mapping[str, RegisterAnswer],
    firm: Firm | None,
    now: datetime,
) -> str:
    with ctx.database.transaction() as conn:
        key = signing.present_key(conn, ctx.vault, now)
    return receipts.issue(
        key,
        now,
        subject=who.subject,
        procedure=wanted.procedure,
        values=values,
        papers={code: wanted.papers[code] for code, said in answers.items() if said is RegisterAnswer.MATCH},
        answers=answers,
        firms=(firm.tax_code,) if firm else (),
    )


def _firm(
    ctx: LookUpContext, who: Caller, tax_code: str, purpose: Purpose, now: datetime
) -> tuple[RegisterAnswer, Firm | None]:
    """Asks for a firm; inconclusive also when the register does not answer: then the agency sees for itself who speaks
    for the firm."""
    try:
        answer, firm = look_ups.look_up_own_firm(ctx, who, tax_code=tax_code, purpose=purpose, now=now)
        representing.remember(ctx, who, tax_code, firm, now)
        return answer, firm
    except RegisterUnavailable as error:
        log.warning("the business register does not answer", error=repr(error))
        return RegisterAnswer.INCONCLUSIVE, None


def _entry(
    ctx: LookUpContext, who: Caller, number: PersonalNumber, register: str, purpose: Purpose, now: datetime
) -> _Said:
    """Asks for an entry; inconclusive when the register is not connected or does not answer: then the paper is asked
    for, as ever."""
    if register not in ctx.registers.papers:
        return _Said(RegisterAnswer.INCONCLUSIVE)
    try:
        entry = look_ups.look_up_paper(ctx, who, number, register=register, purpose=purpose, now=now)
    except RegisterUnavailable as error:
        log.warning("a paper's register does not answer", register=register, error=repr(error))
        return _Said(RegisterAnswer.INCONCLUSIVE)
    return _Said(entry.on(local_day(now)), entry) if entry else _Said(RegisterAnswer.NO_DATA)
