"""People at work while things die: whole lives of cases over HTTP.

Everything acknowledged goes into `history.jsonl`; the oracle holds the databases against it.
"""

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

import orjson

from e2e.faults.chaos.person import Person
from e2e.faults.chaos.stories import STORIES, WHO, Prepared, Stage, newborn


@dataclass
class Load:
    """Threads of people who file and handle cases until told to stop."""

    base_url: str
    prepared: Prepared
    history: Path
    stop: Path
    seed: int
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def run(self, threads: int) -> None:
        with self.history.open("a") as out, ThreadPoolExecutor(threads) as pool:
            for running in [pool.submit(self._live, number, out) for number in range(threads)]:
                running.result()

    def _live(self, number: int, out: TextIO) -> None:
        def note(**facts: object) -> None:
            with self._lock:
                out.write(orjson.dumps(facts).decode() + "\n")
                out.flush()

        chance = random.Random(self.seed * 1_000 + number)
        stage = Stage({name: Person(self.base_url, name) for name in WHO}, self.prepared, note, chance)
        while not self.stop.exists():
            [tell] = chance.choices(list(STORIES), list(STORIES.values())) if number else [newborn]
            tell(stage)
