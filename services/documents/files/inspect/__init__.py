"""Says what an uploaded file is: sniffed first, then read strictly by a reader of that kind, refused when in doubt.

Runs in a process of its own (`child`, started by `services.documents.files.inspector`), with little memory and time, so
imports nothing but the readers.
"""

from collections.abc import Callable, Mapping

from services.common import limits
from services.documents.files.inspect.archive import ZIP_HEAD, carries_archive
from services.documents.files.inspect.image import JPEG_HEAD, PNG_HEAD, require_sound_jpeg, require_sound_png
from services.documents.files.inspect.office import office_type
from services.documents.files.inspect.pdf import PDF_HEAD, require_inert_pdf
from services.documents.files.inspect.refused import Refused
from services.documents.files.inspect.view import BLANK, View

PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEIC = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1", b"avif"})
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_OTHERS = (b"MZ", b"\x7fELF", b"#!", b"<", b"{\\rtf", b"GIF8", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"\xd0\xcf\x11\xe0")
"""Heads of what a PDF is not, though its own mark may follow close behind."""


def media_type_of(view: View) -> str:
    """Returns the media type of a file by its content, once a strict reader of that type is content with all of it.

    Raises:
        Refused: another kind, damaged, encrypted, active content, or larger inside than allowed.
    """
    head = view[: limits.FILE_HEAD_BYTES]
    marked = head.removeprefix(BYTE_ORDER_MARK).lstrip(BLANK)
    if marked.startswith(ZIP_HEAD):
        return office_type(view)
    for mark, media_type in ((JPEG_HEAD, JPEG), (PNG_HEAD, PNG)):
        if head.startswith(mark):
            return _single(view, media_type)
    if PDF_HEAD in head:
        if not head.startswith(PDF_HEAD) and marked.startswith(_OTHERS):
            raise Refused("two-files-in-one")
        return _single(view, PDF)
    raise Refused(_known_by_name(head) or "file-kind-not-accepted")


def _known_by_name(head: bytes) -> str:
    """Returns the refusal that says what to do, for types that people often have."""
    if head.startswith(_OLE):
        return "office-old-or-locked"
    return "image-heic" if head[4:8] == b"ftyp" and head[8:12] in _HEIC else ""


def _single(view: View, media_type: str) -> str:
    """Returns the media type of a document or image; refuses a file that carries an archive besides."""
    if carries_archive(view):
        raise Refused("two-files-in-one")
    _READERS[media_type](view)
    return media_type


_READERS: Mapping[str, Callable[[View], None]] = {
    PDF: require_inert_pdf,
    JPEG: require_sound_jpeg,
    PNG: require_sound_png,
}
