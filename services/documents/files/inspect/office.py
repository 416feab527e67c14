"""Reads DOCX and XLSX as the ZIP archives they are: bounded, flat, without macros, programs or remote parts."""

import stat
import zipfile
import zlib
from pathlib import PurePosixPath
from zipfile import ZipFile, ZipInfo

from services.common import limits
from services.documents.files.inspect.archive import end_record, ends_cleanly
from services.documents.files.inspect.embedded import check_head, check_picture, is_document, is_packed_picture
from services.documents.files.inspect.parts import Package, read_part
from services.documents.files.inspect.refused import Refused
from services.documents.files.inspect.view import View, as_file

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

MAIN_PARTS = {f"{DOCX}.main+xml": DOCX, f"{XLSX}.main+xml": XLSX}
CONTENT_TYPES = "[Content_Types].xml"
_OPEN_DOCUMENT = "mimetype"  # what LibreOffice saves by itself
MACROS = ("vbaproject.bin", "/activex/")
ENCRYPTED_FLAG = 0x1
WRITTEN_BY_OFFICE = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
READ_BYTES = 64 * limits.KIB
_BEYOND = 1  # byte that is asked for after the end the directory gives; Python's reader would stop there
_DAMAGED = (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, RuntimeError, ValueError)


def unsafe(why: str) -> Refused:
    return Refused("office-unsafe", why)


def office_type(view: View) -> str:
    """Returns DOCX or XLSX, once every entry has been read within the limits.

    Raises:
        Refused: another archive, damaged, unsafe, or larger inside than allowed.
    """
    return _Reading(limits.ARCHIVE_BYTES).media_type(view)


class _Reading:
    """One document and those inside it, which together may unpack to so many bytes."""

    def __init__(self, most: int) -> None:
        self._left = most

    def media_type(self, view: View, *, inner: bool = False) -> str:
        _check_end(view)
        try:
            with ZipFile(as_file(view)) as archive:
                entries = archive.infolist()
                self._check_directory(entries)
                for entry in entries:
                    entry.file_size += _BEYOND
                media_type, package = _main_type(archive)
                for entry in entries:
                    self._check_entry(archive, entry, package, inner=inner)
                return media_type
        except _DAMAGED as error:
            raise unsafe("damaged") from error

    def _check_directory(self, entries: list[ZipInfo]) -> None:
        """Refuses by the central directory alone: nothing has been unpacked yet."""
        if len({entry.filename.lower() for entry in entries}) != len(entries):
            raise unsafe("same-name")
        self._left -= sum(entry.file_size for entry in entries)
        if self._left < 0:
            raise Refused("file-too-large-inside")
        for entry in entries:
            _check_entry_of_directory(entry)

    def _check_entry(self, archive: ZipFile, entry: ZipInfo, package: Package, *, inner: bool) -> None:
        """Reads one entry to its end, checksum included, in small pieces."""
        name = entry.filename.lower()
        if name.startswith(("word/embeddings/", "xl/embeddings/")) or is_document(name):
            if inner or not is_document(name) or entry.file_size > limits.ARCHIVE_INNER_BYTES:
                raise unsafe("embedded")
            content = archive.read(entry)
            _require_end(entry, len(content))
            self.media_type(content, inner=True)
            return
        with archive.open(entry) as part:
            head = part.read(READ_BYTES)
            if is_packed_picture(name, head):
                self._left = check_picture(head, part, self._left)
            else:
                check_head(name, head)
                read_part(package, name, head, lambda: part.read(READ_BYTES))
            _require_end(entry, part.tell())


def _require_end(entry: ZipInfo, came: int) -> None:
    """Refuses an entry that goes on after what the directory says, where nobody looks and some reader may."""
    if came > entry.file_size - _BEYOND:
        raise unsafe("damaged")


def _check_end(view: View) -> None:
    """Refuses by the end record alone: Python's reader would hold the whole directory, however long, in memory."""
    record = end_record(view)
    if record is None:
        raise unsafe("damaged")
    if record.entries > limits.ARCHIVE_ENTRIES or record.size > limits.ARCHIVE_DIRECTORY_BYTES:
        raise unsafe("entries")
    if not ends_cleanly(view, record):
        raise Refused("bytes-after-end")


def _check_entry_of_directory(entry: ZipInfo) -> None:
    name = entry.filename
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name or "\0" in name:
        raise unsafe("path")
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise unsafe("link")
    if entry.flag_bits & ENCRYPTED_FLAG:
        raise unsafe("encrypted")
    if entry.compress_type not in WRITTEN_BY_OFFICE:
        raise unsafe("compression")
    if entry.file_size > limits.MIB and entry.file_size > entry.compress_size * limits.ARCHIVE_RATIO:
        raise Refused("file-too-large-inside")
    if any(part in f"/{name.lower()}" for part in MACROS):
        raise unsafe("macros")


def _main_type(archive: ZipFile) -> tuple[str, Package]:
    """Reads from the list of parts what the document is."""
    names = archive.namelist()
    if CONTENT_TYPES not in names:
        raise Refused("file-kind-not-accepted" if _OPEN_DOCUMENT in names else "archive-not-accepted")
    declared = Package()
    with archive.open(CONTENT_TYPES) as content:
        read_part(declared, CONTENT_TYPES.lower(), content.read(READ_BYTES), lambda: content.read(READ_BYTES))
    found = {MAIN_PARTS[name] for name in declared.content_types if name in MAIN_PARTS}
    if len(found) != 1:  # slides, a template, or a document of two kinds
        raise Refused("file-kind-not-accepted")
    declared.has_fields = found == {DOCX}
    return found.pop(), declared
