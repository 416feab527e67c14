"""`python -m infra.local.pki`: development authorities and the keys of agencies' seals, exchange and applicants.

Nothing here is fit for production: there the seals come from the Government's special-purpose certification authority
(Ban Cơ yếu Chính phủ) and applicants' certificates from licensed providers.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID

from infra.local.home import Home

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

AUTHORITY_LIFE = timedelta(days=3650)
CERTIFICATE_LIFE = timedelta(days=730)
RENEW_BEFORE = timedelta(days=30)

# Names of at most 64 bytes: what a certificate holds.
AGENCIES: Mapping[str, str] = {
    "H29.001.00": "Trung tâm Phục vụ hành chính công TP. Hồ Chí Minh",
    "G01.029.00": "Công an Thành phố Hồ Chí Minh",
    "H29.035.00": "Ủy ban nhân dân phường Bến Thành",
    "H29.036.00": "Ủy ban nhân dân phường Sài Gòn",
    "G01.029.35": "Công an phường Bến Thành",
    "H29.000.00": "Ủy ban nhân dân Thành phố Hồ Chí Minh",
    "G24.029.00": "Bảo hiểm xã hội Thành phố Hồ Chí Minh",
    "G01.001.00": "Cục Hồ sơ nghiệp vụ",
}
# Those whose own systems the sandbox plays: their keys for envelopes are in a folder of its own.
OUTSIDE = frozenset({"G24.029.00", "G01.001.00"})
# The demo citizens who may sign an application: account name to name and personal number.
APPLICANTS: Mapping[str, tuple[str, str]] = {
    "lan": ("Nguyễn Thị Lan", "079301000019"),
    "hung": ("Trần Văn Hùng", "001090000001"),
}


def ensure(home: Path) -> None:
    """Makes what is missing or about to expire below `home`.

    `seals/`, `exchange/`, `outside/` and `applicants/` hold keys, each for those who sign with them; `trust/` none.
    """
    seals = Authority.ensure(home / "authorities", "seals", "onestop development CA for seals")
    exchange = Authority.ensure(home / "authorities", "exchange", "onestop development CA for the document axis")
    applicants = Authority.ensure(home / "authorities", "applicants", "onestop development CA for applicants")
    for code, name in AGENCIES.items():
        subject = organisation(code, name)
        seals.issue(home / "seals", code, subject, ec.generate_private_key(ec.SECP256R1()))
        whose = "outside" if code in OUTSIDE else "exchange"
        exchange.issue(home / whose, code, subject, rsa.generate_private_key(65537, 2048))
    for account, (name, number) in APPLICANTS.items():
        applicants.issue(home / "applicants", account, person(name, number), ec.generate_private_key(ec.SECP256R1()))
    (home / "trust").mkdir(mode=0o700, exist_ok=True)
    (home / "trust" / "applicants.crt.pem").write_bytes(applicants.certificate.public_bytes(Encoding.PEM))


class Authority:
    """A root that issues end certificates for signing."""

    def __init__(self, key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate) -> None:
        self.key = key
        self.certificate = certificate

    @classmethod
    def ensure(cls, folder: Path, name: str, common_name: str) -> "Authority":
        """Returns the authority kept in `<name>.key.pem` and `<name>.crt.pem`, made when it is not there."""
        key_file, certificate_file = folder / f"{name}.key.pem", folder / f"{name}.crt.pem"
        if not usable(certificate_file):
            key = ec.generate_private_key(ec.SECP256R1())
            subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
            certificate = (
                builder(subject, subject, key, AUTHORITY_LIFE)
                .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
                .add_extension(usage(key_cert_sign=True, crl_sign=True), critical=True)
                .sign(key, SHA256())
            )
            write_pair(folder, name, key, certificate)
        loaded = load_pem_private_key(key_file.read_bytes(), None)
        if not isinstance(loaded, ec.EllipticCurvePrivateKey):
            raise TypeError(f"{key_file} is not an elliptic-curve key")
        return cls(loaded, x509.load_pem_x509_certificate(certificate_file.read_bytes()))

    def issue(self, folder: Path, name: str, subject: x509.Name, key: Key) -> None:
        """Writes `<name>.key.pem`, `<name>.crt.pem` and the authority's `ca.crt.pem`, unless a good pair is there."""
        ca_file = folder / "ca.crt.pem"
        ours = ca_file.exists() and ca_file.read_bytes() == self.certificate.public_bytes(Encoding.PEM)
        if ours and usable(folder / f"{name}.crt.pem"):
            return
        certificate = (
            builder(subject, self.certificate.subject, key, CERTIFICATE_LIFE)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(usage(digital_signature=True, content_commitment=True), critical=True)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False)
            .sign(self.key, SHA256())
        )
        write_pair(folder, name, key, certificate)
        ca_file.write_bytes(self.certificate.public_bytes(Encoding.PEM))


def organisation(code: str, name: str) -> x509.Name:
    """Returns an agency: its name and its national code as organizationIdentifier (ETSI EN 319 412-1)."""
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, name),
            x509.NameAttribute(NameOID.ORGANIZATION_IDENTIFIER, code),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )


def person(name: str, personal_number: str) -> x509.Name:
    """Returns a citizen: the personal number (số định danh cá nhân) as serialNumber in the form of ETSI EN 319
    412-1."""
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
            x509.NameAttribute(NameOID.SERIAL_NUMBER, f"PNOVN-{personal_number}"),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )


def usable(certificate_file: Path) -> bool:
    """Is there a certificate that is not about to expire?"""
    if not certificate_file.exists():
        return False
    certificate = x509.load_pem_x509_certificate(certificate_file.read_bytes())
    return certificate.not_valid_after_utc - datetime.now(UTC) > RENEW_BEFORE


def builder(subject: x509.Name, issuer: x509.Name, key: Key, life: timedelta) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))  # a clock a little behind still finds it valid
        .not_valid_after(now + life)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def usage(**allowed: bool) -> x509.KeyUsage:
    names = (
        "digital_signature content_commitment key_encipherment data_encipherment key_agreement key_cert_sign crl_sign "
        "encipher_only decipher_only"
    )
    return x509.KeyUsage(**{name: allowed.get(name, False) for name in names.split()})


def write_pair(folder: Path, name: str, key: Key, certificate: x509.Certificate) -> None:
    """Writes the key first, readable by its owner alone; a start cut off in between writes both again."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    key_file = folder / f"{name}.key.pem"
    key_file.touch(mode=0o600)
    key_file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    (folder / f"{name}.crt.pem").write_bytes(certificate.public_bytes(Encoding.PEM))


if __name__ == "__main__":
    ensure(Home.load().path)
