"""The security log: who did or tried what, on which case or file (ASVS 5.0, 16.3), and never a word about people.

Its lines go where all lines go, told apart by `"log": "security"`, whatever level the ordinary log is at. `Event` is
the closed list of what is told, the parameters of `tell` the closed list of fields; a value that does not look like an
identifier of ours is not written, so that what somebody types into an address cannot bring a name or number in.
Calls are told by what the RPC is declared to be, in the gate every call passes (`services.common.rpc`).
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from typing import Any

import structlog
from google.protobuf.descriptor import Descriptor

from services.common.access import ADMINISTRATOR, AGENCY_SYSTEM, REGISTER_READER, STAFF_ADMINISTRATOR, WORKERS
from services.common.channels import READS
from services.common.context import Caller
from services.common.errors import OnestopError
from services.common.outside import case_number
from services.common.telemetry import SECURITY_LOG


class Event(StrEnum):
    """The kinds of events in the security log."""

    LOGGED_IN = "logged_in"
    LOG_IN_FAILED = "log_in_failed"
    LOG_IN_SLOWED = "log_in_slowed"  # not even evaluated: too many failed before
    LOGGED_OUT = "logged_out"
    SESSIONS_ENDED = "sessions_ended"  # by their holder, from another
    REFRESH_TOKEN_REUSED = "refresh_token_reused"  # noqa: S105  # somebody else holds it; the session was ended
    CALL_DENIED = "call_denied"  # not logged in, not allowed, or not theirs to see
    RATE_LIMITED = "rate_limited"
    READ = "read"  # by a worker, an administrator or an agency's system
    DOWNLOADED = "downloaded"  # the same, of a file or a register
    LOOKED_UP = "looked_up"  # somebody asked a register about somebody else
    LOOK_UP_ASKED = "look_up_asked"  # without a case; a second pair of eyes is waited for
    LOOK_UP_CONFIRMED = "look_up_confirmed"
    LOOKED_UP_WITHOUT_CASE = "looked_up_without_case"
    PREFILLED_AT_COUNTER = "prefilled_at_counter"
    PUBLISHED = "published"
    PUBLICATION_WITHDRAWN = "publication_withdrawn"
    CALENDAR_DECIDED = "calendar_decided"
    AUTHORITY_GIVEN = "authority_given"
    AUTHORITY_ENDED = "authority_ended"
    ACCOUNT_CREATED = "account_created"
    ACCOUNT_CHANGED = "account_changed"
    ACCOUNT_DISABLED = "account_disabled"
    ACCOUNT_ENABLED = "account_enabled"
    CODE_ISSUED = "code_issued"  # with which the holder of an account sets a password
    CODE_REFUSED = "code_refused"
    PASSWORD_SET = "password_set"  # noqa: S105  # with such a code
    PASSWORD_CHANGED = "password_changed"  # noqa: S105
    KEY_ROTATED = "key_rotated"
    SIGNATURE_REFUSED = "signature_refused"
    HISTORY_MISMATCH = "history_mismatch"  # a stored case is not what its history says: changed by hand
    BYTES_ALTERED = "bytes_altered"  # what is stored is not what was stored; `target` is the digest it had
    ANOTHERS_NAME_REFUSED = "anothers_name_refused"  # an application for somebody who is not the account's holder


ALERTS = frozenset({
    Event.REFRESH_TOKEN_REUSED, Event.LOOKED_UP_WITHOUT_CASE, Event.KEY_ROTATED, Event.BYTES_ALTERED,
    Event.HISTORY_MISMATCH,
})  # fmt: skip
"""Rare, and worth somebody's attention at once."""

FIELDS = frozenset({"account", "session", "roles", "method", "target", "code", "source", "alert"})
"""What a line may hold beside `log ts level service event` and the ids of the request."""

ACTS: Mapping[str, Event] = {
    "LogOut": Event.LOGGED_OUT,
    "EndSession": Event.SESSIONS_ENDED,
    "EndOtherSessions": Event.SESSIONS_ENDED,
    "RotateSigningKey": Event.KEY_ROTATED,
    "VerifyPerson": Event.LOOKED_UP,
    "LookUpPerson": Event.LOOKED_UP,
    "LookUpFirm": Event.LOOKED_UP,
    "RequestLookUp": Event.LOOK_UP_ASKED,
    "ConfirmLookUp": Event.LOOK_UP_CONFIRMED,
    "LookUpPersonWithoutCase": Event.LOOKED_UP_WITHOUT_CASE,
    "PrefillAtCounter": Event.PREFILLED_AT_COUNTER,
    "PublishProcedure": Event.PUBLISHED,
    "WithdrawProcedure": Event.PUBLICATION_WITHDRAWN,
    "SetDay": Event.CALENDAR_DECIDED,
    "ClearDay": Event.CALENDAR_DECIDED,
    "AnnounceOutage": Event.CALENDAR_DECIDED,
    "EndOutage": Event.CALENDAR_DECIDED,
    "GrantDelegation": Event.AUTHORITY_GIVEN,
    "EndDelegation": Event.AUTHORITY_ENDED,
    "OrderBook": Event.DOWNLOADED,
}
"""RPCs told of whoever calls them; what changes a case is in the case's own history."""

