"""Runs a service: its gRPC server and its background loops in one process, drained on SIGTERM."""

import argparse
import gc
import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeVar

import structlog

from services.common.rpc import Server
from services.common.settings import BadSettings, ServiceSettings
from services.common.telemetry import configure_logging, serve_metrics

log = structlog.get_logger()

S = TypeVar("S", bound=ServiceSettings)
Role = Literal["relay", "consumer", "timer", "any"]
"""Which processes of a service run a loop; `any` runs in each of them."""


@dataclass(frozen=True)
class Loop:
    """Background work: `run` goes on until the event is set, finishing what it has begun."""

    name: str
    role: Role
    run: Callable[[threading.Event], None]


def every(name: str, seconds: float, action: Callable[[], object], role: Role = "timer") -> Loop:
    """Returns a timer: runs `action` now and then every `seconds`; a failure is logged and the next turn tries
    again."""

    def run(stop: threading.Event) -> None:
        while not stop.is_set():
            try:
                action()
            except Exception:
                log.exception("timer failed", timer=name)
            stop.wait(seconds)

    return Loop(name, role, run)


@dataclass
class App:
    """A composed service: its server, its background loops, and what to close at the end."""

    name: str
    server: Server
    loops: Sequence[Loop] = ()
    closing: Sequence[Callable[[], None]] = ()
    failed: threading.Event = field(default_factory=threading.Event)

    def run(self, role: str, stop: threading.Event) -> int:
        """Runs until `stop`; returns the exit code. A loop that dies ends the process, for its keeper to restart."""
        loops = [loop for loop in self.loops if role == "all" or loop.role in (role, "any")]
        threads = [threading.Thread(target=self._keep, args=(loop, stop), name=loop.name) for loop in loops]
        for thread in threads:
            thread.start()
        self.server.start()
        log.info("serving", role=role, port=self.server.port, pid=os.getpid())
        stop.wait()
        log.info("draining")
        self.server.drain()
        for thread in threads:
            thread.join()
        for close in self.closing:
            close()
        return 1 if self.failed.is_set() else 0

    def _keep(self, loop: Loop, stop: threading.Event) -> None:
        try:
            loop.run(stop)
        except Exception:
            log.exception("loop died", loop=loop.name)
            self.failed.set()
            stop.set()


def tune_gc() -> None:
    """Tunes the garbage collector: it skips what lives as long as the process, and runs less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def main(name: str, settings_class: type[S], build: Callable[[S], App]) -> None:
    """Runs a service: `python -m services.NAME [--role all|relay|consumer|timer]`."""
    parser = argparse.ArgumentParser(prog=f"services.{name}")
    parser.add_argument("--role", choices=["all", "relay", "consumer", "timer", "server"], default="all")
    role = parser.parse_args().role
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        settings = settings_class.load()
        configure_logging(name, settings.log_level)
        serve_metrics(settings)
        app = build(settings)
        tune_gc()
    except (BadSettings, OSError) as error:
        sys.exit(f"{name}: {error}")
    sys.exit(app.run(role, stop))
