"""A sealed paper verifies, with our verifier and with pyHanko's own command."""

import io
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest

from services.common.settings import BadSettings
from services.documents.conftest import AGENCY, AGENCY_NAME
from services.documents.papers.domain import form_of
from services.documents.papers.forms import FORMS
from services.documents.papers.press import Press
from services.documents.papers.seal import NoSealKey, Seals
from services.documents.signatures import domain as verdicts
from services.documents.signatures import verify
from services.documents.tests.pki import Authority
from services.documents.tests.samples import facts

PYHANKO = Path(sys.executable).with_name("pyhanko")


def sealed(press: Press, seals: Seals, form: str = "01") -> bytes:
    printed = press.print(form_of(form), "p-1", "1/TTPVHCC", facts(form), AGENCY_NAME, datetime.now(UTC))
    return seals.seal(printed, AGENCY, reason=form_of(form).title_vi, place="Thành phố Hồ Chí Minh")


@pytest.mark.parametrize("form", FORMS["tt03-2025"])
def test_a_sealed_paper_of_every_form_verifies(press: Press, seals: Seals, authority: Authority, form: str) -> None:
    report = verify.verify(sealed(press, seals, form), verify.load_roots(authority.certificate))
    assert report.verdict is verdicts.Verdict.TOTAL_PASSED
    assert AGENCY_NAME in report.signatures[0].signer


def test_pyhankos_own_command_judges_it_valid(press: Press, seals: Seals, authority: Authority, tmp_path: Path) -> None:
    file = tmp_path / "paper.pdf"
    file.write_bytes(sealed(press, seals))
    command: list[str | Path] = [
        PYHANKO,
        "sign",
        "validate",
        "--trust-replace",
        "--trust",
        authority.certificate,
        "--pretty-print",
        file,
    ]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "The signature covers the entire file." in said
    assert "The signature is judged VALID." in said


def test_the_signature_is_pades_and_stands_where_the_paper_shows_the_seal(press: Press, seals: Seals) -> None:
    with pikepdf.open(io.BytesIO(sealed(press, seals))) as document:
        [field] = document.Root.AcroForm.Fields.as_list()
        assert str(field.V.SubFilter) == "/ETSI.CAdES.detached"
        assert str(field.V.Location) == "Thành phố Hồ Chí Minh"
        assert str(field.V.Reason) == "Giấy tiếp nhận hồ sơ và hẹn trả kết quả"
        left, bottom, right, top = (float(edge) for edge in field.Rect.as_list())
        width, height = float(document.pages[-1].mediabox[2]), float(document.pages[-1].mediabox[3])
    assert 0 < left < right < width
    assert 0 < bottom < top < height
    assert (right - left, top - bottom) == (122, 45)


def test_sealing_keeps_the_fonts_embedded_and_the_archive_marking(press: Press, seals: Seals) -> None:
    with pikepdf.open(io.BytesIO(sealed(press, seals))) as document:
        assert document.open_metadata().pdfa_status == "2B"
        fonts = [item for item in document.objects if isinstance(item, pikepdf.Dictionary) and "/FontName" in item]
        assert fonts
        assert all({"/FontFile", "/FontFile2", "/FontFile3"} & set(font.keys()) for font in fonts)


def test_an_agency_without_a_key_is_named_with_the_file_it_lacks(seals: Seals) -> None:
    with pytest.raises(NoSealKey, match=r"H99\.key\.pem"):
        seals.of("H99")


def test_a_folder_that_cannot_seal_is_refused_at_start(tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match=r"no <agency code>\.key\.pem"):
        Seals(tmp_path)
    authority = Authority(tmp_path)
    authority.issue("H29", "UBND Thành phố Hồ Chí Minh")
    (tmp_path / "H29.crt.pem").unlink()
    with pytest.raises(BadSettings, match=r"H29\.crt\.pem is missing"):
        Seals(tmp_path)
