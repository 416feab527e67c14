"""What a case is found by: its number, and its applicant's name, numbers and address, as folded words."""

from typing import Any

import orjson
from sqlalchemy import Connection

from services.cases.domain.case import Applicant
from services.common import limits
from services.common.text import name_key, order_key, words

IN_NAME = "="
"""Before a word of the name where only names are looked through; no other word begins with it."""

# The case number is known only to the statement that gives it. Its parts, each a word as `text.words` has it, and all
# of it without punctuation.
_NUMBER = r"""
    regexp_split_to_array(lower(regexp_replace(ref, '(?<=\d)\.(?=\d)', '', 'g')), '[.-]')
        || lower(translate(ref, '.-', ''))
"""
VECTOR = f"array_to_tsvector(%(words)s::text[] || {_NUMBER})"

# Rows that somebody is changing are left for the next time.
_UNFILLED = """
SELECT ref, filed_year, state -> 'applicant' FROM cases WHERE words = '' LIMIT %s FOR UPDATE SKIP LOCKED
"""
_FILL = f"""
UPDATE cases SET words = array_to_tsvector(filled.words || filled.number),
    applicant_folded = filled.applicant_folded, name_order = filled.name_order
FROM (
    SELECT ref, filed_year, words, applicant_folded, name_order, {_NUMBER} AS number
    FROM jsonb_to_recordset(%s::jsonb)
        AS each (ref text, filed_year integer, words text[], applicant_folded text, name_order text)
) AS filled WHERE cases.ref = filled.ref AND cases.filed_year = filled.filed_year
"""


def columns(applicant: Applicant) -> dict[str, Any]:
    """Values of the columns beside the case number."""
    numbers = (applicant.identifier, applicant.phone)
    found_by = words(", ".join((*numbers, applicant.address)))
    name = words(applicant.full_name)
    key = name_key if applicant.kind == "person" else order_key
    return {
        "applicant_folded": " ".join(name),
        "words": [
            *name,
            *(IN_NAME + word for word in name),
            very_name(applicant.full_name),
            *found_by,
            *filter(None, map(compact, numbers)),
        ],
        "name_order": key(applicant.full_name),
    }


def very_name(text: str) -> str:
    """All of a name as one word, the same in whatever order it is typed."""
    return (IN_NAME + " ".join(sorted(words(text))))[: limits.SORT_KEY_BYTES]


def compact(text: str) -> str:
    """A number as one word, whatever stands between its digits."""
    return "".join(words(text))


def fill(conn: Connection, most: int) -> int:
    """Fills the columns of so many cases that were stored without them; how many there were."""
    rows = conn.exec_driver_sql(_UNFILLED, (most,)).all()
    filled = [{"ref": ref, "filed_year": year, **columns(Applicant(**applicant))} for ref, year, applicant in rows]
    if filled:
        conn.exec_driver_sql(_FILL, (orjson.dumps(filled).decode(),))
    return len(filled)
