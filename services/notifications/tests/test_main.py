"""The composed service, over real events and gRPC."""

import threading
import time
from collections.abc import Callable

import pytest
from onestop.notifications.v1 import notifications_service_pb2 as pb
from onestop.notifications.v1 import notifications_service_pb2_grpc as pb_grpc

from services.common import messaging
from services.common.database import Database
from services.common.errors import Unauthenticated
from services.common.messaging import envelope
from services.common.rpc import open_channel
from services.common.testing.plugin import MakeDatabase
from services.common.times import utc_now
from services.notifications.__main__ import build
from services.notifications.conftest import CaseStory
from services.notifications.core.templates import Templates
from services.notifications.notices import usecases
from services.notifications.notices.rpc import NoticeMethods
from services.notifications.rpc import Servicer
from services.notifications.settings import NotificationsSettings


def eventually(check: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.02)


def test_a_change_reaches_the_service_as_an_event_and_nobody_reads_it_without_a_token(
    case: CaseStory, fresh_database: MakeDatabase, empty_database: MakeDatabase
) -> None:
    settings = NotificationsSettings.load(
        listen="127.0.0.1:0",
        database_url=fresh_database("notifications"),
        broker_database_url=empty_database("broker"),
        identity_target="127.0.0.1:9",
    )
    app = build(settings)
    stop = threading.Event()
    running = threading.Thread(target=app.run, args=("all", stop))
    running.start()
    publisher = messaging.open_transport(settings).publisher()
    publisher.publish([envelope.encode(case.event("submitted", 1))])
    publisher.close()
    database = Database(settings.database_url.get_secret_value())
    eventually(lambda: usecases.list_notices(database, case.bearer, "", 0).unread == 1)
    channel = open_channel(f"127.0.0.1:{app.server.port}")
    with pytest.raises(Unauthenticated):
        pb_grpc.NotificationsServiceStub(channel).ListNotices(pb.ListNoticesRequest())
    channel.close()
    database.close()
    stop.set()
    running.join(30)
    assert not running.is_alive()


def test_the_servicer_answers_with_the_stories_methods(database: Database, templates: Templates) -> None:
    servicer = Servicer(database, templates, utc_now)
    assert type(servicer).ListNotices is NoticeMethods.ListNotices
