"""A register of cases as an Office Open XML workbook, written line by line: no page of it is kept in memory."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from tempfile import TemporaryFile
from typing import IO, Any

from onestop.cases.v1 import books_service_pb2 as pb

from services.common import times
from services.common.outside import one_line

MEDIA = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_DATE = "dd/mm/yyyy"
_DATES = slice(7, 10)
# Columns of form 07 (sổ theo dõi hồ sơ) with their width in characters; the last is for signatures on paper.
_COLUMNS = (
    ("TT", 6),
    ("Mã hồ sơ", 28),
    ("Tên thủ tục hành chính", 40),
    ("Tên tổ chức, cá nhân", 32),
    ("Địa chỉ", 44),
    ("Số điện thoại", 16),
    ("Cơ quan chủ trì giải quyết", 34),
    ("Ngày tiếp nhận", 14),
    ("Ngày hẹn trả", 14),
    ("Ngày trả kết quả", 16),
    ("Phương thức nhận kết quả", 24),
    ("Ký nhận", 14),
)


def write(title: str, about: str, lines: Iterable[pb.BookLine]) -> tuple[IO[bytes], int]:
    """Returns the workbook in a file without a name, at its beginning, and its size in bytes; the caller closes it."""
    # Not at the top: a gateway that is asked for no register need not carry the library in memory.
    from openpyxl import Workbook  # noqa: PLC0415
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415
    from openpyxl.styles import Alignment, Font  # noqa: PLC0415

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Sổ theo dõi hồ sơ")
    sheet.freeze_panes = "A5"
    for n, (_, width) in enumerate(_COLUMNS):
        sheet.column_dimensions[chr(ord("A") + n)].width = width

    def cells(font: Font, alignment: Alignment, count: int = len(_COLUMNS)) -> list[Any]:
        made = [WriteOnlyCell(sheet) for _ in range(count)]
        for each in made:
            each.font, each.alignment = font, alignment
        return made

    def put(row: list[Any], values: Iterable[Any]) -> None:
        """Writes a row; its cells are used again for the next, since making them takes most of the time."""
        for each, value in zip(row, values, strict=True):
            each.value = one_line(value) if isinstance(value, str) else value  # XML holds no controls, nor U+FFFF
            if isinstance(value, str):
                each.data_type = "s"  # a name that begins with = is a name
        sheet.append(row)

    put(cells(Font(bold=True, size=14), Alignment(), 1), [title])
    put(cells(Font(), Alignment(), 1), [about])
    sheet.append([])
    put(cells(Font(bold=True), Alignment(wrap_text=True, horizontal="center")), [name for name, _ in _COLUMNS])
    row = cells(Font(), Alignment(wrap_text=True, vertical="top"))
    for each in row[_DATES]:
        each.number_format = _DATE
    for line in lines:
        put(row, (line.no, *_texts(line), *_days(line), line.method, ""))
    content = TemporaryFile(prefix="onestop-register-")  # noqa: SIM115  # the caller closes it
    book.save(content)
    size = content.tell()
    content.seek(0)
    return content, size


def _texts(line: pb.BookLine) -> tuple[str, ...]:
    return (line.case_ref, line.procedure_name_vi, line.applicant_name, line.address, line.phone, line.agency_name)


def _days(line: pb.BookLine) -> Iterator[date | None]:
    """Yields received, due and returned as days in Viet Nam."""
    yield _local_day(line.received_at)
    yield date.fromisoformat(line.due_date) if line.due_date else None
    yield _local_day(line.returned_at)


def _local_day(rfc3339: str) -> date | None:
    return times.local_day(datetime.fromisoformat(rfc3339)) if rfc3339 else None
