"""The pytest plugin: fixtures of the backing services, and the account of them at the end."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from typing import Any, Protocol, TypedDict
from uuid import uuid4

import pytest
from hypothesis import settings
from sqlalchemy import Connection

from services.common.database import Database
from services.common.testing.backing import Absent, Backing
from services.common.testing.databases import Databases, databases
from services.common.testing.providers import KINDS, POSTGRES, RABBITMQ, S3, Kind, all_required, provide

MakeDatabase = Callable[[str], str]


class ByHand(Protocol):
    """See the fixture `by_hand`."""

    def __call__(self, database: Database, *, triggers: bool = False) -> AbstractContextManager[Connection]: ...


class Told(TypedDict):
    """How each backing service was provided, why a service is absent, and how many tests were skipped for want of
    it."""

    how: dict[str, list[str]]
    absent: dict[str, str]
    skipped: dict[str, int]


class BackingServices:
    """The session's backing services, each found or started when the first test asks for it."""

    def __init__(self) -> None:
        self.stack = ExitStack()
        self.provided: dict[str, Backing] = {}
        self.how: dict[str, list[str]] = {}
        self.absent: dict[str, str] = {}
        self.skipped: dict[str, int] = {}

    def get(self, kind: Kind) -> Backing:
        """Returns the backing service; skips the test when the service is absent, or fails it where all are
        required."""
        if kind.name not in self.provided and kind.name not in self.absent:
            try:
                self.provided[kind.name] = provide(kind, self.stack)
                self.how[kind.name] = [self.provided[kind.name].how]
            except Absent as absent:
                self.absent[kind.name] = str(absent)
        if kind.name in self.absent:
            reason = f"no {kind.name}: {self.absent[kind.name]}"
            if all_required():
                pytest.fail(f"{reason} (all backing services are required here)", pytrace=False)
            self.skipped[kind.name] = self.skipped.get(kind.name, 0) + 1
            pytest.skip(reason)
        return self.provided[kind.name]

    def account(self) -> Iterator[str]:
        """Yields a line for each backing service: real and how provided, or absent and what was skipped for want of
        it."""
        for kind in KINDS:
            if kind.name in self.how:
                yield f"{kind.name}: real, {', '.join(self.how[kind.name])}"
            if kind.name in self.absent:
                count = self.skipped.get(kind.name, 0)
                yield f"{kind.name}: ABSENT, {count} tests skipped ({self.absent[kind.name]})"
            if kind.name not in self.how.keys() | self.absent.keys():
                yield f"{kind.name}: not asked for"

    def told(self) -> Told:
        """Returns the account that a worker of xdist sends to the process that gives out the tests."""
        return Told(how=self.how, absent=self.absent, skipped=self.skipped)

    def hear(self, told: Told) -> None:
        """Adds a worker's account to this account."""
        for name, how in told["how"].items():
            self.how.setdefault(name, []).extend(how)
        self.absent |= told["absent"]
        for name, count in told["skipped"].items():
            self.skipped[name] = self.skipped.get(name, 0) + count


BACKING_SERVICES = pytest.StashKey[BackingServices]()


def pytest_configure(config: pytest.Config) -> None:
    settings.register_profile("onestop", deadline=None)  # no test measures time
    settings.load_profile("onestop")
    config.addinivalue_line("markers", "real: asks for a backing service; nobody sets it by hand")
    services = BackingServices()
    config.stash[BACKING_SERVICES] = services
    config.add_cleanup(services.stack.close)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks `real` whatever asks for a backing service, before -m picks by marks."""
    for item in items:
        if isinstance(item, pytest.Function) and "backing_services" in item.fixturenames:
            item.add_marker(pytest.mark.real)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Tells, in a worker of xdist, how it got its backing services."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["backing services"] = dict(session.config.stash[BACKING_SERVICES].told())


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Hears it from a worker that ends; a worker that died cannot tell."""
    if told := getattr(node, "workeroutput", {}).get("backing services"):
        node.config.stash[BACKING_SERVICES].hear(told)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> Iterator[None]:
    """Prints the report after everything else but pytest's own last line."""
    yield
    terminalreporter.section("backing services", sep="-")
    for line in terminalreporter.config.stash[BACKING_SERVICES].account():
        terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def backing_services(pytestconfig: pytest.Config) -> BackingServices:
    return pytestconfig.stash[BACKING_SERVICES]


@pytest.fixture(scope="session")
def postgres_url(backing_services: BackingServices) -> str:
    """Provides a superuser's URL of a real PostgreSQL server."""
    return backing_services.get(POSTGRES).url


@pytest.fixture(scope="session")
def postgres_databases(postgres_url: str) -> Iterator[Databases]:
    with databases(postgres_url) as made:
        yield made


@pytest.fixture(scope="module")
def make_database(postgres_databases: Databases) -> Iterator[MakeDatabase]:
    """`make_database("cases")`: URL of a new database with the newest schema; dropped when the module's tests are done.

    It is of the role a service connects as, so that tests find out what that may do; `by_hand` does more.
    """
    yield from _dropped_after(postgres_databases, postgres_databases.migrated)


@pytest.fixture
def fresh_database(postgres_databases: Databases) -> Iterator[MakeDatabase]:
    """Provides what `make_database` does, for databases that are dropped when the test ends."""
    yield from _dropped_after(postgres_databases, postgres_databases.migrated)


@pytest.fixture
def empty_database(postgres_databases: Databases) -> Iterator[MakeDatabase]:
    """Provides `empty_database("name")`: the URL of a new empty database, which is dropped when the test ends."""
    yield from _dropped_after(postgres_databases, postgres_databases.empty)


def _dropped_after(made: Databases, make: MakeDatabase) -> Iterator[MakeDatabase]:
    urls: list[str] = []

    def remembered(name: str = "empty") -> str:
        urls.append(make(name))
        return urls[-1]

    yield remembered
    for url in urls:
        made.drop(url)


@pytest.fixture(scope="session")
def by_hand(postgres_databases: Databases) -> ByHand:
    """Provides `with by_hand(database) as conn`: a transaction as the owner of the tables; no trigger stops it.

    With `triggers=True` what the database itself refuses to everybody is refused.
    """
    return postgres_databases.by_hand


@pytest.fixture
def amqp_url(backing_services: BackingServices) -> str:
    """Provides a real RabbitMQ; share it politely: name exchanges and queues with `unique_name`."""
    return backing_services.get(RABBITMQ).url


@pytest.fixture(scope="session")
def s3(backing_services: BackingServices) -> Backing:
    """Provides a real S3 server that refuses wrong secrets: `s3.url`, `s3.access_key`, `s3.secret_key`,
    `s3.bucket()`."""
    return backing_services.get(S3)


@pytest.fixture
def unique_name() -> str:
    """Provides a short name no other test uses, for exchanges, queues and keys."""
    return f"t{uuid4().hex[:10]}"
