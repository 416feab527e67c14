"""A request body on its way to a service: read in the request's own thread, sent by another, never held whole."""

import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextvars import copy_context
from typing import IO, TypeVar

from gateway.errors import BodyCutShort
from services.common import limits

T = TypeVar("T")
_CHUNKS_HELD = 4


class Body:
    """At most four chunks between the reader of a body and the call that sends it."""

    def __init__(self) -> None:
        self._chunks: deque[bytes] = deque()
        self._changed = threading.Condition()
        self._ended = False
        self._abandoned = False
        self._failure: BaseException | None = None

    def put(self, chunk: bytes) -> bool:
        """Puts a chunk; returns False when the call wants no more."""
        with self._changed:
            self._changed.wait_for(lambda: self._abandoned or len(self._chunks) < _CHUNKS_HELD)
            self._chunks.append(chunk)
            self._changed.notify_all()
            return not self._abandoned

    def end(self, failure: BaseException | None = None) -> None:
        """Ends the body; after a failure the sender is made to break off, so that half a file is never kept."""
        with self._changed:
            self._ended, self._failure = True, failure
            self._changed.notify_all()

    def abandon(self) -> None:
        with self._changed:
            self._abandoned = True
            self._changed.notify_all()

    def stay(self) -> None:
        """Waits until the call is answered; raises what broke it off."""
        with self._changed:
            self._changed.wait_for(lambda: self._abandoned or self._failure is not None)
            if self._failure is not None:
                raise self._failure

    def __iter__(self) -> Iterator[bytes]:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._chunks or self._ended or self._abandoned)
                if self._failure is not None:
                    raise self._failure
                if not self._chunks:
                    return
                chunk = self._chunks.popleft()
                self._changed.notify_all()
            yield chunk


def send(body: IO[bytes], size: int | None, call: Callable[[Body], T], has_left: Callable[[], bool]) -> T:
    """Sends the chunks of `body` and returns what `call` returns; the body is left unread once the call has ended
    early.

    Raises:
        BodyCutShort: fewer than the announced `size` bytes came, or whoever sent them `has_left` before the answer; the
            call was broken off.
    """
    pipe = Body()
    with ThreadPoolExecutor(1, thread_name_prefix="upload") as sender:
        answer = sender.submit(copy_context().run, call, pipe)
        answer.add_done_callback(lambda _: pipe.abandon())
        try:
            _feed(pipe, body, size)
            pipe.end()
            _await(answer, has_left)
        except BaseException as error:
            pipe.end(error)
            raise
        return answer.result()


def _await(answer: Future[T], has_left: Callable[[], bool]) -> None:
    while not wait([answer], limits.INSPECTION_LOOK).done:
        if has_left():
            raise BodyCutShort


def _feed(pipe: Body, body: IO[bytes], size: int | None) -> None:
    came = 0
    while chunk := body.read(limits.UPLOAD_CHUNK_BYTES):
        came += len(chunk)
        if not pipe.put(chunk):
            return
    if size is not None and came < size:
        raise BodyCutShort
