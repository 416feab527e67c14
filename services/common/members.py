"""Finds what a JSON text says twice: of two members of one name one reader takes the first, another the last.

Finds members given twice: signed JSON must be read only one way, and whoever sends a member twice means only one of the
two.
"""

import json
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Any

from services.common import limits
from services.common.errors import FieldError, pointer
from services.common.outside import one_line


class _Object(dict[str, Any]):
    """An object of which some members are given more than once."""

    twice: tuple[str, ...] = ()


def twice(content: bytes) -> list[FieldError]:
    """Lists the members that a JSON text gives more than once, by their places; a text that is no JSON has none, its
    reader refuses it."""
    doubled: list[_Object] = []

    def read(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        members = {one_line(name): value for name, value in pairs}  # as they are kept; a reader sees no more of a name
        if len(members) == len(pairs):
            return members
        given = _Object(members)
        given.twice = tuple(name for name, times in Counter(one_line(name) for name, _ in pairs).items() if times > 1)
        doubled.append(given)
        return given

    try:  # numbers stay text: one of thousands of digits must not end the look
        whole = json.loads(content.decode("utf-8-sig"), object_pairs_hook=read, parse_int=str)
        places = list(islice(_places(whole, ()), limits.FORM_FAULTS)) if doubled else []
    except (ValueError, RecursionError):
        return []
    return [_error(place) for place in places]


def _places(value: Any, path: tuple[str | int, ...]) -> Iterator[str]:
    """Yields the places where members are given twice, from the outside in; of an object given twice only the last is
    searched."""
    if isinstance(value, _Object):
        yield from (pointer(*path, name) for name in value.twice)
    if isinstance(value, dict):
        for name, member in value.items():
            yield from _places(member, (*path, name))
    elif isinstance(value, list):
        for position, member in enumerate(value):
            yield from _places(member, (*path, position))


def _error(place: str) -> FieldError:
    return FieldError(
        place,
        "given-twice",
        "Mục này có hai lần trong nội dung gửi lên nên không rõ lấy giá trị nào. Hãy chỉ gửi một lần.",
        "This is given twice, so nobody can tell which value counts. Send it once.",
    )
