"""The loop that issues papers: woken by a new order, politely slow, so that it never holds up a citizen's request.

Orders come with requests, so a burst of them is a busy moment: papers wait for it to pass, two seconds at most.
"""

import os
import sys
import threading
from datetime import timedelta

import psycopg
import structlog
from psycopg import sql

from services.common import limits
from services.common.database import Database, DatabaseUnavailable
from services.common.retry import Backoff
from services.documents.papers.store import CHANNEL
from services.documents.papers.usecases import PaperIssuer, issue_next

log = structlog.get_logger()

NICENESS = 19  # printing and sealing take some 60 ms of CPU a paper


def issue_until(stop: threading.Event, database: Database, issuer: PaperIssuer) -> None:
    """Issues papers as they are ordered, until `stop`; any number of these may run."""
    if sys.platform == "linux":  # elsewhere threads have no priority of their own
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
    backoff = Backoff(stop)
    while not stop.is_set():
        try:
            with _listening(database) as connection:
                backoff.reset()
                while not stop.is_set():
                    waited = timedelta(0) if _quiet(connection) else limits.PAPER_PATIENCE
                    while not stop.is_set() and issue_next(database, issuer, waited):
                        if _ordered(connection, 0):
                            waited = limits.PAPER_PATIENCE
                    if not waited:
                        _ordered(connection, limits.PAPER_POLL)
        except (psycopg.OperationalError, DatabaseUnavailable) as error:
            log.warning("issuing interrupted", error=repr(error))
            backoff.wait()


def _quiet(connection: psycopg.Connection) -> bool:
    """Returns whether no order comes for a moment."""
    return not _ordered(connection, limits.PAPER_QUIET)


def _ordered(connection: psycopg.Connection, timeout: float) -> bool:
    """Returns whether an order comes within that time, and if so at once."""
    return any(True for _ in connection.notifies(timeout=timeout, stop_after=1))


def _listening(database: Database) -> psycopg.Connection:
    """Returns a connection of its own that hears of new orders."""
    url = database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    connection = psycopg.connect(url, autocommit=True, connect_timeout=5, application_name="documents-papers")
    connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(CHANNEL)))
    return connection
