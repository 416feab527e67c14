"""How much processor time each process took for a batch of requests."""

from collections.abc import Callable, Mapping, Sequence

import psutil

Processes = Mapping[str, Sequence[psutil.Process]]


def used(processes: Processes) -> dict[str, float]:
    """Seconds of processor time of every group so far; a process that has ended counts nothing."""
    return {name: sum(map(_seconds, group)) for name, group in processes.items()}


def _seconds(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system)


class Meter:
    """Adds up what groups of processes use while something runs."""

    def __init__(self, processes: Callable[[], Processes]) -> None:
        self._processes = processes
        self.seconds: dict[str, float] = {}

    def __enter__(self) -> None:
        self._group = self._processes()
        self._before = used(self._group)

    def __exit__(self, *_: object) -> None:
        for name, after in used(self._group).items():
            self.seconds[name] = self.seconds.get(name, 0.0) + after - self._before[name]
