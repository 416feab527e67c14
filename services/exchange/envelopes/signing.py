"""Signs packets with an agency's key and proves who signed a packet that came in.

XML Signature, enveloped, over the whole packet (Reference URI ""), rsa-sha256, exclusive canonicalisation.
"""

from base64 import b64decode
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.x509.oid import NameOID
from lxml import etree
from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureMethod
from signxml.exceptions import SignXMLException
from signxml.signer import XMLSigner
from signxml.verifier import SignatureConfiguration, XMLVerifier

from services.common import limits
from services.exchange.envelopes import edxml
from services.exchange.envelopes.domain import BadSignature

_XMLDSIG = "{http://www.w3.org/2000/09/xmldsig#}"
_HEADER = f"./{{{edxml.NAMESPACE}}}edXMLEnvelope/{{{edxml.NAMESPACE}}}edXMLHeader/"
_POLICY = SignatureConfiguration(
    location=_HEADER,
    expect_references=1,
    signature_methods=frozenset({SignatureMethod.RSA_SHA256}),
    digest_algorithms=frozenset({DigestAlgorithm.SHA256}),
)
# What signxml lets out: a malformed signature can surface as any of these.
_UNVERIFIABLE = (
    SignXMLException,
    etree.LxmlError,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    UnsupportedAlgorithm,
    InvalidSignature,
    ValueError,
    TypeError,
    AttributeError,
)


@dataclass(frozen=True, slots=True)
class Signed:
    """A packet whose signature held: only what was signed, and the certificate that signed it."""

    root: etree._Element
    certificate: x509.Certificate
    agency: str

    @property
    def certificate_der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def subject(self) -> str:
        return self.certificate.subject.rfc4514_string()


class _EnvelopeSigner(XMLSigner):
    """Reads trees back with our parser, which takes attachments over libxml2's default of 10 MB a text."""

    @property
    def parser(self) -> etree.XMLParser:
        return edxml.parser()


class Signer:
    """Signs for one agency with its key and certificate."""

    def __init__(self, key: RSAPrivateKey, certificate: x509.Certificate) -> None:
        self.certificate = certificate
        self.certificate_der = certificate.public_bytes(Encoding.DER)
        self.subject = certificate.subject.rfc4514_string()
        self.agency = agency_of(certificate)
        self._key = key

    @classmethod
    def load(cls, directory: Path, agency: str) -> "Signer":
        """Loads the signer from `<agency>.key.pem` and `<agency>.crt.pem`.

        Raises:
            OSError: a file cannot be read.
            ValueError: not an RSA key, or another agency's certificate.
        """
        key = load_pem_private_key((directory / f"{agency}.key.pem").read_bytes(), password=None)
        certificate = x509.load_pem_x509_certificate((directory / f"{agency}.crt.pem").read_bytes())
        if not isinstance(key, RSAPrivateKey) or agency_of(certificate) != agency:
            raise ValueError(f"{directory / agency}.*.pem: not an RSA key with the certificate of {agency}")
        return cls(key, certificate)

    def sign(self, packet: etree._Element) -> bytes:
        """Returns the packet's bytes with its signature; the same packet gives the same bytes."""
        signer = _EnvelopeSigner(
            signature_algorithm=SignatureMethod.RSA_SHA256,
            digest_algorithm=DigestAlgorithm.SHA256,
            c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
        )
        signed = signer.sign(packet, key=self._key, cert=[self.certificate])
        return etree.tostring(signed, xml_declaration=True, encoding="UTF-8")


class Verifier:
    """Verifies packets against the authorities in one PEM bundle."""

    def __init__(self, authorities: Path) -> None:
        self._authorities = str(authorities)

    def verify(self, data: bytes) -> Signed:
        """Returns what the packet's sender signed; everything else in `data` is left behind.

        Raises:
            BadEnvelope: not a readable packet.
            BadSignature: missing, not ours to trust, SHA-1, in the wrong place, or not over the whole packet.
        """
        data = edxml.bare(data)
        root = edxml.load(data)
        if len(list(root.iter(f"{_XMLDSIG}Signature"))) != 1:
            raise BadSignature(why_vi="phải có đúng một chữ ký XML-DSig", why_en="there must be exactly one XML-DSig")
        # With one certificate there is no doubt which one the chain was built for.
        certificates = [element.text or "" for element in root.iter(f"{_XMLDSIG}X509Certificate")]
        if len(certificates) != 1:
            raise BadSignature(why_vi="phải có đúng một chứng thư số", why_en="there must be exactly one certificate")
        try:
            result = XMLVerifier().verify(
                data, parser=edxml.parser(), ca_pem_file=self._authorities, expect_config=_POLICY
            )
        except _UNVERIFIABLE as error:
            raise BadSignature(why_vi="không xác minh được chữ ký", why_en=str(error)[: limits.REASON_TEXT]) from error
        if isinstance(result, list) or result.signed_xml is None or not _covers_all(result.signature_xml):
            raise BadSignature(why_vi="chữ ký không bao trùm toàn bộ gói tin", why_en="it does not cover the packet")
        certificate = x509.load_der_x509_certificate(b64decode(certificates[0]))
        return Signed(result.signed_xml, certificate, agency_of(certificate))


def agency_of(certificate: x509.Certificate) -> str:
    """Returns the agency code a certificate was issued to: its organizationIdentifier (ETSI EN 319 412-1).

    Raises:
        BadSignature: it names no agency, or several.
    """
    found = certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_IDENTIFIER)
    if len(found) != 1:
        raise BadSignature(why_vi="chứng thư số không ghi mã cơ quan", why_en="the certificate names no agency code")
    return str(found[0].value)


def _covers_all(signature: etree._Element) -> bool:
    return [reference.get("URI") for reference in signature.iter(f"{_XMLDSIG}Reference")] == [""]
