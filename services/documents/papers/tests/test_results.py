"""The certificate itself: set by a template of its procedure or drawn up as a file, sealed last, an original."""

import io
import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pikepdf
import pypdf
import pytest
from onestop.cases.v1 import cases_events_pb2 as cases_pb
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers

from services.common.context import Caller
from services.common.database import Database
from services.common.events import Event
from services.common.testing.logs import logging_as_a_process
from services.common.times import utc_now
from services.documents import events
from services.documents.conftest import AGENCY, AGENCY_NAME, OFFICER
from services.documents.core.blobs import Blobs
from services.documents.files import usecases as files
from services.documents.files.domain import FileNotFound
from services.documents.files.scanner import Clamd
from services.documents.papers import usecases as papers
from services.documents.papers.domain import BadPaperOrder, Paper, form_of
from services.documents.papers.messages import paper_message
from services.documents.papers.press import RESULTS, Press, Printed
from services.documents.papers.seal import Seals
from services.documents.papers.subprocess_press import print_in_subprocess
from services.documents.papers.usecases import PaperIssuer, issue_next
from services.documents.signatures import verify
from services.documents.tests import samples
from services.documents.tests.own_store import FIRST, LAN, deliver, personal_store, upload
from services.documents.tests.pki import Authority
from services.documents.tests.samples import facts, result_facts

TEMPLATES = [path.stem for path in sorted(RESULTS.glob("*.typ"))]


def printed(press: Press, template: str, **changes: Any) -> Printed:
    data = result_facts(template, **changes)
    return press.print(form_of("result"), "p-1", "05/GPLX", data, AGENCY_NAME, utc_now(), template)


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages).split())


def order(
    database: Database, data: Mapping[str, Any], template: str = "", file_id: str = "", paper_id: str = "p-1"
) -> None:
    wanted = cases_pb.PaperOrder(
        paper_id=paper_id,
        form="result",
        data_json=json.dumps(data).encode(),
        template=template,
        result_file_id=file_id,
    )
    deliver(
        database,
        "cases.decided",
        FIRST,
        cases_pb.CaseChanged(agency_code=AGENCY, applicant_account="lan", paper=wanted),
    )


def read(database: Database, blobs: Blobs, paper: Paper, who: Caller = LAN) -> bytes:
    return b"".join(files.download(database, blobs, who, str(paper.file_id), 0, 0, utc_now())[1])


def test_every_template_that_ships_has_facts_to_try_it_with() -> None:
    assert sorted(samples.RESULTS) == TEMPLATES


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_certificate_has_the_head_number_facts_and_signer_of_decree_30(press: Press, template: str) -> None:
    paper = printed(press, template)
    text = text_of(paper.pdf)
    for part in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "CÔNG AN THÀNH PHỐ HỒ CHÍ MINH",
        "Số: 05/GPLX",
        "KT. GIÁM ĐỐC PHÓ GIÁM ĐỐC",
        "Võ Thành Công",
    ):
        assert part in text
    assert "ĐỒNG Ý GIẢI QUYẾT" not in text
    metadata = pypdf.PdfReader(io.BytesIO(paper.pdf)).xmp_metadata
    assert metadata is not None
    assert (metadata.pdfaid_part, metadata.pdfaid_conformance) == ("2", "B")


@pytest.mark.parametrize("template", TEMPLATES)
def test_nd30_annex_1_the_seal_covers_a_third_of_the_signature_on_its_left(press: Press, template: str) -> None:
    paper = printed(press, template)
    seal, own = paper.seal, paper.signature
    assert own is not None
    assert (seal.page, round(seal.y, 2)) == (own.page, round(own.y, 2))
    assert seal.x < own.x
    assert seal.x + seal.width - own.x == pytest.approx(own.width / 3, abs=0.1)


def test_a_certificate_says_its_facts(press: Press) -> None:
    record = text_of(printed(press, "phieu-ly-lich-tu-phap").pdf)
    assert "PHIẾU LÝ LỊCH TƯ PHÁP SỐ 1" in record
    assert "Không có án tích" in record
    birth = text_of(printed(press, "giay-khai-sinh").pdf)
    assert "Ngày hai mươi, tháng hai, năm hai nghìn không trăm hai mươi sáu" in birth
    assert "Năm sinh: 2001" in birth
    business = text_of(printed(press, "giay-dang-ky-ho-kinh-doanh").pdf)
    assert "Mã số hộ kinh doanh: 001090000001" in business
    assert "200.000.000 đồng" in business


