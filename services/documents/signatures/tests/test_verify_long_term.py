"""What other validators accept passes here too, time stamps and proofs for later above all; the rest is told apart."""

import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from asn1crypto import keys, pem, x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from services.documents.personal_store.domain import LegalValue, Signature, judged
from services.documents.signatures.domain import Report, Verdict
from services.documents.signatures.verify import load_roots, verify
from services.documents.tests.pki import Authority, Key
from services.documents.tests.samples import pdf

SIGNER, STAMPER = "signer", "tsa"


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    authority = Authority(tmp_path_factory.mktemp("long-term"))
    authority.issue(SIGNER, "Bệnh viện A")
    issue_stamper(authority)
    return authority


def issue_stamper(authority: Authority) -> None:
    purpose = ExtendedKeyUsageOID.TIME_STAMPING
    authority.issue(STAMPER, "Dấu thời gian", (-50, 50), key=rsa.generate_private_key(65537, 2048), purpose=purpose)


def signer_of(authority: Authority, name: str = SIGNER, **options: Any) -> Any:
    folder = authority.folder
    return signers.SimpleSigner.load(  # type: ignore[no-untyped-call]
        str(folder / f"{name}.key.pem"),
        str(folder / f"{name}.crt.pem"),
        ca_chain_files=[str(authority.certificate)],
        **options,
    )


def stamper_of(authority: Authority, at: datetime | None = None) -> DummyTimeStamper:
    certificate, key = (_der(authority.folder / f"{STAMPER}.{kind}.pem") for kind in ("crt", "key"))
    chain = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    chain.register(x509.Certificate.load(_der(authority.certificate)))
    return DummyTimeStamper(
        x509.Certificate.load(certificate), keys.PrivateKeyInfo.load(key), certs_to_embed=chain, fixed_dt=at
    )


def _der(path: Path) -> bytes:
    return bytes(pem.unarmor(path.read_bytes())[2])


def signed(
    authority: Authority, *, stamper: Any = None, signer: Any = None, content: bytes = b"", **metadata: Any
) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(content or pdf()))
    described: dict[str, Any] = {
        "field_name": "Sig",
        "subfilter": fields.SigSeedSubFilter.PADES,
        "md_algorithm": "sha256",
    } | metadata
    made = signers.PdfSigner(
        signers.PdfSignatureMetadata(**described), signer=signer or signer_of(authority), timestamper=stamper
    )
    return bytes(made.sign_pdf(writer).getvalue())


def with_proofs(authority: Authority, **options: Any) -> dict[str, Any]:
    roots = load_roots(authority.certificate)
    context = ValidationContext(trust_roots=roots, allow_fetching=False, revocation_mode="soft-fail")
    return {"embed_validation_info": True, "validation_context": context, **options}


def judge(authority: Authority, content: bytes) -> Report:
    return verify(content, load_roots(authority.certificate))


def outcome(report: Report) -> tuple[Verdict, list[str]]:
    return report.verdict, [reason.code for reason in report.reasons]


PASSED: tuple[Verdict, list[str]] = (Verdict.TOTAL_PASSED, [])


@pytest.fixture(scope="module")
def long_term(issued: Authority) -> bytes:
    """PAdES B-LTA: a signature with its time stamp, proofs, and a time stamp over all of it."""
    return signed(issued, stamper=stamper_of(issued), **with_proofs(issued, use_pades_lta=True))


def test_a_signature_for_the_long_term_passes_and_its_time_is_proven(issued: Authority, long_term: bytes) -> None:
    report = judge(issued, long_term)
    assert outcome(report) == PASSED
    assert [(each.is_time_stamp, each.time_proven) for each in report.signatures] == [(False, True), (True, True)]
    assert "Bệnh viện A" in report.signer
    assert judged(report, issued_here=None) == (Signature.SEALED, LegalValue.CERTIFIED_SCAN)


def test_proofs_added_after_the_signature_are_no_change(issued: Authority) -> None:
    assert outcome(judge(issued, signed(issued, stamper=stamper_of(issued), **with_proofs(issued)))) == PASSED


def test_a_time_stamp_inside_the_signature_alone_passes(issued: Authority) -> None:
    assert outcome(judge(issued, signed(issued, stamper=stamper_of(issued)))) == PASSED


@pytest.mark.parametrize("junk", [b"junk", b"\n%%EOF\n", b"\n1 0 obj\n<<>>\nendobj\n%%EOF\n"])
def test_bytes_after_the_proofs_are_named(issued: Authority, long_term: bytes, junk: bytes) -> None:
    assert judge(issued, long_term + junk).verdict is Verdict.TOTAL_FAILED
    lasting = signed(issued, stamper=stamper_of(issued), **with_proofs(issued))
    assert judge(issued, lasting + junk).verdict is Verdict.TOTAL_FAILED


def test_a_flipped_bit_is_an_alteration_whoever_stamped_it(issued: Authority, long_term: bytes) -> None:
    at = long_term.index(b"MediaBox")
    report = judge(issued, long_term[:at] + b"N" + long_term[at + 1 :])
    assert report.verdict is Verdict.TOTAL_FAILED


def test_a_time_stamp_of_an_authority_unknown_here_proves_nothing_and_harms_nothing(
    issued: Authority, tmp_path: Path
) -> None:
    other = Authority(tmp_path, "Tổ chức khác")
    issue_stamper(other)
    report = judge(issued, signed(issued, stamper=stamper_of(other)))
    assert outcome(report) == PASSED
    assert [each.time_proven for each in report.signatures] == [False]


