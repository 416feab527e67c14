"""Seals papers with the issuing agency's key: PAdES B-B, the agency signature NĐ 30/2020 asks for."""

import io
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import pikepdf
import structlog
from pyhanko.pdf_utils import layout
from pyhanko.pdf_utils.content import ImportedPdfPage, RawContent
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.general import SigningError
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.validation import EmbeddedPdfSignature
from pyhanko.stamp import StaticStampStyle

from services.common.settings import BadSettings
from services.documents.papers.domain import BadPaperOrder
from services.documents.papers.press import Printed, SealBox

log = structlog.get_logger()
FIELD = "Seal"
SIGNATURE_BYTES = 16_384
STAMP = (176, 43)
"""Size in points of the stamp of templates/stamp.typ."""


class NoSealKey(Exception):
    """The agency has no key here; the message names the file that is wanted."""


@dataclass(frozen=True, slots=True)
class Seal:
    """An agency's seal: the name in its certificate and what makes its signatures."""

    name: str
    signer: Any


class Seals:
    """The agencies' seals: `<agency code>.key.pem` and `<agency code>.crt.pem` each, in a folder with `ca.crt.pem`."""

    def __init__(self, folder: Path, timestamper: TimeStamper | None = None) -> None:
        """Reads every key there is. With a `timestamper` signatures are B-T.

        Raises:
            BadSettings: the folder holds no key, or a key without its certificate.
        """
        self._folder = folder
        self._timestamper = timestamper
        self._seals = {key.name.removesuffix(".key.pem"): _load(key) for key in sorted(folder.glob("*.key.pem"))}
        if not self._seals:
            raise BadSettings(f"no <agency code>.key.pem in {folder}; put the agencies' sealing keys there")

    def of(self, agency_code: str) -> Seal:
        """Returns the seal of an agency, or NoSealKey; a key that came since is taken up."""
        if agency_code not in self._seals:
            key = self._folder / f"{agency_code}.key.pem"
            if not key.is_file():
                raise NoSealKey(f"no sealing key for {agency_code}; put {key.name} into {self._folder}")
            try:
                self._seals[agency_code] = _load(key)
            except BadSettings as error:
                raise NoSealKey(str(error)) from error
        return self._seals[agency_code]

    def name_of(self, agency_code: str) -> str:
        """Returns what an agency is called in the certificate of its seal; its code where it has none here."""
        try:
            return self.of(agency_code).name
        except NoSealKey:
            return agency_code

    def seal(self, printed: Printed, agency_code: str, reason: str, place: str) -> bytes:
        """Seals the paper with the agency's signature over all of it, at the place the paper keeps for the seal."""
        box = printed.seal
        place_of_seal = _upright(box, _page_size(printed.pdf, box.page)[1])
        nothing = _nothing_drawn(box.width, box.height)
        return self._sealed(printed.pdf, box.page, place_of_seal, nothing, self.of(agency_code), reason, place)

    def seal_file(self, pdf: bytes, stamp: bytes, agency_code: str, reason: str, place: str) -> bytes:
        """Seals a file drawn up elsewhere, after whoever signed it, with a stamp of number, agency and time.

        The stamp stands at the top right of the first page, where NĐ 30/2020 has the seal of what is no paper of the
        system's own. A file that viewers repair in silence is repaired, unless somebody has signed it.

        Raises:
            BadPaperOrder: it is no PDF that takes another signature, or somebody signed so that none may be added.
        """
        try:
            pdf = _readable(pdf)
            with NamedTemporaryFile(suffix=".pdf") as drawn:
                drawn.write(stamp)
                drawn.flush()
                drawn_page: Any = ImportedPdfPage(drawn.name)  # type: ignore[no-untyped-call]
                style = StaticStampStyle(border_width=0, background=drawn_page, background_opacity=1)
                seal = self.of(agency_code)
                sealed = self._sealed(pdf, 1, _top_right(pdf), style, seal, reason, place)
            _require_unbroken(pdf, sealed)
            return sealed
        except (pikepdf.PdfError, pikepdf.PasswordError, PdfError, SigningError, ValueError, IndexError) as error:
            raise BadPaperOrder(why=f"the file takes no seal: {error}") from error

    def takes_seal(self, pdf: bytes) -> bool:
        """Returns whether `seal_file` will seal a file, found out by sealing a copy with a signature of no key."""
        known = next(iter(self._seals.values())).signer
        nobody = signers.ExternalSigner(known.signing_cert, known.cert_registry, signature_value=SIGNATURE_BYTES // 32)
        try:
            pdf = _readable(pdf)
            stamp, seal = _nothing_drawn(*STAMP), Seal("-", nobody)
            _require_unbroken(pdf, self._sealed(pdf, 1, _top_right(pdf), stamp, seal, "-", "-", on_trial=True))
        except Exception as error:  # noqa: BLE001  # a reader fed hostile bytes raises anything, and all of it says no
            log.info("a file takes no seal", cause=repr(error))
            return False
        return True

    def _sealed(
        self,
        pdf: bytes,
        page: int,
        box: tuple[int, int, int, int],
        style: StaticStampStyle,
        seal: Seal,
        reason: str,
        place: str,
        *,
        on_trial: bool = False,
    ) -> bytes:
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        if writer.prev.encrypted:  # it opens without a password, or it would not have been taken in
            writer.encrypt("")  # type: ignore[no-untyped-call]
        field = _free_field(writer.prev)
        fields.append_signature_field(writer, fields.SigFieldSpec(field, on_page=page - 1, box=box))
        signer = signers.PdfSigner(
            signers.PdfSignatureMetadata(
                field_name=field,
                md_algorithm="sha256",
                name=seal.name,
                reason=reason,
                location=place or None,
                subfilter=fields.SigSeedSubFilter.PADES,
            ),
            signer=seal.signer,
            timestamper=None if on_trial else self._timestamper,
            stamp_style=style,
        )
        return bytes(signer.sign_pdf(writer, bytes_reserved=SIGNATURE_BYTES).getvalue())


def _load(key: Path) -> Seal:
    certificate = key.with_name(key.name.replace(".key.pem", ".crt.pem"))
    chain = key.with_name("ca.crt.pem")
    for wanted in (certificate, chain):
        if not wanted.exists():
            raise BadSettings(f"{key.name} is there and {wanted.name} is missing in {key.parent}")
    signer: Any = signers.SimpleSigner.load(str(key), str(certificate), ca_chain_files=[str(chain)])  # type: ignore[no-untyped-call]
    if signer is None:
        raise BadSettings(f"{key.name} and {certificate.name} cannot be read as PEM")
    return Seal(str(signer.signing_cert.subject.native["common_name"]), signer)


def _readable(pdf: bytes) -> bytes:
    """Returns the file as it takes another signature: as it is, or written anew where its table of contents is wrong
    and nobody has signed it."""
    try:
        reader = PdfFileReader(io.BytesIO(pdf))
        if reader.encrypted:
            reader.decrypt("")
        _free_field(reader)
    except (PdfError, ValueError):
        with pikepdf.open(io.BytesIO(pdf)) as document:
            if any(each.get("/FT") == "/Sig" and "/V" in each for each in document.objects if _is_dictionary(each)):
                raise
            out = io.BytesIO()
            document.save(out)
        return out.getvalue()
    return pdf


def _require_unbroken(before: bytes, sealed: bytes) -> None:
    """Raises SigningError when the seal breaks a signature that was sound: of whoever certified the document, or locked
    it or its fields, so that nothing that shows may be added (DocMDP, FieldMDP)."""
    if broken := _sound(before) - _sound(sealed):
        raise SigningError(f"whoever signed as {', '.join(sorted(broken))} forbids what a seal changes")


def _sound(pdf: bytes) -> set[str]:
    """Returns the fields of the signatures after which nothing was changed but what they allow."""
    reader = PdfFileReader(io.BytesIO(pdf))
    if reader.encrypted:
        reader.decrypt("")
    sound: set[str] = set()
    for name, _, field in fields.enumerate_sig_fields(reader, filled_status=True):
        try:
            signature = EmbeddedPdfSignature(reader, field, name)
            signature.compute_integrity_info()  # type: ignore[no-untyped-call]
            if signature.summarise_integrity_info()["docmdp_ok"]:
                sound.add(name)
        except Exception as error:  # noqa: BLE001  # what the library cannot follow cannot be told to break
            log.info("a signature of another kind", cause=repr(error))
    return sound


def _is_dictionary(found: Any) -> bool:
    return isinstance(found, pikepdf.Dictionary)


def _free_field(document: PdfFileReader) -> str:
    """Returns a name for the field of the seal that no field of the document has: it may be sealed already."""
    taken = {str(each.get("/T", "")) for each in _form_fields(document)}
    return next(name for n in count(1) if (name := FIELD if n == 1 else f"{FIELD}-{n}") not in taken)


def _form_fields(document: PdfFileReader) -> list[Any]:
    root: Any = document.root
    if "/AcroForm" not in root or "/Fields" not in (form := root["/AcroForm"]):  # `get` follows no reference
        return []
    return [each.get_object() for each in form["/Fields"]]


def _nothing_drawn(width: float, height: float) -> StaticStampStyle:
    """Returns an appearance without content: the seal's text stands on the page itself, set with embedded fonts
    (PDF/A)."""
    return StaticStampStyle(
        border_width=0, background=RawContent(b"", box=layout.BoxConstraints(width=width, height=height))
    )


def _upright(box: SealBox, page_height: float) -> tuple[int, int, int, int]:
    """Returns the box in whole points from the page's lower left, as PDF counts."""
    left, top = round(box.x), round(page_height - box.y)
    return left, top - round(box.height), left + round(box.width), top


def _top_right(pdf: bytes) -> tuple[int, int, int, int]:
    """Returns the place of the stamp, in points from the lower left of the first page."""
    width, height = _page_size(pdf, 1)
    return round(width) - STAMP[0] - 12, round(height) - STAMP[1] - 8, round(width) - 12, round(height) - 8


def _page_size(pdf: bytes, page: int) -> tuple[float, float]:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        box = document.pages[page - 1].mediabox
        return float(box[2]), float(box[3])
