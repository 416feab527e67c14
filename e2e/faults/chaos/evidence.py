"""What the databases say once everything has come to rest, and what clients were told."""

from contextlib import closing
from typing import Any

import orjson
import psycopg
from psycopg.rows import dict_row

from e2e.faults.chaos.world import World

OUTBOXES = ("cases", "documents", "payments", "exchange")
UNDER_WAY = (
    ("documents", "SELECT count(*) FROM paper_orders WHERE state = 'open'"),
    ("exchange", "SELECT count(*) FROM dispatch WHERE state = 'waiting'"),
    ("exchange", "SELECT count(*) FROM delivery WHERE state = 'queued'"),
    ("cases", "SELECT count(*) FROM cases WHERE jsonb_typeof(state->'dispatch') = 'object' AND status IN (1, 2, 4)"),
)
"""Where work waits outside the outboxes: papers to issue, envelopes to write and to send, agencies to answer."""
Rows = list[dict[str, Any]]


def ask(world: World, database: str, query: str) -> Rows:
    url = world.database(database).replace("postgresql+psycopg://", "postgresql://")
    with closing(psycopg.connect(url, row_factory=dict_row)) as connection:
        return connection.execute(query).fetchall()


def count(world: World, database: str, query: str) -> int:
    (row,) = ask(world, database, query)
    return int(row["count"])


def traffic(world: World) -> dict[str, int]:
    """Totals that stand still once everything is handled; `waiting` is what is known to be under way."""
    unsent = sum(count(world, name, "SELECT count(*) FROM outbox WHERE sent_at IS NULL") for name in OUTBOXES)
    waiting = unsent + sum(count(world, name, query) for name, query in UNDER_WAY)
    handled = sum(count(world, name, "SELECT count(*) FROM inbox") for name in (*OUTBOXES, "witness"))
    entries = count(world, "cases", "SELECT count(*) FROM history")
    return {"waiting": waiting, "handled": handled, "entries": entries}


def figures(world: World) -> dict[str, int]:
    acknowledged = [fact for fact in told(world) if fact["op"] == "submitted"]
    return {
        "acknowledged": len(acknowledged),
        "cases": count(world, "cases", "SELECT count(*) FROM cases"),
        "events": count(world, "cases", "SELECT count(*) FROM outbox"),
        "effects": count(world, "witness", "SELECT count(*) FROM effect"),
        "papers": count(world, "documents", "SELECT count(*) FROM papers"),
        "parts": count(world, "cases", "SELECT count(*) FROM submissions WHERE caller = 'chain'"),
        "envelopes": count(world, "exchange", "SELECT count(*) FROM message"),
        "messages": count(world, "cases", "SELECT count(*) FROM case_messages"),
    }


def told(world: World) -> Rows:
    """What clients were told, in the order they were."""
    return [orjson.loads(line) for line in world.path("history.jsonl").read_bytes().splitlines()]
