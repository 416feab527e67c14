"""Registers of cases (sổ theo dõi hồ sơ): issued as sealed volumes, or read out as a workbook."""

from collections.abc import Iterator
from datetime import date
from typing import IO

from flask import Response
from onestop.cases.v1 import books_service_pb2 as pb
from onestop.documents.v1 import documents_service_pb2 as documents_pb

from gateway import parsing, ranges, workbook
from gateway.routing import Resource, reply
from gateway.shapes.books import (
    AgencyQuery,
    BookOrder,
    BookQuery,
    BooksJson,
    IssuedBooks,
    OrderedBookJson,
    SectorsJson,
    book_message,
    failed_book,
    sector,
    volume,
)
from gateway.shapes.files import paper
from gateway.state import clients
from services.common import limits
from services.common.access import CLERK, LEADER, roles
from services.common.text import vn_date

resource = Resource("books", "Sổ theo dõi hồ sơ · Registers of cases")
_KEEPS_BOOKS = roles(CLERK, LEADER)


@resource.operation(
    "GET",
    "/sectors",
    access=_KEEPS_BOOKS,
    summary="Lĩnh vực · Fields of administration",
    query=AgencyQuery,
    returns=SectorsJson,
)
def list_sectors(query: AgencyQuery) -> SectorsJson:
    """The fields of administration an agency has procedures of; each has its register."""
    answer = clients().books.ListSectors(pb.ListSectorsRequest(agency_code=query.agency))
    return {"sectors": [sector(one) for one in answer.sectors]}


@resource.operation(
    "POST",
    "/books",
    access=_KEEPS_BOOKS,
    summary="Lập sổ theo dõi hồ sơ · Issue a register",
    body=BookOrder,
    headers=("Idempotency-Key",),
    returns=OrderedBookJson,
    status=202,
)
def order_book(body: BookOrder) -> Response:
    """Has the register of these days issued as sealed volumes, outside the request; the same key is one register."""
    request = pb.OrderBookRequest(book=book_message(body), idempotency_key=parsing.idempotency_key())
    ordered: OrderedBookJson = {"volumes": [volume(one) for one in clients().books.OrderBook(request).volumes]}
    return reply(ordered, 202)


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


@resource.operation(
    "GET",
    "/books/export",
    access=_KEEPS_BOOKS,
    summary="Xuất sổ ra bảng tính · A register as a workbook",
    query=BookQuery,
    returns=workbook.MEDIA,
    reply_headers=("Content-Disposition",),
)
def export_book(query: BookQuery) -> Response:
    """The register of these days as it stands now, for further work: not sealed and without a number."""
    pages = clients().books.ExportBook(pb.ExportBookRequest(book=book_message(query)))
    head = next(pages)  # a refusal surfaces here, before anything is sent
    about = f"Cơ quan: {head.agency_name_vi}; {_period(query)}"
    title = f"Sổ theo dõi hồ sơ – Lĩnh vực: {head.sector_name_vi}"
    content, size = workbook.write(title, about, (line for page in pages for line in page.lines))
    response = Response(_chunks(content), content_type=workbook.MEDIA)
    response.call_on_close(content.close)
    response.content_length = size
    name = f"so-theo-doi-ho-so-{query.sector}-{query.from_date}-{query.to_date}.xlsx"
    response.headers["Content-Disposition"] = ranges.attachment(name)
    return response


def _period(query: BookQuery) -> str:
    first, last = (vn_date(date.fromisoformat(each)) for each in (query.from_date, query.to_date))
    return f"hồ sơ tiếp nhận từ ngày {first} đến ngày {last}"


def _chunks(content: IO[bytes]) -> Iterator[bytes]:
    while chunk := content.read(limits.UPLOAD_CHUNK_BYTES):
        yield chunk
