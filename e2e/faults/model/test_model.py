"""Nothing is lost or doubled under thousands of kills, and the model would notice if it were."""

from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from e2e.faults.model import mutants
from e2e.faults.model.world import World

SEEDS = 500


@pytest.fixture(autouse=True, scope="module")
def silence() -> Iterator[None]:
    """Failures are provoked by the thousand; nobody needs to read of each."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger("critical"))
    yield
    structlog.configure(**before)


@pytest.mark.slow
def test_nothing_is_lost_or_doubled_by_thousands_of_kills() -> None:
    kills = filed = 0
    for seed in range(SEEDS):
        world = World(seed)
        assert world.run() == [], f"seed {seed}"
        kills += world.scheduler.kills
        filed += len(world.database.cases)
    assert kills > 4 * SEEDS
    assert filed > 10 * SEEDS


@pytest.mark.parametrize(
    "mistake",
    [
        {"write": mutants.write_twice},
        {"relay": mutants.MarkBeforePublish},
        {"consumer": mutants.AcknowledgeBeforeCommit},
        {"consumer": mutants.NoInbox},
        {"consumer": mutants.InboxApart},
    ],
    ids=["dual write", "mark before publish", "acknowledge before commit", "no inbox", "inbox apart"],
)
def test_a_planted_mistake_is_caught(mistake: dict[str, Any]) -> None:
    assert any(World(seed, **mistake).run() for seed in range(20))


def test_a_seed_replays_its_run() -> None:
    runs = [World(4) for _ in range(2)]
    for world in runs:
        world.run()
    first, second = ((w.database.effects, w.database.parked, w.acknowledged, w.scheduler.steps) for w in runs)
    assert first == second
