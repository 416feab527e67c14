"""Holds what clients were told against what the databases say, from outside, after everything has come to rest."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import Any

import orjson
import psycopg
from psycopg.rows import dict_row

from e2e.faults.chaos.world import World
from services.common import audit

OUTBOXES = ("cases", "documents", "payments", "exchange")
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
    orders = count(world, "documents", "SELECT count(*) FROM paper_orders WHERE state = 'open'")
    handled = sum(count(world, name, "SELECT count(*) FROM inbox") for name in (*OUTBOXES, "witness"))
    entries = count(world, "cases", "SELECT count(*) FROM history")
    return {"waiting": unsent + orders, "handled": handled, "entries": entries}


def figures(world: World) -> dict[str, int]:
    acknowledged = [fact for fact in told(world) if fact["op"] == "submitted"]
    return {
        "acknowledged": len(acknowledged),
        "cases": count(world, "cases", "SELECT count(*) FROM cases"),
        "events": count(world, "cases", "SELECT count(*) FROM outbox"),
        "effects": count(world, "witness", "SELECT count(*) FROM effect"),
        "papers": count(world, "documents", "SELECT count(*) FROM papers"),
    }


def told(world: World) -> Rows:
    """What clients were told, in the order they were."""
    return [orjson.loads(line) for line in world.path("history.jsonl").read_bytes().splitlines()]


def broken_promises(world: World) -> list[str]:
    """Every promise found broken, a line each; empty when all held."""
    return [line for check in CHECKS for line in check(world)]


def each_acknowledged_submission_is_one_case(world: World) -> Iterator[str]:
    stored = ask(world, "cases", "SELECT key, ref FROM submissions LEFT JOIN cases USING (case_id, filed_year)")
    by_key = {row["key"]: row["ref"] for row in stored}
    invoked = {fact["key"] for fact in told(world) if fact["op"] == "invoked"}
    for fact in told(world):
        if fact["op"] == "submitted" and by_key.get(fact["key"]) != fact["ref"]:
            yield f"acknowledged {fact['ref']} is stored as {by_key.get(fact['key'])}"
    yield from (f"nobody filed {ref}" for key, ref in by_key.items() if key not in invoked)
    cases = count(world, "cases", "SELECT count(*) FROM cases")
    if cases != len(stored):
        yield f"{cases} cases for {len(stored)} submissions"


def numbers_have_no_gaps(world: World) -> Iterator[str]:
    taken: dict[str, list[int]] = {}
    for row in ask(world, "cases", "SELECT ref FROM cases ORDER BY ref"):
        agency_and_day, number = row["ref"].rsplit("-", 1)
        taken.setdefault(agency_and_day, []).append(int(number))
    for agency_and_day, numbers in taken.items():
        if numbers != list(range(1, len(numbers) + 1)):
            yield f"numbers of {agency_and_day} are not 1..{len(numbers)}: {numbers[:20]}…"


def each_chain_verifies(world: World) -> Iterator[str]:
    entries: dict[str, Rows] = {}
    for row in ask(world, "cases", "SELECT case_id::text, seq, entry, hash FROM history ORDER BY case_id, seq"):
        entries.setdefault(row["case_id"], []).append(row)
    for case in ask(world, "cases", "SELECT case_id::text, ref, version, history_head FROM cases"):
        chain = entries.pop(case["case_id"], [])
        try:
            audit.verify(_export(case, chain))
        except audit.BrokenHistory as broken:
            yield f"history of {case['ref']}: {broken}"
        if len(chain) != case["version"]:
            yield f"{case['ref']} has version {case['version']} and {len(chain)} entries"
    yield from (f"history of unknown case {case_id}" for case_id in entries)


def _export(case: dict[str, Any], chain: Rows) -> dict[str, Any]:
    return {
        "ref": case["ref"],
        "entries": [{"seq": e["seq"], "entry": e["entry"].decode(), "hash": e["hash"].hex()} for e in chain],
        "head": case["history_head"].hex(),
    }


def each_entry_has_one_event_and_one_effect(world: World) -> Iterator[str]:
    written = Counter(
        (row["case_id"], row["seq"]) for row in ask(world, "cases", "SELECT case_id::text, seq FROM history")
    )
    events = ask(world, "cases", "SELECT aggregate_id, aggregate_version FROM outbox")
    effects = ask(world, "witness", "SELECT case_id, version FROM effect")
    yield from _differences("event", written, Counter(tuple(row.values()) for row in events))
    yield from _differences("effect", written, Counter(tuple(row.values()) for row in effects))


def _differences(what: str, wanted: Counter[Any], found: Counter[Any]) -> Iterator[str]:
    for case_id, version in wanted - found:
        yield f"no {what} of version {version} of {case_id}"
    for case_id, version in found - wanted:
        yield f"{what} of version {version} of {case_id} too often"


def what_was_told_is_so(world: World) -> Iterator[str]:
    statuses = {row["ref"]: row["status"] for row in ask(world, "cases", "SELECT ref, status FROM cases")}
    expected = {"refuse": {3}, "accept": {2, 4, 9}, "assign": {4, 9}, "decide": {9}}
    for fact in told(world):
        if fact["op"] in expected and statuses.get(fact["ref"]) not in expected[fact["op"]]:
            yield f"{fact['op']} of {fact['ref']} was acknowledged, its status is {statuses.get(fact['ref'])}"


def money_adds_up(world: World) -> Iterator[str]:
    paid = {fact["ref"]: fact["amount"] for fact in told(world) if fact["op"] == "paid"}
    taken = ask(world, "payments", "SELECT case_ref, amount FROM ledger_entry WHERE debit = 'cash'")
    ledger = Counter[str]()
    for row in taken:
        ledger[row["case_ref"]] += row["amount"]
    for ref, amount in paid.items():
        if ledger[ref] != amount:
            yield f"{ref} was told {amount} paid, the ledger has {ledger[ref]}"
    cases = count(world, "cases", "SELECT count(*) FROM cases")
    dues = count(world, "payments", "SELECT count(*) FROM due")
    if cases != dues:
        yield f"{cases} cases and {dues} dues"


def each_paper_ordered_is_issued_once(world: World) -> Iterator[str]:
    for row in ask(world, "documents", "SELECT paper_id, state, last_error FROM paper_orders WHERE state <> 'done'"):
        yield f"paper {row['paper_id']} is {row['state']}: {row['last_error']}"
    papers = count(world, "documents", "SELECT count(*) FROM papers")
    orders = count(world, "documents", "SELECT count(*) FROM paper_orders")
    recorded = count(world, "cases", "SELECT count(*) FROM outbox WHERE type = 'cases.paper_issued'")
    if not papers == orders == recorded:
        yield f"{orders} papers ordered, {papers} issued, {recorded} recorded in histories"


def nothing_is_left(world: World) -> Iterator[str]:
    for name in OUTBOXES:
        if unsent := count(world, name, "SELECT count(*) FROM outbox WHERE sent_at IS NULL"):
            yield f"{unsent} unsent events in {name}"
    for name in (*OUTBOXES, "witness"):
        for row in ask(world, name, "SELECT type, queue, reason FROM parked WHERE replayed_at IS NULL"):
            yield f"parked in {name}: {row['type']} ({row['reason']})"


CHECKS: Sequence[Any] = (
    each_acknowledged_submission_is_one_case,
    numbers_have_no_gaps,
    each_chain_verifies,
    each_entry_has_one_event_and_one_effect,
    what_was_told_is_so,
    money_adds_up,
    each_paper_ordered_is_issued_once,
    nothing_is_left,
)
