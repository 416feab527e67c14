"""How much of one request has come, told from its bytes alone; pure: no socket, no clock.

It decides when a request may take a thread, and nothing else: what the bytes mean, and whether they are HTTP at all, is
for the parser to say. Whatever looks wrong here is passed on for it to refuse.
"""

import re
from enum import Enum
from urllib.parse import unquote_to_bytes

from services.common import limits

_FRAMING = frozenset((b"content-length", b"transfer-encoding", b"expect"))
_PATH = re.compile(rb"[^ \r\n]+ ([^ ?\r\n]*)")
_UPLOAD = re.compile(rb"/api/v1/files/?$")
_LENGTH = re.compile(rb"[0-9]{1,15}")
_CHUNK_SIZE = re.compile(rb"([0-9a-fA-F]{1,8})[ \t]*(?:;[^\r\n]*)?")
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class Stage(Enum):
    """The stage of a request: what is to be done with it now."""

    HEAD = "head"  # more of its head must come
    BODY = "body"  # its head is here, and its body is small enough to be waited for
    WHOLE = "whole"  # all of it is here, or the parser is to refuse it
    LARGE = "large"  # its body is to be read by whoever takes it
    HEAD_TOO_LARGE = "head too large"


class Intake:
    """One request as far as it has come. `deadline` is when its head must be here; a body has to keep a least rate."""

    def __init__(self, deadline: float) -> None:
        self.deadline = deadline
        self.stage = Stage.HEAD
        self.held = bytearray()
        self.expects = False
        self._body_began = 0.0
        self._head = 0  # where the head ends
        self._length: int | None = None  # of the body; None = it comes in chunks
        self._chunk = 0  # where the next chunk begins

    @property
    def idle(self) -> bool:
        return not self.held

    @property
    def path(self) -> bytes:
        """Of the address asked for, as sent."""
        found = _PATH.match(self.held)
        return bytes(found[1]) if found else b""

    @property
    def lasts(self) -> bool:
        """Whether it is a file that comes, however small: it waits for its turn to be looked into."""
        return bool(_UPLOAD.search(unquote_to_bytes(self.path)))

    def feed(self, data: bytes, now: float) -> Stage:
        """Takes what has come, and says what is to be done."""
        if self.idle:
            self.deadline = now + limits.HEAD_DEADLINE.total_seconds()
        seen = len(self.held)
        self.held += data
        if self.stage is Stage.HEAD:
            self._find_head(max(0, seen - 3), now)
        if self.stage is Stage.BODY:
            self._look_for_end()
        return self.stage

    def late(self, now: float) -> bool:
        """Returns whether the sender has been too slow up to now."""
        if self.stage is Stage.HEAD:
            return now > self.deadline
        spent = now - self._body_began - limits.BODY_GRACE.total_seconds()
        return len(self.held) - self._head < spent * limits.BODY_BYTES_A_SECOND

    def _find_head(self, begin: int, now: float) -> None:
        at = self.held.find(b"\r\n\r\n", begin)
        if at < 0:
            if len(self.held) > limits.HEAD_BYTES:
                self.stage = Stage.HEAD_TOO_LARGE
            elif self.held.count(b"\n") != self.held.count(b"\r\n"):
                self.stage = Stage.WHOLE  # lines end otherwise: this head would never end
            return
        self._head = self._chunk = at + 4
        self._body_began = now
        self.stage = self._stage_of(bytes(self.held[:at]))

    def _stage_of(self, head: bytes) -> Stage:
        fields = _framing(head)
        if not fields:
            return Stage.WHOLE
        length = fields.get(b"content-length", b"0")
        chunked = b"transfer-encoding" in fields
        if (chunked and b"content-length" in fields) or not _LENGTH.fullmatch(length):
            return Stage.WHOLE
        if chunked and not fields[b"transfer-encoding"].lower().endswith(b"chunked"):
            return Stage.WHOLE
        self._length = None if chunked else int(length)
        if (self._length or 0) > limits.JSON_BODY_BYTES:
            return Stage.LARGE
        asked = b"expect" in fields and head.partition(b"\r\n")[0].endswith(b" HTTP/1.1")  # older ones know no 100
        self.expects = asked and (chunked or self._length != 0)
        return Stage.BODY

    def _look_for_end(self) -> None:
        came = len(self.held) - self._head
        if self._length is None:
            self._follow_chunks()
            if self.stage is Stage.BODY and came > limits.JSON_BODY_BYTES:
                self.stage = Stage.LARGE
        elif came >= self._length:
            self.stage = Stage.WHOLE

    def _follow_chunks(self) -> None:
        """Goes from chunk to chunk as far as they are here; a malformed chunk is for the parser to refuse."""
        while (line := self.held.find(b"\r\n", self._chunk)) >= 0:
            size = _CHUNK_SIZE.fullmatch(self.held, self._chunk, line)
            if size is None:
                self.stage = Stage.LARGE
                return
            length = int(size[1], 16)
            if length == 0:
                if self.held.find(b"\r\n\r\n", line) >= 0:
                    self.stage = Stage.WHOLE
                return
            if line + 2 + length > len(self.held):
                return
            if not b"\r\n".startswith(bytes(self.held[line + 2 + length : line + 4 + length])):
                self.stage = Stage.LARGE
                return
            self._chunk = line + 4 + length


def _framing(head: bytes) -> dict[bytes, bytes]:
    """Returns the header fields that say how long a body is; without a pattern, since a head may be made to keep a
    pattern busy."""
    fields = {}
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if (name := name.lower()) in _FRAMING:
            fields[name] = value.strip(b" \t")
    return fields
