"""ExchangeService over gRPC: every story answers for its own RPCs."""

from onestop.exchange.v1.exchange_service_pb2_grpc import ExchangeServiceServicer

from services.common.database import Database
from services.exchange.core.context import ExchangeContext
from services.exchange.message_log import rpc as message_log
from services.exchange.receiving import rpc as receiving

SERVICE = "onestop.exchange.v1.ExchangeService"


class Servicer(message_log.MessageLogMethods, receiving.ReceivingMethods, ExchangeServiceServicer):
    """Holds what the stories' methods need."""

    def __init__(self, database: Database, ctx: ExchangeContext) -> None:
        self._database = database
        self._ctx = ctx
