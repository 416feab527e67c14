"""Files: streamed up, described, streamed down."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Annotated

from flask import Response, request
from onestop.documents.v1 import documents_service_pb2 as pb
from pydantic import Field

from gateway import parsing, ranges, uploads
from gateway.errors import RangeNotSatisfiable
from gateway.problems import problem
from gateway.routing import Resource
from gateway.shapes.files import FileJson, file
from gateway.shapes.requests import Query, RequiredText, Text
from gateway.state import clients, state
from services.common import context, limits
from services.common.access import AUTHENTICATED

resource = Resource("files", "Tệp · Files")
_ANY_MEDIA = "application/octet-stream"


class Upload(Query):
    """What the file is called and, if so, which it replaces."""

    name: Annotated[
        RequiredText,
        Field(
            description="File name, for display. A name may tell whose file it is and addresses end up in logs: better "
            "give it in Content-Disposition.",
            default_factory=parsing.file_name,
            validate_default=True,
        ),
    ]
    replaces: Annotated[Text, Field(description="File id of which this is the new version.")] = ""


@resource.operation(
    "POST",
    "/files",
    access=AUTHENTICATED,
    summary="Tải tệp lên · Upload a file",
    query=Upload,
    raw_body=_ANY_MEDIA,
    headers=("Content-Disposition",),
    returns=FileJson,
    status=201,
)
def upload_file(query: Upload) -> FileJson:
    """The body is the file itself, at most 100 MB. It is quarantined until found clean; its content says what it is."""
    parsing.take_at_most(limits.FILE_BYTES)
    size = request.content_length
    header = pb.UploadHeader(
        file_name=query.name, declared_media_type=request.mimetype, replaces_file_id=query.replaces, size=size or 0
    )
    stub = clients().documents

    def call(body: uploads.Body) -> pb.UploadFileResponse:
        return stub.UploadFile(_upload_messages(header, body))

    with parsing.one_of_few():
        return file(uploads.send(request.stream, size, call, parsing.sender_has_left).file)


def _upload_messages(header: pb.UploadHeader, body: uploads.Body) -> Iterator[pb.UploadFileRequest]:
    """With the end said, the stream stays open: broken off before the answer, it ends the work on the file too."""
    yield pb.UploadFileRequest(header=header)
    for chunk in body:
        yield pb.UploadFileRequest(chunk=chunk)
    yield pb.UploadFileRequest(end=pb.UploadEnd())
    body.stay()


@resource.operation(
    "GET", "/files/<file_id>", access=AUTHENTICATED, summary="Thông tin tệp · Facts about a file", returns=FileJson
)
def read_file(file_id: str) -> FileJson:
    """Name, kind, size, digest and whether it was found clean."""
    return file(_describe(file_id))


@resource.operation(
    "GET",
    "/files/<file_id>/content",
    access=AUTHENTICATED,
    summary="Nội dung tệp · Content of a file",
    headers=("Range", "If-Range"),
    returns="*/*",
    reply_headers=("ETag", "Content-Disposition", "Accept-Ranges"),
)
def read_content(file_id: str) -> Response:
    """The bytes, or one range of them (206). Only a clean file can be read."""
    facts = _describe(file_id)
    size, tag = facts.size, f'"{facts.sha256.hex()}"'
    wanted = request.headers.get("Range", "") if request.headers.get("If-Range", tag) == tag else ""
    try:
        part = ranges.parse(wanted, size)
    except ranges.Unsatisfiable:
        response = problem(RangeNotSatisfiable())
        response.headers["Content-Range"] = f"bytes */{size}"
        return response
    message = pb.DownloadFileRequest(
        file_id=file_id, offset=part.offset if part else 0, length=part.length if part else 0
    )
    with ExitStack() as going:
        going.enter_context(state().downloads.one_of(context.caller().subject))
        stream = clients().documents.DownloadFile(message)
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


def _describe(file_id: str) -> pb.File:
    return clients().documents.DescribeFiles(pb.DescribeFilesRequest(file_ids=[file_id])).files[0]


def _chunks(stream: Iterator[pb.DownloadFileResponse]) -> Iterator[bytes]:
    for message in stream:
        yield message.chunk