SOURCE = """#import "/result-base.typ": *
#show: certificate.with("Giấy xác nhận", "Confirmation")
#entry("Xác nhận", fact("what"))
#certificate-closing()
"""


def test_a_template_that_came_with_its_procedure_is_set_too(press: Press) -> None:
    data = result_facts("giay-phep-lai-xe", facts={"what": "#panic() đã cư trú tại đây"})
    paper = print_in_subprocess(press, form_of("result"), "p-1", "01", data, AGENCY_NAME, utc_now(), SOURCE)
    assert "Xác nhận: #panic() đã cư trú tại đây" in text_of(paper.pdf)
    assert paper.signature is not None


@pytest.mark.parametrize(
    ("template", "why"),
    [
        ("khong-co", "no template"),
        ("../form-01", "place"),
        ("#panic(1)\n", "panicked"),
        ("Không có dấu\n", "place for one seal"),
        ('#import "@preview/cetz:0.3.1"\n', "package"),
        ('#read("/../press.py")\n', "escape"),
    ],
)
def test_a_template_that_cannot_be_set_is_refused(press: Press, template: str, why: str) -> None:
    data = result_facts("giay-phep-lai-xe")
    with pytest.raises(BadPaperOrder, match=why):
        press.print(form_of("result"), "p-1", "01", data, AGENCY_NAME, utc_now(), template)


def test_the_certificate_stands_in_the_store_under_its_name_and_as_an_original(
    database: Database, issuer: PaperIssuer
) -> None:
    order(database, result_facts("giay-phep-lai-xe"), "giay-phep-lai-xe")
    assert issue_next(database, issuer)
    [paper] = papers.list_papers(database, LAN, FIRST)
    shown = paper_message(paper)
    assert (shown.title.vi, shown.number, shown.valid_until) == ("Giấy phép lái xe", "01/GPLX", "2036-01-05")
    assert paper.legal_value == "original"
    [listed] = personal_store(database)
    stored = listed.paper
    assert (stored.paper_code, stored.name_vi, stored.number) == ("gplx", "Giấy phép lái xe", "01/GPLX")
    assert (stored.legal_value, stored.issued_on, stored.expires_on) == (
        "original", date(2026, 1, 5), date(2036, 1, 5),
    )  # fmt: skip


def test_a_letter_about_a_decision_is_a_notice_under_its_own_name(database: Database, issuer: PaperIssuer) -> None:
    kind = {"code": "ket_qua_3.000347", "name_vi": "Kết quả: Đổi giấy phép lái xe", "name_en": "Result: Exchange"}
    order(database, facts("result", result_type=kind | {"owner": "079301000019", "legal_value": "notice"}))
    assert issue_next(database, issuer)
    [paper] = papers.list_papers(database, LAN, FIRST)
    assert (paper_message(paper).title.vi, paper.legal_value) == (
        "Thông báo kết quả giải quyết thủ tục hành chính", "notice",
    )  # fmt: skip
    [listed] = personal_store(database)
    assert (listed.paper.name_vi, listed.paper.legal_value) == ("Kết quả: Đổi giấy phép lái xe", "notice")


def test_certificates_and_letters_are_numbered_each_without_gaps(database: Database, issuer: PaperIssuer) -> None:
    kind = {"code": "x", "name_vi": "x", "name_en": "x", "legal_value": "notice"}
    order(database, result_facts("giay-phep-lai-xe"), "giay-phep-lai-xe", paper_id="p-1")
    order(database, facts("result", result_type=kind), paper_id="p-2")
    order(database, result_facts("giay-phep-lai-xe", number="77/CSGT"), "giay-phep-lai-xe", paper_id="p-3")
    order(database, result_facts("giay-phep-lai-xe"), "giay-phep-lai-xe", paper_id="p-4")
    order(database, facts("result", result_type=kind), paper_id="p-5")
    while issue_next(database, issuer):
        pass
    numbers = {paper.paper_id: paper.number for paper in papers.list_papers(database, LAN, FIRST)}
    letters = form_of("result").notation
    assert numbers == {
        "p-1": "01/GPLX", "p-2": f"01/{letters}", "p-3": "77/CSGT", "p-4": "02/GPLX", "p-5": f"02/{letters}",
    }  # fmt: skip


