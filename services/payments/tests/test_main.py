"""The composed service, over real events and gRPC."""

import threading
import time
from collections.abc import Callable

import pytest
from onestop.payments.v1 import payments_service_pb2 as pb
from onestop.payments.v1 import payments_service_pb2_grpc as pb_grpc

from services.common import messaging
from services.common.context import Caller
from services.common.database import Database
from services.common.messaging import envelope
from services.common.rpc import open_channel
from services.common.settings import BadSettings
from services.common.testing.plugin import MakeDatabase
from services.payments.__main__ import build
from services.payments.conftest import FEE, MERCHANT, CaseStory
from services.payments.core.domain import DuesNotFound
from services.payments.dues.domain import DueState
from services.payments.settings import PaymentsSettings


def eventually(check: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.02)


def test_a_submission_reaches_the_service_as_an_event_and_it_answers_calls(
    case: CaseStory, citizen: Caller, fresh_database: MakeDatabase, empty_database: MakeDatabase
) -> None:
    settings = PaymentsSettings.load(
        listen="127.0.0.1:0",
        database_url=fresh_database("payments"),
        broker_database_url=empty_database("broker"),
        identity_target="127.0.0.1:9",
        vnpay_url=MERCHANT.page_url,
        vnpay_tmn_code=MERCHANT.tmn_code,
        vnpay_secret=MERCHANT.secret,
    )
    app = build(settings)
    stop = threading.Event()
    running = threading.Thread(target=app.run, args=("all", stop))
    running.start()
    publisher = messaging.open_transport(settings).publisher()
    publisher.publish([envelope.encode(case.event("submitted", 1, FEE))])
    publisher.close()
    story = CaseStory(app_database(settings), case.ref)

    def is_open() -> bool:
        try:
            return story.dues(citizen).state is DueState.OPEN
        except DuesNotFound:
            return False

    eventually(is_open)
    channel = open_channel(f"127.0.0.1:{app.server.port}")
    answer = pb_grpc.PaymentsServiceStub(channel).TakeNotice(pb.TakeNoticeRequest(provider=pb.PROVIDER_VNPAY))
    assert b'"97"' in answer.body
    channel.close()
    story.database.close()
    stop.set()
    running.join(30)
    assert not running.is_alive()


def app_database(settings: PaymentsSettings) -> Database:
    return Database(settings.database_url.get_secret_value())


def test_settings_that_cannot_work_are_refused_at_start() -> None:
    with pytest.raises(BadSettings) as raised:
        PaymentsSettings.load(database_url="postgresql+psycopg://x", vnpay_url="ftp://pay", vnpay_tmn_code="")
    assert {line.split(":")[0] for line in str(raised.value).splitlines()} == {
        "ONESTOP_VNPAY_URL",
        "ONESTOP_VNPAY_TMN_CODE",
        "ONESTOP_VNPAY_SECRET",
    }
