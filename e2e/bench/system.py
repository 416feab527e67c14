"""The systems under measurement: the whole of onestop, and the floor beside it on the same PostgreSQL."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg
from psycopg import sql

from e2e.client import wait_for
from e2e.running import free_ports
from infra.local.home import BROKER_DATABASE, Home
from infra.local.process import listens
from services.common.testing.ports import free_ports as free_neighbours

START_SECONDS = 180.0
DRAIN_SECONDS = 300.0
FLOOR_DATABASE = "bench_floor"
MIB = 1024 * 1024
# Nobody is rate limited, one account files all cases, and access tokens outlive the run.
SETTINGS = {"ONESTOP_RATE_PER_SECOND": "1000000", "ONESTOP_RATE_BURST": "1000000", "ONESTOP_UNMETERED": "true"}

# Is there work left? One question a database; identity publishes nothing and hears nothing.
_UNSENT = "SELECT EXISTS (SELECT FROM outbox WHERE sent_at IS NULL)"
_SOON = "interval '15 seconds'"
BUSY = {
    **dict.fromkeys(("payments", "exchange"), _UNSENT),
    # A timer of seconds, like that of a control slip, is work left; what the clock of months holds is not.
    "cases": f"{_UNSENT} OR EXISTS (SELECT FROM cases WHERE wake_at BETWEEN now() - {_SOON} AND now() + {_SOON})",
    "documents": f"{_UNSENT} OR EXISTS (SELECT FROM paper_orders WHERE state = 'open')",
    BROKER_DATABASE: "SELECT EXISTS (SELECT FROM message)",
}


@dataclass
class System:
    """A running onestop: its home, its supervisor's process and how long it took to be ready."""

    home: Home
    pid: int
    ready_seconds: float

    @property
    def port(self) -> int:
        return self.home.ports["gateway"]

    def processes(self) -> dict[str, list[psutil.Process]]:
        """Every process of the system by what it is: a service, gateway, postgres, storage, sandbox."""
        found: dict[str, list[psutil.Process]] = {}
        for process in psutil.Process(self.pid).children(recursive=True):
            with suppress(psutil.NoSuchProcess):  # one of PostgreSQL's may end meanwhile
                found.setdefault(_kind(process), []).append(process)
        return found

    def idle_mib(self) -> float:
        """Memory of all its processes, shared pages counted once (PSS)."""
        everything = [process for group in self.processes().values() for process in group]
        everything.append(psutil.Process(self.pid))
        return sum(process.memory_full_info().pss for process in everything) / MIB

    def drain(self) -> None:
        """Waits until every event was sent and handled and every paper issued."""
        wait_for("idle", lambda: any(self._ask(*one) for one in BUSY.items()), lambda busy: not busy, DRAIN_SECONDS)

    def _ask(self, name: str, question: str) -> bool:
        with psycopg.connect(self.database_url(name), autocommit=True) as connection:
            return bool((connection.execute(question).fetchone() or (False,))[0])

    def floor_url(self) -> str:
        """A database for the floor on this system's PostgreSQL."""
        url = self.database_url("postgres")
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(FLOOR_DATABASE)))
        return url.rsplit("/", 1)[0] + "/" + FLOOR_DATABASE

    def server_url(self) -> str:
        """The superuser's, for databases that come and go with a measurement."""
        return self.database_url("postgres")

    def database_url(self, name: str) -> str:
        return self.home.database_url(name).replace("+psycopg", "", 1)

    def owner_url(self, name: str) -> str:
        return self.home.owner_url(name).replace("+psycopg", "", 1)


def _kind(process: psutil.Process) -> str:
    command = process.cmdline()
    if "-m" in command:
        return command[command.index("-m") + 1].split(".")[-1]
    return {"postgres": "postgres", "weed": "storage"}.get(process.name(), process.name())


@contextmanager
def running_onestop(folder: Path) -> Iterator[System]:
    """The whole system as `make run` starts it, in a folder and on ports of its own; stopped in the end."""
    ports = free_ports()
    home = Home(folder / "home", ports)
    env = {name: value for name, value in os.environ.items() if not name.startswith("ONESTOP_")}
    env |= {"ONESTOP_HOME": str(home.path), "ONESTOP_PORT_OFFSET": str(ports.offset), **SETTINGS}
    began = time.perf_counter()
    log = folder / "run.log"
    with started("infra.local", env, log) as process:
        wait_for("ready", lambda: _alive(process, log) and "ready after" in log.read_text(), bool, START_SECONDS)
        yield System(home, process.pid, time.perf_counter() - began)


@contextmanager
def running_floor(database_url: str, folder: Path) -> Iterator[tuple[int, dict[str, list[psutil.Process]]]]:
    """The floor: its port, and its processes by what they are."""
    first = free_neighbours(2)
    env = {
        **os.environ,
        "FLOOR_DATABASE_URL": database_url,
        "FLOOR_TARGET": f"127.0.0.1:{first}",
        "ONESTOP_LISTEN": f"127.0.0.1:{first + 1}",
    }
    with ExitStack() as stack:
        pids = []
        for offset, module in enumerate(("e2e.bench.floor_service", "e2e.bench.floor_web")):
            log = folder / f"{module}.log"
            process = stack.enter_context(started(module, env, log))
            wait_for(module, listens(first + offset), bool)
            pids.append(process.pid)
        service, web = (psutil.Process(pid) for pid in pids)
        yield first + 1, {"floor service": [service], "floor web": [web, *web.children()]}


@contextmanager
def started(module: str, env: Mapping[str, str], log: Path) -> Iterator["subprocess.Popen[bytes]"]:
    with log.open("wb") as output:
        process = subprocess.Popen([sys.executable, "-m", module], env=dict(env), stdout=output, stderr=output)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def _alive(process: "subprocess.Popen[bytes]", log: Path) -> bool:
    if process.poll() is not None:
        raise RuntimeError(f"ended while starting: {log.read_text()[-2000:]}")
    return True
