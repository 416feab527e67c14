"""HandoverService over gRPC."""

from collections.abc import Callable
from datetime import datetime

import grpc
from onestop.documents.v1 import handover_service_pb2 as pb
from onestop.documents.v1 import handover_service_pb2_grpc
from onestop.documents.v1.handover_service_pb2_grpc import add_HandoverServiceServicer_to_server as add_to_server

from services.common.database import Database
from services.documents.files.intake import Intake
from services.documents.handover import usecases

__all__ = ["SERVICE", "Servicer", "add_to_server"]

SERVICE = "onestop.documents.v1.HandoverService"


class Servicer(handover_service_pb2_grpc.HandoverServiceServicer):
    """Parses, calls one use case, serialises. No account acts here: the secret grant of a dispatch is what lets in."""

    def __init__(self, database: Database, intake: Intake, now: Callable[[], datetime]) -> None:
        self._database, self._intake, self._now = database, intake, now

    def CollectFile(self, request: pb.CollectFileRequest, context: grpc.ServicerContext) -> pb.CollectFileResponse:
        content = usecases.collect(self._database, self._intake.blobs, request.grant, request.file_id, self._now())
        return pb.CollectFileResponse(content=content)

    def DepositResult(
        self, request: pb.DepositResultRequest, context: grpc.ServicerContext
    ) -> pb.DepositResultResponse:
        file = usecases.deposit(
            self._database, self._intake, request.grant, request.file_name, request.content, self._now
        )
        return pb.DepositResultResponse(file_id=str(file.file_id), sha256=file.sha256)
