"""Every process of the product as a function a forked child can become."""

import os
import random
import runpy
import sys
from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from importlib import import_module

from e2e.faults.chaos import witness
from e2e.faults.chaos.keeper import Target
from e2e.faults.chaos.world import World
from infra.local.home import SERVICES
from services.common import limits

ROLES = {
    "identity": ("server",),
    "cases": ("server", "relay", "consumer", "timer"),
    "documents": ("server", "relay", "consumer", "timer"),
    "payments": ("server", "relay", "consumer"),
    "exchange": ("server", "relay", "consumer", "timer"),
    "notifications": ("server", "consumer", "timer"),
}
LEASE = timedelta(seconds=10)
WITNESSES = ("witness-1", "witness-2")
POINTS = {
    "server": ("cases.before_commit", "cases.after_commit"),
    "relay": ("relay.after_claim", "relay.after_confirm", "relay.after_mark"),
    "consumer": ("consumer.after_inbox", "consumer.after_commit"),
}
PARTS_OPENED = "chain.before_children"
PAPER_STORED = "paper.after_store"
ELSEWHERE = {
    "delivery.before_send": "services/notifications/deliveries/tests/test_killed.py",
    "delivery.after_send": "services/notifications/deliveries/tests/test_killed.py",
    "timer.before_commit": "services/cases/deadlines/tests/test_timers_killed.py",
    "timer.after_commit": "services/cases/deadlines/tests/test_timers_killed.py",
}
"""Points nobody passes while the load runs, since no day ends, each with the test that dies at it."""


def warm_up() -> None:
    """Imports all that a worker will need, so that a fork is ready at once.

    What a dead one held is taken up after seconds instead of a minute: here they die a hundred times as often as ever.
    """
    limits.PAPER_LEASE = limits.SEND_LEASE = LEASE
    for name in ("gateway", *(f"services.{service}" for service in SERVICES)):
        import_module(f"{name}.__main__")


def points(chance: random.Random) -> list[tuple[str, str]]:
    """Every worker with each named point it passes while the load runs; first, in any order, those passed rarely."""
    consumers = [(name, point) for name in WITNESSES for point in POINTS["consumer"]]
    often = [
        *(("cases-server", point) for point in POINTS["server"]),
        *_both_ways("cases", "documents", "payments"),
        *consumers,
        *(("notifications-consumer", point) for point in POINTS["consumer"]),
        ("documents-timer", PAPER_STORED),
    ]
    rarely = [("cases-server", PARTS_OPENED), ("cases-consumer", PARTS_OPENED), *_both_ways("exchange")]
    return [*chance.sample(rarely, len(rarely)), *chance.sample(often, len(often))]


def _both_ways(*services: str) -> list[tuple[str, str]]:
    return [
        (f"{service}-{role}", point) for service in services for role in ("relay", "consumer") for point in POINTS[role]
    ]


def targets(world: World) -> Mapping[str, Target]:
    """Worker name to what it runs."""
    workers: dict[str, Target] = {"gateway": partial(_run, world, "gateway", "gateway")}
    for service, roles in ROLES.items():
        for role in roles:
            workers[f"{service}-{role}"] = partial(_run, world, service, f"services.{service}", role)
    for name in WITNESSES:
        workers[name] = partial(_witness, world, name)
    return workers


def _arm(world: World, process: str, worker: str) -> None:
    os.environ |= world.specs[process].env
    os.environ["ONESTOP_KILLPOINT_FOLDER"] = str(world.killpoints(worker))
    os.environ.pop("ONESTOP_METRICS_LISTEN", None)


def _run(world: World, process: str, package: str, role: str = "") -> None:
    _arm(world, process, f"{process}-{role}" if role else process)
    if role not in ("", "server"):
        os.environ["ONESTOP_LISTEN"] = "127.0.0.1:0"
    sys.argv = [package, *(["--role", role] if role else [])]
    runpy.run_module(package, run_name="__main__")


def _witness(world: World, name: str) -> None:
    _arm(world, "cases", name)
    witness.main(world.database("witness"))
