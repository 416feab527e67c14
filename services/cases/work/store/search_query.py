"""Finding cases by words: which cases have them, and how well each fits what was typed.

Search runs in tiers, from exact to loose: the exact name; all words in the name, or house number and street; all words
anywhere; the last word as a prefix, as it is while somebody types. A tier is searched when a page gets there, so that
whoever types a whole name, number or address is answered at once, however many cases share some of the words.
"""

from enum import IntEnum
from typing import Any

from services.cases.work.store.search_index import IN_NAME, compact, house, very_name
from services.common import limits
from services.common.text import name_key, order_key, words

# Within a tier: 0 the name as typed, 1 a name with every word as typed, accents included, 2 with some, 3 with none.
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


class Tier(IntEnum):
    """How closely a case fits what was typed."""

    VERY_NAME = 0
    IN_NAME = 1
    HOUSE = 2
    ANYWHERE = 3
    BEGUN = 4


def tiers(text: str, name: str) -> list[Tier]:
    """Lists the tiers that a text can be found in; no name has a digit, and every house a number."""
    if not any(character.isdigit() for character in text or name):
        return [Tier.VERY_NAME, Tier.IN_NAME, Tier.ANYWHERE, Tier.BEGUN]
    return [*([Tier.HOUSE] if house(_known(text)) else []), Tier.ANYWHERE, Tier.BEGUN]


def statement(columns: str, conditions: str, key: str, after: str, by: str) -> str:
    """Gives one line at least: the last column says whether too many cases fit; the key of a line may be null."""
    return FOUND.format(columns=columns, rank=RANK, conditions=conditions, key=key, after=after, by=by)


def values(text: str, name: str, tier: Tier) -> dict[str, Any]:
    """Returns the parameters of the condition and the rank.

    Args:
        text: what was typed, found in `tier` and in no stricter tier.
        name: further words, which are in the name.
    """
    typed = text or name
    inner = [each for each in tiers(text, name) if each < tier]
    in_name = _in_name(name, begun=tier is Tier.BEGUN) if text else ""
    everything = " & ".join(filter(None, (_query(text, name, tier), in_name)))
    return {
        "looked_for": _all_of(house(_known(text)), begun=False) if tier is Tier.HOUSE else everything,
        "all": everything,
        "within": _query(text, name, inner[-1]) if inner else "",
        "names": [name_key(typed), order_key(typed)],
        "exact": [key for key in order_key(typed).split() if not key[0].isdigit()],
        "most": limits.SEARCH_MATCHES,
    }


def _query(text: str, name: str, tier: Tier) -> str:
    """Makes a tsquery of what was typed: of `name` where there is no other text, and then only within the name."""
    match tier:
        case Tier.VERY_NAME:
            return f"'{very_name(words(text or name))}'"
        case Tier.IN_NAME:
            return _in_name(text or name)
        case Tier.HOUSE:
            return _all_of([*house(_known(text)), *_known(text)], begun=False)
    begun = tier is Tier.BEGUN
    return _anywhere(text, begun=begun) if text else _in_name(name, begun=begun)


def _in_name(text: str, *, begun: bool = False) -> str:
    return _all_of([IN_NAME + word for word in _known(text)], begun=begun)


def _anywhere(text: str, *, begun: bool) -> str:
    """Makes a tsquery of the words of `text`; numbers in groups may also be a single number."""
    apart = _known(text)
    query = _all_of(apart, begun=begun)
    if len(apart) > 1 and all(any(c.isdigit() for c in word) for word in apart):
        return f"({query} | {_all_of([compact(text)], begun=begun)})"
    return query


def _known(text: str) -> list[str]:
    return words(text)[: limits.SEARCH_WORDS]


def _all_of(looked_for: list[str], *, begun: bool) -> str:
    """Returns a tsquery. Words are letters and digits, so that nothing in them needs escaping."""
    quoted = [f"'{word}'" for word in looked_for]
    if quoted and begun:
        quoted[-1] += ":*"
    return " & ".join(quoted)
