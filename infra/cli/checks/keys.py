"""Keys and certificates: there, kept to their owner, belonging together, not about to expire."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from infra.cli.checks.finding import Finding, in_short
from infra.cli.installation import Installation
from services.cases.signatures.revocations import lists_in
from services.common import tls

RENEW_WITHIN = timedelta(days=14)
RENEW_TLS_WITHIN = timedelta(days=7)  # renewed by programs, often a third of its life before its end
REQUIRED = "there, readable by the owner alone, matching its certificate"
FIX = "put the agency's key and certificate there again; on one machine delete the pair and run `onestop up`"


def check(installation: Installation) -> Iterator[Finding]:
    """Checks every key pair of every folder a service is given, and the signing keys of tokens."""
    for variable, what in (("ONESTOP_SEAL_DIR", "seal"), ("ONESTOP_EXCHANGE_DIR", "exchange")):
        for folder in sorted(installation.folders(variable)):
            yield from pairs(what, folder)
    for folder in sorted(installation.folders("ONESTOP_KEY_DIR")):
        yield token_key(folder)
    for folder in sorted(installation.folders("ONESTOP_APPLICANT_CRLS")):
        yield revocation_lists(folder)
    for folder in sorted(installation.folders("ONESTOP_TLS_DIR")):
        yield from between_services(folder)


def token_key(folder: Path) -> Finding:
    """Checks the master key that seals the signing keys of tokens."""
    files = [path for path in folder.glob("*") if path.is_file()] if folder.is_dir() else []
    open_to_all = [path.name for path in files if path.stat().st_mode & 0o077]
    found = f"open to others: {', '.join(open_to_all)}" if open_to_all else f"{len(files)} file(s)"
    fix = f"chmod 600 {folder}/*" if open_to_all else "start identity once: it makes its key"
    return Finding(
        "keys.token", "key of access tokens", bool(files) and not open_to_all, found, "kept to its owner", fix
    )


def revocation_lists(folder: Path) -> Finding:
    """Checks that the lists of certificates that applicants' authorities have taken back are there, and in force."""
    name, required = "revocation lists of applicants' authorities", "there, and none has run out"
    fix = f"see why the job that fetches them into {folder} does not; until then signed applications are refused"
    try:
        lists = lists_in(folder)
    except (OSError, ValueError) as error:
        return Finding("keys.revocations", name, False, in_short(error), required, fix)
    now = datetime.now(UTC)
    out = [path.name for path, each in lists.items() if each.next_update_utc is None or each.next_update_utc <= now]
    found = f"run out: {', '.join(out)}" if out else f"{len(lists)} in force"
    return Finding("keys.revocations", name, bool(lists) and not out, found, required, fix)


def between_services(folder: Path) -> Iterator[Finding]:
    """Checks the certificate that services show each other, which its own renewer replaces well before it ends."""
    name = "certificate between services"
    fix = f"have {tls.CERTIFICATE}, {tls.KEY} and {tls.AUTHORITY} renewed in {folder}; no process needs a restart"
    try:
        pair = tls.Pair.read(folder)
        ends = min(tls.ends(folder / file) for file in (tls.CERTIFICATE, tls.AUTHORITY))
    except (tls.BadPair, ValueError) as error:
        yield Finding("keys.tls", name, False, in_short(error), "there, the key's own, issued by its authority", fix)
        return
    yield Finding(
        "certificates.tls",
        name,
        pair.is_trusted() and ends - datetime.now(UTC) > RENEW_TLS_WITHIN,
        f"until {ends:%Y-%m-%d %H:%M}" if pair.is_trusted() else f"not issued by {tls.AUTHORITY}",
        f"issued by {tls.AUTHORITY}, both valid for {RENEW_TLS_WITHIN.days} days more",
        fix,
    )


def pairs(what: str, folder: Path) -> Iterator[Finding]:
    keys = sorted(folder.glob("*.key.pem")) if folder.is_dir() else []
    if not keys or not (folder / "ca.crt.pem").exists():
        lacking = "ca.crt.pem" if keys else "*.key.pem"
        yield Finding(f"keys.{what}", f"{what} keys", False, f"no {lacking} in {folder}", REQUIRED, FIX)
        return
    authority = x509.load_pem_x509_certificate((folder / "ca.crt.pem").read_bytes())
    certified = {file.name.removesuffix(".crt.pem") for file in folder.glob("*.crt.pem")} - {"ca"}
    for agency in sorted(certified | {key.name.removesuffix(".key.pem") for key in keys}):
        key = folder / f"{agency}.key.pem"
        problem = wrong_with(key)
        yield Finding(f"keys.{what}.{agency}", f"{what} key of {agency}", not problem, problem or "well", REQUIRED, FIX)
        if not problem:
            yield validity(what, agency, certificate_of(key), authority)


def certificate_of(key: Path) -> Path:
    return key.with_name(key.name.replace(".key.pem", ".crt.pem"))


def wrong_with(key: Path) -> str:
    """Says what is wrong with a key and its certificate; empty when nothing is."""
    if not key.exists():
        return f"{key.name} is missing"
    if key.stat().st_mode & 0o077:
        return "others may read it"
    if not certificate_of(key).exists():
        return f"{certificate_of(key).name} is missing"
    try:
        private = load_pem_private_key(key.read_bytes(), None)
        certificate = x509.load_pem_x509_certificate(certificate_of(key).read_bytes())
    except ValueError as error:
        return f"cannot be read: {error}"
    form = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    if private.public_key().public_bytes(*form) != certificate.public_key().public_bytes(*form):
        return "the certificate is another key's"
    return ""


def validity(what: str, agency: str, file: Path, authority: x509.Certificate) -> Finding:
    """Checks that a certificate was issued by the authority beside it and is valid today and for a while."""
    certificate = x509.load_pem_x509_certificate(file.read_bytes())
    now = datetime.now(UTC)
    found = f"until {certificate.not_valid_after_utc:%Y-%m-%d}"
    ok = certificate.not_valid_before_utc <= now and certificate.not_valid_after_utc - now > RENEW_WITHIN
    try:
        certificate.verify_directly_issued_by(authority)
    except (ValueError, TypeError, InvalidSignature):
        ok, found = False, "not issued by ca.crt.pem"
    return Finding(
        f"certificates.{what}.{agency}",
        f"{what} certificate of {agency}",
        ok,
        found,
        f"issued by ca.crt.pem, valid for {RENEW_WITHIN.days} days more",
        "have it renewed by its authority; on one machine `onestop up` renews it",
    )
