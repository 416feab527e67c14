"""Ordinary input is taken: what people paste from chats and papers, type by hand and search for."""

import json
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest

from e2e.client import Client, Refused
from e2e.conftest import System

PERSON = {
    "kind": "person",
    "full_name": "Hoàng Gia Bảo",
    "identifier": "038203000017",
    "address": "2 Đại lộ Lê Lợi, tỉnh Thanh Hóa",
    "phone": "0903000017",
}
FORM = {
    "full_name": "Hoàng Gia Bảo",
    "personal_number": "038203000017",
    "birth_date": "2003-12-31",
    "sex": "male",
    "nationality": "Việt Nam",
    "permanent_residence": "2 Đại lộ Lê Lợi, tỉnh Thanh Hóa",
    "phone": "0903000017",
    "licence_number": "380123456789",
    "licence_class": "A1",
    "reason": "damaged",
    "return_method": "counter",
}
pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

FOR_MACHINES = set("^_[\\")
BOM = b"\xef\xbb\xbf"


def application(form: dict[str, Any] | None = None, **applicant: str) -> dict[str, Any]:
    """A licence exchanged at the counter."""
    person, filled = PERSON | applicant, FORM | (form or {})
    return {"procedure": "3.000347", "agency": "G01.029.00", "applicant": person, "form": filled}


@pytest.fixture(scope="module")
def clerk(system: System) -> Client:
    return Client(system.base_url).log_in("clerk")


