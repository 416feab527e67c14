"""Registers of cases (sổ theo dõi hồ sơ): volumes issued, or a register read out as a workbook."""

from collections.abc import Iterator
from datetime import date
from typing import IO

from flask import Response
from onestop.cases.v1 import books_service_pb2 as pb
from onestop.documents.v1 import documents_service_pb2 as documents_pb

from gateway import ranges, workbook
from gateway.routing import Resource
from gateway.shapes.books import (
    BooksJson,
    IssuedBooks,
    failed_book,
)
from gateway.shapes.files import paper
from gateway.state import clients
from gateway.transcoding.routes import by_hand
from services.common import limits
from services.common.access import CLERK, LEADER, roles
from services.common.text import vn_date

resource = Resource("books", "Sổ theo dõi hồ sơ · Registers of cases")
_KEEPS_BOOKS = roles(CLERK, LEADER)


@resource.operation(
    "GET",
    "/books",
    access=_KEEPS_BOOKS,
    summary="Sổ đã lập · Registers issued",
    query=IssuedBooks,
    returns=BooksJson,
)
def list_books(query: IssuedBooks) -> BooksJson:
    """Volumes issued for an agency, newest first; read one by its `file_id`. What could not be issued says why."""
    request = documents_pb.ListBooksRequest(
        agency_code=query.agency, page_token=query.page_token, page_size=query.page_size
    )
    answer = clients().documents.ListBooks(request)
    return {
        "volumes": [paper(one) for one in answer.papers],
        "failed": [failed_book(one) for one in answer.failed],
        "next_page_token": answer.next_page_token,
    }


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
