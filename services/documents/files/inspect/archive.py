"""Reads the end record of a ZIP archive, before anybody reads its directory."""

import struct
from typing import NamedTuple

from services.documents.files.inspect.view import View, is_blank

ZIP_HEAD = b"PK\x03\x04"
_DIRECTORY_HEAD, _END_HEAD = b"PK\x01\x02", b"PK\x05\x06"
_LOCATOR_HEAD, _END64_HEAD = b"PK\x06\x07", b"PK\x06\x06"
_END = struct.Struct("<4s4H2LH")
_LOCATOR = struct.Struct("<4sLQL")
_END64 = struct.Struct("<4sQ2H2L4Q")
_COMMENT_BYTES = 0xFFFF


class EndRecord(NamedTuple):
    """The directory of an archive: how many entries, how many bytes, where it ends; and the record's own end."""

    entries: int
    size: int
    directory_end: int
    end: int


def end_record(view: View) -> EndRecord | None:
    """Finds the end record that Python's `zipfile` will go by, without reading what it points to; None when there is no
    record."""
    at = len(view) - _END.size
    if at < 0:
        return None
    if view[at : at + 4] != _END_HEAD or view[-2:] != b"\0\0":
        at = view.rfind(_END_HEAD, max(0, at - _COMMENT_BYTES))
    return _record_at(view, at) if at >= 0 else None


def carries_archive(view: View) -> bool:
    """Returns whether an archive can be taken out of the file; the four bytes of an end record alone come by chance."""
    first = max(0, len(view) - _END.size - _COMMENT_BYTES)
    at = view.rfind(_END_HEAD, first)
    while at >= 0:
        found = _record_at(view, at)
        directory = found.directory_end - found.size if found else -1
        if directory >= 0 and view[directory : directory + 4] == _DIRECTORY_HEAD:
            return True
        at = view.rfind(_END_HEAD, first, at)
    return False


def _record_at(view: View, at: int) -> EndRecord | None:
    """Returns the record that begins there, with the larger numbers of ZIP64 where it has them."""
    if at + _END.size > len(view):
        return None
    _, _, _, _, entries, size, _, comment = _END.unpack(view[at : at + _END.size])
    directory_end = at
    locator_at, end64_at = at - _LOCATOR.size, at - _LOCATOR.size - _END64.size
    if end64_at >= 0 and view[locator_at : locator_at + 4] == _LOCATOR_HEAD:
        found = _END64.unpack(view[end64_at:locator_at])
        if found[0] == _END64_HEAD:
            entries, size, directory_end = found[7], found[8], end64_at
    return EndRecord(entries, size, directory_end, at + _END.size + comment)


def ends_cleanly(view: View, record: EndRecord) -> bool:
    """Returns whether nothing but blanks follows the archive."""
    return record.end <= len(view) and is_blank(view, record.end)
