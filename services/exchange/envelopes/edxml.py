"""edXML packets of QCVN 102:2016/BTTTT: documents and status reports, written from templates and read strictly.

Nothing here signs or verifies; see `signing`.
"""

import re
import unicodedata
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from codecs import BOM_UTF8
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import NoReturn

from jinja2 import Environment, PackageLoader, StrictUndefined
from lxml import etree

from services.common import limits
from services.common.outside import one_line, prose
from services.common.times import VIETNAM
from services.exchange.envelopes.agencies import is_agency_code
from services.exchange.envelopes.domain import (
    Attachment,
    BadEnvelope,
    Document,
    Organ,
    Packet,
    Reference,
    Signatory,
    Status,
    StatusReport,
)

NAMESPACE = "http://www.mic.gov.vn/TBT/QCVN_102_2016"

_NS = {"e": NAMESPACE}
_DAY = "%Y/%m/%d"
_MOMENT = "%Y/%m/%d %H:%M:%S"
_NOT_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Writer:
    """Writes packets; the place of the signature is marked for `signing.Signer`."""

    def __init__(self) -> None:
        environment = Environment(
            loader=PackageLoader("services.exchange.envelopes"),
            autoescape=True,
            undefined=StrictUndefined,
            finalize=_clean,
        )
        environment.filters["day"] = lambda day: day.strftime(_DAY)
        environment.filters["moment"] = lambda at: at.astimezone(VIETNAM).strftime(_MOMENT)
        environment.filters["base64"] = lambda content: b64encode(content).decode("ascii")
        self._document = environment.get_template("document.xml")
        self._status = environment.get_template("status.xml")

    def write(self, packet: Packet) -> etree._Element:
        """Returns the packet as an element tree, unsigned."""
        if isinstance(packet, Document):
            return load(self._document.render(d=packet).encode("utf-8"))
        return load(self._status.render(s=packet).encode("utf-8"))


def _clean(value: object) -> object:
    """Cleans a text: Unicode form NFC, line ends as XML keeps them, no characters that XML 1.0 cannot hold."""
    if type(value) is not str:
        return value
    lines = value.replace("\r\n", "\n").replace("\r", "\n")
    return _NOT_XML.sub("", unicodedata.normalize("NFC", lines))


def parser() -> etree.XMLParser:
    """Makes a parser that fetches nothing, expands nothing and reads UTF-8 whatever the prolog claims.

    `huge_tree` because an attachment is one text node; `load` refuses document types, so nothing can grow.
    """
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True, encoding="utf-8")


def bare(data: bytes) -> bytes:
    """Takes off the byte order mark that some writers put before the prolog."""
    return data.removeprefix(BOM_UTF8)


def load(data: bytes) -> etree._Element:
    """Parses bytes from anywhere into an element tree.

    Raises:
        BadEnvelope: larger than 50 MB, bytes before the prolog, a document type, malformed, or another dialect.
    """
    if len(data) > limits.ENVELOPE_BYTES:
        _refuse("lớn hơn 50 MB", "it is larger than 50 MB")
    data = bare(data)
    if not data.startswith(b"<"):
        _refuse("có ký tự thừa trước phần khai báo XML", "there are bytes before the XML prolog")
    if b"<!DOCTYPE" in data:
        _refuse("không được chứa DOCTYPE", "it must not contain a document type")
    try:
        root = etree.fromstring(data, parser())
    except etree.XMLSyntaxError as error:
        raise BadEnvelope(why_vi="XML sai cú pháp", why_en=f"malformed XML, {_short(str(error))}") from error
    if root.tag != f"{{{NAMESPACE}}}edXML":
        _refuse("phần tử gốc không phải edXML của QCVN 102:2016", "its root is not edXML of QCVN 102:2016")
    return root


def read(root: etree._Element) -> Packet:
    """Returns the packet an edXML element tree holds.

    Raises:
        BadEnvelope: an element is missing, doubled or malformed.
    """
    header = _one(root, "e:edXMLEnvelope/e:edXMLHeader/e:MessageHeader")
    if header.find("e:StatusCode", _NS) is not None:
        return _status(header)
    return _document(root, header)


def _status(header: etree._Element) -> StatusReport:
    code = _name(header, "e:StatusCode")
    if code not in list(Status):
        _refuse(f"mã trạng thái {code} không có trong QĐ 28/2018", f"{code} is no status code of QĐ 28/2018")
    return StatusReport(
        sender=_organ(_one(header, "e:From")),
        about=_reference(_one(header, "e:ResponseFor")),
        status=Status(code),
        at=_moment(_name(header, "e:Timestamp")),
        description=_text(header, "e:Description", ""),
        staff=_text(header, "e:StaffInfo/e:Staff", ""),
    )


def _document(root: etree._Element, header: etree._Element) -> Document:
    receivers = tuple(_organ(element) for element in header.findall("e:To", _NS) if _says_something(element))
    if not receivers:
        _refuse("thiếu To", "To is missing")
    due = _name(header, "e:DueDate", "")
    trace = _one(root, "e:edXMLEnvelope/e:edXMLHeader/e:TraceHeaderList")
    document = Document(
        sender=_organ(_one(header, "e:From")),
        receivers=receivers,
        number=_name(header, "e:Code/e:CodeNumber"),
        notation=_name(header, "e:Code/e:CodeNotation"),
        day=_day(_name(header, "e:PromulgationInfo/e:PromulgationDate")),
        place=_text(header, "e:PromulgationInfo/e:Place", ""),
        subject=_text(header, "e:Subject"),
        content=_text(header, "e:Content", ""),
        signer=Signatory(
            _text(header, "e:SignerInfo/e:Competence", ""),
            _text(header, "e:SignerInfo/e:Position", ""),
            _text(header, "e:SignerInfo/e:FullName", ""),
        ),
        at=_moment(_name(trace.find("e:TraceHeader", _NS), "e:Timestamp")),
        due=_day(due) if due else None,
        staff=_text(trace, "e:Bussiness/e:StaffInfo/e:Staff", ""),
        answers=tuple(
            _reference(element) for element in header.findall("e:ResponseFor", _NS) if _says_something(element)
        ),
        attachments=_attachments(root),
    )
    # Systems call their documents as they like; what one calls it is how it will be spoken of.
    given = _name(header, "e:DocumentId")
    return document if given == document.document_id else replace(document, given_id=given)


