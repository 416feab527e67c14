"""The verifier names every way a sealed paper can be falsified."""

import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils.generic import NameObject, StreamObject, pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers

from services.documents.conftest import AGENCY, AGENCY_NAME
from services.documents.papers.domain import form_of
from services.documents.papers.press import Press
from services.documents.papers.seal import Seals
from services.documents.signatures import verify
from services.documents.signatures.domain import Report, Verdict
from services.documents.signatures.verify import load_roots
from services.documents.tests.pki import CA_NAME, Authority
from services.documents.tests.samples import facts, pdf


@pytest.fixture(scope="module")
def paper(press: Press, seals: Seals) -> bytes:
    printed = press.print(form_of("03"), "p-1", "1/PTC", facts("03"), AGENCY_NAME, datetime.now(UTC))
    return seals.seal(printed, AGENCY, reason="Từ chối", place="")


@pytest.fixture
def judge(authority: Authority) -> "Judge":
    return Judge(authority.certificate)


class Judge:
    """Verifies against one root; answers the verdict and the codes of the reasons."""

    def __init__(self, root: Path) -> None:
        self.roots = load_roots(root)

    def __call__(self, content: bytes) -> tuple[Verdict, list[str]]:
        report: Report = verify.verify(content, self.roots)
        return report.verdict, [reason.code for reason in report.reasons]


def written(writer: IncrementalPdfFileWriter) -> bytes:
    out = io.BytesIO()
    writer.write(out)  # type: ignore[no-untyped-call]
    return out.getvalue()


def test_the_untouched_paper_passes(judge: Judge, paper: bytes) -> None:
    assert judge(paper) == (Verdict.TOTAL_PASSED, [])


def test_a_flipped_bit_is_an_alteration(judge: Judge, paper: bytes) -> None:
    at = paper.index(b"stream\n") + 100
    flipped = paper[:at] + bytes([paper[at] ^ 1]) + paper[at + 1 :]
    assert judge(flipped) == (Verdict.TOTAL_FAILED, ["altered"])


@pytest.mark.parametrize("junk", [b"\n", b"junk", b"PK\x03\x04" * 100])
def test_anything_after_the_end_is_named(judge: Judge, paper: bytes, junk: bytes) -> None:
    verdict, reasons = judge(paper + junk)
    assert verdict is Verdict.TOTAL_FAILED
    assert reasons == ["bytes-after-signature"]


def test_a_false_end_after_the_end_fails_too(judge: Judge, paper: bytes) -> None:
    assert judge(paper + b"\n%%EOF\n")[0] is Verdict.TOTAL_FAILED


def test_a_page_replaced_after_signing_is_a_shadow_attack(judge: Judge, paper: bytes) -> None:
    writer = IncrementalPdfFileWriter(io.BytesIO(paper))
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    page[NameObject("/Contents")] = writer.add_object(StreamObject(stream_data=b"BT (Refunded) Tj ET"))
    writer.update_container(page)
    assert judge(written(writer)) == (Verdict.TOTAL_FAILED, ["changed-after-signing"])


def test_an_annotation_laid_over_the_page_is_a_shadow_attack_too(judge: Judge, paper: bytes) -> None:
    writer = IncrementalPdfFileWriter(io.BytesIO(paper))
    writer.root["/Pages"]["/Kids"][0].get_object()[pdf_name("/Rotate")] = pdf_name("/Upside")
    writer.update_container(writer.root["/Pages"]["/Kids"][0].get_object())
    assert judge(written(writer))[0] is Verdict.TOTAL_FAILED


def test_a_signature_by_an_authority_of_the_same_name_is_not_trusted(paper: bytes, tmp_path: Path) -> None:
    judge = Judge(Authority(tmp_path, CA_NAME).certificate)
    assert judge(paper) == (Verdict.INDETERMINATE, ["untrusted-certificate"])


def test_a_signature_by_an_unknown_authority_is_not_trusted(paper: bytes, tmp_path: Path) -> None:
    judge = Judge(Authority(tmp_path, "Người lạ").certificate)
    assert judge(paper) == (Verdict.INDETERMINATE, ["untrusted-certificate"])


def test_an_expired_certificate_is_named(press: Press, tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    authority.issue(AGENCY, AGENCY_NAME, days=(-30, -1))
    printed = press.print(form_of("03"), "p-1", "1/PTC", facts("03"), AGENCY_NAME, datetime.now(UTC))
    content = Seals(tmp_path).seal(printed, AGENCY, reason="", place="")
    assert Judge(authority.certificate)(content) == (Verdict.INDETERMINATE, ["certificate-not-valid"])


def test_a_second_signature_over_all_of_it_passes(judge: Judge, seals: Seals, paper: bytes) -> None:
    writer = IncrementalPdfFileWriter(io.BytesIO(paper))
    metadata = signers.PdfSignatureMetadata(field_name="Leader", subfilter=fields.SigSeedSubFilter.PADES)
    twice = signers.sign_pdf(writer, metadata, seals.of(AGENCY).signer).getvalue()
    assert judge(twice) == (Verdict.TOTAL_PASSED, [])
    assert judge(twice + b"x") == (Verdict.TOTAL_FAILED, ["bytes-after-signature"])


def test_a_file_without_a_signature_or_that_is_no_pdf_fails(judge: Judge) -> None:
    assert judge(pdf()) == (Verdict.TOTAL_FAILED, ["no-signature"])
    for content in (b"", b"%PDF-1.7\n", b"hello", bytes(1000)):
        assert judge(content) == (Verdict.TOTAL_FAILED, ["not-a-pdf"])


@settings(max_examples=40, deadline=None)
@given(position=st.integers(min_value=0), bit=st.integers(0, 7))
def test_no_single_bit_of_a_paper_can_change_and_pass(
    paper: bytes, authority: Authority, position: int, bit: int
) -> None:
    contents = paper.index(b"/Contents <") + len(b"/Contents <")
    at = position % len(paper)
    padding = contents <= at < paper.index(b">", contents)  # the signature's own hex: its case and padding are free
    changed = paper[:at] + bytes([paper[at] ^ (1 << bit)]) + paper[at + 1 :]
    verdict, _ = Judge(authority.certificate)(changed)
    assert padding or verdict is not Verdict.TOTAL_PASSED


def test_a_bundle_without_certificates_is_refused(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("nothing here")
    with pytest.raises(ValueError, match="certificate"):
        load_roots(tmp_path / "ca.pem")
