"""XML signatures of packets, made and checked step by step as XMLDSIG says, without signxml, which exchange uses.

Enveloped, over the whole packet (Reference URI ""), rsa-sha256, exclusive canonicalisation, in the edXMLHeader.
"""

from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from copy import deepcopy
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.x509.oid import NameOID
from lxml import etree

from infra.sandbox.axis import edxml
from infra.sandbox.axis.markup import Maker

_XMLDSIG = "http://www.w3.org/2000/09/xmldsig#"
_EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
_RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
_SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
_ENVELOPED = f"{_XMLDSIG}enveloped-signature"
_PREFIXES = {"q": edxml.NAMESPACE, "d": _XMLDSIG}
_ds = Maker("ds", _XMLDSIG)


class Unproven(ValueError):
    """The signature does not prove who sent the packet, or what it says."""


class Signer:
    """Signs for one agency."""

    def __init__(self, key: RSAPrivateKey, certificate: x509.Certificate) -> None:
        self._key = key
        self._certificate = b64encode(certificate.public_bytes(Encoding.DER)).decode("ascii")

    @classmethod
    def load(cls, directory: Path, agency: str) -> Self:
        """Reads `<agency>.key.pem` and `<agency>.crt.pem`."""
        key = load_pem_private_key((directory / f"{agency}.key.pem").read_bytes(), password=None)
        if not isinstance(key, RSAPrivateKey):
            raise TypeError(f"{directory / agency}.key.pem is no RSA key")
        return cls(key, x509.load_pem_x509_certificate((directory / f"{agency}.crt.pem").read_bytes()))

    def sign(self, packet: etree._Element) -> bytes:
        """Signs a packet that `edxml` wrote; returns its bytes."""
        digest = b64encode(sha256(_canonical(packet)).digest()).decode("ascii")
        signed_info = _ds(
            "SignedInfo",
            _ds("CanonicalizationMethod", Algorithm=_EXCLUSIVE),
            _ds("SignatureMethod", Algorithm=_RSA_SHA256),
            _ds(
                "Reference",
                _ds("Transforms", _ds("Transform", Algorithm=_ENVELOPED), _ds("Transform", Algorithm=_EXCLUSIVE)),
                _ds("DigestMethod", Algorithm=_SHA256),
                _ds("DigestValue", digest),
                URI="",
            ),
        )
        value = b64encode(self._key.sign(_canonical(signed_info), PKCS1v15(), SHA256())).decode("ascii")
        (header,) = packet.iterfind(edxml.HEADER, _PREFIXES)
        header.append(
            _ds(
                "Signature",
                signed_info,
                _ds("SignatureValue", value),
                _ds("KeyInfo", _ds("X509Data", _ds("X509Certificate", self._certificate))),
            )
        )
        return etree.tostring(packet, xml_declaration=True, encoding="UTF-8")


class Verifier:
    """Verifies packets against one authority."""

    def __init__(self, authority: Path) -> None:
        self._authority = x509.load_pem_x509_certificate(authority.read_bytes())

    def sender_of(self, packet: etree._Element) -> str:
        """Returns the code of the agency that signed the whole packet.

        Raises:
            Unproven.
        """
        signature = _only(packet, f"{edxml.HEADER}/d:Signature")
        if sum(1 for _ in packet.iter(f"{{{_XMLDSIG}}}Signature")) != 1:
            raise Unproven("more than one signature")
        signed_info = _only(signature, "d:SignedInfo")
        _expect(signed_info, "d:CanonicalizationMethod", [_EXCLUSIVE])
        _expect(signed_info, "d:SignatureMethod", [_RSA_SHA256])
        reference = _only(signed_info, "d:Reference")
        _expect(reference, "d:Transforms/d:Transform", [_ENVELOPED, _EXCLUSIVE])
        _expect(reference, "d:DigestMethod", [_SHA256])
        if reference.get("URI") != "":
            raise Unproven("it is not over the whole packet")
        key, agency = self._trusted(_bytes(signature, "d:KeyInfo/d:X509Data/d:X509Certificate"))
        try:
            key.verify(_bytes(signature, "d:SignatureValue"), _canonical(signed_info), PKCS1v15(), SHA256())
        except InvalidSignature as error:
            raise Unproven("the signature is not of this key") from error
        if sha256(_without(packet, signature)).digest() != _bytes(reference, "d:DigestValue"):
            raise Unproven("the packet was changed")
        return agency

    def _trusted(self, der: bytes) -> tuple[RSAPublicKey, str]:
        """Returns the key and the agency of a certificate that the authority issued and that is valid now."""
        try:
            certificate = x509.load_der_x509_certificate(der)
            certificate.verify_directly_issued_by(self._authority)
            key = certificate.public_key()
            names = certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_IDENTIFIER)
        except (ValueError, TypeError, InvalidSignature) as error:
            raise Unproven("the certificate is not one of the authority's") from error
        if not certificate.not_valid_before_utc <= datetime.now(UTC) <= certificate.not_valid_after_utc:
            raise Unproven("the certificate is not valid now")
        if not isinstance(key, RSAPublicKey) or len(names) != 1:
            raise Unproven("the certificate is of no agency")
        return key, str(names[0].value)


def _canonical(element: etree._Element) -> bytes:
    return etree.tostring(element, method="c14n", exclusive=True, with_comments=False)


def _without(packet: etree._Element, signature: etree._Element) -> bytes:
    """Returns the canonical packet as it was before the signature was put in; the packet stays as it is."""
    copy = deepcopy(packet)
    place = _only(copy, f"{edxml.HEADER}/d:Signature")
    before, header = place.getprevious(), place.getparent()
    if header is None:
        raise Unproven("the signature is in no header")
    if before is None:
        header.text = (header.text or "") + (signature.tail or "")
    else:
        before.tail = (before.tail or "") + (signature.tail or "")
    header.remove(place)
    return _canonical(copy)


def _expect(element: etree._Element, path: str, algorithms: list[str]) -> None:
    """Refuses other algorithms than these, and any with a parameter."""
    found = element.findall(path, _PREFIXES)
    if [each.get("Algorithm") for each in found] != algorithms or any(len(each) for each in found):
        raise Unproven(f"{path}: other algorithms than agreed")


def _bytes(element: etree._Element, path: str) -> bytes:
    try:
        return b64decode("".join((_only(element, path).text or "").split()), validate=True)
    except Base64Error as error:
        raise Unproven(f"{path}: not Base64") from error


def _only(element: etree._Element, path: str) -> etree._Element:
    found = element.findall(path, _PREFIXES)
    if len(found) != 1:
        raise Unproven(f"{path}: there are {len(found)}")
    return found[0]