def errors(clerk: Client, whole: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = clerk.post("/cases/check", whole)["errors"]
    said = [error["message"][language] for error in found for language in ("vi", "en")]
    assert [sentence for sentence in said if FOR_MACHINES & set(sentence)] == []
    return found


def places(clerk: Client, whole: dict[str, Any]) -> set[str]:
    return {error["pointer"] for error in errors(clerk, whole)}


@pytest.mark.parametrize(
    "whole",
    [
        *(
            application({"phone": phone})
            for phone in ("0903 000 017", "0903.000.017", "\u202a0903000017\u202c", "02838297643", "+81 3-3466-3311 ")
        ),
        application(identifier="038 203 000 017\u200b"),
        application({"personal_number": "038.203.000.017"}),
        application({"birth_date": "2003"}),
        application({"birth_date": "12/2003"}),
        application({"birth_date": "31/12/2003"}),
        application({"full_name": "Hoàng Gia \u202eBảo"}, full_name="Hoàng Gia \u202eBảo"),
        application(kind="firm", identifier="0312 68 78 78 - 001", full_name="Công ty Phở"),
    ],
)
def test_what_people_paste_is_taken(clerk: Client, whole: dict[str, Any]) -> None:
    about_somebody_else = {"/form/personal_number"} if whole["applicant"]["kind"] == "firm" else set()
    assert places(clerk, whole) <= about_somebody_else


@pytest.mark.parametrize(
    ("whole", "place", "said"),
    [
        (application({"birth_date": "2099-01-01"}), "/form/birth_date", "chưa tới"),
        (application({"birth_date": "19440230"}), "/form/birth_date", "31/12/2003"),
        (application({"full_name": "\u200b"}), "/form/full_name", "Cần điền mục “Họ, chữ đệm và tên”"),
        (application(full_name="\u200b"), "/applicant/full_name", "Cần điền"),
        (application(identifier="999999999999"), "/applicant/identifier", "chưa tới"),
        (application({"sex": "nam"}), "/form/sex", "Nam, Nữ"),
        (application({"phone": "không có"}), "/form/phone", "0901234567"),
        (application(identifier="A1234567"), "/applicant/identifier", "079301000019"),
    ],
)
def test_what_cannot_be_is_refused_in_words(clerk: Client, whole: dict[str, Any], place: str, said: str) -> None:
    [error] = [error for error in errors(clerk, whole) if error["pointer"] == place]
    assert said in error["message"]["vi"]


def test_a_child_is_not_registered_before_it_is_born(clerk: Client) -> None:
    form = {
        "requester_name": "Nguyễn Thị Lan",
        "requester_personal_number": "079301000019",
        "relation": "mother",
        "child_name": "Trần Bảo An",
        "child_birth_date": "2099-05-05",
        "child_sex": "female",
        "birth_place": "Bệnh viện Từ Dũ",
        "mother_personal_number": "079301000019",
    }
    lan = {"full_name": "Nguyễn Thị Lan", "identifier": "079301000019"}
    whole = {"procedure": "1.001193", "agency": "H29.035.00", "applicant": lan, "form": form}
    assert "/form/child_birth_date" in places(clerk, whole)
    assert "/form/child_birth_date" not in places(clerk, whole | {"form": form | {"child_birth_date": "20/02/2026"}})


def test_a_year_is_no_month_and_the_sentence_has_an_example(clerk: Client) -> None:
    past = {"from": "1975", "residence": "12 Lê Lợi"}
    whole = application() | {"procedure": "2.000488", "form": {"history": [past]}}
    [error] = [error for error in errors(clerk, whole) if error["pointer"] == "/form/history/0/from"]
    assert ("09/1975" in error["message"]["vi"], "09/1975" in error["message"]["en"]) == (True, True)


def test_facts_that_disagree_are_told_and_keep_nobody_from_filing(clerk: Client) -> None:
    found = clerk.post("/cases/check", application({"sex": "female", "birth_date": "1999-12-31"}))
    assert found["acceptable"]
    odd = {warning["code"]: warning["pointer"] for warning in found["warnings"] if warning["pointer"]}
    assert odd == {"sex-disagrees": "/form/sex", "birth-year-disagrees": "/form/birth_date"}


@pytest.fixture(scope="module")
def filed(clerk: Client) -> str:
    """A case filed for real with everything in it as people paste it."""
    whole = application(
        {"phone": "+84 903 000 017", "birth_date": "31/12/2003", "personal_number": "038 203 000 017"},
        full_name="HʼLinh\u00a0Mlô\u200b",
        identifier="038.203.000.017",
        phone="0903.000.017 ",
    )
    ref: str = clerk.submit(BOM + json.dumps(whole, ensure_ascii=False).encode(), str(uuid4()))["ref"]
    return ref


def test_a_case_has_what_was_meant(clerk: Client, filed: str) -> None:
    case = clerk.case(filed)
    applicant = case["applicant"]
    assert (applicant["full_name"], applicant["phone"]) == ("HʼLinh Mlô", "0903000017")
    assert applicant["identifier"] == "038203000017"
    assert {name: case["form"][name] for name in ("phone", "birth_date", "personal_number")} == {
        "phone": "0903000017",
        "birth_date": "2003-12-31",
        "personal_number": "038203000017",
    }


@pytest.mark.parametrize("typed", ["h linh", "H'Linh Mlô", "hlinh", "HʼLINH", "038 203 000 017", "0903.000.017"])
def test_it_is_found_however_it_is_typed(clerk: Client, filed: str, typed: str) -> None:
    found = clerk.get("/cases", q=typed, order="match", page_size=100)["cases"]
    assert filed in [case["ref"] for case in found]


def test_its_state_is_seen_however_its_number_is_typed(system: System, filed: str) -> None:
    anyone = Client(system.base_url)
    for typed in (filed, filed.lower(), f"  {filed} ", filed.replace("-", "\u2011"), filed.replace("-", " – ")):
        assert anyone.get(f"/public/cases/{quote(typed)}")["ref"] == filed


def test_reasons_that_show_nothing_are_none_and_others_lose_what_does_not_show(clerk: Client, filed: str) -> None:
    with pytest.raises(Refused) as refused:
        clerk.act(filed, "refuse", reason="\u200b\u3164")
    assert [error["pointer"] for error in refused.value.problem["errors"]] == ["/reason"]
    items = ["\uf0b7 Ảnh\u00a0chân dung\u200b"]
    asked = clerk.act(filed, "request-supplement", items=items, reason="Ảnh mờ\r\n\u202echụp lại")
    assert asked["supplement_items"] == ["Ảnh chân dung"]
