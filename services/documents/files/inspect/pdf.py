"""Reads PDFs with qpdf and walks every object: nothing that acts by itself, is carried inside or fetched from afar.

A file that opens without a password is read as whoever opens it will see it. One whose table of contents is wrong, as
some five in a hundred of those made in offices are, every viewer repairs in silence, and so is it here, as long as all
repairs must come to the same: no object is there twice. What qpdf passes over with a warning, a viewer may well find.
"""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager

import pikepdf

from services.common import limits
from services.documents.files.inspect.actions import COUNTS, active_in
from services.documents.files.inspect.refused import Refused
from services.documents.files.inspect.view import View, as_file, is_blank

PDF_HEAD, _PDF_END = b"%PDF-", b"%%EOF"
_OBJECT = re.compile(rb"(?<![0-9])([0-9]{1,10})[\s\0]+[0-9]{1,5}[\s\0]+obj(?![a-z])")
_OF_AN_OBJECT = re.compile(r"\(object [0-9]+ [0-9]+, offset")
_LEFT_OUT = re.compile(r"error decoding stream data|limits error|supposed object stream [0-9]+ is not a stream")
_SAID_TWICE = re.compile(r"duplicated key (/\S+);")

_log = logging.getLogger("pikepdf._core")
_log.propagate = False


def require_inert_pdf(view: View) -> None:
    """Requires a PDF with at least a page that only shows; raises Refused."""
    try:
        if not _is_inert_as_it_stands(view):
            _require_inert_repaired(view)
    except pikepdf.PasswordError as error:
        raise Refused("pdf-encrypted") from error
    except (pikepdf.PdfError, ValueError, RuntimeError, SystemError) as error:  # the last: a warning that is not text
        is_for_certain_people = "encrypt" in str(error).lower()
        raise Refused("pdf-certificate-encrypted" if is_for_certain_people else "pdf-damaged") from error
    last = view.rfind(_PDF_END)
    if last >= 0 and not is_blank(view, last + len(_PDF_END)):
        raise Refused("bytes-after-end")


def _is_inert_as_it_stands(view: View) -> bool:
    """Returns whether all of it reads without repair; raises Refused when what reads is active already."""
    try:
        with _opened(view, recover=False) as (document, heard):
            whole = _require_inert(document)
    except pikepdf.PasswordError:
        raise
    except pikepdf.PdfError:
        return False
    return whole or not heard.of_an_object


def _require_inert_repaired(view: View) -> None:
    """Requires the same of what a repairing viewer comes to, where all viewers must come to the same."""
    with _opened(view, recover=True) as (document, heard):
        _require_inert(document)
    if heard.rebuilt:
        _require_one_way_to_repair(view)


@contextmanager
def _opened(view: View, *, recover: bool) -> Iterator[tuple[pikepdf.Pdf, "_Heard"]]:
    """Opens the whole document, with qpdf's warnings about it: it leaves out what it cannot read and only warns.

    Raises:
        MemoryError: there was too much to unpack.
        Refused: some objects do not unpack, or can be read in two ways.
    """
    heard = _Heard()
    _log.addHandler(heard)
    try:
        with pikepdf.open(as_file(view), attempt_recovery=recover, suppress_warnings=False) as document:
            yield document, heard
    finally:
        _log.removeHandler(heard)
        if heard.out_of_memory:
            raise MemoryError
    if heard.left_out:
        raise Refused("pdf-damaged")


class _Heard(logging.Handler):
    """The warnings of qpdf that matter."""

    def __init__(self) -> None:
        super().__init__()
        self.out_of_memory = self.left_out = self.of_an_object = self.rebuilt = False

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage()
        self.out_of_memory |= "bad_alloc" in text
        self.left_out |= bool(_LEFT_OUT.search(text)) or any(key in COUNTS for key in _SAID_TWICE.findall(text))
        self.of_an_object |= bool(_OF_AN_OBJECT.search(text))
        self.rebuilt |= "reconstruct cross-reference table" in text


def _require_inert(document: pikepdf.Pdf) -> bool:
    """Refuses what is active; says whether every object was there."""
    if len(document.pages) == 0:
        raise Refused("pdf-damaged")
    if len(document.objects) > limits.PDF_OBJECTS:
        raise Refused("pdf-too-complex")
    whole = True
    for item in document.objects:
        whole &= item is not None
        for found in active_in(item):
            raise Refused("pdf-active-content", found)
    return whole


def _require_one_way_to_repair(view: View) -> None:
    """Requires a whole file in which no object is there twice, so that no viewer's repair shows another document."""
    if _PDF_END not in view[-limits.FILE_HEAD_BYTES :]:
        raise Refused("pdf-damaged")
    seen: set[int] = set()
    for found in _OBJECT.finditer(view):
        number = int(found[1])
        if number in seen:
            raise Refused("pdf-damaged")
        seen.add(number)
        if len(seen) > limits.PDF_OBJECTS:
            raise Refused("pdf-too-complex")
