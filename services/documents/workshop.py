"""The loop that issues papers: woken by a new order, politely slow, so that it never holds up a citizen's request."""

import os
import sys
import threading

import psycopg
import structlog
from psycopg import sql

from services.common import limits
from services.common.database import Database, DatabaseUnavailable
from services.common.messaging.backoff import Backoff
from services.documents.store import CHANNEL
from services.documents.usecases.papers import Workshop, issue_next

log = structlog.get_logger()

NICENESS = 19  # printing and sealing take some 60 ms of CPU a paper


def issue_until(stop: threading.Event, database: Database, workshop: Workshop) -> None:
    """Issues papers as they are ordered, until `stop`; any number of these may run."""
    if sys.platform == "linux":  # elsewhere threads have no priority of their own
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
    backoff = Backoff(stop)
    while not stop.is_set():
        try:
            with _listening(database) as connection:
                backoff.reset()
                while not stop.is_set():
                    while not stop.is_set() and issue_next(database, workshop):
                        pass
                    for _ in connection.notifies(timeout=limits.PAPER_POLL, stop_after=1):
                        pass
        except (psycopg.OperationalError, DatabaseUnavailable) as error:
            log.warning("issuing interrupted", error=repr(error))
            backoff.wait()


def _listening(database: Database) -> psycopg.Connection:
    """A connection of its own that hears of new orders."""
    url = database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    connection = psycopg.connect(url, autocommit=True, connect_timeout=5, application_name="documents-papers")
    connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(CHANNEL)))
    return connection
