"""Papers over gRPC."""

import grpc
from onestop.documents.v1 import documents_service_pb2 as pb

from services.common.context import caller
from services.common.database import Database
from services.common.times import rfc3339
from services.documents.papers import usecases
from services.documents.papers.domain import FailedBook
from services.documents.papers.messages import paper_message


class PaperMethods:
    """The methods of DocumentsService about papers."""

    _database: Database

    def ListPapers(self, request: pb.ListPapersRequest, context: grpc.ServicerContext) -> pb.ListPapersResponse:
        found = usecases.list_papers(self._database, caller(), request.case_ref)
        return pb.ListPapersResponse(papers=map(paper_message, found))

    def ListBooks(self, request: pb.ListBooksRequest, context: grpc.ServicerContext) -> pb.ListBooksResponse:
        page, next_token = usecases.list_books(
            self._database, caller(), request.agency_code, request.page_token, request.page_size
        )
        failed = usecases.failed_books(self._database, caller(), request.agency_code)
        return pb.ListBooksResponse(
            papers=map(paper_message, page), next_page_token=next_token, failed=map(_failed_book, failed)
        )

    def CheckPaper(self, request: pb.CheckPaperRequest, context: grpc.ServicerContext) -> pb.CheckPaperResponse:
        paper = usecases.check_paper(self._database, request.paper_id)
        shown = paper_message(paper)
        for kept in ("file_id", "reissue_reason"):  # knowing a paper's id is no right to its content
            shown.ClearField(kept)
        return pb.CheckPaperResponse(paper=shown, sealed_by=paper.sealed_by)


def _failed_book(book: FailedBook) -> pb.FailedBook:
    ordered_at = rfc3339(book.ordered_at)
    return pb.FailedBook(
        paper_id=book.paper_id, ordered_at=ordered_at, reason_vi=book.reason.vi, reason_en=book.reason.en
    )
