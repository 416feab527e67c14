"""A register of cases (sổ theo dõi hồ sơ) read out as a workbook."""

from collections.abc import Iterator
from datetime import date
from typing import IO

from flask import Response
from onestop.cases.v1 import books_service_pb2 as pb

from gateway import ranges, workbook
from gateway.state import clients
from gateway.transcoding.routes import by_hand
from services.common import limits
from services.common.text import vn_date


@by_hand("onestop.cases.v1.BooksService.ExportBook", gives=workbook.MEDIA, reply_headers=("Content-Disposition",))
def export_book(request: pb.ExportBookRequest) -> Response:
    """Writes the register of these days as it stands now, for further work: not sealed and without a number."""
    pages = clients().books.ExportBook(request)
    head = next(pages)  # a refusal surfaces here, before anything is sent
    book = request.book
    about = f"Cơ quan: {head.agency_name_vi}; {_period(book)}"
    title = f"Sổ theo dõi hồ sơ – Lĩnh vực: {head.sector_name_vi}"
    content, size = workbook.write(title, about, (line for page in pages for line in page.lines))
    response = Response(_chunks(content), content_type=workbook.MEDIA)
    response.call_on_close(content.close)
    response.content_length = size
    name = f"so-theo-doi-ho-so-{book.sector}-{book.from_date}-{book.to_date}.xlsx"
    response.headers["Content-Disposition"] = ranges.attachment(name)
    return response


def _period(book: pb.Book) -> str:
    first, last = (vn_date(date.fromisoformat(each)) for each in (book.from_date, book.to_date))
    return f"hồ sơ tiếp nhận từ ngày {first} đến ngày {last}"


def _chunks(content: IO[bytes]) -> Iterator[bytes]:
    while chunk := content.read(limits.UPLOAD_CHUNK_BYTES):
        yield chunk
