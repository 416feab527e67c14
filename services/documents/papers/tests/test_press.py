"""Papers say what the law wants them to say, in correct Vietnamese, and show data without obeying it."""

import io
import subprocess
import unicodedata
from datetime import UTC, datetime
from typing import Any

import pypdf
import pytest
import segno

from services.documents.papers.domain import BadPaperOrder, form_of
from services.documents.papers.forms import FAMILIES, FORMS
from services.documents.papers.press import Press, Printed
from services.documents.papers.subprocess_press import print_in_subprocess
from services.documents.tests.samples import TEN_DAYS, facts

SEALED_AT = datetime(2026, 1, 5, 2, 6, 7, tzinfo=UTC)
PAPER_ID = "0198a7c2-7d2e-7c11-9a52-6e1f0c9d8b7a"


EVERY = [(family, key) for family, forms in FORMS.items() for key in forms]


def printed(press: Press, key: str, family: str = "", **changes: Any) -> Printed:
    form, data = form_of(key, family), facts(key, **changes)
    return press.print(form, PAPER_ID, form.number(12, data), data, "Công an Thành phố Hồ Chí Minh", SEALED_AT)


def text_of(paper: Printed) -> str:
    pages = pypdf.PdfReader(io.BytesIO(paper.pdf)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


@pytest.mark.parametrize(("family", "key"), EVERY)
def test_every_form_has_the_head_number_place_and_date_of_decree_30(press: Press, family: str, key: str) -> None:
    text, form = text_of(printed(press, key, family)), form_of(key, family)
    by_unit = ("CÔNG AN THÀNH PHỐ HỒ CHÍ MINH", "BỘ PHẬN TIẾP NHẬN VÀ TRẢ KẾT QUẢ")
    for part in (
        *(by_unit if form.basis else ("BỘ CÔNG AN", "CÔNG AN THÀNH PHỐ HỒ CHÍ MINH")),
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        f"Số: {form.number(12, facts(key))}",
        "Thành phố Hồ Chí Minh, ngày 05 tháng 01 năm 2026",
        "Nguyễn Thị Lan",
        "Thời gian ký: 05/01/2026 09:06:07 +07:00",
    ):
        assert part in text
    assert unicodedata.is_normalized("NFC", text)
    assert PAPER_ID in text.replace(" ", "")
    if key != "07":
        assert "Mã hồ sơ: G01.029.00-260105-010001" in text
        assert "3.000347" in text
        assert "3f" * 32 in text.replace(" ", "")


@pytest.mark.parametrize(
    ("key", "number"),
    [
        ("01", "05/BPTNTKQ"),
        ("02", "05/PBS-BPTNTKQ"),
        ("03", "05/PTC-BPTNTKQ"),
        ("04", "05/PXL"),
        ("05", "05/TB-BPTNTKQ"),
        ("06", "05/PKS-BPTNTKQ"),
        ("07", "05/STD-BPTNTKQ"),
    ],
)
def test_nd30_annex_1_numbers_below_ten_have_a_zero_and_tt03_2025_names_the_one_stop_unit(
    key: str, number: str
) -> None:
    assert form_of(key).number(5, facts(key)) == number
    assert form_of(key).number(5, {}) == number.replace("BPTNTKQ", "TTPVHCC")
    assert form_of(key).number(123, facts(key)) == number.replace("05", "123")


def test_tt03_2025_form_04_asks_for_more_time_and_says_what_is_true_on_its_day(press: Press) -> None:
    before = text_of(printed(press, "04"))
    assert "PHIẾU XIN LỖI VÀ ĐỀ NGHỊ GIA HẠN THỜI GIAN GIẢI QUYẾT" in before
    assert "chưa giải quyết xong được trong thời gian đã hẹn" in before
    assert "đã chậm trả kết quả" not in before
    assert "đề nghị gia hạn thời gian giải quyết hồ sơ" in before
    after = text_of(printed(press, "04", issued_date="2026-01-13"))
    assert "Đến nay đã quá thời gian hẹn trả kết quả" in after
    assert "vì đã chậm trả kết quả" in after
    assert "PHIẾU XIN LỖI VÀ HẸN LẠI NGÀY TRẢ KẾT QUẢ" in text_of(printed(press, "04", "tt01-2018"))


@pytest.mark.parametrize("key", ["04", "05", "result"])
def test_nd30_annex_1_a_letter_says_where_it_goes_and_that_the_office_keeps_it(press: Press, key: str) -> None:
    assert "Nơi nhận: - Như trên; - Lưu: VT." in text_of(printed(press, key))


def test_tt03_2025_7_form_05_says_who_asked_for_the_stop_and_how(press: Press) -> None:
    asked = text_of(printed(press, "05", requested_by="Trần Văn Hùng", requested_via="post", requested_on="2026-01-03"))
    assert "Theo đề nghị của Trần Văn Hùng gửi qua dịch vụ bưu chính ngày 03/01/2026" in asked
    assert "chưa có quyết định giải quyết" in asked
    assert "Theo đề nghị" not in text_of(printed(press, "05"))


def test_nd30_annex_1_later_pages_bear_their_number_at_the_top(press: Press) -> None:
    paper = printed(press, "02", items=["Bản sao có chứng thực của văn bằng"] * 60)
    first, second, *_ = pypdf.PdfReader(io.BytesIO(paper.pdf)).pages
    assert second.extract_text().splitlines()[0].endswith(" 2")
    assert not first.extract_text().splitlines()[0].endswith(" 1")


def test_nd30_the_metric_twin_of_times_new_roman_goes_along(press: Press) -> None:
    fonts = {str(font["/BaseFont"]) for font in _fonts_of(printed(press, "result"))}
    assert {name.partition("+")[2] for name in fonts} >= {"LiberationSerif", "LiberationSerif-Bold"}
    assert not any("Libertinus" in name for name in fonts)


def _fonts_of(paper: Printed) -> list[Any]:
    page: Any = pypdf.PdfReader(io.BytesIO(paper.pdf)).pages[0]
    return [font.get_object() for font in page["/Resources"]["/Font"].values()]


def test_months_from_3_on_stand_without_a_zero(press: Press) -> None:
    assert "ngày 05 tháng 3 năm 2026" in text_of(printed(press, "03", issued_date="2026-03-05"))
    assert "ngày 15 tháng 12 năm 2026" in text_of(printed(press, "03", issued_date="2026-12-15"))


def test_the_receipt_says_when_received_and_when_due_in_vietnamese_time(press: Press) -> None:
    text = text_of(printed(press, "01"))
    assert "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ" in text
    assert "09 giờ 05 phút, ngày 05/01/2026" in text
    assert "17 giờ 00 phút, ngày 12/01/2026" in text
    assert "5 ngày làm việc" in text
    assert "1. Giấy khám sức khỏe của người lái xe (bản chính) 2. Ảnh chân dung (02 bản)" in text
    assert "115.000 đồng" in text
    assert "Nhận trước giờ chốt 15:00." in text
    assert "Quyển số 01, số thứ tự 08 (lĩnh vực Sát hạch, cấp giấy phép lái xe)" in text
    assert "tính từ" not in text  # the first day is not counted, which the explanation says


def test_nq66_7_2025_form_01_names_the_database_that_stands_in_for_a_paper(press: Press) -> None:
    confirmed = [{"name": "Giấy khai sinh", "register": "Cơ sở dữ liệu hộ tịch điện tử"}]
    assert "Giấy khai sinh: Cơ sở dữ liệu hộ tịch điện tử" in text_of(printed(press, "01", confirmed=confirmed))


def test_nd309_17_3_form_01_of_an_agency_that_only_takes_in_says_whose_receipt_starts_the_term(press: Press) -> None:
    shown = text_of(printed(press, "01", decided_by_agency="Ủy ban nhân dân phường Bến Thành", due_date=""))
    assert "Ủy ban nhân dân phường Bến Thành; thời hạn được tính từ khi cơ quan này nhận được hồ sơ" in shown


def test_nd301_form_01_tells_a_term_in_hours(press: Press) -> None:
    assert "Thời gian giải quyết: 24 giờ" in text_of(printed(press, "01", hours=24))


def test_tt03_2025_form_01_of_an_ordinary_case_is_one_sheet_of_a5(press: Press) -> None:
    ordinary = printed(press, "01", days=10, explanation=TEN_DAYS)
    assert len(pypdf.PdfReader(io.BytesIO(ordinary.pdf)).pages) == 1


def test_each_other_form_says_its_own(press: Press) -> None:
    assert "2. Giấy tờ “Ảnh chân dung”: không đọc được. Ảnh nền trắng" in text_of(printed(press, "02"))
    assert "tước quyền sử dụng" in text_of(printed(press, "03"))
    apology = text_of(printed(press, "04"))
    assert "Thời gian đã hẹn trả kết quả: 17 giờ 00 phút, ngày 12/01/2026" in apology
    assert "17 giờ 00 phút, ngày 16/01/2026" in apology
    assert "chưa trả lời kết quả xác minh" in apology
    assert "dừng giải quyết" in text_of(printed(press, "05"))
    assert "ĐỒNG Ý GIẢI QUYẾT THEO ĐỀ NGHỊ" in text_of(printed(press, "result")).replace("KHÔNG ĐỒNG Ý", "")
    assert "KHÔNG ĐỒNG Ý GIẢI QUYẾT" in text_of(printed(press, "result", decision="denied"))


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("letter", ["suspension", "closure"])
def test_a_letter_says_its_ground_its_reason_and_how_to_complain_in_both_families(
    press: Press, letter: str, family: str
) -> None:
    told, text = facts(letter), text_of(printed(press, letter, family))
    assert "THÔNG BÁO" in text
    assert "Mẫu số" not in text
    for part in (
        told["legal_ground"],
        told["reason"],
        "khiếu nại đến người đứng đầu Công an Thành phố Hồ Chí Minh trong thời hạn 90 ngày",
        "Luật Khiếu nại số 02/2011/QH13",
        "khởi kiện vụ án hành chính tại Tòa án",
        "điện thoại 1022",
    ):
        assert part in text
    assert "khiếu nại" not in text_of(printed(press, letter, family, complaint=None)).replace("(khiếu nại)", "")


def test_a_denial_says_how_to_complain(press: Press) -> None:
    told = {"decision": "denied", "reason": "Giấy phép đang bị tước.", "complaint": facts("closure")["complaint"]}
    assert "khiếu nại đến người đứng đầu Công an Thành phố Hồ Chí Minh trong thời hạn 90 ngày" in text_of(
        printed(press, "result", **told)
    )


def test_the_letter_of_a_closed_case_says_what_was_asked_and_until_when(press: Press) -> None:
    text = text_of(printed(press, "closure"))
    assert "Lúc 09 giờ 05 phút, ngày 06/01/2026" in text
    assert "1. Giấy tờ “Ảnh chân dung”" in text
    assert "Đến hết ngày 27/01/2026" in text


def test_the_result_of_a_chained_case_says_what_came_of_each_part(press: Press) -> None:
    reason = "Đăng ký khai sinh: đã giải quyết.\nĐăng ký thường trú: không được tiếp nhận."
    shown = text_of(printed(press, "result", decision="partly", reason=reason))
    assert "GIẢI QUYẾT MỘT PHẦN" in shown
    assert "• Đăng ký khai sinh: đã giải quyết. • Đăng ký thường trú: không được tiếp nhận." in shown


def test_optional_facts_left_out_leave_no_trace(press: Press) -> None:
    optional = "procedure_name_en parent_agency_name place history_head fee papers explanation register_no"
    missing: dict[str, Any] = dict.fromkeys(optional.split())
    text = text_of(printed(press, "01", **missing, applicant={"full_name": "Trần Văn Hùng"}))
    assert "Trần Văn Hùng" in text
    for label in ("Địa chỉ", "Điện thoại", "Phí, lệ phí", "Thành phần hồ sơ", "Vào Sổ", "SHA-256", "None", "none"):
        assert label not in text


def test_typst_code_in_the_data_is_printed_not_run(press: Press) -> None:
    hostile = '#panic("x") *đậm* $x$ <seal> #include "/etc/passwd" \\ [a](b) "'
    text = text_of(printed(press, "03", reason=hostile, agency_name=hostile))
    assert '#panic("x") *đậm* $x$ <seal>' in text


def test_decomposed_input_comes_out_composed(press: Press) -> None:
    decomposed = unicodedata.normalize("NFD", "Đường Trần Hưng Đạo bị ngập")
    assert "Đường Trần Hưng Đạo bị ngập" in text_of(printed(press, "03", reason=decomposed))


@pytest.mark.parametrize(("family", "key"), EVERY)
def test_forms_are_a5_results_a4_and_registers_a4_on_its_side(press: Press, family: str, key: str) -> None:
    sizes = {"07": (842, 595)} | dict.fromkeys(("result", "suspension", "closure"), (595, 842))
    for page in pypdf.PdfReader(io.BytesIO(printed(press, key, family).pdf)).pages:
        assert (round(page.mediabox.width), round(page.mediabox.height)) == sizes.get(key, (420, 595))


@pytest.mark.parametrize("key", FORMS["tt03-2025"])
def test_a_paper_is_pdf_a_2b_and_the_same_facts_make_the_same_bytes(press: Press, key: str) -> None:
    first, second = printed(press, key), printed(press, key)
    metadata = pypdf.PdfReader(io.BytesIO(first.pdf)).xmp_metadata
    assert metadata is not None
    assert (metadata.pdfaid_part, metadata.pdfaid_conformance) == ("2", "B")
    assert first == second


def test_a_long_list_runs_over_several_numbered_pages_and_the_seal_stands_on_the_last(press: Press) -> None:
    paper = printed(press, "02", items=[f"Giấy tờ thứ {n} cần bổ sung, nộp bản sao có chứng thực" for n in range(50)])
    reader = pypdf.PdfReader(io.BytesIO(paper.pdf))
    assert paper.seal.page == len(reader.pages) > 1
    assert "Số: 12/PBS-BPTNTKQ 2\n" in reader.pages[1].extract_text()


def test_a_receipt_of_30_papers_keeps_its_last_words_with_the_signatures(press: Press) -> None:
    name = "bản sao có chứng thực của văn bằng, chứng chỉ chuyên môn do cơ sở đào tạo cấp"
    paper = printed(press, "01", papers=[{"name": f"Giấy tờ {n}: {name}"} for n in range(1, 31)])
    pages = [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(paper.pdf)).pages]
    assert len(pages) == paper.seal.page == 3
    assert [n for n in range(1, 31) if f"{n}. Giấy tờ {n}: {name}" not in " ".join(pages)] == []
    assert pages[-1].index("Received before the 15:00 cut-off.") < pages[-1].index("NGƯỜI TIẾP NHẬN HỒ SƠ")


