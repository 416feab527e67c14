"""Submissions that arrive together are stored together.

The counter of case numbers is locked until the transaction that took a number is on disk. One transaction a submission
would so mean one disk write a submission; shared, they cost one a batch, and nobody waits for a lock.
"""

from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TookTooLong

from services.cases.store import cases as store
from services.cases.store.cases import Filed, Submittal
from services.common import context, limits
from services.common.database import Database
from services.common.errors import DeadlineExceeded

Waiting = tuple[Submittal, Future[Filed | None]]


class Tray:
    """Where submissions wait; those that come while a transaction is under way share the next one."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: deque[Waiting] = deque()
        self._desk = ThreadPoolExecutor(1, thread_name_prefix="tray")

    def file(self, submittal: Submittal) -> Filed | None:
        """The case as stored and on disk; None when its key filed one before.

        Raises:
            NumbersExhausted, DatabaseUnavailable.
            DeadlineExceeded: it may yet be stored; the same key finds out.
        """
        answer: Future[Filed | None] = Future()
        self._waiting.append((submittal, answer))
        self._desk.submit(self._take_up)
        try:
            return answer.result(context.seconds_left(limits.CALL_DEADLINE.total_seconds()))
        except TookTooLong as error:
            raise DeadlineExceeded from error

    def close(self) -> None:
        self._desk.shutdown()

    def _take_up(self) -> None:
        batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), limits.SUBMIT_BATCH))]
        if not batch:
            return
        try:
            self._store(batch)
        except Exception as error:  # noqa: BLE001  # every waiting call hears its own
            if len(batch) == 1:
                batch[0][1].set_exception(error)
            else:
                self._store_apart(batch)

    def _store(self, batch: Sequence[Waiting]) -> None:
        with self._database.autocommit() as conn:
            filed = store.submit(conn, [submittal for submittal, _ in batch])
        for (_, answer), each in zip(batch, filed, strict=True):
            answer.set_result(each)

    def _store_apart(self, batch: Sequence[Waiting]) -> None:
        """One of them cannot be stored: each alone, so that the others can."""
        for waiting in batch:
            try:
                self._store([waiting])
            except Exception as error:  # noqa: BLE001  # told to the one it concerns
                waiting[1].set_exception(error)
