"""Says what an uploaded file is: sniffed first, then read strictly by a reader of that kind, refused when in doubt."""

import zipfile
from collections.abc import Callable, Mapping
from typing import BinaryIO

import puremagic

from services.common.errors import UnsupportedMedia
from services.documents.inspect.image import require_sound_image
from services.documents.inspect.office import office_type
from services.documents.inspect.pdf import require_inert_pdf

PDF, JPEG, PNG, ZIP = "application/pdf", "image/jpeg", "image/png", "application/zip"

_HEAD_BYTES = 8_192


class KindNotAccepted(UnsupportedMedia):
    """The content is of no kind that is taken, whatever the file is called."""

    code = "file-kind-not-accepted"
    vi = "Nội dung tệp ({found}) không thuộc loại được nhận. Hãy gửi tệp PDF, JPEG, PNG, DOCX hoặc XLSX."
    en = "The content of the file ({found}) is of no kind that is accepted. Send a PDF, JPEG, PNG, DOCX or XLSX file."


class TwoFilesInOne(UnsupportedMedia):
    """A ZIP archive hides behind a document or image."""

    code = "two-files-in-one"
    vi = "Tệp chứa thêm một tệp nén ẩn bên trong. Hãy xuất lại tệp rồi gửi."
    en = "The file also carries a hidden archive. Export it again and send the new file."


def media_type_of(content: BinaryIO) -> str:
    """The media type of a file by its content, once a strict reader of that type is content with all of it.

    Raises:
        UnsupportedMedia: another kind, damaged, encrypted, active content, or larger inside than allowed.
    """
    content.seek(0)
    sniffed = _sniff(content.read(_HEAD_BYTES))
    if sniffed == ZIP:
        return office_type(content)
    reader = _READERS.get(sniffed)
    if reader is None:
        raise KindNotAccepted(found=sniffed)
    if zipfile.is_zipfile(content):
        raise TwoFilesInOne
    content.seek(0)
    reader(content)
    return sniffed


def _sniff(head: bytes) -> str:
    """What the first bytes say; every format made of ZIP is a ZIP, for its reader to tell apart."""
    if head.startswith(b"PK\x03\x04"):
        return ZIP
    try:
        found = puremagic.from_string(head, mime=True)
    except (puremagic.PureError, ValueError):
        return "application/octet-stream"
    return found or "application/octet-stream"


_READERS: Mapping[str, Callable[[BinaryIO], None]] = {
    PDF: require_inert_pdf,
    JPEG: require_sound_image,
    PNG: require_sound_image,
}
