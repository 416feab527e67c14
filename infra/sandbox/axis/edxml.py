"""edXML packets of QCVN 102:2016/BTTTT as the agencies behind the axis read and write them.

It shares no code with the services, so that it can disagree with them: it reads by paths and refuses whatever occurs
more or less than once, and it holds a letter to the id that QCVN 102:2016 gives it. Nothing here signs; see `signing`.
"""

from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

from lxml import etree

from infra.sandbox.axis.markup import Maker

NAMESPACE = "http://www.mic.gov.vn/TBT/QCVN_102_2016"
VIETNAM = timezone(timedelta(hours=7))
MOST_BYTES = 50 * 1024 * 1024
HEADER = "q:edXMLEnvelope/q:edXMLHeader"

_MESSAGE = f"{HEADER}/q:MessageHeader"
_PREFIXES = {"q": NAMESPACE}
_DAY, _MOMENT = "%Y/%m/%d", "%Y/%m/%d %H:%M:%S"
_edxml = Maker("edXML", NAMESPACE)


class Unreadable(ValueError):
    """The bytes are no packet of QCVN 102:2016; the message says why, in Vietnamese."""


@dataclass(frozen=True, slots=True)
class Organ:
    """An agency as a packet names it."""

    code: str
    name: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who signs a letter: thẩm quyền, chức vụ, họ tên."""

    competence: str
    position: str
    full_name: str


@dataclass(frozen=True, slots=True)
class Reference:
    """ResponseFor: the document a packet answers or reports on; `code` is number/notation."""

    organ: str
    code: str
    day: date
    document_id: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file carried in a packet."""

    name: str
    media_type: str
    content: bytes
    description: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A letter as it came in."""

    sender: Organ
    reference: Reference
    subject: str
    content: str
    attachments: tuple[Attachment, ...]


@dataclass(frozen=True, slots=True)
class Addresses:
    """The addresses the axis reads from a packet: its `messagetype`, and the codes of the sender and of the
    receivers."""

    kind: str
    sender: str
    receivers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter to send, `number/notation` of its sender's at `at`, to one receiver, about one document."""

    sender: Organ
    receiver: Organ
    number: str
    notation: str
    at: datetime
    subject: str
    content: str
    signer: Signatory
    answers: Reference
    attachments: tuple[Attachment, ...] = ()

    @property
    def day(self) -> date:
        return self.at.astimezone(VIETNAM).date()

    @property
    def document_id(self) -> str:
        return _document_id(self.sender.code, self.day, self.number, self.notation)


def parse(data: bytes) -> etree._Element:
    """Reads bytes into a tree, of which nothing is fetched or expanded.

    Raises:
        Unreadable.
    """
    if len(data) > MOST_BYTES:
        raise Unreadable("gói tin vượt 50 MB")
    try:
        root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))
    except etree.XMLSyntaxError as error:
        raise Unreadable(f"XML sai cú pháp ({error})") from error
    if root.getroottree().docinfo.doctype:  # type: ignore[union-attr]  # the stubs leave it open
        raise Unreadable("không được chứa DOCTYPE")
    if root.tag != f"{{{NAMESPACE}}}edXML":
        raise Unreadable(f"phần tử gốc là {root.tag}")
    return root


def addresses(root: etree._Element) -> Addresses:
    """Reads whom a packet is from and for: of a status report, whose document it is about.

    Raises:
        Unreadable.
    """
    kind, to = ("edoc", "To") if root.find(f"{_MESSAGE}/q:StatusCode", _PREFIXES) is None else ("status", "ResponseFor")
    receivers = tuple(_stripped(each) for each in root.iterfind(f"{_MESSAGE}/q:{to}/q:OrganId", _PREFIXES))
    if not all(receivers) or not receivers:
        raise Unreadable(f"thiếu {to}")
    return Addresses(kind, _stripped(_one(root, f"{_MESSAGE}/q:From/q:OrganId")), receivers)