TOLD_BY_USE_CASE = frozenset({
    "CreateStaffAccount", "ChangeStaffAccount", "DisableStaffAccount", "EnableStaffAccount", "IssueAccessCode",
})  # fmt: skip
"""RPCs whose use cases tell it themselves: they know which account was made, and commands on the server do the same."""

_READS = frozenset(name for names in READS.values() for name in names)
_WATCHED = frozenset({*WORKERS, ADMINISTRATOR, STAFF_ADMINISTRATOR, AGENCY_SYSTEM, REGISTER_READER})
_PARTS = {"purpose": "case_reference", "book": "agency"}  # named by a part of the request
_TARGETS = (
    "ref", "case_ref", "file_id", "file_ids", "paper_id", "message_id", "account_id", "request_id", "code", "day",
    "agency_code", "stored_paper_id", "stored_paper_ids", "consent_id", "delegation_id", *_PARTS,
)  # fmt: skip
_IDENTIFIER = re.compile(
    r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"  # of a file, paper, message or account
    r"|[0-9A-Z]{2,4}(\.[0-9A-Z]{2,4}){0,3}-[0-9]{6,8}-[0-9]{4,8}"  # a case number
    r"|[0-9]\.[0-9]{6}(\.[A-Z]{1,12}){0,2}"  # a procedure
    r"|[0-9]{4}-[0-9]{2}-[0-9]{2}"  # a day
    r"|([0-9]{2,3}\.){0,3}[A-Z][0-9]{2}(\.[0-9]{2,3}){0,3}"  # an agency
)
_NAMED_AT_MOST = 20

log = structlog.get_logger(SECURITY_LOG)


def tell(
    event: Event, *, who: Caller | None = None, account: str = "", method: str = "", target: str = "", code: str = "",
    source: str = "",
) -> None:  # fmt: skip
    """Writes one line.

    Args:
        who: whoever calls, when known; `account` when only the account is.
        method: the RPC, or the operation of the gateway.
        target: which case, file … it was about.
        code: why it was refused.
        source: where from, as a keyed digest of the network address.
    """
    line = {
        "account": who.subject if who else account,
        "session": who.session if who else "",
        "roles": " ".join(sorted(who.roles)) if who else "",
        "method": method,
        "target": target,
        "code": code,
        "source": source,
        "alert": event in ALERTS,
    }
    write = log.warning if event in ALERTS else log.info
    write(event.value, log=SECURITY_LOG, **{name: value for name, value in line.items() if value})


def refused(method: str, error: OnestopError, who: Caller | None, request: Any = None) -> None:
    """Tells of a call that was refused for whom it came from; of other refusals nothing."""
    if error.security_event:
        tell(Event(error.security_event), who=who, method=method, code=error.code, target=target_of(request))


def answered(method: str, who: Caller | None, request: Any = None, *, streamed: bool = False) -> None:
    """Tells of a call that succeeded when it is an act on the list, or a read by somebody whose work is reading."""
    if (act := ACTS.get(method)) is not None:
        tell(act, who=who, method=method, target=target_of(request))
    elif (streamed or method in _READS) and who is not None and not _WATCHED.isdisjoint(who.roles):
        tell(Event.DOWNLOADED if streamed else Event.READ, who=who, method=method, target=target_of(request))


def target_of(request: Any) -> str:
    """Returns the identifiers a request names, but for texts that do not look like identifiers."""
    named: list[str] = []
    for name in _target_fields(getattr(request, "DESCRIPTOR", None)):
        value = getattr(request, name)
        if name in _PARTS:
            value = getattr(value, _PARTS[name])
        named += [value] if isinstance(value, str) else value
    spelt = (text if is_identifier(text) else case_number(text) for text in named[:_NAMED_AT_MOST])
    return " ".join(text for text in spelt if is_identifier(text))


@cache
def _target_fields(message: Descriptor | None) -> tuple[str, ...]:
    """Lists the fields of a message that name something, or have a part that does."""
    fields = message.fields_by_name if message else {}
    return tuple(name for name in _TARGETS if name in fields and (name in _PARTS) == bool(fields[name].message_type))


def is_identifier(text: str) -> bool:
    """Returns whether the text looks like the number of a case, a procedure, a day or an id of ours."""
    return _IDENTIFIER.fullmatch(text) is not None
