"""Both transports keep the contract, and both survive a cut connection."""

from collections.abc import Iterator
from contextlib import closing
from urllib.parse import urlsplit

import pytest
from pydantic import SecretStr

from services.common.messaging import open_transport
from services.common.messaging.postgres import PostgresTransport
from services.common.messaging.rabbitmq import RabbitTransport
from services.common.messaging.transport import BrokerUnavailable, Outcome, Transport
from services.common.settings import BadSettings, ServiceSettings
from services.common.tests.conftest import transport_at
from services.common.tests.tcp_proxy import Proxy, proxy_to
from services.common.tests.transport_contract import WAIT, TransportContract, bodies, message, receive_all

OWN = SecretStr("postgresql://own")


class TestBothTransports(TransportContract):
    """With the fixture `transport`, which is either."""


@pytest.fixture
def proxy(broker_url: str) -> Iterator[Proxy]:
    target = urlsplit(broker_url)
    with proxy_to(target.hostname or "", target.port or 5672) as proxy:
        yield proxy


@pytest.fixture
def proxied(broker_url: str, proxy: Proxy) -> Transport:
    target = urlsplit(broker_url)
    user = target.netloc.rpartition("@")[0]
    return transport_at(target._replace(netloc=f"{user}@127.0.0.1:{proxy.port}").geturl())


def test_a_declared_queue_keeps_what_came_before_its_first_consumer(broker_url: str, unique_name: str) -> None:
    transport = transport_at(broker_url, **{unique_name: [unique_name]})
    with closing(transport.publisher()) as publisher:
        assert publisher.publish([message(unique_name, 1)]) == [Outcome.TAKEN]
    with closing(transport.subscribe(unique_name, [unique_name])) as subscription:
        assert bodies(receive_all(subscription, 1)) == [b"\x00\xff1"]


def test_a_cut_connection_is_told_and_a_new_one_loses_nothing(
    proxied: Transport, proxy: Proxy, unique_name: str
) -> None:
    publisher = proxied.publisher()
    subscription = proxied.subscribe(unique_name, [unique_name])
    publisher.publish([message(unique_name, 1)])
    assert len(subscription.receive(50, WAIT)) == 1
    proxy.cut()
    with pytest.raises(BrokerUnavailable):
        publisher.publish([message(unique_name, 2)])
    with pytest.raises(BrokerUnavailable):
        subscription.receive(50, WAIT)
    publisher.close()
    subscription.close()
    with closing(proxied.subscribe(unique_name, [unique_name])) as successor:
        assert bodies(receive_all(successor, 1)) == [b"\x00\xff1"]


def test_a_broker_that_is_not_there_is_unavailable(proxied: Transport, proxy: Proxy) -> None:
    proxy.close()
    with pytest.raises(BrokerUnavailable):
        proxied.publisher()
    with pytest.raises(BrokerUnavailable):
        proxied.subscribe("any", ["any"])


@pytest.mark.parametrize(
    ("amqp_url", "transport"), [(SecretStr("amqp://broker"), RabbitTransport), (None, PostgresTransport)]
)
def test_rabbitmq_is_taken_when_configured_else_postgres(amqp_url: SecretStr | None, transport: type) -> None:
    settings = ServiceSettings(
        listen="127.0.0.1:0", database_url=OWN, amqp_url=amqp_url, broker_database_url=SecretStr("postgresql://broker")
    )
    assert isinstance(open_transport(settings), transport)


def test_no_broker_at_all_is_a_wrong_setting() -> None:
    with pytest.raises(BadSettings, match="ONESTOP_BROKER_DATABASE_URL"):
        open_transport(ServiceSettings(listen="127.0.0.1:0", database_url=OWN))
