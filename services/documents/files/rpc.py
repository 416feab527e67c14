"""Files over gRPC."""

from collections.abc import Callable, Iterator
from datetime import datetime

import grpc
from onestop.documents.v1 import documents_service_pb2 as pb

from services.common.context import caller
from services.common.database import Database
from services.documents.files import stacks, usecases
from services.documents.files.intake import Intake
from services.documents.files.messages import file_message
from services.documents.files.receive import UploadCutShort
from services.documents.files.splitting import ScanPart
from services.documents.files.stacks import Stack
from services.documents.files.usecases import NewFile


class FileMethods:
    """The methods of DocumentsService about files."""

    _database: Database
    _intake: Intake
    _now: Callable[[], datetime]

    def UploadFile(
        self, request_iterator: Iterator[pb.UploadFileRequest], context: grpc.ServicerContext
    ) -> pb.UploadFileResponse:
        requests = _until_cut(request_iterator)
        header = next(requests, pb.UploadFileRequest()).header
        new = NewFile(header.name, header.size, header.replaces)
        uploaded = usecases.upload(self._database, self._intake, caller(), new, _chunks(requests), self._now)
        return pb.UploadFileResponse(file=file_message(uploaded))

    def GetFile(self, request: pb.GetFileRequest, context: grpc.ServicerContext) -> pb.GetFileResponse:
        [found] = usecases.describe(self._database, caller(), [request.file_id], self._now())
        return pb.GetFileResponse(file=file_message(found))

    def SplitFile(self, request: pb.SplitFileRequest, context: grpc.ServicerContext) -> pb.SplitFileResponse:
        parts = tuple(
            ScanPart(each.paper, each.first, each.last, each.pages, tuple(each.twice), each.certified)
            for each in request.parts
        )
        asked = Stack(request.file_id, parts, tuple(request.left_out), tuple(request.shared))
        made = stacks.split(self._database, self._intake, caller(), asked, self._now)
        return pb.SplitFileResponse(files=map(file_message, made))

    def DownloadFile(
        self, request: pb.DownloadFileRequest, context: grpc.ServicerContext
    ) -> Iterator[pb.DownloadFileResponse]:
        file, chunks = usecases.download(
            self._database,
            self._intake.blobs,
            caller(),
            request.file_id,
            request.offset,
            request.length,
            self._now(),
        )
        yield pb.DownloadFileResponse(file=file_message(file))
        for chunk in chunks:
            yield pb.DownloadFileResponse(chunk=chunk)


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
