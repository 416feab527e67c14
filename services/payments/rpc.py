"""PaymentsService over gRPC: every story answers for its own RPCs."""

from collections.abc import Callable
from datetime import datetime

from onestop.payments.v1.payments_service_pb2_grpc import PaymentsServiceServicer

from services.common.database import Database
from services.common.times import utc_now
from services.payments.attempts import rpc as attempts
from services.payments.attempts.vnpay import Merchant
from services.payments.dues import rpc as dues

SERVICE = "onestop.payments.v1.PaymentsService"


class Servicer(dues.DueMethods, attempts.AttemptMethods, PaymentsServiceServicer):
    """Holds what the stories' methods need."""

    def __init__(self, database: Database, merchant: Merchant, now: Callable[[], datetime] = utc_now) -> None:
        self._database = database
        self._merchant = merchant
        self._now = now
