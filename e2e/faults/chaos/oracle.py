"""Holds what clients were told against what the databases say, from outside, after everything has come to rest."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from e2e.faults.chaos.evidence import OUTBOXES, Rows, ask, count, told
from e2e.faults.chaos.oracle_chains import each_case_sent_outside_went_once, each_part_is_one_case_its_whole_knows
from e2e.faults.chaos.world import World
from services.contracts import audit


def broken_promises(world: World) -> list[str]:
    """Every promise found broken, a line each; empty when all held."""
    return [line for check in CHECKS for line in check(world)]


def each_acknowledged_submission_is_one_case(world: World) -> Iterator[str]:
    stored = ask(world, "cases", "SELECT caller, key, ref FROM submissions LEFT JOIN cases USING (case_id, filed_year)")
    by_key = {row["key"]: row["ref"] for row in stored if row["caller"] != "chain"}
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
    expected = {"refuse": {3}, "accept": {2, 3, 4, 6, 9}, "assign": {4, 6, 9}, "forward": {4, 9}, "decide": {9}}
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
    charged = ask(
        world,
        "cases",
        "SELECT ref, fee->>'code' AS code FROM cases, jsonb_array_elements(state->'fees') AS fee "
        "WHERE fee->>'state' <> 'later'",
    )
    dues = ask(world, "payments", "SELECT case_ref, code FROM due")
    yield from _differences(
        "due", Counter(tuple(row.values()) for row in charged), Counter(tuple(row.values()) for row in dues)
    )


def each_paper_ordered_is_issued_once(world: World) -> Iterator[str]:
    for row in ask(world, "documents", "SELECT paper_id, state, last_error FROM paper_orders WHERE state <> 'done'"):
        yield f"paper {row['paper_id']} is {row['state']}: {row['last_error']}"
    papers = count(world, "documents", "SELECT count(*) FROM papers")
    orders = count(world, "documents", "SELECT count(*) FROM paper_orders")
    recorded = count(world, "cases", "SELECT count(*) FROM outbox WHERE type = 'cases.paper_issued'")
    if not papers == orders == recorded:
        yield f"{orders} papers ordered, {papers} issued, {recorded} recorded in histories"
    wanted = ask(
        world,
        "cases",
        "SELECT paper_id FROM cases, jsonb_each_text(state->'newest_papers') AS newest (form, paper_id) UNION ALL "
        "SELECT paper_id FROM cases, jsonb_array_elements_text(state->'papers_replaced') AS replaced (paper_id)",
    )
    known = ask(world, "documents", "SELECT paper_id FROM paper_orders")
    for paper_id in {row["paper_id"] for row in wanted} ^ {row["paper_id"] for row in known}:
        yield f"paper {paper_id} is ordered by a case or known to documents, not both"
    numbered = ask(
        world,
        "documents",
        "SELECT agency_code, year, coalesce(nullif(series, ''), form) AS series, "
        "array_agg(sequence ORDER BY sequence) AS numbers FROM paper_orders GROUP BY 1, 2, 3",
    )
    for row in numbered:
        if row["numbers"] != list(range(1, len(row["numbers"]) + 1)):
            yield f"papers {row['series']} of {row['agency_code']} are not numbered 1..{len(row['numbers'])}"


def no_case_shows_a_failed_paper_that_was_issued(world: World) -> Iterator[str]:
    for row in ask(world, "cases", "SELECT ref FROM cases WHERE papers_failed > 0 OR state->'papers_failed' <> '[]'"):
        yield f"{row['ref']} still shows a paper that could not be issued"


def each_message_said_stands_once(world: World) -> Iterator[str]:
    said = {fact["text"]: (fact["message_id"], fact["ref"]) for fact in told(world) if fact["op"] == "said"}
    stored = ask(world, "cases", "SELECT text, message_id::text, ref FROM case_messages")
    found = Counter((row["text"], row["message_id"], row["ref"]) for row in stored)
    yield from (f"message {text} on {ref} is lost" for text, (id_, ref) in said.items() if not found[text, id_, ref])
    texts = Counter(row["text"] for row in stored)
    yield from (f"message {text} stands {times} times" for text, times in texts.items() if times > 1)


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
    no_case_shows_a_failed_paper_that_was_issued,
    each_message_said_stands_once,
    each_part_is_one_case_its_whole_knows,
    each_case_sent_outside_went_once,
    nothing_is_left,
)