@pytest.mark.parametrize(
    ("form", "changes", "named"),
    [
        ("01", {"received_at": ""}, "received_at"),
        ("02", {"items": []}, "items"),
        ("03", {"reason": None}, "reason"),
        ("result", {"decision": "", "applicant": {}}, "applicant, decision"),
        ("01", {"received_at": "hôm qua"}, "received_at is no moment"),
        ("03", {"applicant": {"identifier": "079301000019"}}, "full_name"),
    ],
)
def test_an_order_that_cannot_be_printed_says_what_is_wrong(
    press: Press, form: str, changes: dict[str, Any], named: str
) -> None:
    with pytest.raises(BadPaperOrder, match=named):
        printed(press, form, **changes)


def test_an_unknown_form_or_family_is_refused_naming_those_there_are() -> None:
    with pytest.raises(BadPaperOrder, match="'08' is not one of 01, 02"):
        form_of("08")
    with pytest.raises(BadPaperOrder, match="'tt99' is not one of tt03-2025, tt01-2018"):
        form_of("01", "tt99")


def test_each_family_gives_a_form_its_own_number_and_every_paper_cites_it(press: Press) -> None:
    control = {family: form_of("06", family).code for family in FAMILIES}
    assert control == {"tt03-2025": "06", "tt01-2018": "05"}
    assert [form_of(key, "tt01-2018").code for key in ("01", "02", "03", "04", "07", "05", "closure", "result")] == [
        "01", "02", "03", "04", "06", "stop", "closure", "result",
    ]  # fmt: skip
    assert "Mẫu số 06, Thông tư 03/2025/TT-VPCP" in text_of(printed(press, "06"))
    assert "Mẫu số 05, Thông tư 01/2018/TT-VPCP" in text_of(printed(press, "06", "tt01-2018"))
    assert "Mẫu số" not in text_of(printed(press, "05", "tt01-2018"))


