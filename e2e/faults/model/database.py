"""PostgreSQL as far as outbox and inbox use it: transactions, SKIP LOCKED, unique keys that make others wait.

Statements are recognised by identity, not parsed; test_database.py holds it to what the real one does.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from services.common import inbox, outbox
from services.common.database import DatabaseUnavailable

NEW_CASE = "INSERT INTO case_file VALUES (%s)"
EFFECT = "INSERT INTO effect VALUES (%s, %s)"


@dataclass
class OutboxRow:
    columns: dict[str, Any]
    sent: bool = False
    not_before: float = 0.0


@dataclass(frozen=True)
class Row:
    _mapping: dict[str, Any]


@dataclass
class Result:
    """As much of a SQLAlchemy result as is asked of it."""

    rows: Sequence[Any] = ()
    rowcount: int = 0

    def all(self) -> Sequence[Any]:
        return self.rows

    def scalars(self) -> Sequence[Any]:
        return self.rows

    def scalar_one(self) -> Any:
        (value,) = self.rows
        return value


@dataclass
class MemoryDatabase:
    """Stands in for `services.common.database.Database`; `fault` says when the connection is lost at a commit."""

    pause: Callable[[], None] = lambda: None
    clock: Callable[[], float] = lambda: 0.0
    fault: Callable[[], bool] = lambda: False
    cases: list[int] = field(default_factory=list)
    outbox: dict[UUID, OutboxRow] = field(default_factory=dict)
    inbox: set[tuple[UUID, str]] = field(default_factory=set)
    attempts: dict[tuple[UUID, str], int] = field(default_factory=dict)
    parked: list[tuple[UUID, str]] = field(default_factory=list)
    effects: list[tuple[str, int]] = field(default_factory=list)
    appended: threading.Event = field(default_factory=threading.Event)
    open: list["Transaction"] = field(default_factory=list)

    @contextmanager
    def transaction(self) -> Iterator["Transaction"]:
        transaction = Transaction(self)
        self.open.append(transaction)
        try:
            yield transaction
            self.pause()
            if self.fault():
                raise DatabaseUnavailable
            for change in transaction.changes:
                change()
        finally:
            self.open.remove(transaction)
        self.pause()
        if self.fault():
            raise DatabaseUnavailable  # committed, but nobody will ever tell

    def unsent(self) -> int:
        return sum(not row.sent for row in self.outbox.values())


class Transaction:
    """Changes are made when it commits; what it locks is free again when it ends, however it does."""

    def __init__(self, database: MemoryDatabase) -> None:
        self.info: dict[str, object] = {}
        self.changes: list[Callable[[], object]] = []
        self._database = database
        self._locked: set[UUID] = set()
        self._inserted: set[tuple[UUID, str]] = set()
        self._statements: dict[str, Callable[[Any], Result]] = {
            NEW_CASE: self._new_case,
            EFFECT: self._effect,
            outbox.INSERT: self._append,
            outbox.CLAIM: self._claim,
            outbox.MARK_SENT: self._mark_sent,
            outbox.POSTPONE: self._postpone,
            inbox.RECORD: self._record,
            inbox.RECORD_PARKED: self._record_parked,
            inbox.COUNT_ATTEMPT: self._count_attempt,
            inbox.PARK: self._park,
        }

    def exec_driver_sql(self, statement: str, parameters: Any) -> Result:
        self._database.pause()
        return self._statements[statement](parameters)

    def _later(self, change: Callable[[], object]) -> Result:
        self.changes.append(change)
        return Result(rowcount=1)

    def _new_case(self, parameters: tuple[int]) -> Result:
        return self._later(lambda: self._database.cases.append(*parameters))

    def _effect(self, parameters: tuple[str, int]) -> Result:
        return self._later(lambda: self._database.effects.append(parameters))

    def _append(self, rows: list[dict[str, Any]]) -> Result:
        return self._later(lambda: self._database.outbox.update({row["id"]: OutboxRow(row) for row in rows}))

    def _claim(self, parameters: tuple[int]) -> Result:
        now, others = self._database.clock(), self._others()
        locked = {key for other in others for key in other._locked}
        free = [
            row
            for key, row in self._database.outbox.items()
            if not row.sent and row.not_before <= now and key not in locked
        ][: parameters[0]]
        self._locked |= {row.columns["id"] for row in free}
        return Result([Row(row.columns) for row in free])

    def _mark_sent(self, parameters: tuple[list[UUID]]) -> Result:
        def mark() -> None:
            for key in parameters[0]:
                self._database.outbox[key].sent = True

        return self._later(mark)

    def _postpone(self, parameters: tuple[timedelta, list[UUID]]) -> Result:
        delay, keys = parameters
        due = self._database.clock() + delay.total_seconds()

        def postpone() -> None:
            for key in keys:
                self._database.outbox[key].not_before = due

        return self._later(postpone)

    def _record(self, parameters: tuple[str, list[UUID]]) -> Result:
        queue, ids = parameters
        return Result([message_id for message_id in ids if self._insert((message_id, queue))])

    def _record_parked(self, parameters: tuple[UUID, str]) -> Result:
        return Result(rowcount=int(self._insert(parameters)))

    def _insert(self, key: tuple[UUID, str]) -> bool:
        while any(key in other._inserted for other in self._others()):
            self._database.pause()
        if key in self._database.inbox or key in self._inserted:
            return False
        self._inserted.add(key)
        self._later(lambda: self._database.inbox.add(key))
        return True

    def _count_attempt(self, parameters: tuple[UUID, str, str]) -> Result:
        key = parameters[:2]
        attempts = self._database.attempts.get(key, 0) + 1
        self._later(lambda: self._database.attempts.update({key: attempts}))
        return Result([attempts])

    def _park(self, parameters: tuple[UUID, str, str, str, bytes, str]) -> Result:
        return self._later(lambda: self._database.parked.append(parameters[:2]))

    def _others(self) -> list["Transaction"]:
        return [other for other in self._database.open if other is not self]