def signed(content: bytes, authority: Authority, folder: Path) -> bytes:
    """The same file, signed by a leader in person."""
    person = Authority(folder)
    person.issue("leader", "Võ Thành Công")
    signer: Any = signers.SimpleSigner.load(
        str(folder / "leader.key.pem"), str(folder / "leader.crt.pem"), ca_chain_files=[str(folder / "ca.crt.pem")]
    )  # type: ignore[no-untyped-call]
    writer = IncrementalPdfFileWriter(io.BytesIO(content))
    fields.append_signature_field(writer, fields.SigFieldSpec("Leader"))
    data = signers.PdfSignatureMetadata(field_name="Leader", subfilter=fields.SigSeedSubFilter.PADES)
    return bytes(signers.PdfSigner(data, signer=signer).sign_pdf(writer).getvalue())


def test_a_person_signs_a_file_drawn_up_and_the_agency_seals_it_after_them(
    database: Database,
    issuer: PaperIssuer,
    blobs: Blobs,
    scanner: Clamd,
    authority: Authority,
    press: Press,
    tmp_path: Path,
) -> None:
    own = signed(printed(press, "giay-phep-lai-xe").pdf, authority, tmp_path / "person")
    file = upload(database, blobs, scanner, own, OFFICER)
    order(database, result_facts("giay-phep-lai-xe", number="12/QĐ"), file_id=str(file.file_id))
    assert issue_next(database, issuer)
    [paper] = papers.list_papers(database, LAN, FIRST)
    assert (paper.number, paper.legal_value) == ("12/QĐ", "original")
    content = read(database, blobs, paper)
    assert content.startswith(own)
    both = [*verify.load_roots(authority.certificate), *verify.load_roots(tmp_path / "person" / "ca.crt.pem")]
    report = verify.verify(content, both)
    assert (report.verdict, len(report.signatures)) == ("TOTAL_PASSED", 2)
    with pikepdf.open(io.BytesIO(content)) as document:
        seal = document.Root.AcroForm.Fields.as_list()[-1]
        width, height = float(document.pages[0].mediabox[2]), float(document.pages[0].mediabox[3])
        left, _, right, top = (float(edge) for edge in seal.Rect.as_list())
    assert (right > width - 20, top > height - 20, left > width / 2 - 20) == (True, True, True)


def test_a_file_that_takes_no_seal_is_told(database: Database, issuer: PaperIssuer, blobs: Blobs) -> None:
    order(database, result_facts("giay-phep-lai-xe"), file_id="0198a7c2-7d2e-7c11-9a52-6e1f0c9d8b7a")
    assert issue_next(database, issuer)
    assert papers.list_papers(database, LAN, FIRST) == []
    [(_, _, _, why)] = papers.parked(database)
    assert "is not there" in why


def test_a_certificate_issued_again_keeps_its_template_and_what_it_is_worth(
    database: Database, issuer: PaperIssuer, blobs: Blobs
) -> None:
    order(database, result_facts("giay-phep-lai-xe"), "giay-phep-lai-xe")
    assert issue_next(database, issuer)
    again = cases_pb.PaperOrder(
        paper_id="p-2", data_json=b'{"issued_date": "2026-01-06"}', replaces_paper_id="p-1", reissue_reason="Mờ"
    )
    deliver(
        database,
        "cases.paper_reissued",
        FIRST,
        cases_pb.CaseChanged(agency_code=AGENCY, applicant_account="lan", paper=again),
    )
    assert issue_next(database, issuer)
    new = papers.list_papers(database, LAN, FIRST)[-1]
    assert (new.number, new.legal_value) == ("02/GPLX", "original")
    assert "790123456789" in text_of(read(database, blobs, new))
    assert events.HANDLERS


def drawn(**saved: Any) -> bytes:
    """A page of another program."""
    document, out = pikepdf.new(), io.BytesIO()
    document.add_blank_page(page_size=(595, 842))
    document.save(out, **saved)
    return out.getvalue()


def sealed(press: Press, authority: Authority, content: bytes) -> bytes:
    stamp = press.stamp("12/QĐ", AGENCY_NAME, utc_now())
    return Seals(authority.folder).seal_file(content, stamp, AGENCY, "Giấy phép", "Sài Gòn")


def test_a_file_that_bears_a_seal_already_takes_another(press: Press, authority: Authority) -> None:
    once = sealed(press, authority, drawn())
    twice = sealed(press, authority, once)
    assert twice.startswith(once)
    report = verify.verify(twice, verify.load_roots(authority.certificate))
    assert (report.verdict, len(report.signatures)) == ("TOTAL_PASSED", 2)