def test_no_two_forms_of_a_family_share_a_number_and_no_two_series_a_notation() -> None:
    for forms in FORMS.values():
        assert len({form.code for form in forms.values()}) == len(forms)
        assert len({form.notation for form in forms.values()}) == len(forms)


def test_the_receipt_names_the_proxy_the_sets_and_both_signatures(press: Press) -> None:
    proxy = {
        "full_name": "Trần Văn Hùng",
        "identifier": "001090000001",
        "address": "15 Lê Lai",
        "phone": "0912345678",
        "email": "hung@example.vn",
        "paper": "Giấy ủy quyền số 12",
    }
    text = text_of(printed(press, "01", proxy=proxy, sets=2, sector_name_vi="Hộ tịch", signer_name="Phạm Thị Mai"))
    _, _, of_proxy = text.partition("Người được ủy quyền nộp hồ sơ")
    for shown in (*(value for name, value in proxy.items() if name != "phone"), "0912345678 · hung@example.vn"):
        assert shown in of_proxy
    assert "Số lượng hồ sơ: 02 bộ" in text
    _, _, signatures = text.partition("NGƯỜI NỘP HỒ SƠ")
    assert "Trần Văn Hùng" in signatures
    assert "Phạm Thị Mai" in signatures


def test_a_refusal_names_the_proxy_it_is_handed_to(press: Press) -> None:
    proxy = {"full_name": "Trần Văn Hùng", "identifier": "001090000001", "paper": "Giấy ủy quyền"}
    applicant, _, rest = text_of(printed(press, "03", proxy=proxy)).partition("Người được ủy quyền nộp hồ sơ")
    assert "Trần Văn Hùng" not in applicant
    of_proxy, _, signatures = rest.partition("NGƯỜI NỘP HỒ SƠ")
    assert "001090000001" in of_proxy
    assert "Giấy ủy quyền: Giấy ủy quyền" in of_proxy
    assert "Trần Văn Hùng" in signatures


