"""The two transports of events, RabbitMQ and PostgreSQL, behind one interface."""

from services.common.messaging.catalogue import QUEUES
from services.common.messaging.postgres import PostgresTransport
from services.common.messaging.transport import Transport
from services.common.settings import BadSettings, ServiceSettings

__all__ = ["open_transport"]


def open_transport(settings: ServiceSettings) -> Transport:
    """Opens RabbitMQ when `amqp_url` is set, else PostgreSQL.

    Raises:
        BadSettings: neither is configured.
    """
    if settings.amqp_url is not None:
        from services.common.messaging.rabbitmq import RabbitTransport  # noqa: PLC0415  # 1 MB a process

        return RabbitTransport(settings.amqp_url.get_secret_value(), QUEUES)
    if settings.broker_database_url is not None:
        return PostgresTransport(settings.broker_database_url.get_secret_value(), QUEUES)
    raise BadSettings("ONESTOP_AMQP_URL or ONESTOP_BROKER_DATABASE_URL: set one of them, events need a broker")
