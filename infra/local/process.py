"""One process of the local run: what to start, how to know it is up, how to stop it."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

LAUNCHER = Path(__file__).with_name("launch.py")
UNPRIVILEGED_USER = "nobody"
POLL_SECONDS = 0.05

# How the programs we start mark a line that ended them, and one that may have; `F1125 …` is Google's log format.
FATAL = re.compile(r"FATAL|panic|^F\d{4} ")
ERROR = re.compile(r"Error|ERROR|error:")


class LocalRunError(Exception):
    """Something on this machine prevents the start; the message is one line that says what to do."""


def listens(port: int, host: str = "127.0.0.1") -> Callable[[], bool]:
    """Returns a probe: does something accept connections there?"""

    def probe() -> bool:
        with socket.socket() as sock:
            sock.settimeout(0.2)
            return sock.connect_ex((host, port)) == 0

    return probe


@dataclass(frozen=True)
class Spec:
    """A process to run.

    A task ends by itself and is done when it exits with 0; any other is up when its probe says so. It starts when all
    it needs is up or done. `ports` must be free before the start. `litter` are files that it leaves behind.
    """

    name: str
    command: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    ports: tuple[int, ...] = ()
    probe: Callable[[], bool] | None = None
    task: bool = False
    stop_signal: signal.Signals = signal.SIGTERM
    drops_root: bool = False
    cwd: Path | None = None
    litter: tuple[Path, ...] = ()


class Running:
    """A started process, its own process group, its output in a log file."""

    def __init__(self, spec: Spec, logs: Path) -> None:
        self.spec = spec
        self.log = logs / f"{spec.name}.log"
        self.since = time.monotonic()
        self.tidy()
        user = UNPRIVILEGED_USER if spec.drops_root else "-"
        launch = (sys.executable, "-I", "-S", str(LAUNCHER), str(os.getpid()), str(int(spec.stop_signal)), user)
        with self.log.open("ab") as output:
            self.started_at = output.tell()
            self.popen = subprocess.Popen(
                (*launch, *spec.command),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, **spec.env},
                cwd=spec.cwd,
                process_group=0,
            )

    @property
    def seconds(self) -> float:
        """How long ago it was started."""
        return time.monotonic() - self.since

    def up(self) -> bool:
        """Is it up, or, for a task, done? Raises LocalRunError when it died."""
        code = self.popen.poll()
        if self.spec.task:
            if code is None:
                return False
            if code == 0:
                return True
        if code is not None:
            raise LocalRunError(self.death(code))
        return self.spec.probe is None or self.spec.probe()

    def death(self, code: int) -> str:
        how = f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
        return f"{self.spec.name} {how}: {self.essence()} (log: {self.log})"

    def essence(self) -> str:
        """Returns the line of its output that says most about its end: the last fatal line, else error, else the last
        line."""
        with self.log.open("rb") as log:
            log.seek(self.started_at)
            lines = [line.strip() for line in log.read().decode(errors="replace").splitlines() if line.strip()]
        fatal, errors = (list(filter(loud.search, lines)) for loud in (FATAL, ERROR))
        return (fatal or errors or lines or ["it said nothing"])[-1][:400]

    def stop(self, grace_seconds: float = 25.0) -> None:
        """Asks the process to end, then, after the grace, ends its whole process group."""
        if self.popen.poll() is None:
            self.popen.send_signal(self.spec.stop_signal)
            try:
                self.popen.wait(grace_seconds)
            except subprocess.TimeoutExpired:
                self.popen.kill()
        self.sweep()

    def sweep(self) -> None:
        """Ends what is left of its process group."""
        with suppress(ProcessLookupError, PermissionError):  # the group is empty
            os.killpg(self.popen.pid, signal.SIGKILL)
        self.popen.wait()
        self.tidy()

    def tidy(self) -> None:
        """Removes what the process leaves behind. Raises LocalRunError when another user left it."""
        for file in self.spec.litter:
            try:
                file.unlink(missing_ok=True)
            except OSError as error:
                raise LocalRunError(
                    f"{file} was left by another user and stops {self.spec.name} from starting: have it removed, "
                    "or move all our ports: ONESTOP_PORT_OFFSET=1000 make run"
                ) from error


def start_and_wait(spec: Spec, logs: Path, seconds: float = 60.0) -> Running:
    """Starts a process and waits until it is up."""
    running = Running(spec, logs)
    deadline = time.monotonic() + seconds
    try:
        while not running.up():
            if time.monotonic() > deadline:
                raise LocalRunError(f"{spec.name} is not up after {seconds:.0f} s (log: {running.log})")
            time.sleep(POLL_SECONDS)
    except BaseException:
        running.stop(grace_seconds=2)
        raise
    return running
