"""Databases for tests: each service migrated once a session into a template, cloned for whoever asks."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

from sqlalchemy import Connection, Engine, create_engine, make_url, text

from services.common.database import Database, migrate


def with_driver(url: str) -> str:
    """Returns the URL with the driver that all of onestop uses, whatever scheme it was given in."""
    return make_url(url).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


class Databases:
    """Makes databases on one server and drops them all at the end."""

    def __init__(self, admin_url: str) -> None:
        self.admin_url = with_driver(admin_url)
        self.engine: Engine = create_engine(self.admin_url, isolation_level="AUTOCOMMIT", pool_size=1)
        self.session = uuid4().hex[:8]
        self.templates: dict[str, str] = {}
        self.made: list[str] = []
        self.role = ""

    def empty(self, name: str = "empty") -> str:
        """Returns the URL of a new database with nothing in it."""
        return self.url(self._create(name, "template0"))

    def migrated(self, service: str) -> str:
        """Returns the URL of a new database with the service's newest schema, as the role a service connects as."""
        if service not in self.templates:
            template = self._create(f"template_{service}", "template0")
            migrate(service, self.url(template), self.url(template, self._application()))
            self.templates[service] = template
        return self.url(self._create(service, self.templates[service]), self._application())

    def url(self, name: str, role: str = "") -> str:
        """Returns the URL of a database of this server, as the superuser or as another role."""
        url = make_url(self.admin_url).set(database=name)
        if role:
            url = url.set(username=role, password=role)
        return url.render_as_string(hide_password=False)

    @contextmanager
    def by_hand(self, database: Database, *, triggers: bool = False) -> Iterator[Connection]:
        """Opens a transaction as the owner of the tables, whom only triggers stop, and only if they are asked for."""
        engine = create_engine(self.url(database.engine.url.database or ""))
        try:
            with engine.begin() as connection:
                if not triggers:
                    connection.execute(text("SET LOCAL session_replication_role = replica"))
                yield connection
        finally:
            engine.dispose()

    def drop(self, url: str) -> None:
        self._drop(make_url(url).database or "")

    def drop_all(self) -> None:
        for name in list(self.made):
            self._drop(name)
        if self.role:
            with self.engine.connect() as connection:
                connection.execute(text(f'DROP ROLE "{self.role}"'))
        self.engine.dispose()

    def _application(self) -> str:
        """Returns the role that services connect as in this session; makes it the first time."""
        if not self.role:
            role = f"onestop_test_{self.session}_app"
            with self.engine.connect() as connection:
                connection.execute(text(f"CREATE ROLE \"{role}\" LOGIN PASSWORD '{role}'"))
            self.role = role
        return self.role

    def _create(self, name: str, template: str) -> str:
        unique = f"onestop_test_{self.session}_{name}_{len(self.made)}_{uuid4().hex[:4]}"
        with self.engine.connect() as connection:
            connection.execute(text(f'CREATE DATABASE "{unique}" TEMPLATE "{template}"'))
        self.made.append(unique)
        return unique

    def _drop(self, name: str) -> None:
        if name in self.made:
            self.made.remove(name)
            with self.engine.connect() as connection:
                connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))


@contextmanager
def databases(admin_url: str) -> Iterator[Databases]:
    made = Databases(admin_url)
    try:
        yield made
    finally:
        made.drop_all()