def test_the_control_slip_lists_every_handover_in_order(press: Press) -> None:
    text = text_of(printed(press, "06"))
    first, second = "Bộ phận Một cửa 09:05 05/01/2026", "→ Phòng Cảnh sát giao thông 14:30 05/01/2026"
    assert text.index("Cục Hồ sơ nghiệp vụ") < text.index(first) < text.index(second)
    assert "Phạm Thị Mai Lê Minh Đức Trước hạn" in text
    assert "Quá hạn Chờ Cục Hồ sơ nghiệp vụ trả lời" in text


@pytest.mark.slow
def test_a_register_gives_every_case_its_row_and_repeats_its_head_on_every_page(press: Press) -> None:
    one = facts("07")["rows"][0]
    long_name = "Công ty Trách nhiệm hữu hạn Một thành viên Thương mại Dịch vụ Xuất nhập khẩu Hoàng Phương Quỳnh"
    rows = [
        one | {"no": n, "case_ref": f"G01.029.00-260105-{n:04d}", "applicant_name": long_name} for n in range(1, 201)
    ]
    paper = printed(press, "07", rows=rows)
    pages = [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(paper.pdf)).pages]
    assert len(pages) == paper.seal.page > 10
    assert all("Phương thức nhận" in page for page in pages[:-1])
    whole = " ".join(pages)
    assert [n for n in range(1, 201) if f"G01.029.00-260105-{n:04d}" not in whole] == []
    assert whole.count(long_name) == 200
    assert "05/01/2026 12/01/2026 13/01/2026 Qua bưu chính" in pages[0]


