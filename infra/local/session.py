"""One run of a local system, from its start to its end, told in plain lines and never in a stack trace."""

import errno
import signal
import threading
import time
from collections.abc import Callable, Sequence

from infra.local.home import Home
from infra.local.process import LocalRunError, Spec
from infra.local.progress import Progress
from infra.local.supervisor import Supervisor, only_one, require_space

MakeSpecs = Callable[[Home], Sequence[Spec]]
Announce = Callable[[Home, Progress, float], None]


def run(make_specs: MakeSpecs, announce: Announce, progress: Progress) -> int:
    """Starts, announces, keeps and stops the system; returns the exit code."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stop.set())
    try:
        home = Home.load()
        home.make()
        with only_one(home.path):
            supervise(home, make_specs, announce, progress, stop)
            return 0
    except LocalRunError as error:
        progress.problem(str(error))
    except OSError as error:
        progress.problem(os_problem(error))
    return 1


def supervise(home: Home, make_specs: MakeSpecs, announce: Announce, progress: Progress, stop: threading.Event) -> None:
    began = time.monotonic()
    require_space(home.path)
    progress.say(f"starting onestop in {home.path}, logs in {home.logs}")
    specs = make_specs(home)
    rotate_logs(home)
    supervisor = Supervisor(specs, home.logs, progress, stop)
    progress.begin()
    try:
        if supervisor.start():
            progress.end()
            announce(home, progress, time.monotonic() - began)
            supervisor.keep()
    finally:
        progress.end()
        if supervisor.running:
            progress.say("stopping")
            supervisor.shutdown()
            progress.say("stopped")


def rotate_logs(home: Home) -> None:
    """Keeps the logs of the run before."""
    for log in home.logs.glob("*.log"):
        log.replace(log.with_suffix(".log.1"))


def os_problem(error: OSError) -> str:
    if error.errno == errno.ENOSPC:
        return "the disk is full: free some space, or set ONESTOP_HOME to a folder on another disk"
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"may not write {error.filename}: set ONESTOP_HOME to a folder that is yours"
    return str(error)
