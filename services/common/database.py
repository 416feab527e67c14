"""One service's PostgreSQL database: connections, transactions, migrations."""

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

import psycopg
from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from services.common.errors import Unavailable

SERVICES = ("identity", "cases", "documents", "payments", "exchange", "notifications")

_SESSION_OPTIONS = (
    "-c statement_timeout=10s -c lock_timeout=5s -c idle_in_transaction_session_timeout=30s -c timezone=UTC"
)


APPENDED = "outbox-appended"
"""Key of `Connection.info` under which a transaction says that it wrote to the outbox."""


class DatabaseUnavailable(Unavailable):
    """The database does not answer, or every connection is busy."""

    code = "database-unavailable"


class DatabaseBusy(DatabaseUnavailable):
    """Another transaction is in the way: the same call may succeed in a moment."""

    vi = "Dữ liệu này đang được một yêu cầu khác xử lý. Hãy thử lại sau vài giây."
    en = "Another request is working on the same data. Try again in a few seconds."


class Deadlock(DatabaseBusy):
    """Transactions waited for each other in a circle, and the database broke this one off."""

    code = "database-deadlock"


class LockTimeout(DatabaseBusy):
    """Another transaction held a lock for longer than a statement waits."""

    code = "database-lock-timeout"


class Database:
    """A pool of connections to one database."""

    def __init__(self, url: str, *, pool_size: int = 10, name: str = "onestop") -> None:
        self.engine: Engine = create_engine(
            url,
            pool_size=pool_size,
            max_overflow=2,
            pool_timeout=5,
            pool_use_lifo=True,
            # What most connections are for, so that handing one out and back changes nothing on it.
            isolation_level="AUTOCOMMIT",
            skip_autocommit_rollback=True,
            hide_parameters=True,  # errors are logged and kept with what is parked; what people filed is not
            connect_args={"options": _SESSION_OPTIONS, "application_name": name, "connect_timeout": 5},
        )
        self.appended = threading.Event()
        """Set when a transaction that wrote to the outbox has committed: the relay of this process waits for it."""
        self._transactional = self.engine.execution_options(isolation_level="READ COMMITTED")

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Opens a transaction: it is committed when the body ends, and rolled back when the body raises."""
        with _translating(), self._announcing(self._transactional.begin()) as connection:
            yield connection

    @contextmanager
    def autocommit(self) -> Iterator[Connection]:
        """Opens a connection on which each statement is its own transaction."""
        with _translating(), self._announcing(self.engine.connect()) as connection:
            yield connection

    @contextmanager
    def _announcing(self, opening: AbstractContextManager[Connection]) -> Iterator[Connection]:
        with opening as connection:
            connection.info.pop(APPENDED, None)  # left by a transaction that was rolled back
            yield connection
            appended = connection.info.pop(APPENDED, False)
        if appended:
            self.appended.set()

    def close(self) -> None:
        self.engine.dispose()


@contextmanager
def _translating() -> Iterator[None]:
    """Turns a lock not to be had or a lost connection into DatabaseUnavailable; other errors stay what they are."""
    try:
        yield
    except PoolTimeout as error:
        raise DatabaseUnavailable from error
    except DBAPIError as error:
        if isinstance(error, OperationalError | InterfaceError) or error.connection_invalidated:
            raise _unavailable(error.orig) from error
        raise
    except (psycopg.OperationalError, psycopg.InterfaceError) as error:
        raise _unavailable(error) from error


def _unavailable(error: BaseException | None) -> DatabaseUnavailable:
    match error:
        case psycopg.errors.DeadlockDetected():
            return Deadlock()
        case psycopg.errors.LockNotAvailable():
            return LockTimeout()
    return DatabaseUnavailable()


def migrate(service: str, url: str, application_url: str = "") -> None:
    """Brings a service's database to the newest schema; concurrent calls wait for each other.

    Args:
        url: of the role that owns the tables.
        application_url: of the role the service connects as, which is given what it needs; empty = the same.
    """
    from services.common import migrations  # noqa: PLC0415 - a running service need not carry Alembic in memory

    migrations.upgrade(service, url, application_url or url)


def pending_migrations(service: str, url: str) -> tuple[str, ...]:
    """Lists the revisions that the code has and the database lacks, oldest first."""
    from services.common import migrations  # noqa: PLC0415

    return migrations.pending(service, url)


def schema_is_later(service: str, url: str) -> bool:
    """Returns whether a later release than this made the schema."""
    from services.common import migrations  # noqa: PLC0415

    return migrations.is_later(service, url)
