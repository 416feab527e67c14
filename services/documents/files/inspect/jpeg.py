"""Walks a JPEG from marker to marker: in how many passes it is told, where it ends, what stands behind."""

import re
from typing import NamedTuple

from services.documents.files.inspect.view import View, after_blanks

_START, _END_OF_IMAGE, _START_OF_SCAN = b"\xff\xd8", 0xD9, 0xDA
_PROGRESSIVE = frozenset({0xC2, 0xC6, 0xCA, 0xCE})
_WITHOUT_LENGTH = frozenset({0x01, 0xD8, *range(0xD0, 0xD8)})
_MARKER = re.compile(rb"\xff+([\x01-\xcf\xd8-\xfe])")  # not a stuffed zero, not a restart
# A second picture follows the first in its own right; phones put a short film or their own notes there, which end so.
_FILM = b"ftyp"
_PHONE_NOTES = re.compile(rb"(?:SEFT|\xff{4}\x1b\*9HWfu\x84\x93\xa2\xb1|jxrs[\0-\xff]{3}\0)\Z")
"""Of Samsung; of Vivo; of OPPO, realme and OnePlus."""
_NOTES_END = 16


class Shape(NamedTuple):
    """How often all pixels are gone over, whether little by little, and where the picture ends."""

    scans: int
    progressive: bool
    end: int


def shape_of(view: View, begin: int = 0) -> Shape:
    """Reads the shape of the JPEG that begins there; a JPEG that breaks off ends with the file."""
    at, scans, progressive = begin + len(_START), 0, False
    while found := _MARKER.search(view, at):
        marker, at = found[1][0], found.end()
        if marker == _END_OF_IMAGE:
            return Shape(scans, progressive, at)
        if marker in _WITHOUT_LENGTH:
            continue
        scans += marker == _START_OF_SCAN
        progressive |= marker in _PROGRESSIVE
        at += int.from_bytes(view[at : at + 2])
    return Shape(scans, progressive, len(view))


def tail_is_known(view: View, end: int) -> bool:
    """Returns whether behind a picture there is nothing but what cameras and phones put there."""
    at = after_blanks(view, end)
    while view[at : at + 2] == _START:
        at = after_blanks(view, shape_of(view, at).end)
    if at == len(view):
        return True
    # A box of a film begins with its length, which begins with blanks.
    is_film = any(view[begin + 4 : begin + 8] == _FILM for begin in range(max(end, at - 3), at + 1))
    return is_film or bool(_PHONE_NOTES.search(view[-_NOTES_END:]))