def test_a_file_that_opens_without_its_password_is_sealed(press: Press, authority: Authority) -> None:
    content = sealed(press, authority, drawn(encryption=pikepdf.Encryption(owner="x", user="")))
    with pikepdf.open(io.BytesIO(content)) as document:
        assert [str(field.T) for field in document.Root.AcroForm.Fields.as_list()] == ["Seal"]


def test_a_file_that_viewers_repair_is_sealed_as_repaired(press: Press, authority: Authority) -> None:
    whole = drawn()
    content = sealed(press, authority, whole[: whole.rfind(b"startxref")] + b"startxref\n1\n%%EOF\n")
    assert verify.verify(content, verify.load_roots(authority.certificate)).verdict == "TOTAL_PASSED"


def by_leader(authority: Authority, **how: Any) -> bytes:
    """A page that somebody signed, certifying it or locking it with their signature."""
    folder, lock = authority.folder, how.pop("lock", None)
    signer: Any = signers.SimpleSigner.load(
        str(folder / f"{AGENCY}.key.pem"),
        str(folder / f"{AGENCY}.crt.pem"),
        ca_chain_files=[str(folder / "ca.crt.pem")],
    )  # type: ignore[no-untyped-call]
    writer = IncrementalPdfFileWriter(io.BytesIO(drawn()))
    locked = fields.FieldMDPSpec(fields.FieldMDPAction.ALL) if lock else None
    fields.append_signature_field(
        writer, fields.SigFieldSpec("Leader", field_mdp_spec=locked, doc_mdp_update_value=lock)
    )
    described = signers.PdfSignatureMetadata(field_name="Leader", subfilter=fields.SigSeedSubFilter.PADES, **how)
    return bytes(signers.PdfSigner(described, signer=signer).sign_pdf(writer).getvalue())


def test_what_takes_a_seal_is_known_before_and_a_signer_who_forbids_changes_is_obeyed(
    press: Press, authority: Authority
) -> None:
    seals = Seals(authority.folder)
    closed = {"certify": True, "docmdp_permissions": fields.MDPPerm.NO_CHANGES}
    open_to_fields = {"certify": True, "docmdp_permissions": fields.MDPPerm.FILL_FORMS}
    taken = {
        "plain": drawn(),
        "signed": by_leader(authority),
        "opens without its password": drawn(encryption=pikepdf.Encryption(owner="x", user="")),
    }
    refused = {
        "certified, closed": by_leader(authority, **closed),
        "certified, open to what does not show": by_leader(authority, **open_to_fields),
        "locked by the signer": by_leader(authority, lock=fields.MDPPerm.NO_CHANGES),
        "its fields locked by the signer": by_leader(authority, lock=fields.MDPPerm.FILL_FORMS),
        "asks for a password": drawn(encryption=pikepdf.Encryption(owner="x", user="y")),
        "no PDF": b"PK\x03\x04" + bytes(100),
        "cut short": drawn()[:200],
    }
    assert {name: seals.takes_seal(content) for name, content in (taken | refused).items()} == (
        dict.fromkeys(taken, True) | dict.fromkeys(refused, False)
    )
    for content in taken.values():
        report = verify.verify(sealed(press, authority, content), verify.load_roots(authority.certificate))
        assert report.verdict == "TOTAL_PASSED"  # whoever signed before is not broken by the seal
    for content in refused.values():
        with pytest.raises(BadPaperOrder, match="takes no seal"):
            sealed(press, authority, content)


def test_whether_a_file_takes_a_seal_is_told_to_whoever_uploaded_it(
    database: Database, blobs: Blobs, scanner: Clamd, authority: Authority
) -> None:
    seals, closed = Seals(authority.folder), {"certify": True, "docmdp_permissions": fields.MDPPerm.NO_CHANGES}
    own = upload(database, blobs, scanner, by_leader(authority, **closed), OFFICER)
    assert not papers.takes_seal(database, blobs, seals, OFFICER, str(own.file_id))
    good = str(upload(database, blobs, scanner, drawn(), OFFICER).file_id)
    assert papers.takes_seal(database, blobs, seals, OFFICER, good)
    for who, file_id in ((LAN, good), (OFFICER, "no id")):
        with pytest.raises(FileNotFound):
            papers.takes_seal(database, blobs, seals, who, file_id)


