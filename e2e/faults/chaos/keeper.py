"""Keeps workers alive by forking them anew from one warm parent that has everything imported and no thread running."""

import ctypes
import os
import random
import signal
import sys
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path

Target = Callable[[], object]

LEAVES_ALLOWED = 20
PR_SET_PDEATHSIG = 1  # linux/prctl.h


def die_with_parent() -> None:
    """Has the kernel kill this process when the one that forked it ends."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class KeepsLeaving(Exception):
    """A worker ends by itself again and again; its log says why."""


class Keeper:
    """Forks, kills and forks again. A worker is a process group of its own, so that what it started dies with it."""

    def __init__(self, targets: Mapping[str, Target], logs: Path) -> None:
        self._targets = targets
        self._logs = logs
        self._pids: dict[int, str] = {}
        self.deaths: dict[str, int] = dict.fromkeys(targets, 0)
        self._leaves: dict[str, int] = dict.fromkeys(targets, 0)

    def start_all(self) -> None:
        for name in self._targets:
            self._fork(name)

    def kill(self, name: str) -> None:
        """SIGKILL, no warning; the next `tend` forks it anew."""
        for pid, kept in self._pids.items():
            if kept == name:
                self._kill_group(pid)

    def kill_any(self, chance: random.Random) -> str:
        name = chance.choice(sorted(self._targets))
        self.kill(name)
        return name

    def tend(self) -> list[str]:
        """Forks anew whoever died; says who. Raises KeepsLeaving."""
        died = []
        for pid, name in list(self._pids.items()):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                del self._pids[pid]
                self._kill_rest(pid)
                self._count(name, killed=os.WIFSIGNALED(status))
                died.append(name)
                self._fork(name)
        return died

    def _count(self, name: str, *, killed: bool) -> None:
        if killed:
            self.deaths[name] += 1
            return
        self._leaves[name] += 1
        if self._leaves[name] > LEAVES_ALLOWED:
            raise KeepsLeaving(self._logs / f"{name}.log")

    def stop_all(self) -> None:
        for pid in self._pids:
            self._kill_group(pid)
        for pid in self._pids:
            os.waitpid(pid, 0)
        self._pids.clear()

    def _kill_group(self, pid: int) -> None:
        """A worker and all it started; just forked it may not lead a group yet."""
        os.kill(pid, signal.SIGKILL)
        self._kill_rest(pid)

    def _kill_rest(self, group: int) -> None:
        try:
            os.killpg(group, signal.SIGKILL)
        except ProcessLookupError:
            return  # the whole group is gone already

    def _fork(self, name: str) -> None:
        sys.stdout.flush()
        pid = os.fork()
        if pid == 0:
            self._become(name)
        self._pids[pid] = name

    def _become(self, name: str) -> None:
        code = 1
        try:
            os.setsid()
            die_with_parent()
            log = os.open(self._logs / f"{name}.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            os.dup2(log, 1)
            os.dup2(log, 2)
            self._targets[name]()
            code = 0
        except SystemExit as leaving:
            print(f"{name} leaves: {leaving}", file=sys.stderr)
        except BaseException:  # noqa: BLE001  # a fork of the parent must end here, never return into its stack
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(code)
