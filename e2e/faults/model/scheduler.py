"""Lets many threads run one at a time, switching and killing where a random generator says."""

import random
import threading
from collections.abc import Callable

STEP = 0.01  # seconds of the model's clock


class Killed(BaseException):
    """The process dies here; no handler of ordinary errors sees it."""


class _Over(BaseException):
    """The run has ended."""


def _taken() -> threading.Lock:
    """A lock that one thread takes and another releases: a baton, much cheaper than a semaphore."""
    lock = threading.Lock()
    lock.acquire()
    return lock


class Actor:
    """One process: its body is run again whenever it ends or is killed, as a keeper restarts it."""

    def __init__(self, body: Callable[[], None]) -> None:
        self.body = body
        self.turn = _taken()
        self.fate: type[BaseException] | None = None


class Scheduler:
    """Runs its actors in an order that depends on the seed alone."""

    def __init__(self, seed: int, kill_rate: float, fault_rate: float) -> None:
        self.kill_rate = kill_rate
        self.fault_rate = fault_rate
        self.kills = 0
        self.steps = 0
        self._random = random.Random(seed)
        self._actors: list[Actor] = []
        self._threads: list[threading.Thread] = []
        self._running: Actor | None = None
        self._main = _taken()
        self._last_step = 0
        self._until: Callable[[], bool] = lambda: False

    def spawn(self, body: Callable[[], None]) -> None:
        actor = Actor(body)
        self._actors.append(actor)
        self._threads.append(threading.Thread(target=self._live, args=(actor,), daemon=True))
        self._threads[-1].start()

    def clock(self) -> float:
        return self.steps * STEP

    def chance(self, rate: float = 1.0) -> bool:
        """Whether a fault strikes, at `rate` times the fault rate."""
        return self._random.random() < rate * self.fault_rate

    def shuffle(self, items: list[object]) -> None:
        self._random.shuffle(items)

    def pause(self) -> None:
        """Called by actors wherever another one may run, or where they may die."""
        actor = self._running
        if actor is None:
            return
        self._pass_on(actor.turn)
        if actor.fate is not None:
            fate, actor.fate = actor.fate, None
            raise fate

    def run(self, steps: int, until: Callable[[], bool] = lambda: False) -> None:
        """Lets the actors run for so many steps, or until the condition holds."""
        self._last_step = self.steps + steps
        self._until = until
        self._pass_on(self._main)

    def end(self) -> None:
        for actor, thread in zip(self._actors, self._threads, strict=True):
            actor.fate = _Over
            self._running = actor
            actor.turn.release()
            thread.join()
        self._running = None

    def _pass_on(self, own_turn: threading.Lock) -> None:
        """Gives the turn to whoever is next; returns when it is back."""
        next_turn = self._main
        self._running = None
        if self.steps < self._last_step and not self._until():
            self.steps += 1
            self._running = self._random.choice(self._actors)
            if self._random.random() < self.kill_rate:
                self._running.fate = Killed
                self.kills += 1
            next_turn = self._running.turn
        if next_turn is not own_turn:
            next_turn.release()
            own_turn.acquire()

    def _live(self, actor: Actor) -> None:
        actor.turn.acquire()
        while actor.fate is not _Over:
            try:
                actor.body()
                self.pause()
            except Killed:
                continue
            except _Over:
                break
