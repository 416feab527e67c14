"""Reads PDFs with qpdf and walks every object: nothing encrypted, nothing that acts, nothing carried inside."""

from collections.abc import Iterator
from typing import BinaryIO

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Stream

from services.common import limits
from services.common.errors import UnsupportedMedia

# Walked as objects, never searched as bytes: names may be #-escaped and sit in compressed object streams.
ACTIVE_KEYS = frozenset(
    {"/JavaScript", "/JS", "/AA", "/Launch", "/EmbeddedFile", "/EmbeddedFiles", "/EF", "/RichMedia", "/XFA"}
)
ACTIVE_KINDS = frozenset({
    "/JavaScript", "/Launch", "/EmbeddedFile", "/RichMedia", "/RichMediaExecute", "/SubmitForm", "/ImportData",
    "/Rendition", "/Movie", "/Sound", "/GoToE", "/GoToR",
})  # fmt: skip
KIND_KEYS = ("/S", "/Type", "/Subtype")
HARMLESS_OPENINGS = frozenset({"/GoTo"})


class PdfDamaged(UnsupportedMedia):
    """The PDF does not read without repair."""

    code = "pdf-damaged"
    vi = "Tệp PDF bị hỏng hoặc tải lên chưa trọn vẹn. Hãy xuất lại tệp PDF rồi gửi."
    en = "The PDF is damaged or incomplete. Export it again and send the new file."


class PdfEncrypted(UnsupportedMedia):
    """Nobody could check, nor later read, what is inside."""

    code = "pdf-encrypted"
    vi = "Tệp PDF được đặt mật khẩu hoặc hạn chế quyền. Hãy bỏ mật khẩu rồi gửi lại."
    en = "The PDF is protected by a password or permissions. Remove the protection and send it again."


class PdfActive(UnsupportedMedia):
    """The PDF holds something that runs, or another file."""

    code = "pdf-active-content"
    vi = "Tệp PDF chứa nội dung tự chạy hoặc tệp đính kèm ({found}). Hãy in ra PDF mới rồi gửi."
    en = "The PDF holds active content or an attached file ({found}). Print it to a new PDF and send that."


class PdfTooComplex(UnsupportedMedia):
    """More objects than any paper needs."""

    code = "pdf-too-complex"
    vi = "Tệp PDF quá phức tạp để kiểm tra. Hãy in ra PDF mới rồi gửi."
    en = "The PDF is too complex to check. Print it to a new PDF and send that."


def require_inert_pdf(content: BinaryIO) -> None:
    """A PDF with at least one page that reads without repair and only shows; raises UnsupportedMedia."""
    try:
        with pikepdf.open(content, attempt_recovery=False) as document:
            if document.is_encrypted:
                raise PdfEncrypted
            if len(document.pages) == 0:
                raise PdfDamaged
            if len(document.objects) > limits.PDF_OBJECTS:
                raise PdfTooComplex
            for item in document.objects:
                for found in _active_in(item):
                    raise PdfActive(found=found)
    except pikepdf.PasswordError as error:
        raise PdfEncrypted from error
    except (pikepdf.PdfError, ValueError, RuntimeError) as error:
        raise PdfDamaged from error


def _active_in(top: Object) -> Iterator[str]:
    """Names of active things in one indirect object and the direct objects inside it."""
    waiting = [top]
    while waiting:
        item = waiting.pop()
        if isinstance(item, Array):
            waiting.extend(part for part in item.as_list() if _is_inner(part))
            continue
        if not isinstance(item, Dictionary | Stream):
            continue
        entries = item.stream_dict if isinstance(item, Stream) else item
        for key, value in entries.items():
            if key in ACTIVE_KEYS:
                yield key
            elif key in KIND_KEYS and isinstance(value, Name) and str(value) in ACTIVE_KINDS:
                yield str(value)
            elif key == "/OpenAction" and _acts(value):
                yield key
            if _is_inner(value):
                waiting.append(value)


def _acts(opening: object) -> bool:
    """An action other than going to a page; a plain destination is an array."""
    return isinstance(opening, Dictionary) and str(opening.get("/S")) not in HARMLESS_OPENINGS


def _is_inner(value: object) -> bool:
    """A container written in place; one referred to is an object of its own and comes in its turn."""
    return isinstance(value, Array | Dictionary) and not value.is_indirect
