"""What must be true of chained cases: each part exists once, is known to its whole, and went outside once."""

from collections import Counter
from collections.abc import Iterator

from e2e.faults.chaos.evidence import ask
from e2e.faults.chaos.world import World

_PARTS = """
SELECT state->'parent'->>'ref' AS whole, state->'parent'->>'child' AS code, ref, status,
    coalesce(state->>'decision', '') AS decision
FROM cases WHERE jsonb_typeof(state->'parent') = 'object'
"""
_KNOWN = """
SELECT ref AS whole, part->>'code' AS code, part->>'ref' AS ref,
    coalesce((part->'progress'->>'status')::int, 1) AS status, coalesce(part->'progress'->>'decision', '') AS decision
FROM cases, jsonb_array_elements(state->'children') AS part WHERE part->>'ref' <> ''
"""
_SENT = "SELECT case_ref FROM message WHERE direction = 'out' AND kind = 'document'"
_DISPATCHED = "SELECT ref FROM cases WHERE jsonb_typeof(state->'dispatch') = 'object'"
_DECIDED = """
SELECT ref FROM history JOIN cases USING (case_id)
WHERE convert_from(entry, 'UTF8')::json->>'action' = 'agency_decided'
"""


def each_part_is_one_case_its_whole_knows(world: World) -> Iterator[str]:
    """Once each, in the status and with the decision its whole noted."""
    parts, known = ({tuple(row.values()) for row in ask(world, "cases", query)} for query in (_PARTS, _KNOWN))
    yield from (f"part {part} is not so in its whole" for part in parts - known)
    yield from (f"a whole notes {part}, which is not so" for part in known - parts)
    times = Counter((whole, code) for whole, code, *_ in parts)
    yield from (
        f"part {code} of {whole} was opened {opened} times" for (whole, code), opened in times.items() if opened > 1
    )


def each_case_sent_outside_went_once(world: World) -> Iterator[str]:
    """One envelope a case, and one decision of the agency's."""
    wanted = Counter(row["ref"] for row in ask(world, "cases", _DISPATCHED))
    sent = Counter(row["case_ref"] for row in ask(world, "exchange", _SENT))
    decided = Counter(row["ref"] for row in ask(world, "cases", _DECIDED))
    for what, found in (("envelopes", sent), ("decisions of its agency", decided)):
        for ref in wanted.keys() | found.keys():
            if wanted[ref] != found[ref]:
                yield f"{ref} has {found[ref]} {what}"
