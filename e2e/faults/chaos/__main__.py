"""One chaos run: `python -m e2e.faults.chaos FOLDER --kills 200 --seed 42 [--mutant NAME] [--rabbitmq]`.

Starts every process of the product by forking, has people work, kills at random and at named points, lets the system
come to rest and asks the oracle. Prints one JSON object; exits 1 when a promise was broken.
"""

import argparse
import os
import random
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson
import requests

from e2e.faults.chaos import evidence, oracle, workers
from e2e.faults.chaos.keeper import Keeper, die_with_parent
from e2e.faults.chaos.load import Load
from e2e.faults.chaos.mutants import MUTANTS
from e2e.faults.chaos.stories import Prepared
from e2e.faults.chaos.world import World
from infra.local.process import start_and_wait
from infra.local.supervisor import Supervisor

LOAD_THREADS = 6
REST = 90.0  # a lease may have to run out, and a message be tried again
TOO_MANY = 4  # times as many kills as wanted: a point still armed then is one nobody passes


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=42)
    parser.add_argument("--mutant", choices=sorted(MUTANTS))
    parser.add_argument("--rabbitmq", action="store_true", help="over a private RabbitMQ, restarted half-way")
    options = parser.parse_args()
    world = World.make(options.folder.resolve(), rabbitmq=options.rabbitmq)
    workers.warm_up()
    started = time.monotonic()
    with world.backing() as backing:
        if options.mutant:
            MUTANTS[options.mutant](world)
        keeper = Keeper(workers.targets(world), world.home.logs)
        keeper.start_all()
        try:
            wait_until_ready(world, keeper)
            load = fork_load(world, options.seed)
            wait_until_at_work(world, keeper, load)
            kill_at_random(world, keeper, backing, load, options)
            world.path("stop").touch()
            loaded = wait_for(load, keeper)
            never_passed = world.disarm()
            rested = wait_for_rest(world, keeper)
        finally:
            keeper.stop_all()
        report = account(world, keeper, options, loaded=loaded, rested=rested) | {"never_passed": never_passed}
    report["seconds"] = round(time.monotonic() - started)
    print(orjson.dumps(report).decode(), flush=True)
    return 1 if report["broken"] or report["unfinished"] else 0


def account(world: World, keeper: Keeper, options: argparse.Namespace, *, loaded: bool, rested: bool) -> dict[str, Any]:
    unfinished = [] if rested else ["events are still under way after the rest"]
    if not loaded:
        unfinished.append(f"the load gave up: see {world.home.logs / 'load.log'}")
    return {
        "seed": options.seed,
        "mutant": options.mutant,
        "kills": keeper.deaths,
        "total_kills": sum(keeper.deaths.values()),
        **evidence.figures(world),
        "unfinished": unfinished,
        "broken": oracle.broken_promises(world),
    }


def wait_until_ready(world: World, keeper: Keeper) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        keeper.tend()
        with suppress(requests.RequestException):
            if requests.get(f"{world.base_url}/readyz", timeout=5).ok:
                keeper.deaths = dict.fromkeys(keeper.deaths, 0)
                return
        time.sleep(0.1)  # the people to come have this address too, and so its share of requests
    raise SystemExit(f"the system did not become ready: see {world.home.logs}")


def fork_load(world: World, seed: int) -> int:
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            die_with_parent()
            log = os.open(world.home.logs / "load.log", os.O_WRONLY | os.O_CREAT)
            os.dup2(log, 1)
            os.dup2(log, 2)
            history, stop = world.path("history.jsonl"), world.path("stop")
            Load(world.base_url, Prepared.at(world.base_url), history, stop, seed).run(LOAD_THREADS)
            code = 0
        except BaseException:  # noqa: BLE001  # a fork ends here
            sys.excepthook(*sys.exc_info())
        finally:
            os._exit(code)
    return pid


def wait_until_at_work(world: World, keeper: Keeper, load: int) -> None:
    """Until the load has prepared and begun; it prepares in its own process, since printing starts threads."""
    while not world.path("history.jsonl").exists():
        if not running(load):
            raise SystemExit(f"the load did not begin: see {world.home.logs / 'load.log'}")
        keeper.tend()
        time.sleep(0.05)


def kill_at_random(world: World, keeper: Keeper, backing: Supervisor, load: int, options: argparse.Namespace) -> None:
    """Kills until enough died, at every point too, or people gave up: out of nowhere or at the next pass of one."""
    chance = random.Random(options.seed)
    broker_restart_due = options.rabbitmq
    points = workers.points(chance)
    armed: list[Path] = []
    while (died := sum(keeper.deaths.values())) < options.kills or (
        died < TOO_MANY * options.kills and (points or any(file.exists() for file in armed))
    ):
        if broker_restart_due and died > options.kills // 2:
            broker_restart_due = False
            restart_broker(backing)
        elif points and chance.random() < 0.5:
            armed.append(world.arm(*points.pop(0)))
        else:
            keeper.kill_any(chance)
        until = time.monotonic() + chance.uniform(0.1, 0.6)
        while time.monotonic() < until:
            keeper.tend()
            time.sleep(0.01)
        if not running(load):
            return


def restart_broker(backing: Supervisor) -> None:
    """SIGKILL and start again, as an operator's machine would."""
    node = backing.running["rabbitmq"]
    node.sweep()
    backing.running["rabbitmq"] = start_and_wait(node.spec, backing.logs)


def running(pid: int) -> bool:
    """Whether a child is still at it; one that ended stays to be waited for."""
    return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None


def wait_for(pid: int, keeper: Keeper) -> bool:
    """Whether a child ended well, tending the others until it does."""
    while running(pid):
        keeper.tend()
        time.sleep(0.05)
    return os.waitpid(pid, 0)[1] == 0


def wait_for_rest(world: World, keeper: Keeper) -> bool:
    """Until nothing is unsent or waiting and nothing changed for three seconds."""
    deadline, quiet_since, last = time.monotonic() + REST, time.monotonic(), None
    while time.monotonic() < deadline:
        keeper.tend()
        now = evidence.traffic(world)
        if now != last or now["waiting"]:
            quiet_since, last = time.monotonic(), now
        elif time.monotonic() - quiet_since > 3:
            return True
        time.sleep(0.25)
    return False


if __name__ == "__main__":
    sys.exit(main())
