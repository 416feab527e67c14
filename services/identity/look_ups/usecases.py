"""Asking the registers, on the record."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TypeVar
from uuid import UUID

from services.common import context, limits
from services.common.access import ADMINISTRATOR
from services.common.context import Caller
from services.common.errors import FieldError, InvalidInput, SessionEnded
from services.common.events import uuid7
from services.common.text import mask_number
from services.common.times import local_day
from services.contracts.answers import RegisterAnswer
from services.identity.core import store as accounts
from services.identity.core.numbers import Doubt, PersonalNumber, TaxCode
from services.identity.look_ups import store
from services.identity.look_ups.context import LookUpContext
from services.identity.look_ups.domain import (
    FIRM_FIELDS,
    LookUp,
    NotInRegister,
    Operation,
    Purpose,
    RegisterContradictsNumber,
    TooManyLookUps,
    birth_date_of,
    check_fields,
    check_may_verify,
    contradictions,
    is_oneself,
    own_number,
)
from services.identity.look_ups.register_calls import Call, Errand
from services.identity.look_ups.registers import Firm, PaperEntry, Verification

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Verified:
    """The answer of the register about the declared facts, and what is odd about them."""

    verification: Verification
    doubts: Sequence[Doubt]


def verify_person(
    ctx: LookUpContext, who: Caller, *, number: str, declared: dict[str, str], purpose: Purpose, now: datetime
) -> Verified:
    """Returns what the population register says of the declared facts (full_name, birth_date, sex).

    Raises:
        OnlyOneself; and what cases says when it is not the caller's business.
    """
    parsed = PersonalNumber.parse(number, today=local_day(now))
    check_may_verify(who, parsed)
    if not is_oneself(who, parsed):
        purpose = _of_business(ctx, purpose, parsed.digits)
    doubts = [
        *parsed.doubts(),
        *parsed.disagreements(birth_date_of(declared.get("birth_date")), declared.get("sex")),
    ]
    errand = _errand(ctx, who, purpose)
    call = ctx.registers.population.verify(errand, parsed.digits, declared)
    entry = _Entry(errand, "population", Operation.VERIFY, parsed.digits, tuple(declared))
    verification = _on_record(ctx, who, now, entry, call, _verified) or Verification(RegisterAnswer.NO_DATA, {})
    return Verified(verification, doubts)


def look_up_person(
    ctx: LookUpContext, who: Caller, *, number: str, fields: Sequence[str], purpose: Purpose, now: datetime
) -> dict[str, str]:
    """Looks up named fields of a person; fields that the register does not hold are absent.

    Raises:
        NotInRegister: the register does not know the number.
        RegisterContradictsNumber: its birth date or sex contradicts the number.
        And what cases says when it is not the caller's business.
    """
    parsed = PersonalNumber.parse(number, today=local_day(now))
    wanted = check_fields(fields)
    purpose = _of_business(ctx, purpose, parsed.digits)
    person = fetch_person(ctx, who, Operation.LOOK_UP, parsed, wanted, purpose, now)
    if person is None:
        raise NotInRegister
    return person


def look_up_firm(ctx: LookUpContext, who: Caller, *, tax_code: str, purpose: Purpose, now: datetime) -> Firm:
    """Looks up a firm; raises NotInRegister for an unknown firm, and cases' refusal when the firm is not the caller's
    business."""
    parsed = TaxCode.parse(tax_code, today=local_day(now))
    purpose = _of_business(ctx, purpose, parsed.code)
    errand = _errand(ctx, who, purpose)
    call = ctx.registers.business.fetch(errand, parsed.code)
    entry = _Entry(errand, "business", Operation.LOOK_UP, parsed.code, FIRM_FIELDS)
    firm = _on_record(ctx, who, now, entry, call, _found)
    if firm is None:
        raise NotInRegister
    return firm


def prefill(
    ctx: LookUpContext,
    who: Caller,
    number: PersonalNumber,
    *,
    register_fields: dict[str, str],
    purpose: Purpose,
    now: datetime,
) -> dict[str, str]:
    """Maps form fields to values; what the register does not hold is absent.

    Args:
        register_fields: form field to register field, as the procedure declares them.
    """
    wanted = check_fields(register_fields.values())
    person = fetch_person(ctx, who, Operation.PREFILL, number, wanted, purpose, now) or {}
    return {form: person[field] for form, field in register_fields.items() if field in person}


def look_up_paper(
    ctx: LookUpContext, who: Caller, number: PersonalNumber, *, register: str, purpose: Purpose, now: datetime
) -> PaperEntry | None:
    """Looks up what a connected register holds of somebody's paper for a form; None when it holds nothing."""
    errand = _errand(ctx, who, purpose)
    call = ctx.registers.papers[register].fetch(errand, number.digits)
    entry = _Entry(errand, register, Operation.PREFILL, number.digits, ("paper",))
    return _on_record(ctx, who, now, entry, call, _found)


def look_up_own_firm(
    ctx: LookUpContext, who: Caller, *, tax_code: str, purpose: Purpose, now: datetime
) -> tuple[RegisterAnswer, Firm | None]:
    """Looks up a firm the caller represents by law; returns what the register says of that, and the firm if it is a
    match."""
    number, parsed = own_number(who), TaxCode.parse(tax_code, today=local_day(now))
    errand = _errand(ctx, who, purpose)
    call = ctx.registers.business.fetch(errand, parsed.code)
    entry = _Entry(errand, "business", Operation.PREFILL, parsed.code, FIRM_FIELDS)
    firm = _on_record(ctx, who, now, entry, call, _found)
    if firm is None:
        return RegisterAnswer.NO_DATA, None
    answer = firm.of_representative(number)
    return answer, firm if answer is RegisterAnswer.MATCH else None


