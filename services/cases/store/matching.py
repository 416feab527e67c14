"""Finding cases by words: which cases have them, and how well each fits what was typed.

What is found comes in circles, each within the next: the very name; all words in the name, or the very house; all words
anywhere; the last one only begun, as it is while somebody types. A circle is looked through when a page gets there, so
that whoever types a whole name, number or address is answered at once, however many cases share some of the words.
"""

from enum import IntEnum
from typing import Any

from services.cases.store.findable import IN_NAME, compact, house, very_name
from services.common import limits
from services.common.text import name_key, order_key, words

# Within a circle: 0 the name as typed, 1 a name with every word as typed, accents included, 2 with some, 3 with none.
RANK = """
CASE WHEN name_order = ANY(%(names)s::text[]) THEN 0
    WHEN string_to_array(name_order, ' ') @> %(exact)s::text[] THEN 1
    WHEN string_to_array(name_order, ' ') && %(exact)s::text[] THEN 2 ELSE 3 END
"""
# The index finds what is looked for. That all words are there is seen in the rows, IS TRUE keeps the index out of it:
# where a house is known, its few rows are read sooner than the index has gone through words that most addresses share.
CONDITION = """
words @@ %(looked_for)s::tsquery AND (words @@ %(all)s::tsquery) IS TRUE AND NOT words @@ %(within)s::tsquery
"""
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


class Circle(IntEnum):
    """How what was typed may be had."""

    VERY_NAME = 0
    IN_NAME = 1
    HOUSE = 2
    ANYWHERE = 3
    BEGUN = 4


def circles(text: str, name: str) -> list[Circle]:
    """Those that what was typed has; no name has a digit, and every house a number."""
    if not any(character.isdigit() for character in text or name):
        return [Circle.VERY_NAME, Circle.IN_NAME, Circle.ANYWHERE, Circle.BEGUN]
    return [*([Circle.HOUSE] if house(_known(text)) else []), Circle.ANYWHERE, Circle.BEGUN]


def statement(columns: str, conditions: str, key: str, after: str, by: str) -> str:
    """Gives one line at least: the last column says whether too many cases fit; the key of a line may be null."""
    return FOUND.format(columns=columns, rank=RANK, conditions=conditions, key=key, after=after, by=by)


def values(text: str, name: str, circle: Circle) -> dict[str, Any]:
    """Of the parameters of the condition and the rank.

    Args:
        text: what was typed, found in `circle` but in none within it.
        name: further words, which are in the name.
    """
    typed = text or name
    inner = [each for each in circles(text, name) if each < circle]
    in_name = _in_name(name, begun=circle is Circle.BEGUN) if text else ""
    everything = " & ".join(filter(None, (_query(text, name, circle), in_name)))
    return {
        "looked_for": _all_of(house(_known(text)), begun=False) if circle is Circle.HOUSE else everything,
        "all": everything,
        "within": _query(text, name, inner[-1]) if inner else "",
        "names": [name_key(typed), order_key(typed)],
        "exact": [key for key in order_key(typed).split() if not key[0].isdigit()],
        "most": limits.SEARCH_MATCHES,
    }


def _query(text: str, name: str, circle: Circle) -> str:
    """A tsquery of what was typed: of `name` where there is no other text, and then never anywhere but in the name."""
    match circle:
        case Circle.VERY_NAME:
            return f"'{very_name(words(text or name))}'"
        case Circle.IN_NAME:
            return _in_name(text or name)
        case Circle.HOUSE:
            return _all_of([*house(_known(text)), *_known(text)], begun=False)
    begun = circle is Circle.BEGUN
    return _anywhere(text, begun=begun) if text else _in_name(name, begun=begun)


def _in_name(text: str, *, begun: bool = False) -> str:
    return _all_of([IN_NAME + word for word in _known(text)], begun=begun)


def _anywhere(text: str, *, begun: bool) -> str:
    """The words of `text`; numbers in groups may also be one number."""
    apart = _known(text)
    query = _all_of(apart, begun=begun)
    if len(apart) > 1 and all(any(c.isdigit() for c in word) for word in apart):
        return f"({query} | {_all_of([compact(text)], begun=begun)})"
    return query


def _known(text: str) -> list[str]:
    return words(text)[: limits.SEARCH_WORDS]


def _all_of(looked_for: list[str], *, begun: bool) -> str:
    """A tsquery. Words are letters and digits, so that nothing in them needs escaping."""
    quoted = [f"'{word}'" for word in looked_for]
    if quoted and begun:
        quoted[-1] += ":*"
    return " & ".join(quoted)
