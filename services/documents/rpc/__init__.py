"""The gRPC services of documents: a module each, each with its own access table."""

import grpc

from services.common.access import AccessTable
from services.common.database import Database
from services.documents.rpc import documents, handover, store
from services.documents.usecases.intake import Intake

MODULES = (documents, store, handover)
SERVICES = [module.SERVICE for module in MODULES]
ACCESS: AccessTable = {name: rule for module in MODULES for name, rule in module.ACCESS.items()}


def add_to_server(server: grpc.Server, database: Database, intake: Intake) -> None:
    """Has the server answer for all of them."""
    documents.add_to_server(documents.Servicer(database, intake), server)
    store.add_to_server(store.Servicer(database), server)
    handover.add_to_server(handover.Servicer(database, intake), server)
