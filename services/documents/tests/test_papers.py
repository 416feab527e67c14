"""Papers say what the law wants them to say, in correct Vietnamese, and show data without obeying it."""

import io
import unicodedata
from datetime import UTC, datetime
from typing import Any

import pypdf
import pytest

from services.documents.domain import FORMS, BadPaperOrder
from services.documents.papers import Press, Printed
from services.documents.tests.samples import facts

SEALED_AT = datetime(2026, 1, 5, 2, 6, 7, tzinfo=UTC)
PAPER_ID = "0198a7c2-7d2e-7c11-9a52-6e1f0c9d8b7a"


def printed(press: Press, form: str, **changes: Any) -> Printed:
    number = FORMS[form].number(12)
    return press.print(form, PAPER_ID, number, facts(form, **changes), "Công an Thành phố Hồ Chí Minh", SEALED_AT)


def text_of(paper: Printed) -> str:
    pages = pypdf.PdfReader(io.BytesIO(paper.pdf)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


@pytest.mark.parametrize("form", FORMS)
def test_every_form_has_the_head_number_place_and_date_of_decree_30(press: Press, form: str) -> None:
    text = text_of(printed(press, form))
    for part in (
        "BỘ CÔNG AN",
        "CÔNG AN THÀNH PHỐ HỒ CHÍ MINH",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập – Tự do – Hạnh phúc",
        f"Số: 12/{FORMS[form].notation}",
        "TP. Hồ Chí Minh, ngày 05 tháng 01 năm 2026",
        "Mã hồ sơ: G01.029.00-260105-010001",
        "Nguyễn Thị Lan",
        "3.000347",
        "Thời gian ký: 05/01/2026 09:06:07 +07:00",
    ):
        assert part in text
    assert unicodedata.is_normalized("NFC", text)
    assert PAPER_ID in text.replace(" ", "")
    assert "3f" * 32 in text.replace(" ", "")


def test_months_from_3_on_stand_without_a_zero(press: Press) -> None:
    assert "ngày 05 tháng 3 năm 2026" in text_of(printed(press, "03", issued_date="2026-03-05"))
    assert "ngày 15 tháng 12 năm 2026" in text_of(printed(press, "03", issued_date="2026-12-15"))


def test_the_receipt_says_when_received_and_when_due_in_vietnamese_time(press: Press) -> None:
    text = text_of(printed(press, "01"))
    assert "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ" in text
    assert "09 giờ 05 phút, ngày 05/01/2026" in text
    assert "17 giờ 00 phút, ngày 12/01/2026" in text
    assert "5 ngày làm việc" in text
    assert "1. Giấy khám sức khỏe của người lái xe 2. Ảnh chân dung (2 bản)" in text
    assert "115.000 đồng" in text
    assert "Nhận trước giờ chốt 15:00." in text


def test_each_other_form_says_its_own(press: Press) -> None:
    assert "2. Ảnh chân dung nền trắng" in text_of(printed(press, "02"))
    assert "tước quyền sử dụng" in text_of(printed(press, "03"))
    apology = text_of(printed(press, "04"))
    assert "12/01/2026" in apology
    assert "17 giờ 00 phút, ngày 16/01/2026" in apology
    assert "chưa trả lời kết quả xác minh" in apology
    assert "dừng giải quyết" in text_of(printed(press, "05"))
    assert "ĐỒNG Ý GIẢI QUYẾT THEO ĐỀ NGHỊ" in text_of(printed(press, "result")).replace("KHÔNG ĐỒNG Ý", "")
    assert "KHÔNG ĐỒNG Ý GIẢI QUYẾT" in text_of(printed(press, "result", decision="denied"))


def test_optional_facts_left_out_leave_no_trace(press: Press) -> None:
    optional = "procedure_name_en parent_agency_name place history_head fee papers explanation"
    text = text_of(printed(press, "01", **dict.fromkeys(optional.split()), applicant={"full_name": "Trần Văn Hùng"}))
    assert "Trần Văn Hùng" in text
    for label in ("Địa chỉ", "Điện thoại", "Phí, lệ phí", "Giấy tờ đã nộp", "SHA-256", "None", "none"):
        assert label not in text


def test_typst_code_in_the_data_is_printed_not_run(press: Press) -> None:
    hostile = '#panic("x") *đậm* $x$ <seal> #include "/etc/passwd" \\ [a](b) "'
    text = text_of(printed(press, "03", reason=hostile, agency_name=hostile))
    assert '#panic("x") *đậm* $x$ <seal>' in text


def test_decomposed_input_comes_out_composed(press: Press) -> None:
    decomposed = unicodedata.normalize("NFD", "Đường Trần Hưng Đạo bị ngập")
    assert "Đường Trần Hưng Đạo bị ngập" in text_of(printed(press, "03", reason=decomposed))


@pytest.mark.parametrize(
    ("form", "size"), [("01", (420, 595)), ("04", (420, 595)), ("05", (420, 595)), ("result", (595, 842))]
)
def test_receipts_are_a5_and_results_a4(press: Press, form: str, size: tuple[int, int]) -> None:
    box = pypdf.PdfReader(io.BytesIO(printed(press, form).pdf)).pages[0].mediabox
    assert (round(box.width), round(box.height)) == size


def test_a_paper_is_pdf_a_2b_and_the_same_facts_make_the_same_bytes(press: Press) -> None:
    first, second = printed(press, "01"), printed(press, "01")
    metadata = pypdf.PdfReader(io.BytesIO(first.pdf)).xmp_metadata
    assert metadata is not None
    assert (metadata.pdfaid_part, metadata.pdfaid_conformance) == ("2", "B")
    assert first == second


def test_a_long_list_runs_over_several_numbered_pages_and_the_seal_stands_on_the_last(press: Press) -> None:
    paper = printed(press, "02", items=[f"Giấy tờ thứ {n} cần bổ sung, nộp bản sao có chứng thực" for n in range(50)])
    reader = pypdf.PdfReader(io.BytesIO(paper.pdf))
    assert paper.seal.page == len(reader.pages) > 1
    assert reader.pages[1].extract_text().strip().startswith("2")


@pytest.mark.parametrize(
    ("form", "changes", "named"),
    [
        ("01", {"received_at": ""}, "received_at"),
        ("02", {"items": []}, "items"),
        ("03", {"reason": None}, "reason"),
        ("result", {"decision": "", "applicant": {}}, "applicant, decision"),
        ("01", {"received_at": "hôm qua"}, "hôm qua"),
        ("03", {"applicant": {"identifier": "079301000019"}}, "full_name"),
    ],
)
def test_an_order_that_cannot_be_printed_says_what_is_wrong(
    press: Press, form: str, changes: dict[str, Any], named: str
) -> None:
    with pytest.raises(BadPaperOrder, match=named):
        printed(press, form, **changes)


def test_an_unknown_form_is_refused(press: Press) -> None:
    with pytest.raises(BadPaperOrder, match="04"):
        press.print("04", PAPER_ID, "1/PXL", facts("03"), "x", SEALED_AT)
