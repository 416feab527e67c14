"""The files that may lie inside an office document: pictures, packed pictures too, and the table behind a chart."""

import zlib
from typing import IO

from services.common import limits
from services.documents.files.inspect.archive import ZIP_HEAD
from services.documents.files.inspect.refused import Refused

_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".emf", ".wmf", ".svg", ".webp", ".ico", ".wdp")
_PACKED = (".emz", ".wmz")
_DOCUMENTS = (".xlsx", ".docx")
_GZIP = b"\x1f\x8b\x08"
_METAFILES = (b"\x01\0\0\0", b"\xd7\xcd\xc6\x9a", b"\x01\0\x09\0", b"\x02\0\x09\0")
# Long enough not to come by chance; a PDF may be a picture on some systems.
_ARCHIVES = (
    ZIP_HEAD,
    b"Rar!\x1a\x07",
    b"7z\xbc\xaf\x27\x1c",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"%PDF-",
    b"\x7fELF",
)
_SHORT = (b"MZ", _GZIP[:2])
_HEADER_AT, _PROGRAM_HEADS = 0x3C, (b"PE\0\0", b"NE", b"LE", b"LX")
_READ_BYTES = 64 * limits.KIB


def is_document(name: str) -> bool:
    """Returns whether a part is a Word or Excel document itself, as the table behind a chart is."""
    return name.endswith(_DOCUMENTS)


def is_packed_picture(name: str, head: bytes) -> bool:
    """Returns whether a part is a Windows drawing in a gzip, as Word stores them."""
    return name.endswith(_PACKED) and head.startswith(_GZIP)


def check_picture(head: bytes, content: IO[bytes], left: int) -> int:
    """Unpacks a drawing to its end; returns how many of the bytes `left` to the document remain.

    Raises:
        Refused: it unpacks to more, or to something else.
    """
    unpacker, beginning = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16), b""
    piece = head
    while piece:
        out = unpacker.decompress(piece, _READ_BYTES)
        beginning = beginning or out
        left -= len(out)
        if left < 0:
            raise Refused("file-too-large-inside")
        piece = unpacker.unconsumed_tail or content.read(_READ_BYTES)
        if unpacker.eof:
            break
    while content.read(_READ_BYTES):
        pass
    if not beginning.startswith(_METAFILES):
        raise Refused("office-unsafe", "embedded")
    return left


def check_head(name: str, head: bytes) -> None:
    """Refuses a part that begins as a program or archive does; two letters alone come by chance, but in no picture."""
    if head.startswith(_ARCHIVES) or _is_program(head) or (name.endswith(_PICTURES) and head.startswith(_SHORT)):
        raise Refused("office-unsafe", "embedded")


def _is_program(head: bytes) -> bool:
    if not head.startswith(b"MZ"):
        return False
    at = int.from_bytes(head[_HEADER_AT : _HEADER_AT + 4], "little")
    return head[at : at + 4].startswith(_PROGRAM_HEADS)
