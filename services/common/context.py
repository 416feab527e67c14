"""Who is calling and which request this is, for the length of one call or one message."""

import random
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from services.common.errors import Unauthenticated

PROVEN_LEVEL = 2
"""Level of electronic identity from which a personal number is proven, not merely claimed (NĐ 69/2024)."""


@dataclass(frozen=True, slots=True)
class Caller:
    """The person or system acting, as its access token says.

    `agencies` are national agency codes; a code covers itself and everything below it. `assurance` is the electronic
    identity level 0-2 (VNeID). `token` is the access token itself, passed on to other services. `firms` are the tax
    codes of the firms that the account's holder represents by the business register.
    """

    subject: str
    name: str
    roles: frozenset[str]
    agencies: tuple[str, ...] = ()
    personal_number: str = ""
    assurance: int = 0
    session: str = ""
    token: str = field(default="", repr=False)
    firms: tuple[str, ...] = field(default=(), repr=False)

    @property
    def proven_number(self) -> str:
        """The personal number; empty while it is only claimed."""
        return self.personal_number if self.assurance >= PROVEN_LEVEL else ""

    @property
    def numbers(self) -> tuple[str, ...]:
        """The numbers whose cases and papers are theirs: their own, and those of the firms they represent; no number
        while their own is only claimed."""
        return (self.personal_number, *self.firms) if self.proven_number else ()

    def owns(self, number: str) -> bool:
        """Returns whether what belongs to this number is theirs; what belongs to no number is nobody's."""
        return number != "" and number in self.numbers

    def has_role(self, *roles: str) -> bool:
        return not self.roles.isdisjoint(roles)

    def covers(self, agency_code: str) -> bool:
        return any(agency_code == own or agency_code.startswith(own + ".") for own in self.agencies)


@dataclass(frozen=True, slots=True)
class Trace:
    """The ids that tie together everything one request caused."""

    request_id: str = ""
    traceparent: str = ""
    case_ref: str = ""


_caller: ContextVar[Caller | None] = ContextVar("caller", default=None)
_deadline: ContextVar[float | None] = ContextVar("deadline", default=None)
_active: ContextVar[Callable[[], bool] | None] = ContextVar("active", default=None)
_trace: ContextVar[Trace] = ContextVar("trace", default=Trace())  # noqa: B039  # Trace is frozen


def caller() -> Caller:
    """Returns the authenticated caller.

    Raises:
        Unauthenticated: the caller is unknown.
    """
    who = _caller.get()
    if who is None:
        raise Unauthenticated
    return who


def caller_or_none() -> Caller | None:
    return _caller.get()


def trace() -> Trace:
    return _trace.get()


def seconds_left(at_most: float) -> float:
    """Returns how many seconds a call made now may take: `at_most`, or less when the incoming call's deadline comes
    sooner."""
    deadline = _deadline.get()
    return at_most if deadline is None else min(at_most, max(deadline - time.monotonic(), 0.001))


def still_wanted() -> bool:
    """Returns whether the caller still waits: the incoming call has not ended and its deadline has not passed."""
    deadline, is_active = _deadline.get(), _active.get()
    return (deadline is None or time.monotonic() < deadline) and (is_active is None or is_active())


def ids_of(request_id: str, traceparent: str, case_ref: str = "") -> Trace:
    """Returns the ids that came from outside, with new ids in place of those that are malformed or read as somebody's
    number."""
    return Trace(
        request_id if _is_request_id(request_id) else new_request_id(),
        traceparent if _TRACEPARENT.fullmatch(traceparent) else new_traceparent(),
        case_ref,
    )


_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_MACHINE_MADE = re.compile(r"[0-9A-Fa-f]{16,64}|[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_NUMBER_OF_SOMEBODY = re.compile(r"([0-9][._-]?){8}[0-9]")  # a person's, a firm's, a telephone's: nine digits or more
_TRACEPARENT = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")


def _is_request_id(text: str) -> bool:
    """Returns whether it may stand in every log line, where nothing a caller types about people belongs."""
    if not _REQUEST_ID.fullmatch(text):
        return False
    return bool(_MACHINE_MADE.fullmatch(text)) or _NUMBER_OF_SOMEBODY.search(text) is None


def new_request_id() -> str:
    """Returns sixteen hex digits; ids need not be hard to guess, and the system's own randomness costs a system
    call."""
    return f"{random.getrandbits(64):016x}"


def new_traceparent() -> str:
    """Returns a W3C Trace Context header starting a new sampled trace."""
    return f"00-{random.getrandbits(128) or 1:032x}-{random.getrandbits(64) or 1:016x}-01"


@contextmanager
def as_caller(who: Caller | None) -> Iterator[None]:
    """Runs the body as `who`, with ids and deadline as they are."""
    token = _caller.set(who)
    try:
        yield
    finally:
        _caller.reset(token)


@contextmanager
def acting(
    who: Caller | None, ids: Trace, seconds: float | None = None, is_active: Callable[[], bool] | None = None
) -> Iterator[None]:
    """Runs the body as `who`, with these ids on every log line, call and event, within `seconds`.

    `is_active` says whether whoever called still waits.
    """
    active_token = _active.set(is_active)
    deadline_token = _deadline.set(None if seconds is None else time.monotonic() + seconds)
    caller_token = _caller.set(who)
    trace_token = _trace.set(ids)
    try:
        yield
    finally:
        _trace.reset(trace_token)
        _caller.reset(caller_token)
        _deadline.reset(deadline_token)
        _active.reset(active_token)
