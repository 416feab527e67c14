from base64 import b64decode, b64encode
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureMethod
from signxml.signer import XMLSigner

from services.common import limits
from services.exchange.conftest import issue
from services.exchange.envelopes import edxml
from services.exchange.envelopes.domain import Attachment, BadEnvelope, BadSignature, Packet, Status
from services.exchange.envelopes.signing import Signer, Verifier
from services.exchange.tests.samples import ANSWER, QUESTION, RECORDS, report

WRITER = edxml.Writer()
DS = "{http://www.w3.org/2000/09/xmldsig#}"
EXCLUSIVE = CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0


@pytest.fixture(scope="session")
def signed(records: Signer) -> bytes:
    return records.sign(WRITER.write(ANSWER))


@pytest.mark.parametrize("packet", [QUESTION, ANSWER, report(Status.REFUSED)], ids=["question", "answer", "status"])
def test_what_is_verified_is_what_was_signed(packet: Packet, police: Signer, verifier: Verifier) -> None:
    proof = verifier.verify(police.sign(WRITER.write(packet)))
    assert edxml.read(proof.root) == packet
    assert (proof.agency, proof.certificate) == (police.agency, police.certificate)


def test_signing_the_same_packet_again_gives_the_same_bytes(police: Signer) -> None:
    assert police.sign(WRITER.write(QUESTION)) == police.sign(WRITER.write(QUESTION))


@settings(max_examples=25)
@given(payload=st.binary(max_size=500), subject=st.text(st.characters(codec="utf-8"), min_size=1))
def test_any_document_survives_signing_and_verifying(
    police: Signer, verifier: Verifier, payload: bytes, subject: str
) -> None:
    packet = replace(
        QUESTION, subject="Về việc " + subject, attachments=(Attachment("a", "application/octet-stream", payload),)
    )
    proof = verifier.verify(police.sign(WRITER.write(packet)))
    assert edxml.read(proof.root) == edxml.read(WRITER.write(packet))


def test_an_attachment_over_ten_megabytes_is_signed_and_verified(police: Signer, verifier: Verifier) -> None:
    packet = replace(QUESTION, attachments=(Attachment("a", "application/zip", bytes(11 * limits.MIB)),))
    assert edxml.read(verifier.verify(police.sign(WRITER.write(packet))).root) == packet


def test_the_signature_agrees_with_one_computed_by_hand(signed: bytes, records: Signer) -> None:
    root = etree.fromstring(signed)
    (signature,) = root.iter(f"{DS}Signature")
    (signed_info,) = signature.iterfind(f"{DS}SignedInfo")
    value = b64decode(signature.findtext(f"{DS}SignatureValue", ""))
    key = records.certificate.public_key()
    assert isinstance(key, RSAPublicKey)
    key.verify(value, etree.tostring(signed_info, method="c14n", exclusive=True), PKCS1v15(), hashes.SHA256())
    before, after = signature.getprevious(), signature.getparent()
    assert before is not None
    assert after is not None
    before.tail = (before.tail or "") + (signature.tail or "")
    after.remove(signature)
    digest = sha256(etree.tostring(root, method="c14n", exclusive=True)).digest()
    assert b64encode(digest).decode() == signature.findtext(f".//{DS}DigestValue")


def _altered(data: bytes, old: str, new: str) -> bytes:
    text = data.decode()
    assert old in text
    return text.replace(old, new, 1).encode()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Không có án tích.", "Có 2 án tích."),
        ("S2hvbmcg", "WGhvbmcg"),
        ("<edXML:Paper>0", "<edXML:Paper>1"),
        ("<AttachmentEncoded>", "<AttachmentEncoded><Attachment/>"),
        ("<ds:DigestValue>", "<ds:DigestValue>AAAA"),
        ("<ds:SignatureValue>", "<ds:SignatureValue>AAAA"),
        ('<ds:Reference URI="">', '<ds:Reference URI="#x">'),
    ],
    ids=["content", "attachment", "trace", "added attachment", "digest", "value", "reference"],
)
def test_a_changed_packet_is_refused(signed: bytes, verifier: Verifier, old: str, new: str) -> None:
    with pytest.raises(BadSignature):
        verifier.verify(_altered(signed, old, new))


def test_a_certificate_of_a_version_there_is_none_of_is_refused(
    signed: bytes, records: Signer, verifier: Verifier
) -> None:
    version_3, version_63 = b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x3e"
    odd = b64encode(records.certificate_der.replace(version_3, version_63, 1)).decode()
    (certificate,) = (found := etree.fromstring(signed)).iter(f"{DS}X509Certificate")
    certificate.text = odd
    with pytest.raises(BadSignature):
        verifier.verify(etree.tostring(found))


def test_an_unsigned_packet_is_refused(verifier: Verifier) -> None:
    root = WRITER.write(ANSWER)
    (placeholder,) = root.iter(f"{DS}Signature")
    placeholder.getparent().remove(placeholder)  # type: ignore[union-attr]
    with pytest.raises(BadSignature, match="exactly one XML-DSig"):
        verifier.verify(etree.tostring(root))


def test_a_signature_without_its_namespace_is_no_signature(signed: bytes, verifier: Verifier) -> None:
    bare = (
        signed.replace(b"<ds:", b"<")
        .replace(b"</ds:", b"</")
        .replace(b' xmlns:ds="http://www.w3.org/2000/09/xmldsig#"', b"")
    )
    with pytest.raises(BadSignature, match="exactly one XML-DSig"):
        verifier.verify(bare)


