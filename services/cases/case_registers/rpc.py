"""BooksService over gRPC."""

from collections.abc import Iterator
from dataclasses import asdict

import grpc
from onestop.cases.v1 import books_service_pb2 as pb
from onestop.cases.v1 import books_service_pb2_grpc
from onestop.cases.v1.books_service_pb2_grpc import add_BooksServiceServicer_to_server as add_to_server
from onestop.common.v1.text_pb2 import Text

from services.cases.case_registers import usecases as books
from services.cases.case_registers.domain import CaseRegister
from services.cases.core.context import CasesContext
from services.common.context import caller

__all__ = ["SERVICE", "Servicer", "add_to_server"]

SERVICE = "onestop.cases.v1.BooksService"


class Servicer(books_service_pb2_grpc.BooksServiceServicer):
    """Parses, calls one use case, serialises."""

    def __init__(self, ctx: CasesContext) -> None:
        self._ctx = ctx

    def ListSectors(self, request: pb.ListSectorsRequest, context: grpc.ServicerContext) -> pb.ListSectorsResponse:
        found = books.sectors(self._ctx, caller(), request.agency)
        sectors = [pb.Sector(code=each.code, name=Text(vi=each.name_vi, en=each.name_en)) for each in found]
        return pb.ListSectorsResponse(sectors=sectors)

    def OrderBook(self, request: pb.OrderBookRequest, context: grpc.ServicerContext) -> pb.OrderBookResponse:
        ordered = books.order(self._ctx, caller(), self._asked(request.book), request.idempotency_key)
        return pb.OrderBookResponse(
            volumes=[
                pb.Volume(paper_id=str(paper_id), volume=number, cases=cases)
                for number, (paper_id, cases) in enumerate(ordered, start=1)
            ]
        )

    def ExportBook(
        self, request: pb.ExportBookRequest, context: grpc.ServicerContext
    ) -> Iterator[pb.ExportBookResponse]:
        register = self._asked(request.book)
        pages = books.pages(self._ctx, register)
        yield pb.ExportBookResponse(agency_name_vi=register.agency.name_vi, sector_name_vi=register.sector.name_vi)
        for page in pages:
            yield pb.ExportBookResponse(lines=[pb.BookLine(**asdict(line)) for line in page])

    def _asked(self, register: pb.Book) -> CaseRegister:
        return books.asked(self._ctx, caller(), register.agency, register.sector, register.from_date, register.to_date)
