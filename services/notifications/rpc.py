"""NotificationsService over gRPC: every story answers for its own RPCs."""

from collections.abc import Callable
from datetime import datetime

from onestop.notifications.v1.notifications_service_pb2_grpc import NotificationsServiceServicer

from services.common.database import Database
from services.common.times import utc_now
from services.notifications.core.templates import Templates
from services.notifications.notices import rpc as notices

SERVICE = "onestop.notifications.v1.NotificationsService"


class Servicer(notices.NoticeMethods, NotificationsServiceServicer):
    """Holds what the stories' methods need."""

    def __init__(self, database: Database, templates: Templates, now: Callable[[], datetime] = utc_now) -> None:
        self._database, self._templates, self._now = database, templates, now
