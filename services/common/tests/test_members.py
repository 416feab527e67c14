"""What a JSON text says twice is found by its place, at any depth, however it is spelt."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common import limits
from services.common.members import twice
from services.common.outside import one_line


def places(content: str | bytes) -> list[str]:
    return [each.pointer for each in twice(content.encode() if isinstance(content, str) else content)]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ('{"a": 1, "b": 2}', []),
        ('{"a": 1, "a": 1}', ["/a"]),
        ('{"a": 1, "a": 1, "a": 2}', ["/a"]),
        ('{"a": {"b": [{}, {"c": 1, "c": 2}]}}', ["/a/b/1/c"]),
        ('{"a/b~": {"c": 1, "\\u0063": 2}}', ["/a~1b~0/c"]),
        ('{"a": {"b": 1, "b": 2}, "a": {}}', ["/a"]),
        ('\ufeff{"a": 1, "a": 2}', ["/a"]),
        ('[{"a": 1}, {"a": 1}]', []),
        ('{"form": {"full_name": "Lan", "full_name\u200b": "Hùng"}}', ["/form/full_name"]),
        ('{"form": {"full_name": "Lan", " full_name": "Hùng"}}', ["/form/full_name"]),
    ],
)
def test_a_member_given_twice_is_named_by_its_place(content: str, expected: list[str]) -> None:
    assert places(content) == expected


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[" * 100_000, b'{"a":' * 100_000, b'{"a": 1, "a": 2'])
def test_what_is_no_json_is_left_to_whoever_reads_it(content: bytes) -> None:
    assert twice(content) == []


def test_a_number_of_thousands_of_digits_hides_nothing() -> None:
    assert places('{"a": ' + "9" * 5_000 + ', "b": 1, "b": 2}') == ["/b"]


def test_a_whole_body_of_the_same_member_names_no_more_than_anybody_reads() -> None:
    body = json.dumps([[0, 0]] * 10)[:-1] + "," + ",".join(f'{{"{n}":1,"{n}":2}}' for n in range(5_000)) + "]"
    assert len(body) < limits.JSON_BODY_BYTES
    assert len(twice(body.encode())) == limits.FORM_FAULTS
    one = "{" + ",".join('"a":1' for _ in range(40_000)) + "}"
    assert places(one) == ["/a"]


NAMES = st.text(max_size=5).map(one_line)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=10,
)


@given(value=VALUES)
def test_what_a_program_writes_says_nothing_twice(value: Any) -> None:
    assert twice(json.dumps(value).encode()) == []
