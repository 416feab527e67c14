from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from unicodedata import normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from services.common import limits
from services.common.outside import prose
from services.exchange.envelopes import edxml
from services.exchange.envelopes.domain import Attachment, BadEnvelope, Document, Packet, Status
from services.exchange.tests.samples import ANSWER, QUESTION, report

VECTORS = Path(__file__).parent / "vectors"
WRITER = edxml.Writer()
_FROM = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_TO = datetime(2100, 1, 1, tzinfo=UTC).replace(tzinfo=None)

# What a person may type: any text XML can hold that is not blank.
_TYPED = (
    st.text(
        st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"), min_size=1
    )
    .map(lambda text: normalize("NFC", text))
    .filter(str.strip)
)


def _bytes(packet: Packet) -> bytes:
    return etree.tostring(WRITER.write(packet), encoding="UTF-8")


@pytest.mark.parametrize(
    ("packet", "vector"),
    [(ANSWER, "document.xml"), (report(Status.REGISTERED), "status.xml")],
    ids=["document", "status"],
)
def test_a_packet_is_written_as_the_golden_file(packet: Packet, vector: str) -> None:
    assert _bytes(packet) == (VECTORS / vector).read_bytes().rstrip(b"\n")


@pytest.mark.parametrize("packet", [QUESTION, ANSWER, report(Status.DONE)], ids=["question", "answer", "status"])
def test_a_packet_reads_back_as_it_was_written(packet: Packet) -> None:
    assert edxml.read(edxml.load(_bytes(packet))) == packet


@settings(max_examples=60)
@given(_TYPED.filter(prose), _TYPED, st.binary(max_size=200), st.datetimes(_FROM, _TO))
def test_any_text_and_any_attachment_survive(subject: str, content: str, payload: bytes, at: datetime) -> None:
    packet = replace(
        QUESTION,
        subject=subject,
        content=content,
        at=at.replace(microsecond=0, tzinfo=UTC),
        attachments=(Attachment("tệp.bin", "application/octet-stream", payload),),
    )
    heard = replace(packet, subject=prose(subject), content=prose(content))
    assert edxml.read(edxml.load(_bytes(packet))) == heard


def test_characters_xml_cannot_hold_are_left_out_instead_of_breaking_the_packet() -> None:
    packet = edxml.read(WRITER.write(replace(QUESTION, subject="Xác\x00 minh\x0b", content="a\r\nb\ud800")))
    assert isinstance(packet, Document)
    assert (packet.subject, packet.content) == ("Xác minh", "a\nb")


def test_decomposed_text_is_composed() -> None:
    packet = edxml.read(WRITER.write(replace(QUESTION, subject=normalize("NFD", "Xác minh án tích"))))
    assert isinstance(packet, Document)
    assert packet.subject == "Xác minh án tích"


GOOD = _bytes(ANSWER)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "before the XML prolog"),
        (b"1212" + GOOD, "before the XML prolog"),
        (b"\n<?xml version='1.0'?>" + GOOD, "before the XML prolog"),
        (b"<!DOCTYPE edXML [<!ENTITY a 'b'>]>" + GOOD, "document type"),
        (GOOD[:-4], "malformed"),
        (GOOD + b"<x/>", "malformed"),
        (GOOD.replace(b"QCVN_102_2016", b"QCVN_102_2015"), "root is not edXML"),
        (b'<EdXMLEnvelope xmlns="http://www.go.vn/eDoc"/>', "root is not edXML"),
        (b"<?xml version='1.0' encoding='utf-16'?>" + GOOD.decode().encode("utf-16"), "malformed"),
    ],
    ids=["empty", "junk", "blank line", "DOCTYPE", "cut", "two roots", "namespace", "dialect", "UTF-16"],
)
def test_bytes_that_are_not_edxml_are_refused(data: bytes, why: str) -> None:
    with pytest.raises(BadEnvelope, match=why):
        edxml.load(data)


def test_a_document_type_hidden_by_another_encoding_is_not_expanded() -> None:
    hidden = '<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE e +AFsAPAAh-ENTITY a "b"+AD4AXQA+-<e>&a;</e>'
    with pytest.raises(BadEnvelope):
        edxml.load(hidden.encode())


def test_a_packet_over_the_limit_is_refused_before_it_is_parsed() -> None:
    with pytest.raises(BadEnvelope, match="50 MB"):
        edxml.load(b"<" * (limits.ENVELOPE_BYTES + 1))


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("<edXML:OrganId>G01.001.00<", "<edXML:OrganId>g01<", "no agency code"),
        ("<edXML:Subject>Trả lời xác minh án tích</edXML:Subject>", "", "exactly one Subject"),
        ("<edXML:Subject>", "<edXML:Subject>x</edXML:Subject><edXML:Subject>", "exactly one Subject"),
        ("<edXML:Subject>", "<edXML:Subject><!-- -->", "text only"),
        ("<edXML:Subject>Trả lời xác minh án tích<", "<edXML:Subject> <", "Subject is empty"),
        ("<edXML:PromulgationDate>2026/01/06", "<edXML:PromulgationDate>06/01/2026", "is no date and time"),
        ("<edXML:CodeNumber>7<", f"<edXML:CodeNumber>{'7' * 501}<", "CodeNumber is longer than 500"),
        ("<ContentId>cid:1<", "<ContentId>cid:2<", "not those of edXMLManifest"),
        ("S2hvbmcg", "S2hvbm*g", "not Base64"),
        ("<edXML:From>", "<edXML:From/><edXML:From>", "exactly one From"),
    ],
)
def test_a_packet_with_a_wrong_element_is_refused(old: str, new: str, why: str) -> None:
    text = GOOD.decode()
    assert old in text
    with pytest.raises(BadEnvelope, match=why):
        edxml.read(edxml.load(text.replace(old, new, 1).encode()))


def test_a_status_code_outside_the_decision_is_refused() -> None:
    data = _bytes(report(Status.DONE)).replace(b"StatusCode>06<", b"StatusCode>07<")
    with pytest.raises(BadEnvelope, match="no status code"):
        edxml.read(edxml.load(data))


def test_too_many_attachments_are_refused() -> None:
    files = tuple(Attachment(f"{n}", "text/plain", b"") for n in range(limits.ATTACHMENTS_PER_ENVELOPE + 1))
    with pytest.raises(BadEnvelope, match="too many"):
        edxml.read(WRITER.write(replace(QUESTION, attachments=files)))


def test_the_other_spelling_of_the_organ_in_charge_is_read() -> None:
    text = GOOD.decode().replace(
        "<edXML:OrganizationInCharge/>", "<edXML:OrganInCharge>Bộ Công an</edXML:OrganInCharge>"
    )
    packet = edxml.read(edxml.load(text.encode()))
    assert packet.sender.in_charge == "Bộ Công an"


def test_dates_are_those_of_vietnam() -> None:
    late = replace(QUESTION, at=datetime(2026, 1, 5, 18, 30, tzinfo=UTC), day=date(2026, 1, 6))
    assert b"<edXML:Timestamp>2026/01/06 01:30:00</edXML:Timestamp>" in _bytes(late)
