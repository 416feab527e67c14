"""The broker of events: RabbitMQ, or the database that stands in for it."""

from collections.abc import Iterator

import pika
import pika.exceptions
from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from infra.cli.checks.databases import reach
from infra.cli.checks.finding import PROBE_SECONDS, Finding, in_short
from infra.cli.installation import Installation


def check(installation: Installation) -> Iterator[Finding]:
    """Yields a finding for every broker the services are given."""
    for url in sorted({env.get("ONESTOP_AMQP_URL", "") for env in installation.environments.values()} - {""}):
        yield rabbitmq(url)
    through_database = {
        env.get("ONESTOP_BROKER_DATABASE_URL", "")
        for env in installation.environments.values()
        if not env.get("ONESTOP_AMQP_URL")
    }
    for url in sorted(through_database):
        yield database(url)


def rabbitmq(url: str) -> Finding:
    parameters = pika.URLParameters(url)
    parameters.socket_timeout = parameters.blocked_connection_timeout = PROBE_SECONDS
    required, fix = "RabbitMQ answers", "start RabbitMQ, or correct ONESTOP_AMQP_URL"
    try:
        pika.BlockingConnection(parameters).close()
    except (pika.exceptions.AMQPError, OSError) as error:
        found = in_short(error) if str(error) else f"no answer from {parameters.host}:{parameters.port}"
        return Finding("broker", "broker of events", False, found, required, fix)
    return Finding("broker", "broker of events", True, f"RabbitMQ at {parameters.host}:{parameters.port}", required)


def database(url: str) -> Finding:
    required = "the broker's database answers"
    fix = "start PostgreSQL (`onestop up`), or set ONESTOP_AMQP_URL or ONESTOP_BROKER_DATABASE_URL"
    if not url:
        return Finding("broker", "broker of events", False, "none is configured", required, fix)
    try:
        version, _ = reach(url)
    except SQLAlchemyError as error:
        return Finding("broker", "broker of events", False, in_short(error.__cause__ or error), required, fix)
    return Finding("broker", "broker of events", True, f"{version}, {make_url(url).database}", required)
