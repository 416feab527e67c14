"""Either broker, and a database with outbox, inbox and a table where handlers leave their effects."""

from collections.abc import Iterator

import pika
import pytest
import structlog

from services.common.database import Database
from services.common.messaging.postgres import PostgresTransport
from services.common.messaging.rabbitmq import RabbitTransport
from services.common.messaging.tables import create_tables
from services.common.messaging.transport import Transport
from services.common.testing.databases import Databases
from services.common.testing.plugin import BackingServices


@pytest.fixture(scope="session", autouse=True)
def plain_logs() -> None:
    """Spares the tests that provoke failures the cost of coloured tracebacks."""
    structlog.configure(processors=[structlog.processors.format_exc_info, structlog.processors.JSONRenderer()])


def transport_at(url: str, **queues: list[str]) -> Transport:
    return (RabbitTransport if url.startswith("amqp") else PostgresTransport)(url, queues)


@pytest.fixture
def amqp_queues(amqp_url: str, unique_name: str) -> Iterator[str]:
    """The URL of a RabbitMQ; the queues that a test makes under its unique name are deleted."""
    yield amqp_url
    connection = pika.BlockingConnection(pika.URLParameters(amqp_url))
    for suffix in ("", "-1", "-2"):
        connection.channel().queue_delete(unique_name + suffix)
    connection.close()


@pytest.fixture(scope="session")
def broker_database(postgres_databases: Databases) -> str:
    return postgres_databases.empty("broker")


@pytest.fixture(params=["postgres", "rabbitmq"])
def broker_url(request: pytest.FixtureRequest, backing_services: BackingServices) -> str:
    """The URL of either broker."""
    url: str = request.getfixturevalue("amqp_queues" if request.param == "rabbitmq" else "broker_database")
    return url


@pytest.fixture
def transport(broker_url: str) -> Transport:
    return transport_at(broker_url)


@pytest.fixture(scope="session")
def events_database(postgres_databases: Databases) -> Iterator[Database]:
    made = Database(postgres_databases.empty("events"))
    with made.transaction() as conn:
        create_tables(conn.exec_driver_sql)
        conn.exec_driver_sql("CREATE TABLE effect (event_id uuid, subject text, version bigint)")
    yield made
    made.close()


@pytest.fixture
def database(events_database: Database) -> Database:
    """A database with the tables of outbox and inbox, and `effect`; all empty."""
    events_database.appended.clear()
    with events_database.transaction() as conn:
        conn.exec_driver_sql("TRUNCATE outbox, inbox, inbox_attempts, parked, effect RESTART IDENTITY")
    return events_database
