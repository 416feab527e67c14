"""Starts processes in the order of their needs, keeps them running, stops them all; knows nothing of what they are."""

import fcntl
import shutil
import socket
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from infra.local.process import POLL_SECONDS, LocalRunError, Running, Spec
from infra.local.progress import Progress

FREE_BYTES_NEEDED = 500 * 1024 * 1024
START_SECONDS = 90.0
STOP_SECONDS = 25.0
KEEP_POLL_SECONDS = 0.2
# A process that dies more often than this within the window is not started again.
RESTARTS, RESTART_WINDOW_SECONDS = 5, 60.0


class Supervisor:
    """The processes of one local system. `stop` set at any time ends what it is doing."""

    def __init__(self, specs: Sequence[Spec], logs: Path, progress: Progress, stop: threading.Event) -> None:
        self.specs = specs
        self.logs = logs
        self.progress = progress
        self.stop = stop
        self.running: dict[str, Running] = {}
        self.restarts: dict[str, deque[float]] = {}

    def start(self) -> bool:
        """Starts everything; returns true when all is up, false when `stop` came first. Raises LocalRunError."""
        require_free_ports(self.specs)
        waiting = list(self.specs)
        starting: dict[str, Running] = {}
        up: set[str] = set()
        began = time.monotonic()
        while waiting or starting:
            for spec in [spec for spec in waiting if up.issuperset(spec.needs)]:
                waiting.remove(spec)
                starting[spec.name] = self.launch(spec)
            for name in [name for name, running in starting.items() if running.up()]:
                running = starting.pop(name)
                up.add(name)
                self.progress.up(name, running.seconds)
                if running.spec.task:
                    self.running.pop(name).sweep()
            self.require_alive(up)
            self.progress.waiting_for(list(starting))
            if time.monotonic() - began > START_SECONDS:
                late = ", ".join(f"{name} (log: {running.log})" for name, running in starting.items())
                raise LocalRunError(
                    f"not up after {START_SECONDS:.0f} s: {late}; on a slow machine start it again, it goes on"
                )
            if self.stop.wait(POLL_SECONDS):
                return False
        return True

    def launch(self, spec: Spec) -> Running:
        running = self.running[spec.name] = Running(spec, self.logs)
        return running

    def require_alive(self, up: set[str]) -> None:
        for name in up & self.running.keys():
            code = self.running[name].popen.poll()
            if code is not None:
                raise LocalRunError(self.running[name].death(code))

    def keep(self) -> None:
        """Starts again what dies, until `stop`. Raises LocalRunError when something dies again and again."""
        while not self.stop.wait(KEEP_POLL_SECONDS):
            for name, running in list(self.running.items()):
                code = running.popen.poll()
                if code is None:
                    continue
                self.progress.died(running.death(code))
                running.sweep()
                deaths = self.restarts.setdefault(name, deque(maxlen=RESTARTS))
                if len(deaths) == RESTARTS and time.monotonic() - deaths[0] < RESTART_WINDOW_SECONDS:
                    raise LocalRunError(f"{name} died {RESTARTS + 1} times within a minute: {running.death(code)}")
                deaths.append(time.monotonic())
                self.launch(running.spec)

    def shutdown(self) -> None:
        """Asks all to end, first those that nothing running needs; after the grace ends them by force."""
        deadline = time.monotonic() + STOP_SECONDS
        asked: set[str] = set()
        while self.running:
            needed = {need for running in self.running.values() for need in self.needs(running.spec)}
            late = time.monotonic() > deadline
            for name, running in list(self.running.items()):
                if running.popen.poll() is not None or late:
                    running.sweep()
                    del self.running[name]
                elif name not in needed and name not in asked:
                    asked.add(name)
                    running.popen.send_signal(running.spec.stop_signal)
            time.sleep(POLL_SECONDS)

    def needs(self, spec: Spec) -> Iterator[str]:
        """Yields what a process needs, and what that needed: a finished task stands for its own needs."""
        for name in spec.needs:
            yield name
            yield from self.needs(next(other for other in self.specs if other.name == name))


def require_free_ports(specs: Sequence[Spec]) -> None:
    """Raises LocalRunError naming every port that somebody else listens on."""
    busy = [f"{port} ({spec.name})" for spec in specs for port in spec.ports if not port_is_free(port)]
    if busy:
        number = busy[0].split()[0]
        raise LocalRunError(
            f"port {', '.join(busy)} is in use: stop the program that holds it (`lsof -i :{number}` names it), "
            "or move all our ports: ONESTOP_PORT_OFFSET=1000 make run"
        )


def port_is_free(port: int) -> bool:
    with socket.socket() as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def require_space(folder: Path, needed: int = FREE_BYTES_NEEDED) -> None:
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise LocalRunError(
            f"only {free // 2**20} MB free below {folder}, {needed // 2**20} MB are needed: "
            "free some space, or set ONESTOP_HOME to a folder on a larger disk"
        )


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Holds the folder's lock. Raises LocalRunError when another supervisor holds it; the lock ends with its
    process."""
    with (folder / "lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise LocalRunError(
                f"already running from {folder}: stop it with Ctrl-C where it runs, or set ONESTOP_HOME"
            ) from error
        yield