def _organ(element: etree._Element) -> Organ:
    code = _name(element, "e:OrganId")
    if not is_agency_code(code):
        _refuse(f"mã định danh cơ quan {code} sai dạng", f"{code} is no agency code")
    return Organ(
        code=code,
        name=_text(element, "e:OrganName", ""),
        address=_text(element, "e:OrganAdd", ""),
        in_charge=_text(element, "e:OrganizationInCharge", "") or _text(element, "e:OrganInCharge", ""),
        email=_text(element, "e:Email", ""),
        telephone=_text(element, "e:Telephone", ""),
        fax=_text(element, "e:Fax", ""),
        website=_text(element, "e:Website", ""),
    )


def _reference(element: etree._Element) -> Reference:
    return Reference(
        organ=_name(element, "e:OrganId"),
        code=_name(element, "e:Code", ""),
        day=_day(_name(element, "e:PromulgationDate")),
        document_id=_name(element, "e:DocumentId"),
    )


def _attachments(root: etree._Element) -> tuple[Attachment, ...]:
    elements = root.findall("e:AttachmentEncoded/e:Attachment", _NS)
    if len(elements) > limits.ATTACHMENTS_PER_ENVELOPE:
        _refuse("quá nhiều tệp đính kèm", "it has too many attachments")
    listed = [
        _name(reference, "e:ContentId")
        for reference in root.iterfind("e:edXMLEnvelope/e:edXMLBody/e:edXMLManifest/e:Reference", _NS)
    ]
    if sorted(listed) != sorted(_name(element, "e:ContentId") for element in elements):
        _refuse("tệp đính kèm không khớp edXMLManifest", "the attachments are not those of edXMLManifest")
    return tuple(
        Attachment(
            name=_name(element, "e:AttachmentName"),
            media_type=_name(element, "e:ContentType", ""),
            content=_decoded(_text(element, "e:ContentTransferEncoded", "", clean=str)),
            description=_text(element, "e:Description", ""),
        )
        for element in elements
    )


def _decoded(text: str) -> bytes:
    try:
        return b64decode("".join(text.split()), validate=True)
    except (Base64Error, ValueError) as error:
        raise BadEnvelope(why_vi="tệp đính kèm không phải Base64", why_en="an attachment is not Base64") from error


def _one(parent: etree._Element, path: str) -> etree._Element:
    """Finds the only element at `path`: a second element could be what another reader sees."""
    found = parent.findall(path, _NS)
    if len(found) != 1:
        name = path.rsplit("e:", 1)[-1]
        _refuse(f"phải có đúng một phần tử {name}", f"there must be exactly one {name}")
    return found[0]


def _text(
    parent: etree._Element | None, path: str, default: str | None = None, clean: Callable[[str], str] = prose
) -> str:
    """Reads the text at `path`, without invisible characters; elements inside it are not text."""
    name = path.rsplit("e:", 1)[-1]
    found = [] if parent is None else parent.findall(path, _NS)
    if not found and default is not None:
        return default
    if len(found) != 1:
        _refuse(f"phải có đúng một phần tử {name}", f"there must be exactly one {name}")
    if len(found[0]):
        _refuse(f"{name} chỉ được chứa văn bản", f"{name} must contain text only")
    text = clean(found[0].text or "")
    if not text and default is None:
        _refuse(f"thiếu {name}", f"{name} is empty")
    return text


def _name(parent: etree._Element | None, path: str, default: str | None = None) -> str:
    """Returns a code, number, date or name at `path`: without the blanks round it, and of bounded length."""
    text = _text(parent, path, default, clean=one_line)
    if len(text) > limits.NAME_IN_ENVELOPE:
        name, most = path.rsplit("e:", 1)[-1], limits.NAME_IN_ENVELOPE
        _refuse(f"{name} dài quá {most} ký tự", f"{name} is longer than {most} characters")
    return text


def _says_something(element: etree._Element) -> bool:
    """Returns whether there is any text in an optional element: an empty element counts as absent."""
    return any(text.strip() for text in element.itertext())


def _day(text: str) -> date:
    return _moment_of(text, _DAY).date()


def _moment(text: str) -> datetime:
    return _moment_of(text, _MOMENT)


def _moment_of(text: str, form: str) -> datetime:
    try:
        return datetime.strptime(text, form).replace(tzinfo=VIETNAM)
    except ValueError as error:
        raise BadEnvelope(
            why_vi=f"{text} không phải ngày giờ, ví dụ 2026/12/31 15:00:00",
            why_en=f"{text} is no date and time, e.g. 2026/12/31 15:00:00",
        ) from error


def _refuse(why_vi: str, why_en: str) -> NoReturn:
    raise BadEnvelope(why_vi=_short(why_vi), why_en=_short(why_en))


def _short(text: str) -> str:
    return text[: limits.REASON_TEXT]
