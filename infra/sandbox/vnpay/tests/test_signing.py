"""The stand-in signs as the vectors say, and as payments does, with code of its own."""

import json
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.sandbox.vnpay import signing
from services.payments.attempts import vnpay as adapter

ROOT = Path(__file__).parents[4]
VECTORS = {
    vector["name"]: vector
    for vector in json.loads((ROOT / "services/payments/attempts/tests/vnpay_vectors.json").read_text(encoding="utf-8"))
}
SECRET = "test_secret"


@pytest.mark.parametrize("name", ["V1", "P1", "P2", "I1"])
def test_a_query_string_is_signed_as_the_vectors_say(name: str) -> None:
    vector = VECTORS[name]
    signed = signing.signed_query(SECRET, dict(parse_qsl(vector["signed"])))
    assert signed == f"{vector['signed']}&vnp_SecureHash={vector['hash']}"
    assert signing.is_signed_query(SECRET, dict(parse_qsl(signed)))


@pytest.mark.parametrize(("name", "fields"), [("Q1", signing.QUERY_FIELDS), ("R1", signing.REFUND_FIELDS)])
def test_a_json_message_is_signed_as_the_vectors_say(name: str, fields: tuple[str, ...]) -> None:
    message = dict(zip(fields, VECTORS[name]["signed"].split("|"), strict=True))
    signed = signing.signed_fields(SECRET, fields, message)
    assert signed["vnp_SecureHash"] == VECTORS[name]["hash"]
    assert signing.is_signed_fields(SECRET, fields, signed)
    assert not signing.is_signed_fields(SECRET, fields, signed | {"vnp_TxnRef": "another"})


@given(st.dictionaries(st.from_regex(r"vnp_[A-Z][a-z]{1,9}", fullmatch=True), st.text(), max_size=20))
def test_stand_in_and_adapter_agree_on_every_message(message: dict[str, str]) -> None:
    assert signing.signed_query(SECRET, message) == adapter.signed_query(SECRET, message)
