"""Look-ups without a case: asked by a worker, confirmed by another, made once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.common import limits
from services.common.context import Caller
from services.common.events import uuid7
from services.common.text import mask_number
from services.common.times import local_day
from services.identity.core.numbers import PersonalNumber
from services.identity.look_ups.context import LookUpContext
from services.identity.look_ups.domain import NotInRegister, Operation, Purpose, check_fields
from services.identity.look_ups.usecases import check_session, fetch_person
from services.identity.without_case import store
from services.identity.without_case.domain import Ground, LookUpRequest, RequestNotFound, TooManyRequests


def ask(
    ctx: LookUpContext, who: Caller, *, number: str, fields: Sequence[str], ground: Ground, now: datetime
) -> LookUpRequest:
    """Raises TooManyRequests, SessionEnded."""
    parsed = PersonalNumber.parse(number, today=local_day(now))
    check_session(ctx, who, now)
    request = LookUpRequest(
        request_id=str(uuid7()),
        asked_at=now,
        asked_by=who.subject,
        asked_by_name=who.name,
        agencies=who.agencies,
        subject_masked=mask_number(parsed.digits),
        subject_pseudonym=ctx.vault.pseudonym(parsed.digits),
        fields=check_fields(fields),
        ground=ground,
        confirmed_by_name="",
        asked_by_number=who.personal_number,
    )
    with ctx.database.transaction() as conn:
        if not store.add_request(conn, request, limits.LOOK_UPS_WITHOUT_CASE_PER_DAY):
            raise TooManyRequests(limit=limits.LOOK_UPS_WITHOUT_CASE_PER_DAY, retry_after=3600)
    return request


def waiting(ctx: LookUpContext, who: Caller, now: datetime) -> list[LookUpRequest]:
    """Returns the caller's own requests and those of the agencies they work for, however many others make."""
    with ctx.database.autocommit() as conn:
        seen = [request for request in store.waiting(conn, now) if request.is_seen_by(who)]
    return seen[: limits.PAGE_SIZE_MAX]


def confirm(ctx: LookUpContext, who: Caller, request_id: str, now: datetime) -> LookUpRequest:
    """Confirms what somebody else asked.

    Raises:
        RequestNotFound, OwnRequest, SessionEnded.
    """
    check_session(ctx, who, now)
    with ctx.database.transaction() as conn:
        request = store.lock(conn, _parsed(request_id), now)
        if request is None:
            raise RequestNotFound
        request.check_confirmable(who)
        store.confirm(conn, request.request_id, who.subject, who.name, now)
    return replace(request, confirmed_by_name=who.name)


def look_up(ctx: LookUpContext, who: Caller, *, request_id: str, number: str, now: datetime) -> dict[str, str]:
    """Returns the fields asked for; the person sees who asked, who confirmed and why.

    The request is used up before the register is asked, so that two at once are a single look-up.

    Raises:
        RequestNotFound, NotConfirmed, NotInRegister, RegisterContradictsNumber.
    """
    parsed = PersonalNumber.parse(number, today=local_day(now))
    with ctx.database.transaction() as conn:
        request = store.lock(conn, _parsed(request_id), now)
        if request is None:
            raise RequestNotFound
        request.check_usable(who, ctx.vault.pseudonym(parsed.digits))
        store.use(conn, request.request_id, now)
    confirmed = f"{request.ground.reason} ({request.confirmed_by_name})"
    purpose = Purpose(confirmed[: limits.TEXT_LENGTH], f"request-{request.request_id}", request.ground.legal_basis)
    fields = tuple(request.fields)
    person = fetch_person(ctx, who, Operation.WITHOUT_CASE, parsed, fields, purpose, now)
    if person is None:
        raise NotInRegister
    return person


def _parsed(request_id: str) -> UUID:
    try:
        return UUID(request_id)
    except ValueError as error:
        raise RequestNotFound from error
