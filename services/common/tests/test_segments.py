"""Segments of compact tokens are read in one way or not at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common import segments


@given(st.binary(max_size=50))
def test_bytes_come_back_from_their_one_spelling(data: bytes) -> None:
    assert segments.decode(segments.encode(data)) == data


@pytest.mark.parametrize("segment", ["QQ==", "QR", "Q", "Q Q", "+/+/", "QQ\n", "ắQ"])
def test_any_other_spelling_is_refused(segment: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # whatever it says, it is this
        segments.decode(segment)


@pytest.mark.parametrize(
    "data", [b"[]", b"1", b"", b"{", b'{"a":1,"a":1}', b'{"a":{"b":1,"b":2}}', b'{"a":NaN}', b"\xff", b"[" * 100_000]
)
def test_what_can_be_read_in_two_ways_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # the same
        segments.json_object(data)


def test_an_object_is_read() -> None:
    assert segments.json_object(b'{"a": [{"b": 1}, {"b": 2}]}') == {"a": [{"b": 1}, {"b": 2}]}
