"""Registers through the gateway: ordered, listed, and read out as a workbook people can work with."""

import io
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import datetime

import openpyxl
import pytest
from flask.testing import FlaskClient
from onestop.cases.v1 import books_service_pb2 as pb

from gateway import workbook
from gateway.tests.conftest import Backend
from gateway.tests.fakes.books import BOOK_LINE
from gateway.tests.fakes.common import REF
from services.common import limits

As = Callable[..., dict[str, str]]
BOOK = {"agency": "H29.035.00", "sector": "ho_tich", "from_date": "2026-01-01", "to_date": "2026-03-31"}


def test_a_register_is_ordered_under_the_clients_key(web: FlaskClient, backend: Backend, as_: As) -> None:
    answer = web.post("/api/v1/books", json=BOOK, headers=as_("leader", **{"Idempotency-Key": "k-1"}))
    assert answer.status_code == 202
    assert answer.json == {"volumes": [{"paper_id": "b1", "volume": 1, "cases": 2}]}
    asked = backend.asked.last("OrderBook")
    assert (asked.idempotency_key, asked.book.agency, asked.book.to_date) == ("k-1", "H29.035.00", "2026-03-31")
    assert web.post("/api/v1/books", json=BOOK, headers=as_("leader")).status_code == 400


def test_issued_volumes_are_listed_newest_first_with_where_to_go_on(
    web: FlaskClient, backend: Backend, as_: As
) -> None:
    answer = web.get("/api/v1/books?agency=H29.035.00&page_size=1&page_token=p0", headers=as_("clerk")).json
    assert answer is not None
    assert (answer["volumes"][0]["paper_id"], answer["next_page_token"]) == ("p1", "p1")
    assert answer["failed"] == [
        {
            "paper_id": "p9",
            "ordered_at": "2026-01-05T02:00:00.000000Z",
            "reason": {"vi": "Chưa có khóa", "en": "No key"},
        }
    ]
    asked = backend.asked.last("ListBooks")
    assert (asked.agency, asked.page_size, asked.page_token) == ("H29.035.00", 1, "p0")


def test_the_fields_of_an_agency_are_listed(web: FlaskClient, as_: As) -> None:
    answer = web.get("/api/v1/sectors?agency=H29.035.00", headers=as_("clerk")).json
    assert answer == {"sectors": [{"code": "ho_tich", "name": {"vi": "Hộ tịch", "en": "Civil"}}]}


@pytest.mark.parametrize("role", ["citizen", "officer"])
def test_registers_are_for_clerks_and_leaders(web: FlaskClient, as_: As, role: str) -> None:
    for path in ("/sectors?agency=A", "/books?agency=A"):
        assert web.get(f"/api/v1{path}", headers=as_(role)).status_code == 403
    assert web.get("/api/v1/books/export", query_string=BOOK, headers=as_(role)).status_code == 403
    assert web.post("/api/v1/books", json=BOOK, headers=as_(role, **{"Idempotency-Key": "k"})).status_code == 403


def test_the_workbook_has_vietnamese_text_real_dates_and_a_head_that_stays(web: FlaskClient, as_: As) -> None:
    answer = web.get("/api/v1/books/export", query_string=BOOK, headers=as_("clerk"))
    assert (answer.status_code, answer.content_type) == (200, workbook.MEDIA)
    assert "so-theo-doi-ho-so-ho_tich-2026-01-01-2026-03-31.xlsx" in answer.headers["Content-Disposition"]
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert sheet.freeze_panes == "A5"
    assert rows[0][0] == "Sổ theo dõi hồ sơ – Lĩnh vực: Hộ tịch"
    assert rows[1][0] == "Cơ quan: UBND phường Bến Thành; hồ sơ tiếp nhận từ ngày 01/01/2026 đến ngày 31/03/2026"
    assert rows[3] == (
        "TT", "Mã hồ sơ", "Tên thủ tục hành chính", "Tên tổ chức, cá nhân", "Địa chỉ", "Số điện thoại",
        "Cơ quan chủ trì giải quyết", "Ngày tiếp nhận", "Ngày hẹn trả", "Ngày trả kết quả", "Phương thức nhận kết quả",
        "Ký nhận",
    )  # fmt: skip
    assert rows[4][:7] == (
        1, REF, "Đăng ký khai sinh", "Nguyễn Thị Lan", "12 Lê Lợi", "0901234567", "UBND phường Bến Thành",
    )  # fmt: skip
    days = [value.isoformat() for value in rows[4][7:10] if isinstance(value, datetime)]
    assert days == ["2026-01-06T00:00:00", "2026-01-12T00:00:00", "2026-01-09T00:00:00"]
    assert rows[4][10] == "Trực tiếp"
    assert sheet["H5"].number_format == "dd/mm/yyyy"


def test_a_name_that_looks_like_a_formula_is_text_and_what_no_file_may_hold_is_left_out(
    web: FlaskClient, as_: As
) -> None:
    answer = web.get("/api/v1/books/export", query_string=BOOK, headers=as_("clerk"))
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    assert (sheet["D6"].value, sheet["D6"].data_type) == ("=1+1 Hồ Thị Đẹp", "s")
    assert [sheet[f"{column}6"].value for column in "IJ"] == [None, None]


def test_a_register_is_written_whatever_one_of_its_texts_holds() -> None:
    """Cases of older code may hold what XML does not: controls, U+FFFE and U+FFFF. An emoji is no trouble."""
    odd = pb.BookLine()
    odd.CopyFrom(BOOK_LINE)
    odd.applicant_name, odd.address = "Lê\x0b Văn\x07 An\ufffe\uffff", "12 Lê Lợi ✅ 王"
    content, _ = workbook.write("Sổ\x01", "Cơ quan\uffff", [odd, BOOK_LINE])
    with content:
        sheet = openpyxl.load_workbook(content).active
        assert sheet is not None
        assert [sheet[cell].value for cell in ("A1", "A2", "D5", "E5")] == [
            "Sổ",
            "Cơ quan",
            "Lê Văn An",
            "12 Lê Lợi ✅ 王",
        ]
        assert sheet["D6"].value == BOOK_LINE.applicant_name


def test_a_refusal_comes_before_anything_is_sent(web: FlaskClient, as_: As) -> None:
    answer = web.get("/api/v1/books/export", query_string=BOOK | {"sector": "khac"}, headers=as_("clerk"))
    assert (answer.status_code, answer.content_type) == (400, "application/problem+json")


@pytest.mark.slow
def test_thousands_of_cases_are_written_without_being_kept(tmp_path_factory: pytest.TempPathFactory) -> None:
    def lines() -> Iterator[pb.BookLine]:
        for no in range(1, 4_001):
            line = pb.BookLine()
            line.CopyFrom(BOOK_LINE)
            line.no = no
            yield line

    workbook.write("", "", [])[0].close()  # what the library keeps for good is not counted
    tracemalloc.start()
    content, size = workbook.write("Sổ", "", lines())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    with content:
        sheet = openpyxl.load_workbook(content, read_only=True).active
        assert sheet is not None
        assert sum(1 for _ in sheet.iter_rows(min_row=5)) == 4_000
    assert size > 50 * limits.KIB
    assert peak < 3 * limits.MIB
