"""The gRPC services of documents: a module each."""

from collections.abc import Callable
from datetime import datetime

import grpc

from services.common.database import Database
from services.documents.files.intake import Intake
from services.documents.handover import rpc as handover
from services.documents.papers.seal import Seals
from services.documents.personal_store import rpc as personal_store
from services.documents.rpc import documents

MODULES = (documents, personal_store, handover)
SERVICES = [module.SERVICE for module in MODULES]


def add_to_server(
    server: grpc.Server, database: Database, intake: Intake, seals: Seals, now: Callable[[], datetime]
) -> None:
    """Has the server answer for all of them."""
    documents.add_to_server(documents.Servicer(database, intake, seals, now), server)
    personal_store.add_to_server(personal_store.Servicer(database, now), server)
    handover.add_to_server(handover.Servicer(database, intake, now), server)
