"""`make bench-scale`: the same lists, searches and case pages among 10,000 cases and among 1,000,000.

The cases are made up and loaded by COPY. What is looked for are cases of the first load, so that every request is the
same both times, and each is answered alone: what is compared is time, not throughput.
"""

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlencode

import orjson
import psycopg

from e2e.bench.life import People
from e2e.bench.load import Generator, request
from e2e.bench.system import System, running_onestop
from e2e.client import Json
from infra.synthetic.load import load

SMALL = 10_000
WANTED_RATIO = 1.5
ROUNDS = 5
FAR_PAGE = 20
# Cases of the agency whose officer asks, wherever in the years they are.
SAMPLE = """
SELECT ref, state -> 'applicant' FROM cases WHERE agency_code = 'G01.029.00' ORDER BY md5(ref) LIMIT %s
"""


@dataclass
class Timed:
    """The times of one kind of request, in seconds, and how many cases the answers had on average."""

    seconds: list[float] = field(default_factory=list)
    found: list[int] = field(default_factory=list)

    @property
    def median_ms(self) -> float:
        return statistics.median(self.seconds) * 1000


class Clerk:
    """Asks the running system as an officer would, one request after the other."""

    def __init__(self, system: System, generator: Generator) -> None:
        self._system, self._generator = system, generator
        self._officer = People.log_in(f"http://127.0.0.1:{system.port}").officer

    def measure(self, kinds: dict[str, list[str]]) -> dict[str, Timed]:
        """Each kind of request in rounds, so that what else the machine does touches all alike."""
        self._system.drain()
        timed = {name: Timed() for name in kinds}
        for turn in range(ROUNDS + 1):
            for name, paths in kinds.items():
                for seconds, body in self.ask(paths):
                    if turn:  # the first round fills caches
                        timed[name].seconds.append(seconds)
                        timed[name].found.append(len(body.get("cases", ("itself",))))
        return timed

    def ask(self, paths: Sequence[str]) -> list[tuple[float, Json]]:
        requests = [request("GET", f"/api/v1{path}", Authorization=self._officer) for path in paths]
        run = self._generator.run(self._system.port, requests, 1)
        for path, answer in zip(paths, run.answers, strict=True):
            if answer.status != 200:
                raise RuntimeError(f"{path}: {answer.status} {answer.body[:300]!r}")
        return [(answer.seconds, orjson.loads(answer.body)) for answer in run.answers]

    def page(self, number: int, **query: str) -> str:
        """The path of that page of a list."""
        path = _list(**query)
        for _ in range(number - 1):
            [(_, body)] = self.ask([path])
            path = _list(**query, page_token=body["next_page_token"])
        return path


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m e2e.bench.scale", description=__doc__)
    parser.add_argument("--cases", type=int, default=1_000_000, help="how many in the end")
    parser.add_argument("--sample", type=int, default=40, help="cases looked for, in each round")
    arguments = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="onestop-scale-")))
        folder.chmod(0o711)
        system = stack.enter_context(running_onestop(folder))
        generator = stack.enter_context(Generator())
        url = system.owner_url("cases")
        _load(url, SMALL, seed=1)
        sample = _sample(url, arguments.sample)
        small = _measured(system, generator, sample)
        seconds = _load(url, arguments.cases - SMALL, seed=2)
        large = _measured(system, generator, sample)
    print(table(small, large, arguments.cases))
    print(figures(small, large, arguments.cases, seconds))


def table(small: dict[str, Timed], large: dict[str, Timed], count: int) -> str:
    """For people: medians at both sizes, their ratio, and how many cases an answer has on average."""
    lines = [f"{'':<20}{SMALL:>10,}{count:>12,}{'ratio':>8}  cases in an answer"]
    for name, one in small.items():
        ratio = large[name].median_ms / one.median_ms
        before, after = statistics.mean(one.found), statistics.mean(large[name].found)
        lines.append(
            f"{name:<20}{one.median_ms:>7.1f} ms{large[name].median_ms:>9.1f} ms{ratio:>8.2f}"
            f"  {before:.1f}, {after:.1f}"
        )
    return "\n".join(lines)


def figures(small: dict[str, Timed], large: dict[str, Timed], count: int, load_seconds: float) -> str:
    """For machines: one JSON object."""
    ratios = {f"{name}_ratio": round(large[name].median_ms / one.median_ms, 3) for name, one in small.items()}
    return json.dumps(
        {
            "cases": count,
            "load_s": round(load_seconds, 1),
            **ratios,
            "scale_max_ratio": max(ratios.values()),
            "scale_ok": max(ratios.values()) <= WANTED_RATIO,
        }
    )


def _load(url: str, count: int, seed: int) -> float:
    """How long it took, in seconds."""
    began = time.perf_counter()
    load(url, count, seed=seed)
    seconds = time.perf_counter() - began
    print(f"{count:,} cases loaded in {seconds:.0f} s", flush=True)
    return seconds


def _sample(url: str, count: int) -> list[tuple[str, Json]]:
    with psycopg.connect(url) as connection:
        return [(ref, applicant) for ref, applicant in connection.execute(SAMPLE, (count,))]


def _measured(system: System, generator: Generator, sample: Sequence[tuple[str, Json]]) -> dict[str, Timed]:
    with psycopg.connect(system.server_url(), autocommit=True) as connection:
        connection.execute("CHECKPOINT")  # what the loading left to be written does not count
    clerk = Clerk(system, generator)
    applicants = [applicant for _, applicant in sample]
    return clerk.measure(
        {
            "worklist_1": [clerk.page(1, order="due")] * len(sample),
            "worklist_20": [clerk.page(FAR_PAGE, order="due")] * len(sample),
            "names_20": [clerk.page(FAR_PAGE, order="name")] * len(sample),
            "archive_20": [clerk.page(FAR_PAGE, order="received")] * len(sample),
            "search_name": [_list(q=one["full_name"]) for one in applicants],
            "search_number": [_list(q=ref.split("-", 1)[1]) for ref, _ in sample],
            "search_address": [_list(q=one["address"].removesuffix(", Thành phố Hồ Chí Minh")) for one in applicants],
            "search_identifier": [_list(q=one["identifier"]) for one in applicants],
            "search_phone": [_list(q=one["phone"]) for one in applicants],
            "case": [f"/cases/{quote(ref)}" for ref, _ in sample],
        }
    )


def _list(**query: str) -> str:
    return f"/cases?{urlencode(query)}"


if __name__ == "__main__":
    main()
