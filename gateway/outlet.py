"""The outlet of answers: what the network does not take at once is left to the loop, so that no reader holds a
thread."""

import errno
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from threading import Semaphore
from typing import TYPE_CHECKING

import structlog

from services.common import limits

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

log = structlog.get_logger()

_PIECE = 64 * limits.KIB  # has ANSWER_STALLED to be taken, which makes BODY_BYTES_A_SECOND


class Places:
    """Where requests are worked on, so many at once; whoever waits for a reader gives the place up meanwhile."""

    def __init__(self, places: int) -> None:
        self._places = Semaphore(places)
        self._waiting = Semaphore(limits.READERS_WAITED_FOR)

    @contextmanager
    def one(self) -> Iterator[None]:
        """Waits for a place."""
        with self._places:
            yield

    @contextmanager
    def left(self) -> Iterator[None]:
        """Gives the place up and takes one again; as many readers as may be are waited for already: OSError."""
        if not self._waiting.acquire(blocking=False):
            log.warning("an answer is cut off: too many readers are slow")
            raise ConnectionAbortedError(errno.EPIPE, "too many readers are slow")
        self._places.release()
        try:
            yield
        finally:
            self._waiting.release()
            self._places.acquire()


class Outlet(socket.socket):
    """A connection's socket. `kept` has not been taken yet; `places` is set while a place is held for the answer."""

    def __init__(self, inner: socket.socket) -> None:
        super().__init__(fileno=inner.detach())
        self.kept = bytearray()
        self.places: Places | None = None
        self._least_by = 0.0

    def sendall(self, data: "ReadableBuffer", flags: int = 0, /) -> None:
        """Takes a little whatever the reader does; for more it waits, as long as the least rate is kept."""
        self.kept += data
        self.send_kept()
        if len(self.kept) > limits.ANSWER_KEPT:
            with self.places.left() if self.places else nullcontext():
                self._wait(flags)

    def send_kept(self) -> None:
        """Sends what the network takes now."""
        self.setblocking(False)
        try:
            while self.kept:
                del self.kept[: self.send(self.kept)]
        except BlockingIOError:
            return

    def begin_to_owe(self) -> None:
        """Counts from now how long the rest may take."""
        seconds = len(self.kept) / limits.BODY_BYTES_A_SECOND
        self._least_by = time.monotonic() + limits.ANSWER_STALLED.total_seconds() + seconds

    def overdue(self, now: float) -> bool:
        return now > self._least_by

    def _wait(self, flags: int) -> None:
        self.settimeout(limits.ANSWER_STALLED.total_seconds())
        try:
            while self.kept:
                super().sendall(self.kept[:_PIECE], flags)
                del self.kept[:_PIECE]
        except TimeoutError:
            raise BrokenPipeError(errno.EPIPE, "nobody reads the answer") from None
