"""Splits a stack scanned as one file onto its papers, each a file of its own; certified scans bear the clerk's mark."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

import typst

from services.common import limits
from services.common.context import Caller
from services.common.database import Database
from services.common.errors import FieldError, InvalidInput
from services.common.text import vn_date
from services.common.times import local_time
from services.documents.files import splitting, store, usecases
from services.documents.files.domain import PDF, File, require_downloadable
from services.documents.files.intake import Intake
from services.documents.files.splitting import ScanPart
from services.documents.files.usecases import NewFile

_MARK = """
#let said = sys.inputs
#set page(width: 230pt, height: 52pt, margin: 4pt, fill: none)
#set text(lang: "vi", size: 7.5pt, fill: rgb("#b00020"))
#set par(leading: 0.4em)
#rect(width: 100%, height: 100%, stroke: 0.8pt + rgb("#b00020"), fill: white, radius: 2pt, inset: 4pt)[
  *BẢN SAO ĐIỆN TỬ* — đã đối chiếu với bản chính \\
  Người thực hiện: #said.name \\
  Cơ quan: #said.agency \\
  Thời gian: #said.at
]
"""


@dataclass(frozen=True, slots=True)
class Stack:
    """A stack scanned as one file, and how it falls into papers."""

    file_id: str
    parts: tuple[ScanPart, ...]
    left_out: tuple[int, ...] = ()
    shared: tuple[int, ...] = ()


def split(database: Database, intake: Intake, who: Caller, stack: Stack, now: Callable[[], datetime]) -> list[File]:
    """Splits the caller's own scan; returns a file for each paper, in the order asked.

    Raises:
        FileNotFound: it is not theirs.
        FileInQuarantine, FileInfected, FileDisposed: it cannot be read.
        InvalidInput: it is no PDF, or pages and papers do not agree.
    """
    with database.transaction() as conn:
        scan = usecases.own(conn, who, stack.file_id, now())
    require_downloadable(stack.file_id, scan.state, scan.signature)
    if scan.media_type != PDF:
        raise InvalidInput(fields=[_no_pdf()])
    at = now()
    with ExitStack() as opened:
        content = opened.enter_context(tempfile.TemporaryFile(prefix="onestop-stack-"))
        for chunk in intake.blobs.fetch(scan.sha256, 0, scan.size):
            content.write(chunk)
        content.flush()
        images = intake.inspectors.pages_of(content)
        if wrong := list(splitting.faults(stack.parts, stack.left_out, stack.shared, images)):
            raise InvalidInput(fields=wrong)
        outs = [opened.enter_context(tempfile.TemporaryFile(prefix="onestop-part-")) for _ in stack.parts]
        mark = opened.enter_context(tempfile.TemporaryFile(prefix="onestop-mark-"))
        mark.write(_mark(who, intake, at))
        mark.flush()
        ranges = [(part.first, part.last, part.certified) for part in stack.parts]
        intake.inspectors.split(content, ranges, outs, mark)
        names = [f"{part.paper}.pdf" for part in stack.parts]
        made = [
            usecases.upload(database, intake, who, NewFile(name), _chunks(out), now)
            for name, out in zip(names, outs, strict=True)
        ]
    with database.transaction() as conn:
        for part, file in zip(stack.parts, made, strict=True):
            by, agency = (who.name, ", ".join(who.agencies)) if part.certified else ("", "")
            store.note_split(conn, file.file_id, scan.file_id, by, agency, at if part.certified else None)
        found = store.files(conn, [file.file_id for file in made])
    return [found[file.file_id] for file in made]


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    file.seek(0)
    while chunk := file.read(limits.UPLOAD_CHUNK_BYTES):
        yield chunk


def _mark(who: Caller, intake: Intake, at: datetime) -> bytes:
    local, agency = local_time(at), ", ".join(map(intake.agency_name, who.agencies))
    said = {"name": who.name, "agency": agency, "at": f"{local:%H:%M}, {vn_date(local.date())}"}
    printed: bytes = typst.compile(_MARK.encode(), sys_inputs=said)
    return printed


def _no_pdf() -> FieldError:
    return FieldError(
        "/file_id",
        "not-a-pdf",
        "Chỉ tách được tập quét là tệp PDF. Hãy quét cả tập thành một tệp PDF.",
        "Only a stack scanned as one PDF can be split. Scan it as a PDF.",
    )
