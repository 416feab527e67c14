"""The papers of a dispatch, as documents hands them over."""

from dataclasses import dataclass
from typing import Protocol

import grpc
from onestop.documents.v1 import handover_service_pb2 as pb
from onestop.documents.v1 import handover_service_pb2_grpc


@dataclass(frozen=True, slots=True)
class Deposited:
    """An agency's result as documents keeps it."""

    file_id: str
    sha256: bytes


class Papers(Protocol):
    """The calls that the bearer of a dispatch's grant may make; they raise OnestopError."""

    def collect(self, grant: str, file_id: str) -> bytes: ...

    def deposit(self, grant: str, name: str, content: bytes) -> Deposited: ...


class DocumentsPapers:
    """The documents service."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._stub = handover_service_pb2_grpc.HandoverServiceStub(channel)

    def collect(self, grant: str, file_id: str) -> bytes:
        content: bytes = self._stub.CollectFile(pb.CollectFileRequest(grant=grant, file_id=file_id)).content
        return content

    def deposit(self, grant: str, name: str, content: bytes) -> Deposited:
        request = pb.DepositResultRequest(grant=grant, file_name=name, content=content)
        answer = self._stub.DepositResult(request)
        return Deposited(answer.file_id, answer.sha256)
