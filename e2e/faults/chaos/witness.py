"""A consumer that counts what it handles: each event of a case must have exactly one effect here.

It uses the product's own Consumer; its handler is deliberately not idempotent, so only the inbox keeps it right.
"""

import os
import threading

from sqlalchemy import Connection

from services.cases.events import PUBLISHED
from services.common.database import Database
from services.common.events import Event
from services.common.inbox import Consumer
from services.common.messaging import open_transport
from services.common.settings import ServiceSettings
from services.common.telemetry import configure_logging

QUEUE = "witness"
TYPES = tuple(sorted(PUBLISHED))
INSERT = "INSERT INTO effect (type, case_id, version, event_id) VALUES (%s, %s, %s, %s)"


def count(conn: Connection, event: Event) -> None:
    conn.exec_driver_sql(INSERT, (event.type, event.aggregate_id, event.aggregate_version, event.id))


def main(database_url: str) -> None:
    """Witnesses until killed."""
    os.environ |= {"ONESTOP_LISTEN": "-", "ONESTOP_DATABASE_URL": database_url}
    settings = ServiceSettings.load()
    configure_logging(QUEUE, settings.log_level)
    database = Database(database_url, name=QUEUE)
    Consumer(database, open_transport(settings), QUEUE, dict.fromkeys(TYPES, count)).run(threading.Event())
