"""What counts as a signature of the caller over the exact body, and all that does not."""

import json
from base64 import b64encode
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import ECKey

from services.cases.signatures.errors import CertificateRefused, SignatureMalformed, SignatureWrong, SignerMismatch
from services.cases.signatures.verifying import SignatureVerifier
from services.cases.testing.applicants import DAY, LAN, Authority, Holder, b64url, usage
from services.common.errors import OnestopError

DOCUMENTS = x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")
BODY = '{"procedure":"3.000347","applicant":{"full_name":"Nguyễn Thị Lan"}}'.encode()


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture(scope="module")
def lan(authority: Authority) -> Holder:
    return authority.holder()


@pytest.fixture(scope="module")
def verifier(authority: Authority) -> SignatureVerifier:
    return SignatureVerifier([authority.certificate])


@pytest.mark.parametrize("plain", [False, True], ids=["encoded payload", "b64 false"])
def test_a_signature_of_the_caller_over_the_exact_body_says_who_signed(
    verifier: SignatureVerifier, lan: Holder, plain: bool
) -> None:
    signer = verifier.verify(lan.sign(BODY, plain=plain), BODY, LAN)
    assert signer.fingerprint == lan.certificate.fingerprint(SHA256()).hex()
    assert "Lan" in signer.subject


def test_what_an_independent_library_signs_is_accepted(verifier: SignatureVerifier, lan: Holder) -> None:
    header = {"alg": "ES256", "x5c": [b64encode(lan.certificate.public_bytes(Encoding.DER)).decode()]}
    whole = jws.serialize_compact(header, BODY, ECKey.import_key(lan.key))
    protected, _, signature = whole.split(".")
    assert verifier.verify(f"{protected}..{signature}", BODY, LAN).subject


def test_a_certificate_under_an_intermediate_authority_is_accepted(
    verifier: SignatureVerifier, authority: Authority
) -> None:
    holder = Authority("Issuing CA", above=authority).holder()
    assert verifier.verify(holder.sign(BODY), BODY, LAN).subject


def test_the_number_may_stand_in_the_uid_as_vietnamese_authorities_write_it(
    verifier: SignatureVerifier, authority: Authority
) -> None:
    holder = authority.holder(number="", uid=f"CCCD:{LAN}")
    assert verifier.verify(holder.sign(BODY), BODY, LAN).subject


@pytest.mark.parametrize(
    "body",
    [b"", BODY + b" ", BODY.replace(b":", b": "), BODY[:-1], b64url(BODY).encode()],
    ids=["empty", "a space more", "spaces inside", "a byte less", "its own encoding"],
)
def test_any_other_body_is_refused(verifier: SignatureVerifier, lan: Holder, body: bytes) -> None:
    with pytest.raises(SignatureWrong):
        verifier.verify(lan.sign(BODY), body, LAN)


def test_an_encoded_signature_does_not_pass_as_a_plain_one(verifier: SignatureVerifier, lan: Holder) -> None:
    with pytest.raises(SignatureWrong):
        verifier.verify(lan.sign(b64url(BODY).encode(), plain=True), BODY, LAN)


def test_a_signature_by_another_key_is_refused(verifier: SignatureVerifier, lan: Holder, authority: Authority) -> None:
    thief = Holder(authority.holder().key, lan.chain)
    with pytest.raises(SignatureWrong):
        verifier.verify(thief.sign(BODY), BODY, LAN)


@pytest.mark.parametrize(
    ("number", "uid"),
    [("001090000001", ""), ("", ""), (LAN, "CCCD:001090000001"), ("", "MST:0100233488")],
    ids=["another person", "nobody", "two people", "a firm"],
)
def test_a_certificate_that_is_not_exactly_the_callers_is_refused(
    verifier: SignatureVerifier, authority: Authority, number: str, uid: str
) -> None:
    with pytest.raises(SignerMismatch):
        verifier.verify(authority.holder(number, uid=uid).sign(BODY), BODY, LAN)


def test_a_caller_without_a_personal_number_cannot_sign(verifier: SignatureVerifier, authority: Authority) -> None:
    with pytest.raises(SignerMismatch):
        verifier.verify(authority.holder(number="").sign(BODY), BODY, "")


@pytest.mark.parametrize(
    "make",
    [
        lambda _trusted: Authority().holder(),
        lambda trusted: trusted.holder(until=-DAY / 2),
        lambda trusted: trusted.holder(since=DAY / 2),
        lambda trusted: trusted.holder(use=usage(key_agreement=True)),
        lambda trusted: Holder(trusted.key, trusted.holder(curve=ec.SECP384R1()).chain),
        lambda trusted: trusted.holder(uses=[ExtendedKeyUsageOID.SERVER_AUTH]),
        lambda trusted: trusted.holder(uses=[ExtendedKeyUsageOID.CODE_SIGNING, ExtendedKeyUsageOID.TIME_STAMPING]),
        lambda trusted: trusted.holder(ca=True),
        lambda trusted: trusted.holder(ca=True, use=usage(digital_signature=True, key_cert_sign=True)),
        lambda trusted: trusted.holder(use=usage(digital_signature=True, key_cert_sign=True)),
    ],
    ids=[
        "unknown authority",
        "expired",
        "not yet valid",
        "not for signing",
        "another curve",
        "of a server",
        "of a program",
        "an authority's",
        "an authority's that may sign",
        "that may issue others",
    ],
)
def test_a_certificate_not_relied_on_is_refused(
    verifier: SignatureVerifier, authority: Authority, make: object
) -> None:
    holder = make(authority)  # type: ignore[operator]
    with pytest.raises(CertificateRefused):
        verifier.verify(holder.sign(BODY), BODY, LAN)