def test_a_signature_outlives_its_certificate_when_a_time_stamp_proves_it_older(issued: Authority) -> None:
    issued.issue("ended", "Bệnh viện B", (-30, -1))
    then = datetime.now(UTC) - timedelta(days=10)
    signer = signer_of(issued, "ended")
    assert outcome(judge(issued, signed(issued, signer=signer, stamper=stamper_of(issued, then)))) == PASSED
    late = datetime.now(UTC) - timedelta(hours=1)
    for stamper in (None, stamper_of(issued, late)):
        report = judge(issued, signed(issued, signer=signer, stamper=stamper))
        assert outcome(report) == (Verdict.INDETERMINATE, ["certificate-not-valid"])


def test_a_time_stamp_alone_is_nobodys_signature(issued: Authority) -> None:
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf()))
    stamped = signers.PdfTimeStamper(stamper_of(issued)).timestamp_pdf(writer, "sha256").getvalue()
    report = judge(issued, bytes(stamped))
    assert outcome(report) == (Verdict.TOTAL_FAILED, ["no-signature"])
    assert judged(report, issued_here=None) == (Signature.NONE, LegalValue.UPLOAD)


@pytest.mark.parametrize("subfilter", [b"/adbe.x509.rsa_sha1 ", b"/adbe.pkcs7.sha1    ", b"/Some.Other.kind    "])
def test_a_kind_of_signature_that_cannot_be_read_here_is_not_called_broken(issued: Authority, subfilter: bytes) -> None:
    report = judge(issued, signed(issued).replace(b"/ETSI.CAdES.detached", subfilter))
    assert outcome(report) == (Verdict.INDETERMINATE, ["could-not-be-judged"])
    assert judged(report, issued_here=None) == (Signature.UNKNOWN_SIGNER, LegalValue.UPLOAD)


def test_a_signature_by_a_method_no_longer_safe_is_not_called_broken(issued: Authority) -> None:
    old = signed(issued, subfilter=fields.SigSeedSubFilter.ADOBE_PKCS7_DETACHED, md_algorithm="sha1")
    verdict, codes = outcome(judge(issued, old))
    assert (verdict, codes) == (Verdict.INDETERMINATE, ["outdated-method"])


def test_a_detached_signature_of_before_pades_passes(issued: Authority) -> None:
    assert outcome(judge(issued, signed(issued, subfilter=fields.SigSeedSubFilter.ADOBE_PKCS7_DETACHED))) == PASSED


@pytest.mark.parametrize(
    ("make", "digest", "options"),
    [
        (partial(rsa.generate_private_key, 65537, 2048), "sha256", {}),
        (partial(rsa.generate_private_key, 65537, 3072), "sha512", {"prefer_pss": True}),
        (partial(ec.generate_private_key, ec.SECP384R1()), "sha384", {}),
        (ed25519.Ed25519PrivateKey.generate, "sha512", {}),
    ],
)
def test_keys_of_every_usual_kind_sign(
    issued: Authority, make: Callable[[], Key], digest: str, options: dict[str, Any]
) -> None:
    issued.issue("keyed", "Bệnh viện C", key=make())
    signer = signer_of(issued, "keyed", **options)
    assert outcome(judge(issued, signed(issued, signer=signer, md_algorithm=digest))) == PASSED


@pytest.mark.parametrize(
    ("purpose", "verdict"),
    [
        (ExtendedKeyUsageOID.EMAIL_PROTECTION, Verdict.TOTAL_PASSED),
        (ExtendedKeyUsageOID.SERVER_AUTH, Verdict.INDETERMINATE),
    ],
)
def test_a_certificate_for_servers_signs_no_documents(issued: Authority, purpose: Any, verdict: Verdict) -> None:
    issued.issue("purposeful", "Bệnh viện D", purpose=purpose)
    assert judge(issued, signed(issued, signer=signer_of(issued, "purposeful"))).verdict is verdict


def test_who_certified_a_document_says_what_others_may_add(issued: Authority) -> None:
    certified = signed(issued, certify=True, docmdp_permissions=MDPPerm.FILL_FORMS)
    twice = signed(issued, content=certified, field_name="Second")
    assert outcome(judge(issued, twice)) == PASSED
    closed = signed(issued, content=with_text_field(), certify=True, docmdp_permissions=MDPPerm.NO_CHANGES)
    assert outcome(judge(issued, closed)) == PASSED
    writer = IncrementalPdfFileWriter(io.BytesIO(closed))
    field = writer.root["/AcroForm"]["/Fields"][0].get_object()
    field[pdf_name("/V")] = pdf_string("more")
    writer.update_container(field)
    filled = io.BytesIO()
    writer.write(filled)  # type: ignore[no-untyped-call]
    again = judge(issued, filled.getvalue())
    assert again.verdict is Verdict.TOTAL_FAILED
    assert "changed-after-signing" in outcome(again)[1]


def test_a_signed_document_that_only_its_owner_may_change_is_judged_too(issued: Authority) -> None:
    with pikepdf.open(io.BytesIO(pdf())) as document:
        locked = io.BytesIO()
        document.save(locked, encryption=pikepdf.Encryption(user="", owner="x", R=6))
    writer = IncrementalPdfFileWriter(io.BytesIO(locked.getvalue()))
    writer.encrypt("")  # type: ignore[no-untyped-call]
    metadata = signers.PdfSignatureMetadata(field_name="Sig", subfilter=fields.SigSeedSubFilter.PADES)
    content = signers.sign_pdf(writer, metadata, signer_of(issued)).getvalue()
    assert outcome(judge(issued, bytes(content))) == PASSED


def with_text_field() -> bytes:
    document = pikepdf.new()
    document.add_blank_page(page_size=(200, 200))
    field = document.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.Widget,
            FT=pikepdf.Name.Tx,
            T=pikepdf.String("t"),
            Rect=[0, 0, 9, 9],
        )
    )
    document.pages[0].Annots = pikepdf.Array([field])
    document.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([field]))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()
