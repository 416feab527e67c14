"""The service over real gRPC: streams in, streams out, and who may call what."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from onestop.documents.v1 import documents_service_pb2 as pb
from onestop.documents.v1 import documents_service_pb2_grpc
from pydantic import SecretStr

from services.common import context, limits
from services.common.context import Caller, Trace
from services.common.database import Database
from services.common.errors import (
    Conflict,
    InvalidInput,
    NotFound,
    OnestopError,
    PermissionDenied,
    Unauthenticated,
    UnsupportedMedia,
)
from services.common.rpc import Server, build_server, open_channel
from services.common.settings import ServiceSettings
from services.common.times import utc_now
from services.documents import rpc
from services.documents.conftest import HUNG, INSPECTORS, LAN, OFFICER
from services.documents.core.blobs import Blobs
from services.documents.files.intake import Intake
from services.documents.files.scanner import Clamd
from services.documents.papers.seal import Seals
from services.documents.tests.pki import Authority
from services.documents.tests.samples import pdf

CALLERS = {caller.subject: caller for caller in (LAN, HUNG, OFFICER)}


Stub = documents_service_pb2_grpc.DocumentsServiceStub


@pytest.fixture
def server(database: Database, blobs: Blobs, scanner: Clamd, authority: Authority) -> Iterator[Server]:
    intake, seals = Intake(INSPECTORS, blobs, scanner), Seals(authority.folder)
    server = build_server(
        ServiceSettings(listen="127.0.0.1:0", database_url=SecretStr("unused")),
        add=partial(rpc.add_to_server, database=database, intake=intake, seals=seals, now=utc_now),
        services=rpc.SERVICES,
        authenticate=lambda token: CALLERS[token],
    )
    server.start()
    yield server
    server.drain()


@pytest.fixture
def stub(server: Server) -> Iterator[Stub]:
    channel = open_channel(f"127.0.0.1:{server.port}")
    yield Stub(channel)
    channel.close()


@pytest.fixture
def as_lan() -> Iterator[None]:
    yield from acting_as(LAN)


def acting_as(who: Caller) -> Iterator[None]:
    caller = Caller(who.subject, who.name, who.roles, who.agencies, token=who.subject)
    with context.acting(caller, Trace()):
        yield


def parts(
    content: bytes, size: int | None = None, piece: int = limits.UPLOAD_CHUNK_BYTES
) -> Iterator[pb.UploadFileRequest]:
    header = pb.UploadHeader(name="Giấy khám.pdf", size=len(content) if size is None else size)
    yield pb.UploadFileRequest(header=header)
    for start in range(0, len(content), piece):
        yield pb.UploadFileRequest(chunk=content[start : start + piece])
    yield pb.UploadFileRequest(end=pb.UploadEnd())


@pytest.mark.usefixtures("as_lan")
def test_a_file_goes_up_in_chunks_and_comes_down_in_ranges(
    stub: Stub,
) -> None:
    content = pdf(b"x" * 700_000)
    file = stub.UploadFile(parts(content)).file
    assert (file.state, file.size, file.version) == (pb.FILE_STATE_CLEAN, len(content), 1)
    assert (file.owner, file.media_type, file.file_name) == ("lan", "application/pdf", "Giấy khám.pdf")
    assert file.HasField("created_at")
    first, *rest = stub.DownloadFile(pb.DownloadFileRequest(file_id=file.file_id))
    assert first.file == file
    assert b"".join(part.chunk for part in rest) == content
    _, *rest = stub.DownloadFile(pb.DownloadFileRequest(file_id=file.file_id, offset=10, length=5))
    assert b"".join(part.chunk for part in rest) == content[10:15]
    assert stub.GetFile(pb.GetFileRequest(file_id=file.file_id)).file == file
    assert list(stub.DescribeFiles(pb.DescribeFilesRequest(file_ids=[file.file_id])).files) == [file]


@pytest.mark.usefixtures("as_lan")
def test_errors_come_with_their_kind_and_both_languages(stub: Stub) -> None:
    with pytest.raises(UnsupportedMedia) as refused:
        stub.UploadFile(parts(b"hello"))
    assert "PDF, JPEG, PNG" in refused.value.message_vi
    with pytest.raises(InvalidInput, match="cut short"):
        stub.UploadFile(parts(pdf(), size=10_000))
    with pytest.raises(InvalidInput):
        stub.UploadFile(iter(()))
    with pytest.raises(NotFound):
        list(stub.DownloadFile(pb.DownloadFileRequest(file_id="unknown")))
    with pytest.raises(NotFound):
        stub.CheckPaper(pb.CheckPaperRequest(paper_id="unknown"))
    for count in (0, limits.FILES_PER_QUESTION + 1):
        with pytest.raises(InvalidInput):
            stub.DescribeFiles(pb.DescribeFilesRequest(file_ids=["x"] * count))
    assert list(stub.ListPapers(pb.ListPapersRequest(case_ref="unknown")).papers) == []


def test_an_officer_asks_whether_a_result_takes_a_seal_and_a_citizen_does_not(stub: Stub) -> None:
    for _ in acting_as(OFFICER):
        file = stub.UploadFile(parts(pdf())).file
        assert stub.CheckResultFile(pb.CheckResultFileRequest(file_id=file.file_id)).takes_seal
    for _ in acting_as(LAN):
        with pytest.raises(PermissionDenied):
            stub.CheckResultFile(pb.CheckResultFileRequest(file_id=file.file_id))


def test_nobody_uploads_reads_or_lists_without_a_token(stub: Stub) -> None:
    with pytest.raises(Unauthenticated):
        stub.UploadFile(parts(pdf()))
    with pytest.raises(Unauthenticated):
        list(stub.DownloadFile(pb.DownloadFileRequest(file_id="x")))
    with pytest.raises(Unauthenticated):
        stub.ListPapers(pb.ListPapersRequest(case_ref="x"))


@pytest.mark.usefixtures("as_lan")
def test_another_citizen_does_not_even_learn_that_a_file_exists(
    stub: Stub,
) -> None:
    file = stub.UploadFile(parts(pdf())).file
    for _ in acting_as(HUNG):
        with pytest.raises(NotFound, match=file.file_id):
            stub.DescribeFiles(pb.DescribeFilesRequest(file_ids=[file.file_id]))


@pytest.mark.usefixtures("as_lan")
def test_of_twenty_at_once_only_one_replaces_a_file(stub: Stub) -> None:
    file = stub.UploadFile(parts(pdf())).file

    def replace(n: int) -> str:
        content = pdf(str(n).encode())
        header = pb.UploadHeader(name="a.pdf", replaces=file.file_id)
        requests = [
            pb.UploadFileRequest(header=header),
            pb.UploadFileRequest(chunk=content),
            pb.UploadFileRequest(end=pb.UploadEnd()),
        ]
        for _ in acting_as(LAN):
            try:
                stub.UploadFile(iter(requests))
            except Conflict as error:
                return error.code
        return "replaced"

    with ThreadPoolExecutor(20) as pool:
        outcomes = list(pool.map(replace, range(20)))
    assert sorted(outcomes) == ["file-already-replaced"] * 19 + ["replaced"]


@pytest.mark.usefixtures("as_lan")
def test_an_upload_the_sender_breaks_off_leaves_no_file(stub: Stub, server: Server, database: Database) -> None:
    def broken_off() -> Iterator[pb.UploadFileRequest]:
        *all_but_the_end, _ = parts(pdf(), size=0)
        yield from all_but_the_end
        raise ConnectionResetError

    with pytest.raises(OnestopError):
        stub.UploadFile(broken_off())
    server.drain()  # whatever the server made of it, it has made it by now
    with database.transaction() as conn:
        assert conn.exec_driver_sql("SELECT count(*) FROM files").scalar_one() == 0
