"""A receipt is identity's word on what it gave, and no access token; an access token is no receipt."""

from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from services.common import tokens
from services.common.context import Caller
from services.common.tokens import KeySource, SigningKey, TokenInvalid, TokenVerifier
from services.contracts import receipts

GIVEN = {"full_name": "Nguyễn Thị Lan", "sex": "female"}


@pytest.fixture(scope="module")
def pair() -> tuple[SigningKey, KeySource]:
    private = ec.generate_private_key(ec.SECP256R1())
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    return SigningKey.from_pem("k1", pem), KeySource(lambda: {"k1": public})


def issued(key: SigningKey) -> str:
    return receipts.issue(
        key, datetime.now(UTC), subject="lan", procedure="3.000347", values=GIVEN, papers={"p": "health"}
    )


def test_only_fields_left_as_given_count_as_prefilled(pair: tuple[SigningKey, KeySource]) -> None:
    receipt = receipts.reader(pair[1])(issued(pair[0]))
    assert receipt is not None
    assert receipt.prefilled(GIVEN) == 2
    assert receipt.prefilled({**GIVEN, "sex": "male", "phone": "1"}) == 1
    assert receipt.prefilled({"sex": "Nguyễn Thị Lan", "full_name": 7}) == 0
    assert (receipt.subject, receipt.procedure, receipt.papers) == ("lan", "3.000347", {"p": "health"})


def test_the_same_values_leave_no_common_trace_in_two_receipts(pair: tuple[SigningKey, KeySource]) -> None:
    first, second = (receipts.reader(pair[1])(issued(pair[0])) for _ in range(2))
    assert first is not None
    assert second is not None
    assert set(first.fields.values()).isdisjoint(second.fields.values())


def test_what_identity_did_not_sign_is_no_receipt(pair: tuple[SigningKey, KeySource]) -> None:
    key, keys = pair
    text = issued(key)
    header, claims, signature = text.split(".")
    for wrong in ("", "a.b.c", f"{header}.{claims}.{signature[::-1]}", text[:-1]):
        assert receipts.reader(keys)(wrong) is None
    assert receipts.none_taken(text) is None


def test_receipts_and_access_tokens_do_not_pass_for_each_other(pair: tuple[SigningKey, KeySource]) -> None:
    key, keys = pair
    with pytest.raises(TokenInvalid):
        TokenVerifier(keys).verify(issued(key))
    who = Caller("lan", "Lan", frozenset({"citizen"}), session="s")
    assert receipts.reader(keys)(tokens.sign(tokens.claims_of(who, datetime.now(UTC)), key)) is None
    with pytest.raises(ValueError, match="no statement"):
        tokens.read_statement(issued(key), keys, "at+jwt", receipts.AUDIENCE)
