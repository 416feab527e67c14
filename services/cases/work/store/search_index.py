"""The search index: a case's number, and its applicant's name, numbers and address, as folded words."""

from itertools import dropwhile
from typing import Any

import orjson
from sqlalchemy import Connection

from services.cases.core.domain.case_parts import Applicant
from services.common import limits, sql
from services.common.text import name_key, order_key, unbroken, words
from services.contracts.personal import number_of

IN_NAME = "="
"""Before a word of the name where only names are looked through; no other word begins with it."""

VECTOR = """
%(words)s::tsvector || array_to_tsvector(ARRAY[split_part(ref, '-', 3), lower(translate(ref, '.-', ''))])
"""
"""The words of a case when it is numbered: only then are the running number and the whole one known."""

# Rows that somebody is changing are left for the next time.
_UNFILLED = """
SELECT ref, filed_year, state -> 'applicant' FROM cases WHERE words = '' LIMIT %s FOR UPDATE SKIP LOCKED
"""
_FILL = """
UPDATE cases SET words = filled.words, applicant_folded = filled.applicant_folded, name_order = filled.name_order
FROM jsonb_to_recordset(%s::jsonb)
    AS filled (ref text, filed_year integer, words tsvector, applicant_folded text, name_order text)
WHERE cases.ref = filled.ref AND cases.filed_year = filled.filed_year
"""


def columns(applicant: Applicant, number: str) -> dict[str, Any]:
    """Returns the values of the columns; `number` is the known part of the case number, `words` as a tsvector is
    written."""
    name = words(applicant.full_name)
    in_name = {*name, *unbroken(applicant.full_name)}
    found_by = {
        *in_name,
        *(IN_NAME + word for word in in_name),
        very_name(name),
        *house(words(applicant.address)),
        *unbroken(applicant.address),
        *words(", ".join((applicant.address, applicant.identifier, applicant.phone, number))),
        *filter(None, map(compact, (applicant.identifier, number_of(applicant.identifier), applicant.phone))),
    }
    key = name_key if applicant.kind == "person" else order_key
    return {
        "applicant_folded": " ".join(name),
        "words": " ".join(f"'{word}'" for word in found_by),
        "name_order": key(applicant.full_name),
    }


def whole(ref: str) -> str:
    """Returns the search words of a full case number: its parts, and the number without punctuation."""
    return f"{ref} {compact(ref)}"


def very_name(name: list[str]) -> str:
    """Makes a single word of all words of a name, the same in whatever order they are typed."""
    return (IN_NAME + " ".join(sorted(name)))[: limits.SORT_KEY_BYTES]


def house(address: list[str]) -> list[str]:
    """Makes a single word of the number of a house and the first word of its street: `12/4B Lê Lợi` gives `12 4b le`.

    Nearly every word of an address stands in thousands of others; together these two hardly do.
    """
    number = list(dropwhile(lambda word: not _of_house(word), address))
    street = list(dropwhile(_of_house, number))
    return [" ".join((*number[: len(number) - len(street)], street[0]))[: limits.SORT_KEY_BYTES]] if street else []


def _of_house(word: str) -> bool:
    """Returns whether a word may be a house number; longer numbers are telephones and identities."""
    return len(word) <= limits.HOUSE_NUMBER_LENGTH and any(map(str.isdigit, word))


def compact(text: str) -> str:
    """Makes a single word of a number, whatever stands between its digits."""
    return text if text.isdecimal() else "".join(words(text))[: limits.SEARCH_WORD_LENGTH]


def fill(conn: Connection, most: int) -> int:
    """Fills the columns of so many cases that were stored without them; how many there were."""
    rows = sql.rows(conn, _UNFILLED, (most,))
    filled = [
        {"ref": ref, "filed_year": year, **columns(Applicant(**applicant), whole(ref))} for ref, year, applicant in rows
    ]
    if filled:
        sql.execute(conn, _FILL, (orjson.dumps(filled).decode(),))
    return len(filled)