def test_another_authority_of_the_same_name_is_refused(verifier: Verifier, tmp_path: Path) -> None:
    impostor = Signer.load(issue(tmp_path, tmp_path, RECORDS), RECORDS)
    with pytest.raises(BadSignature):
        verifier.verify(impostor.sign(WRITER.write(ANSWER)))


def _key_of_records(exchange_dir: Path) -> dict[str, Any]:
    files = {"key": exchange_dir / f"{RECORDS}.key.pem", "cert": exchange_dir / f"{RECORDS}.crt.pem"}
    return {name: file.read_text("ascii") for name, file in files.items()}


class _OldSigner(XMLSigner):
    """Signs as the official samples do."""

    def check_deprecated_methods(self) -> None:
        pass


@pytest.mark.parametrize(
    ("signature", "digest"),
    [
        (SignatureMethod.RSA_SHA1, DigestAlgorithm.SHA256),
        (SignatureMethod.RSA_SHA256, DigestAlgorithm.SHA1),
        (SignatureMethod.RSA_SHA512, DigestAlgorithm.SHA512),
    ],
)
def test_other_algorithms_than_sha256_are_refused(
    exchange_dir: Path, verifier: Verifier, signature: SignatureMethod, digest: DigestAlgorithm
) -> None:
    signer = _OldSigner(signature_algorithm=signature, digest_algorithm=digest, c14n_algorithm=EXCLUSIVE)
    data = etree.tostring(signer.sign(WRITER.write(ANSWER), **_key_of_records(exchange_dir)))
    with pytest.raises(BadSignature, match="forbidden"):
        verifier.verify(data)


def test_a_genuine_packet_wrapped_in_a_forged_one_is_refused(signed: bytes, verifier: Verifier) -> None:
    """XML signature wrapping: the genuine tree is kept inside, its signature points at it by id."""
    genuine = etree.fromstring(signed)
    genuine.set("Id", "genuine")
    forged = edxml.load(_altered(signed, "Không có án tích.", "Có 2 án tích."))
    (inner,) = forged.iter(f"{DS}Signature")
    inner.find(f".//{DS}Reference").set("URI", "#genuine")  # type: ignore[union-attr]
    for signature in list(genuine.iter(f"{DS}Signature")):
        signature.getparent().remove(signature)  # type: ignore[union-attr]
    forged.append(genuine)
    with pytest.raises(BadSignature):
        verifier.verify(etree.tostring(forged))


def test_a_signature_over_a_part_only_is_refused(verifier: Verifier, exchange_dir: Path) -> None:
    root = WRITER.write(ANSWER)
    root.find(f"{{{edxml.NAMESPACE}}}AttachmentEncoded").set("Id", "part")  # type: ignore[union-attr]
    signer = XMLSigner(c14n_algorithm=EXCLUSIVE)
    data = etree.tostring(signer.sign(root, reference_uri="#part", **_key_of_records(exchange_dir)))
    with pytest.raises(BadSignature, match="does not cover"):
        verifier.verify(data)


def test_a_signature_in_another_place_is_refused(verifier: Verifier, exchange_dir: Path) -> None:
    root = WRITER.write(ANSWER)
    (placeholder,) = root.iter(f"{DS}Signature")
    placeholder.getparent().remove(placeholder)  # type: ignore[union-attr]
    data = etree.tostring(XMLSigner(c14n_algorithm=EXCLUSIVE).sign(root, **_key_of_records(exchange_dir)))
    with pytest.raises(BadSignature):
        verifier.verify(data)


def test_a_second_certificate_cannot_lend_its_name(signed: bytes, verifier: Verifier, police: Signer) -> None:
    """signxml tries the chain in both directions, so a second certificate could be read as the signer's."""
    extra = b"<ds:X509Certificate>" + b64encode(police.certificate_der) + b"</ds:X509Certificate>"
    with pytest.raises(BadSignature, match="exactly one certificate"):
        verifier.verify(signed.replace(b"<ds:X509Certificate>", extra + b"<ds:X509Certificate>", 1))


def test_a_document_type_or_junk_is_refused_before_any_signature_is_looked_at(
    signed: bytes, verifier: Verifier
) -> None:
    for data in (b"1212" + signed, signed.replace(b"?>", b"?><!DOCTYPE edXML>", 1)):
        with pytest.raises(BadEnvelope):
            verifier.verify(data)


@pytest.mark.parametrize("name", ["SignatureValue", "X509Certificate", "DigestValue", "KeyInfo", "SignedInfo"])
@pytest.mark.parametrize("text", ["", "!", "AAAA"])
def test_a_hollow_signature_is_refused_and_nothing_else_happens(
    signed: bytes, verifier: Verifier, name: str, text: str
) -> None:
    root = etree.fromstring(signed)
    (element,) = root.iter(f"{DS}{name}")
    element[:] = []
    element.text = text
    with pytest.raises(BadSignature):
        verifier.verify(etree.tostring(root))


def test_a_certificate_of_another_agency_does_not_load(exchange_dir: Path, tmp_path: Path) -> None:
    for part in ("key", "crt"):
        source = exchange_dir / f"{RECORDS}.{part}.pem"
        (tmp_path / f"H29.001.00.{part}.pem").write_bytes(source.read_bytes())
    with pytest.raises(ValueError, match=r"certificate of H29\.001\.00"):
        Signer.load(tmp_path, "H29.001.00")
