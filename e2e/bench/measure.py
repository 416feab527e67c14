"""Batches of requests against the floor and the real system, one beside the other, added up by name."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field

from e2e.bench.cpu import Meter, Processes
from e2e.bench.load import Answer, Generator, Run, request
from e2e.bench.system import System

FLOOR = "floor"


@dataclass
class Series:
    """All batches of one kind of request at one number of clients, and the floor's batches run just before each."""

    name: str
    clients: int
    meter: Meter
    runs: list[Run] = field(default_factory=list)
    beside: list[Run] = field(default_factory=list)

    @property
    def requests(self) -> int:
        return sum(len(run.answers) for run in self.runs)

    @property
    def rate(self) -> float:
        """Requests a second, the median of the batches."""
        return statistics.median(run.rate for run in self.runs)

    @property
    def ratio(self) -> float:
        """Its rate as a share of the floor's just before, so that what else the machine does cancels out.

        The median of the batches: a disk that stops for a second, in either, says nothing about both.
        """
        return statistics.median(run.rate / floor.rate for run, floor in zip(self.runs, self.beside, strict=True))

    def percentile_ms(self, percent: int) -> float:
        times = [answer.seconds for run in self.runs for answer in run.answers]
        return statistics.quantiles(times, n=100, method="inclusive")[percent - 1] * 1000

    def cpu_ms(self) -> dict[str, float]:
        """Processor time a request, by process; what is under a hundredth of a millisecond is left out."""
        each = {name: seconds * 1000 / self.requests for name, seconds in self.meter.seconds.items()}
        return {name: ms for name, ms in sorted(each.items(), key=lambda item: -item[1]) if ms >= 0.01}


class Unexpected(Exception):
    """The system answered otherwise than the benchmark needs."""


class Bench:
    """Runs batches and keeps their series; before each batch of the real system runs one of the floor."""

    def __init__(
        self, system: System, floor_port: int, floor_processes: Processes, generator: Generator, body: bytes
    ) -> None:
        self._system = system
        self._floor_port = floor_port
        self._floor_processes = floor_processes
        self._generator = generator
        self._floor_request = request("POST", "/floor", body)
        self.series: dict[tuple[str, int], Series] = {}

    def real(self, name: str, requests: Sequence[bytes], clients: int, status: int) -> Sequence[Answer]:
        """The answers to a batch against the gateway, run after one of the floor; both on a system at rest."""
        self._system.drain()
        floor = self._run(FLOOR, self._floor_port, [self._floor_request] * len(requests), clients, 201)
        run = self._run(name, self._system.port, requests, clients, status)
        self.series[name, clients].beside.append(floor)
        return run.answers

    def drain(self) -> None:
        self._system.drain()

    def unmeasured(self, requests: Sequence[bytes], clients: int, status: int) -> Sequence[Answer]:
        """Answers needed on the way, not timed."""
        run = self._generator.run(self._system.port, requests, clients)
        return _expected(run, status, "preparation").answers

    def _run(self, name: str, port: int, requests: Sequence[bytes], clients: int, status: int) -> Run:
        series = self.series.setdefault((name, clients), Series(name, clients, Meter(self._processes)))
        with series.meter:
            run = self._generator.run(port, requests, clients)
        series.runs.append(_expected(run, status, name))
        return run

    def _processes(self) -> Processes:
        return {**self._system.processes(), **self._floor_processes}


def _expected(run: Run, status: int, name: str) -> Run:
    for answer in run.answers:
        if answer.status != status:
            raise Unexpected(f"{name}: {answer.status} instead of {status}: {answer.body[:500]!r}")
    return run
