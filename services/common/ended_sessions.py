"""Sessions that were ended while their access tokens still live: known to every process, so refused within seconds."""

import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import grpc
import structlog
from onestop.identity.v1 import identity_service_pb2 as pb
from onestop.identity.v1.identity_service_pb2_grpc import IdentityServiceStub

from services.common import limits
from services.common.errors import OnestopError
from services.common.moments import timestamp

log = structlog.get_logger()

_TOKENS_LIVE = (limits.ACCESS_TOKEN_LIFE + limits.CLOCK_LEEWAY).total_seconds()


class Ended(NamedTuple):
    """The sessions ended since some moment, and the moment up to which these are all."""

    sessions: tuple[str, ...]
    as_of: datetime


class EndedSessions:
    """The sessions ended of late, asked of identity again every few seconds in which anybody calls.

    There is no thread and, between two questions, no I/O: a call finds a session in memory. One call in several seconds
    asks; the others go on with what is known, unless that is older than `limits.ENDED_SESSIONS_OLDEST`, as after a
    quiet hour: then they wait for the answer. While identity does not answer, only the call that asks waits, and nobody
    is shut out: an access token is believed until it expires, as it would be without all this (docs/adr/0044).

    Args:
        fetch: gives the sessions ended since a moment (None = whose tokens may still live), or raises OnestopError.
    """

    def __init__(self, fetch: Callable[[datetime | None], Ended], clock: Callable[[], float] = time.monotonic) -> None:
        self._fetch = fetch
        self._clock = clock
        self._forget_at: Mapping[str, float] = {}
        self._as_of: datetime | None = None
        self._fresh_at = float("-inf")
        self._next_try = float("-inf")
        self._failing = False
        self._lock = threading.Lock()

    def __contains__(self, session: object) -> bool:
        now = self._clock()
        if now >= self._next_try:
            self._refresh(now)
        return session in self._forget_at

    def _refresh(self, now: float) -> None:
        too_old = now - self._fresh_at >= limits.ENDED_SESSIONS_OLDEST.total_seconds()
        if not self._lock.acquire(blocking=too_old and not self._failing):
            return
        try:
            if self._clock() < self._next_try:
                return
            try:
                ended = self._fetch(self._as_of and self._as_of - limits.ENDED_SESSIONS_OVERLAP)
                self._take_in(ended, self._clock())
                self._failing = False
            except OnestopError as error:
                self._failing = True
                log.warning("ended sessions not fetched", reason=str(error))
            finally:
                self._next_try = self._clock() + limits.ENDED_SESSIONS_EVERY.total_seconds()
        finally:
            self._lock.release()

    def _take_in(self, ended: Ended, now: float) -> None:
        known = {session: until for session, until in self._forget_at.items() if until > now}
        for session in ended.sessions:
            known.setdefault(session, now + _TOKENS_LIVE)
        self._forget_at, self._as_of, self._fresh_at = known, ended.as_of, now


def ended_at_identity(channel: grpc.Channel) -> EndedSessions:
    """Returns the sessions identity lists as ended, over a channel of `rpc.open_channel`."""
    identity = IdentityServiceStub(channel)
    deadline = limits.ENDED_SESSIONS_DEADLINE.total_seconds()

    def fetch(since: datetime | None) -> Ended:
        request = pb.ListEndedSessionsRequest(since=timestamp(since))
        listed = identity.ListEndedSessions(request, timeout=deadline)
        return Ended(tuple(listed.session_ids), listed.as_of.ToDatetime(UTC))

    return EndedSessions(fetch)


def earliest(since: datetime | None, now: datetime) -> datetime:
    """Returns the moment from which ended sessions matter to whoever asks: no token of one ended before still lives."""
    oldest = now - timedelta(seconds=_TOKENS_LIVE)
    return oldest if since is None else max(since, oldest)
