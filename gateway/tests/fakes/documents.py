"""A DocumentsService that keeps files in memory and knows two papers."""

import hashlib
from collections.abc import Iterator
from typing import Any

from onestop.common.v1.text_pb2 import Text
from onestop.documents.v1 import documents_service_pb2 as pb
from onestop.documents.v1 import documents_service_pb2_grpc as grpc

from gateway.tests.fakes.common import AT, REF, Asked
from services.common.errors import InvalidInput, NotFound
from services.common.moments import read_timestamp

LATER = read_timestamp("2026-01-06T01:00:00Z")
PAPER = pb.Paper(
    paper_id="p1",
    case_ref=REF,
    form="01",
    number="12/TTPVHCC",
    title=Text(vi="Giấy tiếp nhận hồ sơ <b>", en="Receipt"),
    file_id="secret-file",
    sha256=b"\xcd" * 32,
    issued_at=AT,
    family="tt03-2025",
    replaced_by=pb.Successor(paper_id="p2", number="13/TTPVHCC", issued_at=LATER),
)
NEWER_PAPER = pb.Paper(
    paper_id="p2",
    case_ref=REF,
    form="01",
    number="13/TTPVHCC",
    issued_at=LATER,
    family="tt03-2025",
    replaces="p1",
    reissue_reason="Sai số điện thoại",
)


FAILED_BOOK = pb.FailedBook(
    paper_id="p9", ordered_at=read_timestamp("2026-01-05T02:00:00Z"), reason=Text(vi="Chưa có khóa", en="No key")
)


class Documents(grpc.DocumentsServiceServicer):
    """Files in memory; an executable is refused at its first chunk."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.contents: dict[str, bytes] = {}
        self.names: dict[str, str] = {}
        self.largest_chunk = 0
        self.seen = 0

    def UploadFile(self, requests: Iterator[Any], context: Any) -> Any:
        header = next(requests).header
        self.asked.note(header)
        digest, self.seen = hashlib.sha256(), 0
        kept, whole = [], False
        for message in requests:
            whole = message.HasField("end")
            if whole:
                break
            if message.chunk.startswith(b"MZ"):
                raise InvalidInput
            self.largest_chunk = max(self.largest_chunk, len(message.chunk))
            self.seen += len(message.chunk)
            digest.update(message.chunk)
            kept.append(message.chunk if self.seen < 2**20 else b"")
        if not whole:
            raise InvalidInput
        file_id = f"f{len(self.contents) + 1}"
        self.contents[file_id], self.names[file_id] = b"".join(kept), header.name
        facts = pb.File(file_id=file_id, file_name=header.name, size=self.seen, sha256=digest.digest())
        facts.state = pb.FileState.FILE_STATE_QUARANTINED
        return pb.UploadFileResponse(file=facts)

    def _facts(self, file_id: str) -> pb.File:
        if file_id not in self.contents:
            raise NotFound
        content = self.contents[file_id]
        return pb.File(
            file_id=file_id,
            file_name=self.names[file_id],
            media_type="application/pdf",
            size=len(content),
            sha256=hashlib.sha256(content).digest(),
            state=pb.FileState.FILE_STATE_CLEAN,
        )

    def SplitFile(self, request: Any, context: Any) -> Any:
        self.asked.note(request)
        return pb.SplitFileResponse(files=[self._facts(request.file_id) for _ in request.parts])

    def GetFile(self, request: Any, context: Any) -> Any:
        return pb.GetFileResponse(file=self._facts(request.file_id))

    def CheckResultFile(self, request: Any, context: Any) -> Any:
        raise AssertionError("the gateway asks no such thing")

    def DescribeFiles(self, request: Any, context: Any) -> Any:
        return pb.DescribeFilesResponse(files=[self._facts(file_id) for file_id in request.file_ids])

    def DownloadFile(self, request: Any, context: Any) -> Iterator[Any]:
        self.asked.note(request)
        yield pb.DownloadFileResponse(file=self._facts(request.file_id))
        end = request.offset + request.length if request.length else None
        part = self.contents[request.file_id][request.offset : end]
        for start in range(0, len(part), 7):
            yield pb.DownloadFileResponse(chunk=part[start : start + 7])

    def ListPapers(self, request: Any, context: Any) -> Any:
        return pb.ListPapersResponse(papers=[PAPER, NEWER_PAPER])

    def ListBooks(self, request: Any, context: Any) -> Any:
        self.asked.note(request)
        return pb.ListBooksResponse(volumes=[PAPER], next_page_token="p1", failed=[FAILED_BOOK])

    def CheckPaper(self, request: Any, context: Any) -> Any:
        for paper in (PAPER, NEWER_PAPER):
            if paper.paper_id == request.paper_id:
                return pb.CheckPaperResponse(
                    paper_id=paper.paper_id,
                    title=paper.title,
                    number=paper.number,
                    issued_at=paper.issued_at,
                    sha256=paper.sha256,
                    case_ref=paper.case_ref,
                    replaced_by=paper.replaced_by,
                    sealed_by="Công an TP. Hồ Chí Minh",
                )
        raise NotFound
