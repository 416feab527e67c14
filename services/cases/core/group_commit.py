"""Group commit: writes that arrive while a transaction is in flight share the next one, so they cost one disk write.

The counter of a day's case numbers stays locked until the transaction that took a number is on disk. Submissions that
share a transaction share its lock in place of waiting for it.
"""

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TookTooLong
from typing import Generic, TypeVar

from sqlalchemy import Connection

from services.cases.core.engine import Change
from services.cases.core.store import cases as store
from services.cases.filing.store import submissions
from services.cases.filing.store.submissions import NewCase, StoredCase
from services.common import context, limits
from services.common.database import Database
from services.common.errors import DeadlineExceeded
from services.common.events import Event

Item = TypeVar("Item")
Answer = TypeVar("Answer")


class Batcher(Generic[Item, Answer]):
    """Items of one kind; those that arrive while a transaction is in flight share the next transaction."""

    def __init__(
        self, database: Database, name: str, store_all: Callable[[Connection, Sequence[Item]], Sequence[Answer]]
    ) -> None:
        self._database = database
        self._store_all = store_all
        self._waiting: deque[tuple[Item, Future[Answer]]] = deque()
        self._worker = ThreadPoolExecutor(1, thread_name_prefix=name)

    def put(self, item: Item) -> Answer:
        """Waits until the item is on disk and returns the answer to it.

        Raises:
            DeadlineExceeded: the item may yet be stored.
            Exception: whatever storing the item raised.
        """
        answer: Future[Answer] = Future()
        self._waiting.append((item, answer))
        self._worker.submit(self._flush)
        try:
            return answer.result(context.seconds_left(limits.CALL_DEADLINE.total_seconds()))
        except TookTooLong as error:
            raise DeadlineExceeded from error

    def close(self) -> None:
        self._worker.shutdown()

    def _flush(self) -> None:
        batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), limits.GROUP_COMMIT_BATCH))]
        if not batch:
            return
        try:
            self._store(batch)
        except Exception as error:  # noqa: BLE001  # the waiting calls hear it
            if len(batch) == 1:
                batch[0][1].set_exception(error)
            else:
                self._store_one_by_one(batch)

    def _store(self, batch: Sequence[tuple[Item, Future[Answer]]]) -> None:
        with self._database.autocommit() as conn:
            answers = self._store_all(conn, [item for item, _ in batch])
        for (_, waiting), answer in zip(batch, answers, strict=True):
            waiting.set_result(answer)

    def _store_one_by_one(self, batch: Sequence[tuple[Item, Future[Answer]]]) -> None:
        """Stores each item in a transaction of its own, so that an item that cannot be stored harms no other."""
        for each in batch:
            try:
                self._store([each])
            except Exception as error:  # noqa: BLE001  # only the call that sent this item hears it
                each[1].set_exception(error)


class GroupCommit:
    """Stores submissions and people's actions, each kind in batches of its own."""

    def __init__(self, database: Database) -> None:
        self.submissions: Batcher[NewCase, StoredCase | None] = Batcher(database, "submissions", submissions.submit)
        self.changes: Batcher[tuple[Change, Event], bool] = Batcher(database, "changes", store.write_free)

    def file(self, new_case: NewCase) -> StoredCase | None:
        """Returns the case as stored on disk, or None when its key filed a case before.

        Raises:
            NumbersExhausted, DatabaseUnavailable.
            DeadlineExceeded: it may yet be stored; the same key finds out.
        """
        return self.submissions.put(new_case)

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
