"""Reads DOCX and XLSX as the ZIP archives they are: bounded, flat, without macros, embedded objects or remote parts."""

import stat
import zipfile
from pathlib import PurePosixPath
from typing import BinaryIO
from zipfile import ZipFile, ZipInfo

from lxml import etree

from services.common import limits
from services.common.errors import UnsupportedMedia

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

MAIN_PARTS = {f"{DOCX}.main+xml": DOCX, f"{XLSX}.main+xml": XLSX}
CONTENT_TYPES = "[Content_Types].xml"
NOT_WELCOME = ("vbaproject.bin", "/embeddings/", "/activex/", "oleobject")
ARCHIVE_HEADS = (b"PK\x03\x04", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"\xd0\xcf\x11\xe0", b"MZ")
ENCRYPTED_FLAG = 0x1
READ_BYTES = 64 * limits.KIB


class ArchiveNotAccepted(UnsupportedMedia):
    """A ZIP archive that is neither a Word nor an Excel document."""

    code = "archive-not-accepted"
    vi = "Không nhận tệp nén. Hãy gửi từng tệp PDF, JPEG, PNG, DOCX hoặc XLSX riêng."
    en = "Archives are not accepted. Send each file by itself, as PDF, JPEG, PNG, DOCX or XLSX."


class OfficeUnsafe(UnsupportedMedia):
    """The document breaks a limit or holds more than text and pictures."""

    code = "office-unsafe"
    vi = "Tệp Word hoặc Excel không an toàn hoặc bị hỏng ({why}). Hãy xuất ra PDF rồi gửi."
    en = "The Word or Excel file is unsafe or damaged ({why}). Export it to PDF and send that."


def office_type(content: BinaryIO) -> str:
    """DOCX or XLSX, once every entry has been read within the limits; raises UnsupportedMedia."""
    try:
        with ZipFile(content) as archive:
            entries = archive.infolist()
            _check_directory(entries)
            if CONTENT_TYPES not in archive.namelist():
                raise ArchiveNotAccepted
            media_type = _main_type(archive)
            for entry in entries:
                _check_content(archive, entry)
            return media_type
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, RuntimeError, ValueError) as error:
        raise OfficeUnsafe(why=type(error).__name__) from error


def _check_directory(entries: list[ZipInfo]) -> None:
    """Refuses by the central directory alone: nothing has been unpacked yet."""
    if len(entries) > limits.ARCHIVE_ENTRIES:
        raise OfficeUnsafe(why=f"{len(entries)} entries")
    if len({entry.filename.lower() for entry in entries}) != len(entries):
        raise OfficeUnsafe(why="two entries of one name")
    if sum(entry.file_size for entry in entries) > limits.ARCHIVE_BYTES:
        raise OfficeUnsafe(why="too large when unpacked")
    for entry in entries:
        name = entry.filename
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name or "\0" in name:
            raise OfficeUnsafe(why="a path that leaves the archive")
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise OfficeUnsafe(why="a symbolic link")
        if entry.flag_bits & ENCRYPTED_FLAG:
            raise OfficeUnsafe(why="encrypted")
        if entry.file_size > limits.MIB and entry.file_size > entry.compress_size * limits.ARCHIVE_RATIO:
            raise OfficeUnsafe(why="compressed beyond reason")
        if any(part in f"/{name.lower()}" for part in NOT_WELCOME):
            raise OfficeUnsafe(why="macros or embedded objects")


def _main_type(archive: ZipFile) -> str:
    declared = [element.get("ContentType", "") for element in _parse(archive, CONTENT_TYPES)]
    found = {MAIN_PARTS[name] for name in declared if name in MAIN_PARTS}
    if len(found) != 1:
        raise ArchiveNotAccepted
    return found.pop()


def _check_content(archive: ZipFile, entry: ZipInfo) -> None:
    """Reads one entry to its end, checksum included, in small pieces."""
    with archive.open(entry) as content:
        head = content.read(READ_BYTES)
        if head.startswith(ARCHIVE_HEADS):
            raise OfficeUnsafe(why="a file inside the file")
        while content.read(READ_BYTES):
            pass
    if entry.filename.endswith(".rels"):
        for relation in _parse(archive, entry.filename):
            if relation.get("TargetMode") == "External" and not relation.get("Type", "").endswith("/hyperlink"):
                raise OfficeUnsafe(why="it loads something from elsewhere")


def _parse(archive: ZipFile, name: str) -> etree._Element:
    if archive.getinfo(name).file_size > limits.MIB:
        raise OfficeUnsafe(why=f"{name} is too large")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(archive.read(name), parser)
    except etree.XMLSyntaxError as error:
        raise OfficeUnsafe(why=f"{name} is not XML") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise OfficeUnsafe(why=f"{name} has a DTD")
    return root
