"""Papers over gRPC."""

import grpc
from onestop.common.v1.text_pb2 import Text
from onestop.documents.v1 import documents_service_pb2 as pb

from services.common.context import caller
from services.common.database import Database
from services.common.moments import timestamp
from services.documents.core.blobs import Blobs
from services.documents.papers import usecases
from services.documents.papers.domain import FailedBook
from services.documents.papers.messages import checked_message, paper_message
from services.documents.papers.seal import Seals


class PaperMethods:
    """The methods of DocumentsService about papers."""

    _database: Database
    _blobs: Blobs
    _seals: Seals

    def CheckResultFile(
        self, request: pb.CheckResultFileRequest, context: grpc.ServicerContext
    ) -> pb.CheckResultFileResponse:
        takes = usecases.takes_seal(self._database, self._blobs, self._seals, caller(), request.file_id)
        return pb.CheckResultFileResponse(takes_seal=takes)

    def ListPapers(self, request: pb.ListPapersRequest, context: grpc.ServicerContext) -> pb.ListPapersResponse:
        found = usecases.list_papers(self._database, caller(), request.case_ref)
        return pb.ListPapersResponse(papers=map(paper_message, found))

    def ListBooks(self, request: pb.ListBooksRequest, context: grpc.ServicerContext) -> pb.ListBooksResponse:
        page, next_token = usecases.list_books(
            self._database, caller(), request.agency, request.page_token, request.page_size
        )
        failed = usecases.failed_books(self._database, caller(), request.agency)
        return pb.ListBooksResponse(
            volumes=map(paper_message, page), next_page_token=next_token, failed=map(_failed_book, failed)
        )

    def CheckPaper(self, request: pb.CheckPaperRequest, context: grpc.ServicerContext) -> pb.CheckPaperResponse:
        return checked_message(usecases.check_paper(self._database, request.paper_id))


def _failed_book(book: FailedBook) -> pb.FailedBook:
    reason = Text(vi=book.reason.vi, en=book.reason.en)
    return pb.FailedBook(paper_id=book.paper_id, ordered_at=timestamp(book.ordered_at), reason=reason)
