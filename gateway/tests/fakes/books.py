"""A BooksService with one field of administration."""

from collections.abc import Iterator
from typing import Any

from onestop.cases.v1 import books_service_pb2 as pb
from onestop.cases.v1 import books_service_pb2_grpc as grpc
from onestop.common.v1.text_pb2 import Text

from gateway.tests.fakes.cases import Cases
from gateway.tests.fakes.common import REF, SLOW_REF, WHEN
from services.common.errors import InvalidInput

BOOK_LINE = pb.BookLine(
    no=1,
    case_ref=REF,
    procedure_name_vi="Đăng ký khai sinh",
    applicant_name="Nguyễn Thị Lan",
    address="12 Lê Lợi",
    phone="0901234567",
    agency_name="UBND phường Bến Thành",
    received_at="2026-01-05T17:30:00Z",
    due_date="2026-01-12",
    returned_at="2026-01-09T02:00:00Z",
    method="Trực tiếp",
)


class Books(grpc.BooksServiceServicer):
    """One field of administration, whose register has a few cases, one of them with every trap for a workbook."""

    def __init__(self, cases: Cases) -> None:
        self.asked = cases.asked

    def ListSectors(self, request: Any, context: Any) -> Any:
        self.asked.note(request)
        return pb.ListSectorsResponse(sectors=[pb.Sector(code="ho_tich", name=Text(vi="Hộ tịch", en="Civil"))])

    def OrderBook(self, request: Any, context: Any) -> Any:
        self.asked.note(request)
        return pb.OrderBookResponse(volumes=[pb.Volume(paper_id="b1", volume=1, cases=2)])

    def ExportBook(self, request: Any, context: Any) -> Iterator[Any]:
        self.asked.note(request)
        if request.book.sector != "ho_tich":
            raise InvalidInput
        yield pb.ExportBookResponse(agency_name_vi="UBND phường Bến Thành", sector_name_vi="Hộ tịch")
        yield pb.ExportBookResponse(lines=[BOOK_LINE])
        tricky = pb.BookLine(no=2, case_ref=SLOW_REF, applicant_name="=1+1 \x0bHồ Thị Đẹp", received_at=WHEN)
        yield pb.ExportBookResponse(lines=[tricky])