def list_look_ups(ctx: LookUpContext, who: Caller, *, page_token: str, page_size: int) -> tuple[list[LookUp], str]:
    """Lists look-ups newest first and the next page's token: of the caller, or of everybody for an administrator."""
    count = min(page_size or limits.PAGE_SIZE_DEFAULT, limits.PAGE_SIZE_MAX)
    subject = None if who.has_role(ADMINISTRATOR) else ctx.vault.pseudonym(own_number(who))
    with ctx.database.autocommit() as conn:
        found = store.look_ups(conn, subject, _position(page_token), count + 1)
    page = found[:count]
    return page, page[-1].look_up_id if len(found) > count else ""


@dataclass(frozen=True, slots=True)
class _Entry:
    """The entry written down about a look-up, besides who makes it."""

    errand: Errand
    register: str
    operation: Operation
    subject: str
    fields: tuple[str, ...]


def fetch_person(
    ctx: LookUpContext,
    who: Caller,
    operation: Operation,
    number: PersonalNumber,
    fields: tuple[str, ...],
    purpose: Purpose,
    now: datetime,
) -> dict[str, str] | None:
    """Fetches named fields of a person, on the record; whose business it is was settled before."""

    def answer_of(person: dict[str, str] | None) -> RegisterAnswer:
        return RegisterAnswer.MISMATCH if person and contradictions(number, person) else _found(person)

    errand = _errand(ctx, who, purpose)
    call = ctx.registers.population.fetch(errand, number.digits, fields)
    entry = _Entry(errand, "population", operation, number.digits, fields)
    person = _on_record(ctx, who, now, entry, call, answer_of)
    if person and (found := contradictions(number, person)):
        raise RegisterContradictsNumber(found)
    return person


def _on_record(
    ctx: LookUpContext,
    who: Caller,
    now: datetime,
    entry: _Entry,
    call: Call[T],
    answer_of: Callable[[T | None], RegisterAnswer],
) -> T | None:
    """Sends the call between two entries of the record: before it is sent, and before its answer is used.

    Until the second it is inconclusive, so that a look-up cut short is on record too.

    Raises:
        SessionEnded: the caller has logged out.
        TooManyLookUps: the account is over the limit of an hour.
    """
    limit = _limit_of(who, entry)
    with ctx.database.transaction() as conn:
        admission = store.enter_look_up(conn, _row(ctx, who, now, entry, call), UUID(who.session), limit)
    if not admission.session_open:
        raise SessionEnded
    if not admission.entered:
        raise TooManyLookUps(limit=limit, retry_after=60)
    said = RegisterAnswer.INCONCLUSIVE
    try:
        answer = call.send()
        said = answer_of(answer)
    finally:
        with ctx.database.autocommit() as conn:
            store.close_look_up(conn, entry.errand.call_id, said, datetime.now(UTC))
    return answer


def _limit_of(who: Caller, entry: _Entry) -> int:
    """Returns how many look-ups of its kind an account makes within an hour."""
    if entry.subject == who.personal_number:
        return limits.OWN_LOOK_UPS_PER_HOUR
    return limits.COUNTER_PREFILLS_PER_HOUR if entry.operation is Operation.PREFILL else limits.LOOK_UPS_PER_HOUR


def _row(ctx: LookUpContext, who: Caller, now: datetime, entry: _Entry, call: Call[T]) -> store.NewLookUp:
    return store.NewLookUp(
        look_up_id=entry.errand.call_id,
        at=now,
        register=entry.register,
        operation=entry.operation,
        actor_id=who.subject,
        actor_name=who.name,
        agency=entry.errand.agency,
        subject_masked=mask_number(entry.subject),
        subject_pseudonym=ctx.vault.pseudonym(entry.subject),
        own=entry.subject == who.personal_number,
        fields=list(entry.fields),
        purpose=entry.errand.purpose.text,
        case_reference=entry.errand.purpose.case_reference,
        legal_basis=entry.errand.purpose.legal_basis,
        request_hash=call.request_hash,
        request_id=context.trace().request_id,
    )


def check_session(ctx: LookUpContext, who: Caller, now: datetime) -> None:
    """Raises SessionEnded when the caller has logged out."""
    with ctx.database.autocommit() as conn:
        if accounts.account_of_session(conn, UUID(who.session), now) is None:
            raise SessionEnded


def _of_business(ctx: LookUpContext, purpose: Purpose, number: str) -> Purpose:
    """Returns the purpose with the case as it is stored, once cases says that the caller handles it and the number is
    in it."""
    return replace(purpose, case_reference=ctx.cases.check_involved(purpose.case_reference, number))


def _errand(ctx: LookUpContext, who: Caller, purpose: Purpose) -> Errand:
    return Errand(uuid7(), who.agencies[0] if who.agencies else ctx.registers.agency, who.subject, purpose)


def _verified(said: Verification | None) -> RegisterAnswer:
    return RegisterAnswer.NO_DATA if said is None else said.answer


def _found(entry: object | None) -> RegisterAnswer:
    return RegisterAnswer.NO_DATA if entry is None else RegisterAnswer.MATCH


def _position(page_token: str) -> UUID | None:
    try:
        return UUID(page_token) if page_token else None
    except ValueError as error:
        raise InvalidInput(
            fields=[
                FieldError(
                    "/page_token",
                    "page-token",
                    "Mã trang không đúng. Hãy tải lại từ trang đầu.",
                    "The page token is not one of ours. Start again from the first page.",
                )
            ]
        ) from error
