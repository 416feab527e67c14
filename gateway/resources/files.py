"""Files: streamed up, streamed down."""

from collections.abc import Iterator
from contextlib import ExitStack

from flask import Response
from flask import request as request_
from onestop.documents.v1 import documents_service_pb2 as pb

from gateway import parsing, ranges, uploads
from gateway.errors import BadQuery, RangeNotSatisfiable
from gateway.problems import problem
from gateway.sentences import fault
from gateway.state import clients, state
from gateway.transcoding.routes import by_hand
from services.common import context, limits
from services.common.outside import one_line

_ANY_MEDIA = "application/octet-stream"


@by_hand(
    "onestop.documents.v1.DocumentsService.UploadFile",
    takes=_ANY_MEDIA,
    headers=("Content-Disposition",),
    also=(200,),
)
def upload_file(request: pb.UploadFileRequest) -> pb.UploadFileResponse:
    """Passes the body on as it comes in.

    Raises:
        BadQuery: neither the address nor Content-Disposition names the file.
    """
    header = request.header
    header.name = header.name or one_line(parsing.file_name())
    if not header.name:
        raise BadQuery(fields=[fault("/query/name", "missing")])
    parsing.take_at_most(limits.FILE_BYTES)
    size = request_.content_length
    header.declared_media_type, header.size = request_.mimetype, size or 0
    stub = clients().documents

    def call(body: uploads.Body) -> pb.UploadFileResponse:
        return stub.UploadFile(_upload_messages(header, body))

    with parsing.one_of_few():
        return uploads.send(request_.stream, size, call, parsing.sender_has_left)


def _upload_messages(header: pb.UploadHeader, body: uploads.Body) -> Iterator[pb.UploadFileRequest]:
    """With the end said, the stream stays open: broken off before the answer, it ends the work on the file too."""
    yield pb.UploadFileRequest(header=header)
    for chunk in body:
        yield pb.UploadFileRequest(chunk=chunk)
    yield pb.UploadFileRequest(end=pb.UploadEnd())
    body.stay()


@by_hand(
    "onestop.documents.v1.DocumentsService.DownloadFile",
    gives="*/*",
    also=(206,),
    headers=("Range", "If-Range"),
    reply_headers=("ETag", "Content-Disposition", "Accept-Ranges"),
)
def read_content(asked: pb.DownloadFileRequest) -> Response:
    """Sends the whole file or the range asked for, with what resuming needs."""
    facts = clients().documents.GetFile(pb.GetFileRequest(file_id=asked.file_id)).file
    size, tag = facts.size, f'"{facts.sha256.hex()}"'
    wanted = request_.headers.get("Range", "") if request_.headers.get("If-Range", tag) == tag else ""
    try:
        part = ranges.parse(wanted, size)
    except ranges.Unsatisfiable:
        response = problem(RangeNotSatisfiable())
        response.headers["Content-Range"] = f"bytes */{size}"
        return response
    if part:
        asked.offset, asked.length = part.offset, part.length
    with ExitStack() as going:
        going.enter_context(state().downloads.one_of(context.caller().subject))
        stream = clients().documents.DownloadFile(asked)
        next(stream)  # The first message repeats the facts; a refusal surfaces here, before anything is sent.
        response = Response(_chunks(stream), 206 if part else 200, content_type=facts.media_type)
        response.call_on_close(going.pop_all().close)
    response.content_length = part.length if part else size
    response.headers["ETag"] = tag
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["Content-Disposition"] = ranges.attachment(facts.file_name)
    if part:
        response.headers["Content-Range"] = part.content_range
    return response


def _chunks(stream: Iterator[pb.DownloadFileResponse]) -> Iterator[bytes]:
    for message in stream:
        yield message.chunk
