"""What is to be stored and arrives together is stored together, in one transaction: one disk write for all.

The counter of case numbers, moreover, is locked until the transaction that took a number is on disk: submissions that
share one wait for no lock.
"""

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TookTooLong
from typing import Generic, TypeVar

from sqlalchemy import Connection

from services.cases.domain.engine import Change
from services.cases.store import cases as store
from services.cases.store import submissions
from services.cases.store.submissions import Filed, Submittal
from services.common import context, limits
from services.common.database import Database
from services.common.errors import DeadlineExceeded
from services.common.events import Event

Sheet = TypeVar("Sheet")
Answer = TypeVar("Answer")


class Pile(Generic[Sheet, Answer]):
    """Sheets of one kind; those that come while a transaction is under way share the next one."""

    def __init__(
        self, database: Database, name: str, store_all: Callable[[Connection, Sequence[Sheet]], Sequence[Answer]]
    ) -> None:
        self._database = database
        self._store_all = store_all
        self._waiting: deque[tuple[Sheet, Future[Answer]]] = deque()
        self._desk = ThreadPoolExecutor(1, thread_name_prefix=name)

    def put(self, sheet: Sheet) -> Answer:
        """The answer to the sheet, once what it asked for is on disk.

        Raises:
            DeadlineExceeded: it may yet be stored.
            What storing raises.
        """
        answer: Future[Answer] = Future()
        self._waiting.append((sheet, answer))
        self._desk.submit(self._take_up)
        try:
            return answer.result(context.seconds_left(limits.CALL_DEADLINE.total_seconds()))
        except TookTooLong as error:
            raise DeadlineExceeded from error

    def close(self) -> None:
        self._desk.shutdown()

    def _take_up(self) -> None:
        batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), limits.TRAY_BATCH))]
        if not batch:
            return
        try:
            self._store(batch)
        except Exception as error:  # noqa: BLE001  # every waiting call hears its own
            if len(batch) == 1:
                batch[0][1].set_exception(error)
            else:
                self._store_apart(batch)

    def _store(self, batch: Sequence[tuple[Sheet, Future[Answer]]]) -> None:
        with self._database.autocommit() as conn:
            answers = self._store_all(conn, [sheet for sheet, _ in batch])
        for (_, waiting), answer in zip(batch, answers, strict=True):
            waiting.set_result(answer)

    def _store_apart(self, batch: Sequence[tuple[Sheet, Future[Answer]]]) -> None:
        """One of them cannot be stored: each alone, so that the others can."""
        for each in batch:
            try:
                self._store([each])
            except Exception as error:  # noqa: BLE001  # told to the one it concerns
                each[1].set_exception(error)


class Tray:
    """Where submissions and people's actions wait for a transaction."""

    def __init__(self, database: Database) -> None:
        self.submissions: Pile[Submittal, Filed | None] = Pile(database, "submissions", submissions.submit)
        self.changes: Pile[tuple[Change, Event], bool] = Pile(database, "changes", store.write_free)

    def file(self, submittal: Submittal) -> Filed | None:
        """The case as stored and on disk; None when its key filed one before.

        Raises:
            NumbersExhausted, DatabaseUnavailable.
            DeadlineExceeded: it may yet be stored; the same key finds out.
        """
        return self.submissions.put(submittal)

    def write(self, change: Change, event: Event) -> bool:
        """Stores a change that files nothing; returns whether it did.

        It does not when the case has changed since it was read, or is just being changed.

        Raises:
            DatabaseUnavailable.
            DeadlineExceeded: it may yet be stored.
        """
        return self.changes.put((change, event))

    def close(self) -> None:
        self.submissions.close()
        self.changes.close()
