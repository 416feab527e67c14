"""Holds stored cases against their histories: some every minute, all of them for whoever asks."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import SystemRandom
from uuid import UUID

import structlog
from prometheus_client import Counter
from sqlalchemy import Connection

from services.cases.history import store as replaying
from services.cases.history.domain.replay import faults
from services.common import limits, security_log
from services.common.database import Database

log = structlog.get_logger()
MISMATCHES = Counter("onestop_history_mismatches_total", "Cases that are not what their histories say.")
FIRST = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A case that is not what its history says, and in what."""

    ref: str
    faults: list[str]


@dataclass(slots=True)
class Round:
    """Where one process is on its way through all cases; it begins anywhere and goes round for ever."""

    after: UUID = field(default_factory=lambda: UUID(int=SystemRandom().getrandbits(128)))
    told: set[str] = field(default_factory=set)

    def go_on(self, database: Database) -> list[Mismatch]:
        """Holds the next few against their histories; each that does not fit is told once by this process."""
        with database.autocommit() as conn:
            cases = replaying.some(conn, self.after, limits.REPLAY_CASES)
        self.after = cases[-1][0] if len(cases) == limits.REPLAY_CASES else FIRST
        found = [Mismatch(stored.ref, wrong) for _, stored in cases if (wrong := faults(stored))]
        new = [each for each in found if each.ref not in self.told]
        for each in new:
            self.told.add(each.ref)
            MISMATCHES.inc()
            log.error("case is not what its history says", case_ref=each.ref, faults=each.faults)
            security_log.tell(security_log.Event.HISTORY_MISMATCH, target=each.ref)
        return new


def every(conn: Connection, after: UUID = FIRST, most: int | None = None) -> Iterator[tuple[str, Mismatch | None]]:
    """Goes through the cases after an id, so many or all: the number of each and what does not fit, None = nothing."""
    seen = 0
    while cases := replaying.some(conn, after, limits.REPLAY_CASES):
        for case_id, stored in cases:
            after, seen = case_id, seen + 1
            wrong = faults(stored)
            yield stored.ref, Mismatch(stored.ref, wrong) if wrong else None
            if seen == most:
                return


def looked_at(conn: Connection) -> tuple[int, list[Mismatch]]:
    """Holds cases against their histories; returns how many, and what differs: some thousand from anywhere, all when
    few."""
    found: dict[str, Mismatch] = {}
    start, seen = UUID(int=SystemRandom().getrandbits(128)), set()
    for after in (start, FIRST):
        for ref, mismatch in every(conn, after, limits.REPLAY_DOCTOR):
            seen.add(ref)
            if mismatch is not None:
                found[ref] = mismatch
    return len(seen), [*found.values(), *missing(conn)]


def missing(conn: Connection) -> list[Mismatch]:
    """Lists the first few cases that were filed and are not there, as far as something is left of them."""
    return [Mismatch(str(each), ["it was filed and is gone"]) for each in replaying.gone(conn, limits.REPLAY_CASES)]
