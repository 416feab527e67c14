"""Byte ranges of a file (RFC 9110 section 14) and the name it is saved under (RFC 6266)."""

import re
from dataclasses import dataclass
from urllib.parse import quote

from services.common.text import fold

_RANGE = re.compile(r"bytes=(?:(\d{1,18})-(\d{0,18})|-(\d{1,18}))")


@dataclass(frozen=True, slots=True)
class ByteRange:
    """`length` bytes from `offset` of a file of `size` bytes."""

    offset: int
    length: int
    size: int

    @property
    def content_range(self) -> str:
        return f"bytes {self.offset}-{self.offset + self.length - 1}/{self.size}"


class Unsatisfiable(Exception):
    """The range starts behind the end of the file."""


def parse(header: str, size: int) -> ByteRange | None:
    """The one range asked for, cut at the end of the file; None = send the whole file, which a server may always do.

    Raises:
        Unsatisfiable.
    """
    match = _RANGE.fullmatch(header.replace(" ", ""))
    if match is None:
        return None
    first, last, suffix = match.groups()
    if suffix is not None:
        start, end = max(size - int(suffix), 0), size - 1
    else:
        start, end = int(first), min(int(last), size - 1) if last else size - 1
        if last and int(last) < start:
            return None
    if start >= size:
        raise Unsatisfiable
    return ByteRange(start, end - start + 1, size)


def attachment(file_name: str) -> str:
    """Content-Disposition that saves under this name, with an ASCII name for old clients."""
    ascii_name = re.sub(r"[^a-zA-Z0-9._-]+", "_", fold(file_name)).strip("._") or "file"
    return f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(file_name, safe='')}"
