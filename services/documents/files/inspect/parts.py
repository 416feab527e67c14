"""Reads the XML parts of an office document as they come, without building trees of them."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from xml.parsers import expat

from services.documents.files.inspect.fields import Fields
from services.documents.files.inspect.links import is_on_own_disk, reaches_out
from services.documents.files.inspect.refused import Refused

_XML_NAMES = (".xml", ".rels")
_LIKE_XML = re.compile(rb"(?:\xef\xbb\xbf)?\s*<|\xfe\xff|\xff\xfe")
_ABSOLUTE = re.compile(r"\s*(?:[a-z][a-z0-9+.-]*:|[/\\]{2}|\\)", re.IGNORECASE)
_NEVER = {
    "afchunk": "embedded",
    "oleobject": "embedded",
    "vbaproject": "macros",
    "wordvbadata": "macros",
    "control": "macros",
    "activexcontrolbinary": "macros",
    "externallink": "elsewhere",
}
_LEFT_ON_DISK = frozenset({"image", "attachedtemplate"})
"""What Word names where it came from, a template or a picture pasted from a page: of the reader's disk, if anything."""
_ROOTS = frozenset({"Relationships", "Types", "externalLink", "connections"})
_SAME_WORKBOOK = ("$workbook$", "$embedded$")
_MACRO_TYPES = ("macroenabled", "vbaproject", "activex")


@dataclass
class Package:
    """The document as its parts describe it; `has_fields` once it is known for a Word document."""

    content_types: list[str] = field(default_factory=list)
    has_fields: bool = False


def read_part(package: Package, name: str, head: bytes, more: Callable[[], bytes]) -> None:
    """Reads a part to its end, as XML where it is.

    Raises:
        Refused: it declares entities, fetches something from elsewhere, or runs something.
    """
    must = name.endswith(_XML_NAMES) or name == "[content_types].xml"
    reader = _Part(package) if must or _LIKE_XML.match(head) else None
    piece = head
    while piece:
        if reader is not None and reader.wants_more:
            try:
                reader.feed(piece)
            except expat.ExpatError as error:
                if must:
                    raise Refused("office-unsafe", "damaged") from error
                reader = None  # drawings of old are only like XML, and a DTD would have come first
        piece = more()
    if must and reader is not None and reader.wants_more:
        _finish(reader)


def _finish(reader: "_Part") -> None:
    try:
        reader.feed(b"", last=True)
    except expat.ExpatError as error:
        raise Refused("office-unsafe", "damaged") from error


class _Part:
    """One part on its way through the parser; a part that can hold nothing active is left after its first element."""

    def __init__(self, package: Package) -> None:
        self.wants_more = True
        self._package = package
        self._fields = Fields()
        self._first = True
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.StartElementHandler = self._begin

    def feed(self, piece: bytes, *, last: bool = False) -> None:
        self._parser.Parse(piece, last)

    def _doctype(self, *_: object) -> None:
        raise Refused("office-unsafe", "dtd")

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        kind = name.rpartition(" ")[2]
        if self._first:
            self._first = False
            self._read_as(kind)
        match kind:
            case "Relationship":
                _check_relationship(attributes)
            case "Override" | "Default":
                self._declare(attributes.get("ContentType", ""))
            case "altChunk":
                raise Refused("office-unsafe", "embedded")
            case "ddeLink" | "oleLink":
                raise Refused("office-unsafe", "dde")
            case "webPr" | "textPr" | "olapPr":
                raise Refused("office-unsafe", "elsewhere")
            case "dbPr":
                _check_database(attributes)
            case "fldSimple":
                self._fields.simple(_attribute(attributes, "instr"))
            case "fldChar":
                self._fields.turn(_attribute(attributes, "fldCharType"))
            case "instrText":
                self._parser.CharacterDataHandler = self._fields.code
                self._parser.EndElementHandler = self._end_code
            case _:
                pass

    def _end_code(self, _: str) -> None:
        self._parser.CharacterDataHandler = self._parser.EndElementHandler = None

    def _read_as(self, root: str) -> None:
        self.wants_more = self._package.has_fields or root in _ROOTS

    def _declare(self, content_type: str) -> None:
        if any(part in content_type.lower() for part in _MACRO_TYPES):
            raise Refused("office-unsafe", "macros")
        self._package.content_types.append(content_type)


def _check_relationship(attributes: dict[str, str]) -> None:
    """Checks that only a link that somebody clicks leads out of the document, and only to a page."""
    kind = attributes.get("Type", "").rpartition("/")[2].strip().lower()
    target = attributes.get("Target", "")
    if kind in _NEVER:
        raise Refused("office-unsafe", _NEVER[kind])
    external = attributes.get("TargetMode", "").strip().lower() == "external" or _ABSOLUTE.match(target)
    if not external or (kind in _LEFT_ON_DISK and is_on_own_disk(target)):
        return
    if kind != "hyperlink" or reaches_out(target):
        raise Refused("office-unsafe", "elsewhere")


def _check_database(attributes: dict[str, str]) -> None:
    """Checks that a table is made only of others in the same workbook."""
    if not any(place in attributes.get("connection", "").lower() for place in _SAME_WORKBOOK):
        raise Refused("office-unsafe", "elsewhere")


def _attribute(attributes: dict[str, str], name: str) -> str:
    """Finds an attribute by its name without namespace."""
    return next((value for key, value in attributes.items() if key.rpartition(" ")[2] == name), "")
