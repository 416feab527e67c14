"""Byte ranges of a file (RFC 9110 section 14) and the name it is saved under (RFC 6266)."""

import re
from dataclasses import dataclass
from urllib.parse import quote

from werkzeug.datastructures import ContentRange, Range
from werkzeug.http import parse_range_header

from services.common.text import fold


@dataclass(frozen=True, slots=True)
class ByteRange:
    """`length` bytes from `offset` of a file of `size` bytes."""

    offset: int
    length: int
    size: int

    @property
    def content_range(self) -> str:
        return str(ContentRange("bytes", self.offset, self.offset + self.length, self.size))


class Unsatisfiable(Exception):
    """The range starts behind the end of the file."""


def parse(header: str, size: int) -> ByteRange | None:
    """Reads the range asked for, cut at the end of the file; None = send the whole file, as a server always may.

    Raises:
        Unsatisfiable.
    """
    wanted = parse_range_header(header)
    if wanted is None or wanted.units != "bytes" or len(wanted.ranges) != 1:
        return None
    if wanted.ranges[0][0] < -size:  # The last 500 of 265 bytes are all of them; werkzeug would find none.
        wanted = Range("bytes", [(0, None)])
    found = wanted.range_for_length(size)
    if found is None:
        raise Unsatisfiable
    start, stop = found
    return ByteRange(start, stop - start, size)


def attachment(file_name: str) -> str:
    """Makes a Content-Disposition that saves under this name, with an ASCII name for old clients."""
    ascii_name = re.sub(r"[^a-zA-Z0-9._-]+", "_", fold(file_name)).strip("._") or "file"
    return f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(file_name, safe='')}"
