"""One whole local system in a folder of its own: some processes kept by the supervisor, the rest ours to kill."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from sqlalchemy import create_engine, make_url, text

from e2e.running import free_ports
from infra.local import pki, system
from infra.local.home import SERVICES, Home
from infra.local.process import Spec
from infra.local.progress import Progress
from infra.local.supervisor import Supervisor
from services.common.messaging.tables import create_tables

OURS = (*SERVICES, "gateway", "health")


@dataclass(frozen=True)
class World:
    """The folder and ports of one run, and what each of its processes is told."""

    home: Home
    specs: dict[str, Spec]

    @classmethod
    def make(cls, folder: Path, *, rabbitmq: bool) -> "World":
        """A world in this folder, on ports nobody uses."""
        home = Home(folder, free_ports())
        home.make()
        pki.ensure(home.path)
        os.environ |= {"ONESTOP_HOME": str(folder), "ONESTOP_PORT_OFFSET": str(home.ports.offset)}
        os.environ["ONESTOP_UNMETERED"] = "true"  # a few people file all cases
        specs = system.specs(home, private_rabbitmq=rabbitmq)
        return cls(home, {spec.name: spec for spec in specs})

    @contextmanager
    def backing(self) -> Iterator[Supervisor]:
        """PostgreSQL, storage, broker and the stand-ins for the outside, running while the body does."""
        specs = [spec for spec in self.specs.values() if spec.name not in OURS]
        supervisor = Supervisor(
            specs, self.home.logs, Progress(Console(stderr=True, force_terminal=False)), threading.Event()
        )
        try:
            supervisor.start()
            self._make_witness()
            yield supervisor
        finally:
            supervisor.shutdown()

    def path(self, name: str) -> Path:
        return self.home.path / name

    def killpoints(self, worker: str) -> Path:
        """The folder where a file arms the named point at which a worker is to die."""
        return self.path("killpoints") / worker

    def arm(self, worker: str, point: str) -> Path:
        """Has a worker die at its next pass of a named point; the file is gone when it did."""
        file = self.killpoints(worker) / point
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
        return file

    def disarm(self) -> list[str]:
        """Has nobody die any more; the points nobody passed, each after its worker's name."""
        files = sorted(self.path("killpoints").glob("*/*"))
        for file in files:
            file.unlink(missing_ok=True)
        return [f"{file.parent.name} {file.name}" for file in files]

    @property
    def base_url(self) -> str:
        return f"http://{self.home.ports.local('gateway')}"

    def database(self, name: str) -> str:
        """The superuser's URL of a service's database, or of the witness's."""
        url = make_url(self.home.database_url("postgres")).set(database=f"onestop_{name}")
        return url.render_as_string(hide_password=False)

    def _make_witness(self) -> None:
        """The witness's database: outbox and inbox tables, and one where it counts."""
        server = create_engine(self.home.database_url("postgres"), isolation_level="AUTOCOMMIT")
        with server.connect() as connection:
            connection.execute(text("CREATE DATABASE onestop_witness"))
        server.dispose()
        own = create_engine(self.database("witness"))
        with own.begin() as connection:
            create_tables(lambda statement: connection.execute(text(statement)))
            connection.execute(text("CREATE TABLE effect (type text, case_id text, version bigint, event_id uuid)"))
        own.dispose()
