"""Finding cases by words: which cases have them, and how well each fits what was typed.

All words must be there, in any order, wherever they stand. Where too many cases have them, those count that have them
all in the name. Where none has, the last word may be the beginning of one, as it is while somebody types.
"""

from dataclasses import dataclass
from typing import Any

from services.cases.findable import IN_NAME, compact
from services.common import limits
from services.common.text import name_key, order_key, words

# 0 the very name, 1 a name with every word as typed, accents included, 2 a name with every word, 3 the others.
RANK = """
CASE WHEN name_order = ANY(%(names)s::text[]) THEN 0
    WHEN string_to_array(name_order, ' ') @> %(exact)s::text[] THEN 1
    WHEN words @@ %(named)s::tsquery THEN 2 ELSE 3 END
"""
CONDITION = "words @@ %(looked_for)s::tsquery"
# Words are looked up in an index that knows no order, so that all that fits is sorted; if that is too much, none is.
FOUND = """
WITH found AS MATERIALIZED (
    SELECT {columns}, name_order, {rank} AS rank, row_number() OVER () AS place
    FROM cases WHERE {conditions} LIMIT %(most)s + 1
), page AS (
    SELECT {columns}, name_order, rank, {key} AS key FROM found WHERE {after} ORDER BY {by} LIMIT %(limit)s
)
SELECT {columns}, key, EXISTS (SELECT FROM found WHERE place > %(most)s) AS too_many
FROM (VALUES (true)) AS always LEFT JOIN page ON true ORDER BY {by}
"""


@dataclass(frozen=True, slots=True)
class Reading:
    """How what was typed is taken: all of it `in_name`, or anywhere; the last word whole, or `unfinished`."""

    in_name: bool = False
    unfinished: bool = False


def statement(columns: str, conditions: str, key: str, after: str, by: str) -> str:
    """Gives one line at least: the last column says whether too many cases fit; the key of a line may be null."""
    return FOUND.format(columns=columns, rank=RANK, conditions=conditions, key=key, after=after, by=by)


def values(text: str, name: str, how: Reading) -> dict[str, Any]:
    """Of the parameters of the condition and the rank; `text` may stand anywhere, `name` in the name."""
    typed = text or name
    parts = (_in_name(text, how) if how.in_name else _anywhere(text, how), _in_name(name, how))
    return {
        "looked_for": " & ".join(part for part in parts if part),
        "named": _in_name(typed, how),
        "names": [name_key(typed), order_key(typed)],
        "exact": [key for key in order_key(typed).split() if not key[0].isdigit()],
        "most": limits.SEARCH_MATCHES,
    }


def _in_name(text: str, how: Reading) -> str:
    return _all_of([IN_NAME + word for word in _known(text)], how)


def _anywhere(text: str, how: Reading) -> str:
    """The words of `text`; numbers in groups may also be one number."""
    apart = _known(text)
    query = _all_of(apart, how)
    if len(apart) > 1 and all(any(c.isdigit() for c in word) for word in apart):
        return f"({query} | {_all_of([compact(text)[: limits.SEARCH_WORD_LENGTH]], how)})"
    return query


def _known(text: str) -> list[str]:
    return words(text)[: limits.SEARCH_WORDS]


def _all_of(looked_for: list[str], how: Reading) -> str:
    """A tsquery. Words are letters and digits, so that nothing in them needs escaping."""
    quoted = [f"'{word}'" for word in looked_for]
    if quoted and how.unfinished:
        quoted[-1] += ":*"
    return " & ".join(quoted)
