"""DocumentsService over gRPC: every story answers for its own RPCs."""

from collections.abc import Callable
from datetime import datetime

from onestop.documents.v1.documents_service_pb2_grpc import DocumentsServiceServicer
from onestop.documents.v1.documents_service_pb2_grpc import add_DocumentsServiceServicer_to_server as add_to_server

from services.common.database import Database
from services.documents.files import rpc as files
from services.documents.files.intake import Intake
from services.documents.papers import rpc as papers
from services.documents.papers.seal import Seals
from services.documents.personal_store import rpc as personal_store

__all__ = ["SERVICE", "Servicer", "add_to_server"]

SERVICE = "onestop.documents.v1.DocumentsService"


class Servicer(files.FileMethods, papers.PaperMethods, personal_store.DescribingMethods, DocumentsServiceServicer):
    """Holds what the stories' methods need."""

    def __init__(self, database: Database, intake: Intake, seals: Seals, now: Callable[[], datetime]) -> None:
        self._database, self._intake, self._now = database, intake, now
        self._blobs, self._seals = intake.blobs, seals