def test_a_register_printed_in_a_process_of_its_own_is_the_same_paper(press: Press) -> None:
    form, data = form_of("07", "tt01-2018"), facts("07")
    here = press.print(form, PAPER_ID, "1/STD", data, "Công an Thành phố Hồ Chí Minh", SEALED_AT)
    assert print_in_subprocess(press, form, PAPER_ID, "1/STD", data, "Công an Thành phố Hồ Chí Minh", SEALED_AT) == here
    with pytest.raises(BadPaperOrder, match="received_at is no moment"):
        print_in_subprocess(
            press, form, PAPER_ID, "1/STD", data | {"rows": [{"received_at": "hôm qua"}]}, "x", SEALED_AT
        )


def test_a_process_that_dies_while_printing_is_no_fault_of_the_order(
    press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.executable", "/bin/false")
    with pytest.raises(subprocess.CalledProcessError):
        print_in_subprocess(press, form_of("07"), PAPER_ID, "1/STD", facts("07"), "x", SEALED_AT)


def test_a_register_of_a_quiet_time_says_so(press: Press) -> None:
    assert "Không có hồ sơ nào được tiếp nhận" in text_of(printed(press, "07", rows=[]))


def test_a_version_names_the_paper_it_replaces_and_why(press: Press) -> None:
    replaced = {"title": "Phiếu xin lỗi", "number": "07/PXL", "date": "2026-01-05", "reason": "Sai ngày hẹn."}
    assert "Thay thế phiếu xin lỗi số 07/PXL ngày 05/01/2026. Lý do: Sai ngày hẹn." in text_of(
        printed(press, "04", replaces=replaced)
    )
    assert "Thay thế" not in text_of(printed(press, "04"))


def test_every_paper_carries_one_qr_code_of_its_check_page(press: Press, monkeypatch: pytest.MonkeyPatch) -> None:
    coded: list[str] = []
    make = segno.make

    def noted(url: str, **how: Any) -> segno.QRCode:
        coded.append(url)
        return make(url, **how)

    monkeypatch.setattr("segno.make", noted)
    for key in FORMS["tt03-2025"]:
        printed(press, key)
    assert coded == [f"https://dichvucong.example.vn/check/{PAPER_ID}"] * len(FORMS["tt03-2025"])
