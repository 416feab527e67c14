"""A text that no paper can show keeps no paper back, nor the register of the day; a paper that fails is seen."""

import io
import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4
from zoneinfo import ZoneInfo

import openpyxl
import psycopg
import pypdf
import pytest

from e2e.client import Client, Json, Refused, wait_for
from e2e.conftest import System
from infra.local.home import PORTS, Home, Ports

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

AGENCY, SECTOR = "G01.029.00", "ly_lich_tu_phap"


@pytest.fixture(scope="module")
def clerk(system: System) -> Client:
    return Client(system.base_url).log_in("clerk")


@pytest.fixture(scope="module")
def officer(system: System) -> Client:
    return Client(system.base_url).log_in("officer")


def application(**applicant: str) -> bytes:
    person = {
        "kind": "person",
        "full_name": f"Hoàng Gia Bảo {uuid4().hex[:6]}",
        "identifier": "038203000017",
        "address": "2 Đại lộ Lê Lợi, tỉnh Thanh Hóa",
        "phone": "0903000017",
    } | applicant
    form = {
        "full_name": person["full_name"],
        "personal_number": person["identifier"],
        "birth_date": "2003-12-31",
        "sex": "male",
        "nationality": "Việt Nam",
        "permanent_residence": "2 Đại lộ Lê Lợi, tỉnh Thanh Hóa",
        "certificate_type": "1",
        "purpose": "Bổ sung hồ sơ xin việc",
        "fee_group": "exempt",
        "history": [{"from": "2012-09", "residence": "Thanh Hóa", "occupation": "Học sinh"}],
    }
    return json.dumps({"procedure": "2.000488", "agency": AGENCY, "applicant": person, "form": form}).encode()


def file(clerk: Client, **applicant: str) -> str:
    ref: str = clerk.submit(application(**applicant), str(uuid4()))["ref"]
    return ref


def written(system: System, database: str, statement: str, *values: object) -> None:
    """Does to a database what no request can."""
    offset = (urlsplit(system.base_url).port or 0) - PORTS["gateway"]
    url = Home(system.home, Ports(offset)).database_url("postgres").replace("+psycopg", "").rsplit("/", 1)[0]
    with psycopg.connect(f"{url}/onestop_{database}", autocommit=True) as connection:
        assert connection.execute(statement, values).rowcount == 1


def text_of(client: Client, paper: Json) -> str:
    content = client.content(f"/files/{paper['file_id']}/content")
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages).split())


def told(refusal: Refused) -> dict[str, str]:
    return {error["pointer"]: error["detail"] for error in refusal.problem["errors"]}


def test_an_address_no_paper_can_show_is_refused_by_field_and_character(clerk: Client) -> None:
    bad = application(address="12 Lê Lợi ✅")
    assert [error["pointer"] for error in clerk.check(bad)["errors"]] == ["/applicant/address"]
    with pytest.raises(Refused) as refused:
        clerk.submit(bad, str(uuid4()))
    assert refused.value.status == 400
    assert "“Address” holds the character “✅”" in told(refused.value)["/applicant/address"]


def test_a_refusal_no_paper_can_show_is_refused_and_the_same_in_words_is_issued(clerk: Client) -> None:
    ref = file(clerk)
    with pytest.raises(Refused) as refused:
        clerk.act(ref, "refuse", reason="Ảnh mờ 😊")
    assert "😊" in told(refused.value)["/reason"]
    clerk.act(ref, "refuse", reason="Ảnh mờ")
    assert "Ảnh mờ" in text_of(clerk, clerk.paper(ref, "03"))


def test_the_bullet_that_word_puts_before_an_item_is_left_out_on_the_paper(clerk: Client) -> None:
    ref = file(clerk)
    clerk.act(ref, "request-supplement", items=["\uf0b7 Ảnh chân dung"], reason="Thiếu")
    text = text_of(clerk, clerk.paper(ref, "02"))
    assert "1. Ảnh chân dung" in text
    assert "\uf0b7" not in text


def test_what_is_said_on_a_case_may_hold_anything(system: System) -> None:
    lan = Client(system.base_url).log_in("lan")
    form = json.loads(application())["form"] | {"full_name": "Nguyễn Thị Lan", "personal_number": "079301000019"}
    own = {"kind": "person", "full_name": "Nguyễn Thị Lan", "identifier": "079301000019", "phone": "0901234567"}
    filed = {"procedure": "2.000488", "agency": AGENCY, "applicant": own, "form": form}
    form["purpose"] = f"Xin việc {uuid4().hex[:6]}"
    ref = lan.submit(json.dumps(filed).encode(), str(uuid4()))["ref"]
    assert lan.say(ref, "Cảm ơn anh chị 😊")["text"] == "Cảm ơn anh chị 😊"


