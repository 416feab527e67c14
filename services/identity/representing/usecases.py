"""Taking up the representation of a firm, and naming in a token the firms represented now."""

from dataclasses import replace
from datetime import datetime

import structlog

from services.common.access import CITIZEN
from services.common.context import Caller
from services.common.errors import OnestopError
from services.common.tokens import claims_of, sign
from services.identity.look_ups import usecases as look_ups
from services.identity.look_ups.context import LookUpContext
from services.identity.look_ups.domain import Purpose
from services.identity.look_ups.registers import Firm
from services.identity.representing import store
from services.identity.representing.domain import NotRepresented, Representation
from services.identity.sessions.usecases import Tokens
from services.identity.signing_keys.usecases import present_key

log = structlog.get_logger()
PURPOSE = Purpose("xác nhận người đại diện theo pháp luật", "representation")


def represent(ctx: LookUpContext, who: Caller, *, tax_code: str, now: datetime) -> Firm:
    """Returns a firm that the business register names the caller for; their next tokens name it.

    Raises:
        NotRepresented; and what a look-up raises.
    """
    firm = _asked(ctx, who, tax_code, PURPOSE, now)
    if firm is None:
        raise NotRepresented
    return firm


def remember(ctx: LookUpContext, who: Caller, tax_code: str, firm: Firm | None, now: datetime) -> None:
    """Keeps what the register just said of the caller and a firm, for their next tokens."""
    with ctx.database.transaction() as conn:
        if firm is None:
            store.forget(conn, who.subject, tax_code)
        else:
            store.note(conn, who.subject, firm.tax_code, now)


def with_firms(ctx: LookUpContext, tokens: Tokens, now: datetime) -> Tokens:
    """Returns the tokens of a session with an access token that names the firms its holder represents now.

    A firm confirmed longer ago than `limits.REPRESENTATION_LIFE` is asked for again; while the register does not answer
    the token does not name it.
    """
    who = tokens.holder
    if CITIZEN not in who.roles or not who.proven_number:
        return tokens
    with ctx.database.autocommit() as conn:
        known = store.of_account(conn, who.subject)
    firms = tuple(each.tax_code for each in known if _still(ctx, who, each, now))
    if not firms:
        return tokens
    with ctx.database.transaction() as conn:
        named = sign(claims_of(replace(who, firms=firms), now), present_key(conn, ctx.vault, now))
    return replace(tokens, access_token=named)


def _still(ctx: LookUpContext, who: Caller, known: Representation, now: datetime) -> bool:
    if known.stands(now):
        return True
    try:
        return _asked(ctx, who, known.tax_code, PURPOSE, now) is not None
    except OnestopError as error:  # the register is away, or was asked too often: a log-in goes on without
        log.warning("a representation could not be confirmed", error=error.code)
        return False


def _asked(ctx: LookUpContext, who: Caller, tax_code: str, purpose: Purpose, now: datetime) -> Firm | None:
    _, firm = look_ups.look_up_own_firm(ctx, who, tax_code=tax_code, purpose=purpose, now=now)
    remember(ctx, who, tax_code, firm, now)
    return firm
