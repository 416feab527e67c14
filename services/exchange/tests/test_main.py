"""The composed service: an event in, envelopes over the axis, events out."""

import threading
from pathlib import Path

import pytest

from services.common import messaging
from services.common.messaging import envelope
from services.common.settings import BadSettings
from services.common.testing.plugin import MakeDatabase
from services.exchange.__main__ import build
from services.exchange.settings import ExchangeSettings
from services.exchange.tests.consulted import consultation_requested


def test_a_consultation_heard_of_is_answered(
    axis_url: str, exchange_dir: Path, fresh_database: MakeDatabase, empty_database: MakeDatabase
) -> None:
    settings = ExchangeSettings.load(
        listen="127.0.0.1:0",
        database_url=fresh_database("exchange"),
        broker_database_url=empty_database("broker"),
        identity_target="127.0.0.1:9",
        axis_url=axis_url,
        exchange_dir=exchange_dir,
        poll_seconds=0.05,
        send_seconds=0.05,
    )
    app = build(settings)
    stop = threading.Event()
    running = threading.Thread(target=app.run, args=("all", stop))
    running.start()
    transport = messaging.open_transport(settings)
    subscription = transport.subscribe("witness", ["exchange.answer_received"])
    publisher = transport.publisher()
    publisher.publish([envelope.encode(consultation_requested())])
    publisher.close()
    (delivery,) = subscription.receive(1, timeout=20)
    assert envelope.decode(delivery.message).subject == consultation_requested().subject
    subscription.settle([delivery], [])
    subscription.close()
    stop.set()
    running.join(30)
    assert not running.is_alive()


def test_a_folder_without_keys_is_refused_at_start(tmp_path: Path) -> None:
    settings = ExchangeSettings.load(
        database_url="postgresql+psycopg://unused", axis_url="http://127.0.0.1:9", exchange_dir=tmp_path
    )
    with pytest.raises(BadSettings, match="ONESTOP_EXCHANGE_DIR"):
        build(settings)
