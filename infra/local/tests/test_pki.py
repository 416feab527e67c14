"""Development certificates: what each is for, made once, renewed in time, accepted by those who check them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509.oid import NameOID

from infra.local import pki


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pki")
    pki.ensure(folder)
    return folder


def certificate(file: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(file.read_bytes())


@pytest.mark.parametrize("folder", ["seals", "exchange"])
@pytest.mark.parametrize("agency", pki.AGENCIES)
def test_every_agency_has_a_seal_and_an_exchange_key(home: Path, folder: str, agency: str) -> None:
    kept = home / ("outside" if folder == "exchange" and agency in pki.OUTSIDE else folder)
    issued = certificate(kept / f"{agency}.crt.pem")
    issued.verify_directly_issued_by(certificate(kept / "ca.crt.pem"))
    assert issued.subject.get_attributes_for_oid(NameOID.ORGANIZATION_IDENTIFIER)[0].value == agency
    usage = issued.extensions.get_extension_for_class(x509.KeyUsage).value
    assert (usage.digital_signature, usage.content_commitment, usage.key_cert_sign) == (True, True, False)


def test_exchange_signs_with_rsa_and_applicants_with_p256(home: Path) -> None:
    exchange = load_pem_private_key((home / "exchange" / "G01.029.00.key.pem").read_bytes(), None)
    applicant = load_pem_private_key((home / "applicants" / "lan.key.pem").read_bytes(), None)
    assert isinstance(exchange, rsa.RSAPrivateKey)
    assert isinstance(applicant, ec.EllipticCurvePrivateKey)
    assert applicant.curve.name == "secp256r1"


def test_the_keys_of_agencies_outside_are_in_none_of_our_folders_and_what_is_trusted_holds_no_key(home: Path) -> None:
    outside = {file.name.removesuffix(".key.pem") for file in (home / "outside").glob("*.key.pem")}
    assert outside == pki.OUTSIDE
    assert not any((home / "exchange" / f"{agency}.key.pem").exists() for agency in outside)
    assert [file.name for file in (home / "trust").iterdir()] == ["applicants.crt.pem"]
    assert b"PRIVATE" not in (home / "trust" / "applicants.crt.pem").read_bytes()


def test_applicants_carry_their_personal_number(home: Path) -> None:
    subject = certificate(home / "applicants" / "lan.crt.pem").subject
    assert subject.get_attributes_for_oid(NameOID.SERIAL_NUMBER)[0].value == "PNOVN-079301000019"


def test_keys_are_readable_by_their_owner_alone(home: Path) -> None:
    keys = list(home.rglob("*.key.pem"))
    assert keys
    assert [key for key in keys if key.stat().st_mode & 0o077] == []


def test_a_second_start_changes_nothing(home: Path) -> None:
    before = {file: file.read_bytes() for file in home.rglob("*.pem")}
    pki.ensure(home)
    assert {file: file.read_bytes() for file in home.rglob("*.pem")} == before


def test_what_is_lost_or_about_to_expire_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = pki.Authority.ensure(tmp_path, "ca", "some authority")
    subject = pki.person("Nguyễn Thị Lan", "079301000019")
    monkeypatch.setattr(pki, "CERTIFICATE_LIFE", timedelta(days=5))
    authority.issue(tmp_path / "keys", "lan", subject, ec.generate_private_key(ec.SECP256R1()))
    monkeypatch.setattr(pki, "CERTIFICATE_LIFE", timedelta(days=90))
    authority.issue(tmp_path / "keys", "lan", subject, ec.generate_private_key(ec.SECP256R1()))
    renewed = certificate(tmp_path / "keys" / "lan.crt.pem")
    assert renewed.not_valid_after_utc - datetime.now(UTC) > timedelta(days=80)
    renewed.verify_directly_issued_by(authority.certificate)