def read(root: etree._Element) -> Document:
    """Reads a letter.

    Raises:
        Unreadable.
    """
    sender = _sender(root)
    number, notation = _text(root, "q:Code/q:CodeNumber"), _text(root, "q:Code/q:CodeNotation")
    day = _day(_text(root, "q:PromulgationInfo/q:PromulgationDate"))
    document_id = _text(root, "q:DocumentId")
    if document_id != _document_id(sender.code, day, number, notation):
        raise Unreadable(f"DocumentId {document_id} không theo quy tắc")
    return Document(
        sender,
        Reference(sender.code, f"{number}/{notation}", day, document_id),
        _text(root, "q:Subject"),
        _text(root, "q:Content", needed=False),
        tuple(_attachments(root)),
    )


def write_letter(letter: Letter) -> etree._Element:
    """Writes a letter, not yet signed."""
    files = list(enumerate(letter.attachments, 1))
    return _edxml(
        "edXML",
        _edxml(
            "edXMLEnvelope",
            _edxml("edXMLHeader", _message_header(letter), _trace(letter)),
            _edxml("edXMLBody", _edxml("edXMLManifest", *(_listed(no, file) for no, file in files), version="1.0")),
        ),
        _edxml("AttachmentEncoded", *(_carried(no, file) for no, file in files)),
    )


def _message_header(letter: Letter) -> etree._Element:
    signer = letter.signer
    return _edxml(
        "MessageHeader",
        _organ("From", letter.sender),
        _organ("To", letter.receiver),
        _edxml("DocumentId", letter.document_id),
        _edxml("Code", _edxml("CodeNumber", letter.number), _edxml("CodeNotation", letter.notation)),
        _edxml(
            "PromulgationInfo",
            _edxml("Place", letter.sender.address),
            _edxml("PromulgationDate", f"{letter.day:{_DAY}}"),
        ),
        _edxml("DocumentType", _edxml("Type", "1"), _edxml("TypeDetail", "0"), _edxml("TypeName", "Công văn")),
        _edxml("Subject", letter.subject),
        _edxml("Content", letter.content),
        _edxml(
            "SignerInfo",
            _edxml("Competence", signer.competence),
            _edxml("Position", signer.position),
            _edxml("FullName", signer.full_name),
        ),
        _edxml(
            "OtherInfo",
            _edxml("Priority", "0"),
            _edxml("SphereOfPromulgation"),
            _edxml("TyperNotation"),
            _edxml("PromulgationAmount", "1"),
            _edxml("PageAmount", "1"),
            _edxml("Direction", "false"),
            _edxml("Appendixes"),
        ),
        _edxml("SteeringType", "1"),
        _edxml("ToPlaces", _edxml("Place", letter.receiver.name)),
        _response_for(letter.answers),
    )


def _trace(letter: Letter) -> etree._Element:
    return _edxml(
        "TraceHeaderList",
        _edxml("TraceHeader", _edxml("OrganId", letter.sender.code), _edxml("Timestamp", _moment(letter.at))),
        _edxml(
            "Bussiness",
            _edxml("DocumentId", letter.document_id),
            _edxml("BussinessDocType", "0"),
            _edxml("BussinessDocReason", "Văn bản điện tử mới"),
            _edxml("Paper", "0"),
            _edxml("StaffInfo", _edxml("Department"), _edxml("Staff"), _edxml("Email"), _edxml("Mobile")),
        ),
    )


def _listed(number: int, file: Attachment) -> etree._Element:
    return _edxml(
        "Reference",
        _edxml("ContentId", f"cid:{number}"),
        _edxml("ContentType", file.media_type),
        _edxml("Description", file.description),
        _edxml("AttachmentName", file.name),
    )