@pytest.mark.parametrize("use", [ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.EMAIL_PROTECTION, DOCUMENTS])
def test_a_certificate_for_what_people_do_is_accepted_whatever_else_it_is_for(
    verifier: SignatureVerifier, authority: Authority, use: x509.ObjectIdentifier
) -> None:
    holder = authority.holder(uses=[use, ExtendedKeyUsageOID.SERVER_AUTH])
    assert verifier.verify(holder.sign(BODY), BODY, LAN).subject


def test_a_certificate_for_signing_documents_only_is_accepted(
    verifier: SignatureVerifier, authority: Authority
) -> None:
    assert verifier.verify(authority.holder(use=usage(content_commitment=True)).sign(BODY), BODY, LAN).subject


def test_an_end_certificate_cannot_issue_another(verifier: SignatureVerifier, authority: Authority) -> None:
    lan = authority.holder()
    forger = Authority("Lan")
    forger.key, forger.subject = lan.key, lan.certificate.subject
    forged = forger.holder("001090000001")
    with pytest.raises(CertificateRefused):
        verifier.verify(Holder(forged.key, (*forged.chain, lan.certificate)).sign(BODY), BODY, "001090000001")


@pytest.mark.parametrize(
    "changes",
    [
        {"alg": "none"},
        {"alg": "HS256"},
        {"alg": "es256"},
        {"alg": None},
        {"alg": ["ES256"]},
        {"crit": ["exp"], "exp": 1},
        {"crit": []},
        {"crit": ["b64"]},
        {"b64": False},
        {"b64": "false", "crit": ["b64"]},
        {"crit": ["b64", "b64"], "b64": False},
        {"jku": "https://example.test/keys"},
        {"jwk": {"kty": "EC"}},
        {"x5u": "https://example.test/cert"},
        {"x5c": None},
        {"x5c": []},
        {"x5c": "MII"},
        {"x5c": ["AAAA"]},
        {"x5c": ["not base64!"]},
        {"x5c": [None]},
        {"x5c": [{}]},
    ],
    ids=str,
)
def test_a_header_that_is_not_exactly_understood_is_refused(
    verifier: SignatureVerifier, lan: Holder, changes: dict[str, Any]
) -> None:
    with pytest.raises(SignatureMalformed):
        verifier.verify(lan.sign(BODY, **changes), BODY, LAN)


@pytest.mark.parametrize("header", [b"[]", b'"x"', b"\xff", b"{", b'{"alg":"ES256","alg":"ES256"}', b"[" * 5000])
def test_a_header_that_is_no_json_object_with_unique_members_is_refused(
    verifier: SignatureVerifier, lan: Holder, header: bytes
) -> None:
    with pytest.raises(SignatureMalformed):
        verifier.verify(lan.sign_under(header, b64url(BODY).encode()), BODY, LAN)


def test_a_certificate_of_a_version_there_is_none_of_is_refused(verifier: SignatureVerifier, lan: Holder) -> None:
    version_3, version_63 = b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x3e"
    odd = lan.certificate.public_bytes(Encoding.DER).replace(version_3, version_63, 1)
    with pytest.raises(SignatureMalformed):
        verifier.verify(lan.sign(BODY, x5c=[b64encode(odd).decode()]), BODY, LAN)


def test_the_signature_has_one_spelling(verifier: SignatureVerifier, lan: Holder) -> None:
    signature = lan.sign(BODY)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    accepted = []
    for letter in alphabet:
        try:
            verifier.verify(signature[:-1] + letter, BODY, LAN)
        except (SignatureMalformed, SignatureWrong):
            continue
        accepted.append(letter)
    assert accepted == [signature[-1]]


def test_a_signature_of_unbounded_length_is_refused_unread(verifier: SignatureVerifier) -> None:
    with pytest.raises(SignatureMalformed):
        verifier.verify("A" * 1_000_000 + ".." + "A" * 86, BODY, LAN)


@pytest.fixture(scope="module")
def signature(lan: Holder) -> str:
    return lan.sign(BODY)


@settings(max_examples=100, deadline=None)
@given(where=st.floats(0, 1, exclude_max=True), other=st.characters(max_codepoint=0x17F))
def test_no_change_of_a_signature_is_accepted_or_unexpected(
    verifier: SignatureVerifier, signature: str, where: float, other: str
) -> None:
    at = int(where * len(signature))
    assume(other != signature[at])
    with pytest.raises(OnestopError):
        verifier.verify(signature[:at] + other + signature[at + 1 :], BODY, LAN)


def test_the_header_is_part_of_what_is_signed(verifier: SignatureVerifier, lan: Holder) -> None:
    protected, _, tail = lan.sign(BODY, kid="a").split(".")
    other = b64url(json.dumps({"alg": "ES256", "x5c": _x5c(lan), "kid": "b"}).encode())
    assert other != protected
    with pytest.raises(SignatureWrong):
        verifier.verify(f"{other}..{tail}", BODY, LAN)


def _x5c(holder: Holder) -> list[str]:
    return [b64encode(one.public_bytes(Encoding.DER)).decode() for one in holder.chain]
