"""DocumentsService over gRPC."""

from collections.abc import Iterator

import grpc
from onestop.documents.v1 import documents_service_pb2 as pb
from onestop.documents.v1 import documents_service_pb2_grpc
from onestop.documents.v1.documents_service_pb2_grpc import add_DocumentsServiceServicer_to_server as add_to_server

from services.common import limits
from services.common.access import AUTHENTICATED, CLERK, LEADER, PUBLIC, AccessTable, roles
from services.common.context import caller
from services.common.database import Database
from services.common.errors import FieldError, InvalidInput
from services.documents.domain import FailedBook, FileState
from services.documents.events import paper_message, rfc3339
from services.documents.receive import UploadCutShort
from services.documents.rpc.store import paper_message as stored_paper_message
from services.documents.shelf import usecases as shelf
from services.documents.store import File
from services.documents.usecases import files, papers
from services.documents.usecases.files import NewFile
from services.documents.usecases.intake import Intake

__all__ = ["ACCESS", "SERVICE", "Servicer", "add_to_server"]

SERVICE = "onestop.documents.v1.DocumentsService"

ACCESS: AccessTable = {
    "UploadFile": AUTHENTICATED,
    "DescribeFiles": AUTHENTICATED,
    "DownloadFile": AUTHENTICATED,
    "ListPapers": AUTHENTICATED,
    "ListBooks": roles(CLERK, LEADER),
    "CheckPaper": PUBLIC,
}

_STATES = {state: pb.FileState.Value(f"FILE_STATE_{state.upper()}") for state in FileState}


class Servicer(documents_service_pb2_grpc.DocumentsServiceServicer):
    """Parses, calls one use case, serialises."""

    def __init__(self, database: Database, intake: Intake) -> None:
        self._database, self._intake = database, intake

    def UploadFile(
        self, request_iterator: Iterator[pb.UploadFileRequest], context: grpc.ServicerContext
    ) -> pb.UploadFileResponse:
        requests = _until_cut(request_iterator)
        header = next(requests, pb.UploadFileRequest()).header
        new = NewFile(header.file_name, header.size, header.replaces_file_id)
        uploaded = files.upload(self._database, self._intake, caller(), new, _chunks(requests))
        return pb.UploadFileResponse(file=_file(uploaded))

    def DescribeFiles(
        self, request: pb.DescribeFilesRequest, context: grpc.ServicerContext
    ) -> pb.DescribeFilesResponse:
        _check_count(len(request.file_ids) + len(request.stored_paper_ids))
        found = shelf.describe(self._database, caller(), request.file_ids, request.stored_paper_ids)
        return pb.DescribeFilesResponse(
            files=map(_file, found.files), stored_papers=map(stored_paper_message, found.papers)
        )

    def DownloadFile(
        self, request: pb.DownloadFileRequest, context: grpc.ServicerContext
    ) -> Iterator[pb.DownloadFileResponse]:
        file, chunks = files.download(
            self._database, self._intake.blobs, caller(), request.file_id, request.offset, request.length
        )
        yield pb.DownloadFileResponse(file=_file(file))
        for chunk in chunks:
            yield pb.DownloadFileResponse(chunk=chunk)

    def ListPapers(self, request: pb.ListPapersRequest, context: grpc.ServicerContext) -> pb.ListPapersResponse:
        found = papers.list_papers(self._database, caller(), request.case_ref)
        return pb.ListPapersResponse(papers=map(paper_message, found))

    def ListBooks(self, request: pb.ListBooksRequest, context: grpc.ServicerContext) -> pb.ListBooksResponse:
        page, next_token = papers.list_books(
            self._database, caller(), request.agency_code, request.page_token, request.page_size
        )
        failed = papers.failed_books(self._database, caller(), request.agency_code)
        return pb.ListBooksResponse(
            papers=map(paper_message, page), next_page_token=next_token, failed=map(_failed_book, failed)
        )

    def CheckPaper(self, request: pb.CheckPaperRequest, context: grpc.ServicerContext) -> pb.CheckPaperResponse:
        paper = papers.check_paper(self._database, request.paper_id)
        shown = paper_message(paper)
        for kept in ("file_id", "reissue_reason"):  # knowing a paper's id is no right to its content
            shown.ClearField(kept)
        return pb.CheckPaperResponse(paper=shown, sealed_by=paper.sealed_by)


def _failed_book(book: FailedBook) -> pb.FailedBook:
    ordered_at = rfc3339(book.ordered_at)
    return pb.FailedBook(
        paper_id=book.paper_id, ordered_at=ordered_at, reason_vi=book.reason.vi, reason_en=book.reason.en
    )


def _chunks(requests: Iterator[pb.UploadFileRequest]) -> Iterator[bytes]:
    """Yields the file's bytes; raises UploadCutShort when the stream ends before the sender said so."""
    for request in requests:
        if request.HasField("end"):
            return
        yield request.chunk
    raise UploadCutShort


def _until_cut(requests: Iterator[pb.UploadFileRequest]) -> Iterator[pb.UploadFileRequest]:
    """Yields the stream, ending in UploadCutShort when the sender went away."""
    try:
        yield from requests
    except grpc.RpcError as error:
        raise UploadCutShort from error


def _file(file: File) -> pb.File:
    return pb.File(
        file_id=str(file.file_id),
        version=file.version,
        file_name=file.file_name,
        media_type=file.media_type,
        size=file.size,
        sha256=file.sha256,
        state=_STATES[file.state],
        owner=file.owner,
        created_at=rfc3339(file.created_at),
    )


def _check_count(count: int) -> None:
    if not 1 <= count <= limits.FILES_PER_QUESTION:
        raise InvalidInput(
            fields=[
                FieldError(
                    "/file_ids",
                    "bad-count",
                    f"Hãy nêu từ 1 đến {limits.FILES_PER_QUESTION} mã tệp.",
                    f"Name 1 to {limits.FILES_PER_QUESTION} file ids.",
                )
            ]
        )
