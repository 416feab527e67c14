"""A certificate that its authority took back signs nothing from the day its list says so."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from services.cases.signatures.errors import CertificateRefused
from services.cases.signatures.revocations import Revocations
from services.cases.signatures.verifying import SignatureVerifier
from services.cases.testing.applicants import DAY, LAN, Authority, Holder

BODY = b'{"procedure":"3.000347"}'


def part(*, users: bool = False, authorities: bool = False) -> x509.IssuingDistributionPoint:
    return x509.IssuingDistributionPoint(None, None, users, authorities, None, False, False)


def put(folder: Path, name: str, revoked: x509.CertificateRevocationList, form: Encoding = Encoding.DER) -> None:
    (folder / name).write_bytes(revoked.public_bytes(form))


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture(scope="module")
def lan(authority: Authority) -> Holder:
    return authority.holder()


@pytest.fixture
def signs(authority: Authority, tmp_path: Path) -> Callable[[Holder], str]:
    """Who a holder's signature is by, judged with the lists of the folder."""
    verifier = SignatureVerifier([authority.certificate], revocations=Revocations(tmp_path))
    return lambda holder: verifier.verify(holder.sign(BODY), BODY, LAN).subject


@pytest.mark.parametrize("form", [Encoding.DER, Encoding.PEM])
def test_one_on_no_list_signs_and_one_taken_back_meanwhile_does_not(
    authority: Authority, lan: Holder, tmp_path: Path, signs: Callable[[Holder], str], form: Encoding
) -> None:
    other = authority.holder()
    put(tmp_path, "ca.crl", authority.revocations(other.certificate), form)
    assert signs(lan)
    with pytest.raises(CertificateRefused, match="revoked"):
        signs(other)
    put(tmp_path, "ca.crl", authority.revocations(other.certificate, lan.certificate), form)
    with pytest.raises(CertificateRefused, match="revoked"):
        signs(lan)


def test_without_a_list_in_force_of_the_right_authority_nothing_is_taken_for_good(
    authority: Authority, lan: Holder, tmp_path: Path, signs: Callable[[Holder], str]
) -> None:
    for wrong in (
        authority.revocations(until=-timedelta(seconds=1)),
        authority.revocations(since=DAY, until=2 * DAY),
        Authority("Another").revocations(),
        authority.revocations(signed_by=Authority("Test CA")),
        authority.revocations(part=part(authorities=True)),
    ):
        put(tmp_path, "ca.crl", wrong)
        with pytest.raises(CertificateRefused, match="lacks a revocation list"):
            signs(lan)
    put(tmp_path, "users.crl", authority.revocations(part=part(users=True)))
    assert signs(lan)


def test_an_old_list_still_says_who_was_taken_back(
    authority: Authority, lan: Holder, tmp_path: Path, signs: Callable[[Holder], str]
) -> None:
    put(tmp_path, "old.crl", authority.revocations(lan.certificate, until=-timedelta(seconds=1)))
    put(tmp_path, "new.crl", authority.revocations())
    with pytest.raises(CertificateRefused, match="revoked"):
        signs(lan)


def test_an_authority_below_may_be_taken_back_too(
    authority: Authority, tmp_path: Path, signs: Callable[[Holder], str]
) -> None:
    below = Authority("Issuing CA", above=authority)
    holder = below.holder()
    put(tmp_path, "below.crl", below.revocations())
    put(tmp_path, "root.crl", authority.revocations())
    assert signs(holder)
    put(tmp_path, "root.crl", authority.revocations(below.certificate))
    with pytest.raises(CertificateRefused, match="revoked"):
        signs(holder)


def test_while_a_list_is_being_written_the_one_before_counts(
    authority: Authority, lan: Holder, tmp_path: Path, signs: Callable[[Holder], str]
) -> None:
    put(tmp_path, "ca.crl", authority.revocations(lan.certificate))
    with pytest.raises(CertificateRefused, match="revoked"):
        signs(lan)
    (tmp_path / "ca.crl").write_bytes(b"-----BEGIN X509 CRL-----\nhalf of")
    with pytest.raises(CertificateRefused, match="revoked"):
        signs(lan)