def test_a_result_that_cannot_be_issued_is_given_up_when_its_case_is_opened_again(
    database: Database, issuer: PaperIssuer, blobs: Blobs, scanner: Clamd, authority: Authority
) -> None:
    order(database, result_facts("giay-phep-lai-xe"), file_id="0198a7c2-7d2e-7c11-9a52-6e1f0c9d8b7a")
    assert issue_next(database, issuer)
    assert len(papers.parked(database)) == 1
    deliver(database, "cases.reopened", FIRST, cases_pb.CaseChanged(agency_code=AGENCY, applicant_account="lan"))
    assert papers.parked(database) == []
    assert papers.reopen_parked(database, utc_now()) == 0
    order(database, result_facts("giay-phep-lai-xe"), "giay-phep-lai-xe", paper_id="p-2")
    assert issue_next(database, issuer)
    assert [paper.paper_id for paper in papers.list_papers(database, LAN, FIRST)] == ["p-2"]
    deliver(database, "cases.reopened", FIRST, cases_pb.CaseChanged(agency_code=AGENCY, applicant_account="lan"))
    assert [paper.paper_id for paper in papers.list_papers(database, LAN, FIRST)] == ["p-2"]


def test_news_of_a_case_opened_again_that_comes_late_gives_up_nothing_ordered_since(
    database: Database, issuer: PaperIssuer
) -> None:
    reopened = Event("cases.reopened", FIRST, FIRST, 8, cases_pb.CaseChanged(agency_code=AGENCY).SerializeToString())
    order(database, result_facts("giay-phep-lai-xe"), "giay-phep-lai-xe", paper_id="p-2")
    with database.transaction() as conn:
        events.HANDLERS[reopened.type](conn, reopened)
    assert issue_next(database, issuer)
    assert [paper.paper_id for paper in papers.list_papers(database, LAN, FIRST)] == ["p-2"]


@pytest.mark.parametrize("name", ['"\\u{40}preview/cetz:0.3.1"', 'str.from-unicode(64) + "preview/cetz:0.3.1"'])
def test_a_template_reaches_no_package_however_it_spells_its_name(press: Press, name: str) -> None:
    source = SOURCE.replace("#entry", f"#import ({name})\n#entry", 1)
    data = result_facts("giay-phep-lai-xe", facts={"what": "x"})
    with pytest.raises(BadPaperOrder, match=r"127\.0\.0\.1|[Pp]roxy|[Rr]efused"):
        print_in_subprocess(press, form_of("result"), "p-1", "01", data, AGENCY_NAME, utc_now(), source)


BROKEN = [
    ('#import "/result-base.typ": *\n#panic(upper(fact("full_name")) + " " + fact("personal_number"))', "panicked"),
    ('#import "/result-base.typ": *\n#fact("full_name").at("x")', "…"),
    ('#import "/result-base.typ": *\n#eval(fact("full_name").split(" ").last())', "unknown variable: …"),
]


@pytest.mark.parametrize(("source", "told"), BROKEN)
def test_a_template_that_fails_leaves_nothing_of_whom_the_paper_is_about_in_logs_or_reasons(
    database: Database, issuer: PaperIssuer, capsys: pytest.CaptureFixture[str], source: str, told: str
) -> None:
    with logging_as_a_process("documents", "INFO"):
        order(database, result_facts("giay-phep-lai-xe"), source)
        assert issue_next(database, issuer)
        [(_, _, _, reason)] = papers.parked(database)
        logged = capsys.readouterr()
    assert told in reason if told != "…" else reason
    assert "paper not issued" in logged.out
    for text in (reason, logged.out, logged.err):
        assert not [each for each in ("079301000019", "Lan", "LAN", "Nguy", "NGUY") if each in text]


def test_a_fact_may_bear_the_name_of_a_moment_of_papers(press: Press) -> None:
    """A procedure names its own fields: one called `at` or `received_at` is shown as it was filed."""
    source = """#import "/result-base.typ": *
#show: certificate.with("Giấy", "Paper")
#entry("Lúc", fact("at"))
#certificate-closing()
"""
    data = result_facts("giay-phep-lai-xe", facts={"at": "sáng mùng một"})
    paper = print_in_subprocess(press, form_of("result"), "p-1", "05/GP", data, AGENCY_NAME, utc_now(), source)
    assert "Lúc: sáng mùng một" in text_of(paper.pdf)