def _carried(number: int, file: Attachment) -> etree._Element:
    return _edxml(
        "Attachment",
        _edxml("ContentId", f"cid:{number}"),
        _edxml("AttachmentName", file.name),
        _edxml("Description", file.description),
        _edxml("ContentType", file.media_type),
        _edxml("ContentTransferEncoded", b64encode(file.content).decode("ascii")),
    )


def write_report(sender: Organ, about: Reference, status: str, at: datetime, description: str) -> etree._Element:
    """Writes a status report, not yet signed."""
    header = _edxml(
        "MessageHeader",
        _organ("From", sender),
        _response_for(about),
        _edxml("StaffInfo", _edxml("Department"), _edxml("Staff"), _edxml("Mobile"), _edxml("Email")),
        _edxml("StatusCode", status),
        _edxml("Description", description),
        _edxml("Timestamp", _moment(at)),
    )
    return _edxml("edXML", _edxml("edXMLEnvelope", _edxml("edXMLHeader", header)))


def _organ(tag: str, organ: Organ) -> etree._Element:
    return _edxml(
        tag,
        _edxml("OrganId", organ.code),
        _edxml("OrganizationInCharge"),
        _edxml("OrganName", organ.name),
        _edxml("OrganAdd", organ.address),
        _edxml("Email"),
        _edxml("Telephone"),
        _edxml("Fax"),
        _edxml("Website"),
    )


def _response_for(about: Reference) -> etree._Element:
    return _edxml(
        "ResponseFor",
        _edxml("OrganId", about.organ),
        _edxml("Code", about.code),
        _edxml("PromulgationDate", f"{about.day:{_DAY}}"),
        _edxml("DocumentId", about.document_id),
    )


def _document_id(organ: str, day: date, number: str, notation: str) -> str:
    return f"{organ},{day:{_DAY}},{number}/{notation}"


def _sender(root: etree._Element) -> Organ:
    return Organ(
        _text(root, "q:From/q:OrganId"),
        _text(root, "q:From/q:OrganName", needed=False),
        _text(root, "q:From/q:OrganAdd", needed=False),
    )


def _attachments(root: etree._Element) -> Iterable[Attachment]:
    elements = root.findall("q:AttachmentEncoded/q:Attachment", _PREFIXES)
    listed = root.findall("q:edXMLEnvelope/q:edXMLBody/q:edXMLManifest/q:Reference", _PREFIXES)
    if [_facts(each) for each in listed] != [_facts(each) for each in elements]:
        raise Unreadable("tệp đính kèm không khớp edXMLManifest")
    for element in elements:
        _, name, media_type, description = _facts(element)
        try:
            content = b64decode(_one(element, "q:ContentTransferEncoded").text or "", validate=True)
        except Base64Error as error:
            raise Unreadable(f"{name} không phải Base64") from error
        yield Attachment(name, media_type, content, description)


def _facts(element: etree._Element) -> tuple[str, str, str, str]:
    content_id, name, media_type, description = (
        _one(element, f"q:{tag}").text or "" for tag in ("ContentId", "AttachmentName", "ContentType", "Description")
    )
    return content_id, name, media_type, description


def _text(root: etree._Element, path: str, *, needed: bool = True) -> str:
    """Reads the text of the only element at `path` below the MessageHeader."""
    text = _one(root, f"{_MESSAGE}/{path}").text or ""
    if needed and not text:
        raise Unreadable(f"{path} trống")
    return text


def _stripped(element: etree._Element) -> str:
    return (element.text or "").strip()


def _one(element: etree._Element, path: str) -> etree._Element:
    found = element.findall(path, _PREFIXES)
    if len(found) != 1:
        raise Unreadable(f"phải có đúng một {path.replace('q:', '')}")
    return found[0]


def _day(text: str) -> date:
    try:
        return datetime.strptime(text, _DAY).replace(tzinfo=VIETNAM).date()
    except ValueError as error:
        raise Unreadable(f"{text} không phải ngày") from error


def _moment(at: datetime) -> str:
    return f"{at.astimezone(VIETNAM):{_MOMENT}}"
