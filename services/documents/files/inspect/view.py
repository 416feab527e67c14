"""The bytes of a file as they lie on disk: searched, cut and read without a copy of all of them."""

import io
import mmap
import re
from typing import BinaryIO

View = bytes | mmap.mmap

BLANK = b" \t\r\n\f\0\x1a"
"""What editors, mail and old systems leave in front of a file or after it."""
_SEEN = re.compile(rb"[^" + re.escape(BLANK) + rb"]")


class _Reader(io.RawIOBase):
    """Reads a view as a file with a position of its own."""

    def __init__(self, view: View) -> None:
        self._view, self._at = view, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: len(self._view)}[whence]
        if base + offset < 0:
            raise ValueError("a position before the beginning")
        self._at = base + offset
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        part = self._view[self._at : self._at + len(buffer)]
        buffer[: len(part)] = part
        self._at += len(part)
        return len(part)


def as_file(view: View) -> BinaryIO:
    """Returns the bytes for libraries that want a file."""
    return io.BufferedReader(_Reader(view))


def after_blanks(view: View, begin: int) -> int:
    """Returns where the first byte stands that is no blank; the end of the file when all are blank."""
    found = _SEEN.search(view, begin)
    return found.start() if found else len(view)


def is_blank(view: View, begin: int) -> bool:
    """Returns whether nothing but blanks follows."""
    return after_blanks(view, begin) == len(view)