def test_a_case_that_holds_such_a_text_goes_to_its_end_and_into_the_register_of_the_day(
    system: System, clerk: Client, officer: Client
) -> None:
    """Filed before the rule was there: its receipt, its result and the register say what stands for the character."""
    ref = file(clerk)
    odd = "UPDATE cases SET state = jsonb_set(state, '{applicant,address}', %s::jsonb) WHERE ref = %s"
    written(system, "cases", odd, json.dumps("12 Lê Lợi ✅ 王"), ref)
    clerk.act(ref, "accept")
    receipt = text_of(clerk, clerk.paper(ref, "01"))
    assert "12 Lê Lợi [U+2705] [U+738B]" in receipt
    assert "Ghi chú: mã trong ngoặc vuông" in receipt
    officer.act(ref, "assign")
    officer.grant(ref)
    wait_for("the result", lambda: clerk.case(ref), lambda case: case["result_file_id"])
    assert clerk.hand_over(ref)["status"] == 10

    today = datetime.now(UTC).astimezone(ZoneInfo("Asia/Ho_Chi_Minh")).date().isoformat()
    book = {"agency": AGENCY, "sector": SECTOR, "from_date": today, "to_date": today}
    [ordered] = clerk.post("/books", book, str(uuid4()))["volumes"]
    volume = wait_for("the register", lambda: _volume(clerk, ordered["paper_id"]), bool)[0]
    text = text_of(clerk, volume)
    assert ref in text
    assert "[U+2705]" in text
    exported = clerk.content("/books/export?" + "&".join(f"{name}={value}" for name, value in book.items()))
    sheet = openpyxl.load_workbook(io.BytesIO(exported)).active
    assert sheet is not None
    assert [row[4] for row in sheet.iter_rows(values_only=True) if row[1] == ref] == ["12 Lê Lợi ✅ 王"]


def _volume(clerk: Client, paper_id: str) -> list[Json]:
    return [volume for volume in clerk.get("/books", agency=AGENCY)["volumes"] if volume["paper_id"] == paper_id]


def test_a_paper_that_fails_is_seen_on_the_case_and_issued_once_its_cause_is_mended(
    system: System, clerk: Client
) -> None:
    """Its order is spoiled in documents' own database, as a faulty template or release would."""
    ref = file(clerk)
    clerk.act(ref, "accept")
    good = clerk.paper(ref, "01")
    paper_id = str(uuid4())
    written(
        system,
        "documents",
        """
        INSERT INTO paper_orders (paper_id, case_ref, case_agency, applicant_account, agency_code, form, year, sequence,
            data_json) SELECT %s, case_ref, case_agency, applicant_account, agency_code, form, year,
            1000000 + sequence, convert_to('{"received_at": "hôm qua"}', 'UTF8') FROM paper_orders WHERE paper_id = %s
        """,
        paper_id,
        good["paper_id"],
    )
    seen = wait_for("the failure", lambda: clerk.case(ref), lambda case: case["papers_failed"])
    [failed] = seen["papers_failed"]
    assert (failed["paper_id"], failed["title"]["vi"]) == (paper_id, "Giấy tiếp nhận hồ sơ và hẹn trả kết quả")
    assert failed["reason"] == {
        "vi": "Mẫu in hoặc dữ liệu của giấy tờ có lỗi",
        "en": "The form or its data are faulty",
    }
    assert ref in {line["ref"] for line in clerk.get("/cases", papers_failed="true")["cases"]}
    entries: list[dict[str, Any]] = clerk.get(f"/cases/{ref}/timeline")["entries"]
    assert any("Chưa phát hành được" in entry["text"]["vi"] for entry in entries)

    mend = "UPDATE paper_orders bad SET data_json = good.data_json FROM paper_orders good WHERE bad.paper_id = %s"
    written(system, "documents", f"{mend} AND good.paper_id = %s", paper_id, good["paper_id"])
    clerk.act(ref, "reissue-paper", paper_id=paper_id, reason="Đã sửa mẫu")
    wait_for("no failure", lambda: clerk.case(ref), lambda case: not case["papers_failed"])
    issued = clerk.get(f"/cases/{ref}/papers")["papers"]
    assert paper_id in {paper["paper_id"] for paper in issued}
    assert ref not in {line["ref"] for line in clerk.get("/cases", papers_failed="true")["cases"]}
