"""Finding cases by words: which cases have them, and how well each fits what was typed.

All words must be there, in any order. When no case has them all, the last one may be the beginning of a word, as it is
while somebody types.
"""

from typing import Any

from services.cases.findable import compact
from services.common import limits
from services.common.text import name_key, order_key, words

# 0 the very name, 1 a name with every word as typed, accents included, 2 the others.
RANK = """
CASE WHEN name_order = ANY(%(names)s::text[]) THEN 0
    WHEN string_to_array(name_order, ' ') @> %(exact)s::text[] THEN 1 ELSE 2 END
"""
# Word conditions read an index that knows no order, so that all that fits is sorted; if that is too much, none is.
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


def statement(columns: str, conditions: str, key: str, after: str, by: str) -> str:
    """Gives one line at least: the last column says whether too many cases fit; the number of a line may be null."""
    return FOUND.format(columns=columns, rank=RANK, conditions=conditions, key=key, after=after, by=by)


def conditions(name: str) -> str:
    """What a case fulfils that has all words, those of `name` in its applicant's name."""
    found = "words @@ %(looked_for)s::tsquery"
    return found + " AND ' ' || applicant_folded || ' ' LIKE ALL(%(in_name)s::text[])" if name else found


def values(text: str, name: str, *, unfinished: bool) -> dict[str, Any]:
    """Of the parameters of the conditions and the rank.

    Args:
        unfinished: the last words of both may be beginnings.
    """
    typed = text or name
    return {
        "looked_for": " & ".join(filter(None, (_any_way(text, unfinished), _all_of(_known(name), unfinished)))),
        "in_name": _patterns(_known(name), unfinished),
        "names": [name_key(typed), order_key(typed)],
        "exact": [key for key in order_key(typed).split() if not key[0].isdigit()],
        "most": limits.SEARCH_MATCHES,
    }


def _known(text: str) -> list[str]:
    return words(text)[: limits.SEARCH_WORDS]


def _any_way(text: str, unfinished: bool) -> str:
    """The words of `text`; numbers in groups may also be one number."""
    apart = _known(text)
    query = _all_of(apart, unfinished)
    if len(apart) > 1 and all(any(c.isdigit() for c in word) for word in apart):
        return f"({query} | {_all_of([compact(text)[: limits.SEARCH_WORD_LENGTH]], unfinished)})"
    return query


def _all_of(looked_for: list[str], unfinished: bool) -> str:
    """A tsquery. Words are letters and digits, so that nothing in them needs escaping."""
    end = ":*" if unfinished else ""
    return " & ".join(f"'{word}'{end if n == len(looked_for) else ''}" for n, word in enumerate(looked_for, start=1))


def _patterns(looked_for: list[str], unfinished: bool) -> list[str]:
    end = "" if unfinished else " "
    return [f"% {word}{end if n == len(looked_for) else ' '}%" for n, word in enumerate(looked_for, start=1)]
