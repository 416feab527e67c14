"""Has files looked into by processes of their own: few, lean, limited, ended with the request that asked.

An upload may be made to swell, to take for ever or to break its reader; the process that seals papers must not suffer
it. A process is started when there is a file, kept for the next files, and leaves after a while without any. It holds
nothing of ours but the open file: no channels, no connections, no secrets in its environment.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from typing import Any, BinaryIO

import structlog

from services.common import context, limits
from services.common.errors import DeadlineExceeded, Unavailable, UnsupportedMedia
from services.documents.files.receive import Received
from services.documents.files.refusals import refusal
from services.documents.files.turns import Turns

log = structlog.get_logger()

_CHILD = "services.documents.files.inspect.child"
_HANDED_DOWN = ("PATH", "LANG", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "TMPDIR")
_ANSWER_BYTES = 4_096
_OUT_OF_MEMORY = (-signal.SIGABRT, -signal.SIGKILL)  # C++ gives up; the system ends it


class InspectorsBusy(Unavailable):
    """Too many files are being looked into."""

    code = "inspectors-busy"
    vi = "Đang có nhiều tệp chờ kiểm tra. Hãy gửi lại tệp sau ít phút."
    en = "Many files are waiting to be checked. Send the file again in a few minutes."


class Inspectors:
    """At most so many processes at a time, a single process for an account."""

    def __init__(self, most: int = limits.INSPECTORS) -> None:
        self._turns = Turns(most)
        self._idle: list[_Inspector] = []
        self._lock = threading.Lock()

    def media_type_of(self, received: Received) -> str:
        """Returns the media type of an upload by its content, once a strict reader is content with all of it.

        Raises:
            UnsupportedMedia: it is not taken; the error says why and what to do.
            InspectorsBusy: no process is free in time.
            DeadlineExceeded: nobody waits for the answer any more; the work was ended.
        """
        return _understood(self._in_turn(b"?", [received.content]))

    def pages_of(self, content: BinaryIO) -> int:
        """Returns how many pages a PDF taken in before has; raises as `media_type_of`."""
        said = self._in_turn(b"#", [content])
        if "pages" not in said:
            raise _error(said)
        return int(said["pages"])

    def split(
        self, content: BinaryIO, ranges: Sequence[tuple[int, int, bool]], outs: Sequence[BinaryIO], mark: BinaryIO
    ) -> None:
        """Writes pages of a PDF taken in before to other files, the mark over the first page of those that bear it;
        raises as `media_type_of`."""
        said = self._in_turn(b"/" + json.dumps(ranges).encode(), [content, *outs, mark])
        if "split" not in said:
            raise _error(said)

    def _in_turn(self, asked: bytes, files: Sequence[BinaryIO]) -> dict[str, Any]:
        who = context.caller_or_none()
        wait = context.seconds_left(limits.INSPECTION_WAIT.total_seconds())
        try:
            with self._turns.of(who.subject if who else "", wait):
                return self._asked(asked, files)
        except TimeoutError as error:
            raise InspectorsBusy from error

    def _asked(self, asked: bytes, files: Sequence[BinaryIO]) -> dict[str, Any]:
        inspector = self._taken()
        try:
            said = inspector.ask(asked, [each.fileno() for each in files])
        except BaseException:
            inspector.end()
            raise
        self._put_back(inspector, spent=said.get("spent", False))
        return said

    def rest(self) -> None:
        """Ends those that had nothing to do for a while."""
        before = time.monotonic() - limits.INSPECTOR_IDLE.total_seconds()
        with self._lock:
            leaving = [each for each in self._idle if each.last_used < before]
            self._idle = [each for each in self._idle if each.last_used >= before]
        for each in leaving:
            each.end()

    def close(self) -> None:
        """Ends all that are idle; those at work end with their requests."""
        with self._lock:
            leaving, self._idle = self._idle, []
        for each in leaving:
            each.end()

    def _taken(self) -> "_Inspector":
        while True:
            with self._lock:
                inspector = self._idle.pop() if self._idle else None
            if inspector is None:
                return _Inspector()
            if inspector.is_alive():
                return inspector
            inspector.end()

    def _put_back(self, inspector: "_Inspector", *, spent: bool) -> None:
        if spent:
            inspector.end()
            return
        with self._lock:
            self._idle.append(inspector)


class _Inspector:
    """One process and the socket to it."""

    def __init__(self) -> None:
        self.last_used = time.monotonic()
        self._socket, its_own = socket.socketpair()
        environment = {name: os.environ[name] for name in _HANDED_DOWN if name in os.environ}
        environment["PYTHONPATH"] = os.pathsep.join(sys.path)
        with its_own:
            self._process = subprocess.Popen(
                [sys.executable, "-m", _CHILD],
                stdin=its_own.fileno(),
                stdout=subprocess.DEVNULL,
                env=environment,
            )

    def is_alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, asked: bytes, files: Sequence[int]) -> dict[str, Any]:
        """Asks the inspecting process about an open file, the first of those handed over.

        Raises:
            DeadlineExceeded: nobody waits any more.
        """
        deadline = time.monotonic() + limits.INSPECTION_TIME.total_seconds()
        answer = b""
        try:
            socket.send_fds(self._socket, [asked], list(files))
            while not answer.endswith(b"\n"):
                part = self._receive(deadline)
                if not part:
                    return self._died()
                answer += part
        except TimeoutError:
            self.end()
            return {"refused": ["file-takes-too-long"], "spent": True}
        except ConnectionError:
            return self._died()
        self.last_used = time.monotonic()
        said: dict[str, Any] = json.loads(answer)
        return said

    def end(self) -> None:
        """Ends the process, whatever it is at."""
        self._socket.close()
        self._process.kill()
        self._process.wait()

    def _receive(self, deadline: float) -> bytes:
        """Returns the next bytes, looking now and then whether anybody still waits for them."""
        while True:
            if not context.still_wanted():
                raise DeadlineExceeded
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            self._socket.settimeout(min(left, limits.INSPECTION_LOOK))
            try:
                return self._socket.recv(_ANSWER_BYTES)
            except TimeoutError:
                continue

    def _died(self) -> dict[str, Any]:
        self._socket.close()
        code = self._process.wait()
        if code == -signal.SIGXCPU:
            return {"refused": ["file-takes-too-long"], "spent": True}
        if code in _OUT_OF_MEMORY:
            return {"refused": ["file-too-large-inside"], "spent": True}
        return {"failed": f"exit code {code}", "spent": True}


def _understood(said: dict[str, Any]) -> str:
    """Returns the media type; raises UnsupportedMedia."""
    if "media_type" in said:
        return str(said["media_type"])
    raise _error(said)


def _error(said: dict[str, Any]) -> UnsupportedMedia:
    if "refused" in said:
        return refusal(*said["refused"])
    log.error("a file could not be looked into", cause=said.get("failed"))
    return refusal("file-cannot-be-checked")
