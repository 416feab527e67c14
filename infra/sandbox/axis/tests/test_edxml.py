"""The agencies behind the axis and exchange understand each other's packets, each with code of its own."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from lxml import etree

from infra.local.pki import Authority, organisation
from infra.sandbox.axis import edxml, signing
from services.exchange.envelopes import edxml as exchange
from services.exchange.envelopes import signing as exchange_signing
from services.exchange.envelopes.domain import (
    Attachment,
    BadSignature,
    Document,
    Organ,
    Reference,
    Signatory,
    Status,
    StatusReport,
)

POLICE = edxml.Organ("G01.029.00", "Công an Thành phố Hồ Chí Minh", "Thành phố Hồ Chí Minh")
RECORDS = edxml.Organ("G01.001.00", "Cục Hồ sơ nghiệp vụ, Bộ Công an", "Hà Nội")
QUESTION = edxml.Reference(
    POLICE.code, "12/CATP-HS", date(2026, 1, 5), "G01.029.00,2026/01/05,12/CATP-HS"
)  # fmt: skip
AT = datetime(2026, 1, 6, 23, 30, 15, tzinfo=edxml.VIETNAM)
LETTER = edxml.Letter(
    sender=RECORDS,
    receiver=POLICE,
    number="7",
    notation="HSNV",
    at=AT,
    subject="Trả lời: <xác minh> & án tích",
    content="Không có án tích.\nHết.",
    signer=edxml.Signatory("TL. CỤC TRƯỞNG", "Trưởng phòng", "Ngô Thị Hoa"),
    answers=QUESTION,
    attachments=(edxml.Attachment("tệp.bin", "application/octet-stream", bytes(range(256)), "Trả lời"),),
)
HEARD = Document(
    sender=Organ(RECORDS.code, RECORDS.name, RECORDS.address),
    receivers=(Organ(POLICE.code, POLICE.name, POLICE.address),),
    number="7",
    notation="HSNV",
    day=date(2026, 1, 6),
    place="Hà Nội",
    subject=LETTER.subject,
    content=LETTER.content,
    signer=Signatory("TL. CỤC TRƯỞNG", "Trưởng phòng", "Ngô Thị Hoa"),
    at=AT,
    answers=(Reference(POLICE.code, "12/CATP-HS", date(2026, 1, 5), QUESTION.document_id),),
    attachments=(Attachment("tệp.bin", "application/octet-stream", bytes(range(256)), "Trả lời"),),
)
WRITER = exchange.Writer()


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("axis")
    authority = Authority.ensure(home, "axis", "CA chuyên dùng Chính phủ (thử nghiệm)")
    for organ in (POLICE, RECORDS):
        key = rsa.generate_private_key(65537, 2048)
        authority.issue(home / "keys", organ.code, organisation(organ.code, organ.name), key)
    return home / "keys"


@pytest.fixture(scope="module")
def verifier(keys: Path) -> signing.Verifier:
    return signing.Verifier(keys / "ca.crt.pem")


@pytest.fixture(scope="module")
def asked(keys: Path) -> bytes:
    """A document as exchange sends it."""
    return exchange_signing.Signer.load(keys, RECORDS.code).sign(WRITER.write(HEARD))


def test_exchange_reads_and_believes_a_letter_from_behind_the_axis(keys: Path) -> None:
    envelope = signing.Signer.load(keys, RECORDS.code).sign(edxml.write_letter(LETTER))
    proof = exchange_signing.Verifier(keys / "ca.crt.pem").verify(envelope)
    assert (proof.agency, exchange.read(proof.root)) == (RECORDS.code, HEARD)


def test_exchange_reads_and_believes_a_report_from_behind_the_axis(keys: Path) -> None:
    report = edxml.write_report(RECORDS, QUESTION, "02", AT, "Từ chối")
    proof = exchange_signing.Verifier(keys / "ca.crt.pem").verify(signing.Signer.load(keys, RECORDS.code).sign(report))
    assert exchange.read(proof.root) == StatusReport(HEARD.sender, HEARD.answers[0], Status.REFUSED, AT, "Từ chối")


def test_the_agencies_read_and_believe_what_exchange_sends(asked: bytes, verifier: signing.Verifier) -> None:
    root = edxml.parse(asked)
    assert verifier.sender_of(root) == RECORDS.code
    assert edxml.read(root) == edxml.Document(
        RECORDS,
        edxml.Reference(RECORDS.code, "7/HSNV", date(2026, 1, 6), HEARD.document_id),
        LETTER.subject,
        LETTER.content,
        LETTER.attachments,
    )


def test_the_axis_knows_whose_document_a_report_of_exchange_is_about() -> None:
    written = WRITER.write(StatusReport(HEARD.sender, HEARD.answers[0], Status.DONE, AT))
    assert edxml.addresses(written) == edxml.Addresses("status", RECORDS.code, (POLICE.code,))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Không có án tích.", "Có 2 án tích."),
        ("<AttachmentEncoded>", "<AttachmentEncoded><Attachment/>"),
        ("<ds:DigestValue>", "<ds:DigestValue>AAAA"),
        ("<ds:SignatureValue>", "<ds:SignatureValue>AAAA"),
        ('<ds:Reference URI="">', '<ds:Reference URI="#x">'),
        ("xmldsig-more#rsa-sha256", "xmldsig-more#rsa-sha1"),
    ],
    ids=["content", "attachment", "digest", "value", "reference", "algorithm"],
)
def test_a_changed_packet_proves_nothing(asked: bytes, verifier: signing.Verifier, old: str, new: str) -> None:
    text = asked.decode()
    assert old in text
    with pytest.raises(signing.Unproven):
        verifier.sender_of(edxml.parse(text.replace(old, new, 1).encode()))


def test_neither_side_believes_another_authority(keys: Path, tmp_path: Path) -> None:
    other = Authority.ensure(tmp_path, "axis", "CA chuyên dùng Chính phủ (thử nghiệm)")
    key = rsa.generate_private_key(65537, 2048)
    other.issue(tmp_path, RECORDS.code, organisation(RECORDS.code, RECORDS.name), key)
    forged = signing.Signer.load(tmp_path, RECORDS.code).sign(edxml.write_letter(LETTER))
    with pytest.raises(signing.Unproven):
        signing.Verifier(keys / "ca.crt.pem").sender_of(edxml.parse(forged))
    with pytest.raises(BadSignature):
        exchange_signing.Verifier(keys / "ca.crt.pem").verify(forged)


@pytest.mark.parametrize(
    "packet",
    [
        replace(HEARD, subject=""),
        replace(HEARD, given_id="mine"),
        replace(HEARD, sender=Organ("")),
    ],
    ids=["about nothing", "an id of its own", "from nobody"],
)
def test_a_document_that_breaks_the_rules_is_unreadable(packet: Document) -> None:
    with pytest.raises(edxml.Unreadable):
        edxml.read(WRITER.write(packet))


def test_a_packet_for_nobody_goes_nowhere() -> None:
    with pytest.raises(edxml.Unreadable, match="To"):
        edxml.addresses(WRITER.write(replace(HEARD, receivers=())))


@pytest.mark.parametrize(
    "data",
    [b"", b"<a/>", b"<a>", b'<!DOCTYPE a><edXML xmlns="http://www.mic.gov.vn/TBT/QCVN_102_2016"/>'],
    ids=["nothing", "another", "malformed", "document type"],
)
def test_bytes_that_are_no_packet_are_unreadable(data: bytes) -> None:
    with pytest.raises(edxml.Unreadable):
        edxml.parse(data)


def test_attachments_are_those_that_the_manifest_lists() -> None:
    root = edxml.write_letter(LETTER)
    (carried,) = root.iterfind("{*}AttachmentEncoded/{*}Attachment")
    etree.SubElement(carried.getparent(), "x")  # type: ignore[arg-type]  # it has a parent
    carried.getparent().remove(carried)  # type: ignore[union-attr]
    with pytest.raises(edxml.Unreadable, match="edXMLManifest"):
        edxml.read(root)


def test_a_day_is_the_day_in_viet_nam() -> None:
    assert replace(LETTER, at=AT + timedelta(hours=1)).day == date(2026, 1, 7)
