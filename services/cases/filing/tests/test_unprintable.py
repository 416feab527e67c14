"""What no paper can show is refused where it is typed, by field and character; what is never printed may hold it."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import orjson
import pytest

from services.cases.core import actions
from services.cases.core.context import CasesContext
from services.cases.core.domain.command import Command
from services.cases.drafts import usecases as drafts
from services.cases.filing.usecases import check
from services.cases.filing.usecases.submit import submit
from services.cases.procedures.folder import BadCatalogue, load_catalogue
from services.cases.procedures.tests.test_check import found
from services.cases.testing.samples import LAN, criminal_record, licence_exchange, sent
from services.common.errors import InvalidInput

PERSON = {"full_name": "Nguyễn Thị Lan", "identifier": "079301000019", "address": "12 Lê Lợi ✅", "phone": "0901234567"}

TEXTS: list[tuple[str, Callable[[str], Command]]] = [
    ("/note", actions.Accept),
    ("/reason", actions.Refuse),
    ("/reason", lambda text: actions.Decide("denied", text)),
    ("/reason", actions.Stop),
    ("/reason", actions.Withdraw),
    ("/note", actions.Return),
    ("/reason", lambda text: actions.Postpone(text, date(2026, 3, 20))),
    ("/legal_ground", lambda text: actions.Reopen("Sai tên", text, 3)),
    ("/note", lambda text: actions.Forward(note=text)),
    ("/items/0", lambda text: actions.RequestSupplement(items=(text,), reason="Thiếu")),
    ("/reason", lambda text: actions.RequestSupplement(items=("Ảnh",), reason=text)),
    ("/legal_ground", lambda text: actions.RequestSupplement(items=("Ảnh",), legal_ground=text)),
]


def faults(error: InvalidInput) -> dict[str, str]:
    return {field.pointer: field.vi for field in error.fields}


@pytest.mark.parametrize(("place", "command"), TEXTS)
def test_every_text_of_an_action_that_papers_show_is_judged(place: str, command: Callable[[str], Command]) -> None:
    with pytest.raises(InvalidInput) as refused:
        command("Ảnh mờ 😊")
    [told] = refused.value.fields
    assert (told.pointer, told.code) == (place, "unprintable")
    assert "có ký tự “😊” không in được lên giấy" in told.vi
    command("\uf0b7 Ảnh chân dung bị mờ, nền không trắng (☑ đã xem) – 4×6 cm")


def test_people_are_told_before_they_file_and_when_they_do(ctx: CasesContext) -> None:
    application = licence_exchange(applicant=PERSON)
    expected = "Mục “Địa chỉ” có ký tự “✅” không in được lên giấy; hãy bỏ ký tự này hoặc viết bằng chữ cái Latin."
    checked = check.check(ctx, LAN, orjson.dumps(application), "")
    assert {field.pointer: field.vi for field in checked.errors} == {"/applicant/address": expected}
    with pytest.raises(InvalidInput) as refused:
        submit(ctx, LAN, sent(application))
    assert faults(refused.value) == {"/applicant/address": expected}


@pytest.mark.parametrize("agency", ["G01.029.00", ""])
def test_a_draft_says_so_as_a_hint_complete_or_not(ctx: CasesContext, agency: str) -> None:
    draft = criminal_record(applicant=PERSON, agency=agency)
    kept = drafts.save(ctx, LAN, "0198a7c2-7d2e-7c11-9a52-6e1f0c9d8b7a", 0, orjson.dumps(draft))
    drafts.delete(ctx, LAN, "0198a7c2-7d2e-7c11-9a52-6e1f0c9d8b7a")
    assert "/applicant/address" in {hint.pointer for hint in kept.hints}


def test_a_proxy_is_judged_like_the_applicant_and_a_form_stays_as_it_was_filled_in(ctx: CasesContext) -> None:
    application = criminal_record(
        proxy={"full_name": "王小明", "identifier": "001090000001", "authorisation": "giay_uy_quyen"}
    )
    application["form"] |= {"purpose": "Xin việc tại 株式会社 ✅"}
    places = {field.pointer for field in check.check(ctx, LAN, orjson.dumps(application), "").errors}
    assert "/proxy/full_name" in places
    assert "/form/purpose" not in places


def test_names_of_the_highlands_fullwidth_letters_and_invisible_characters_are_taken(ctx: CasesContext) -> None:
    person = PERSON | {"full_name": "H’Linh Niê Kđăm ô̆ ơ̆\u200b", "address": "５０ Lê Lợi, ㎡"}
    assert not check.check(ctx, LAN, orjson.dumps(licence_exchange(applicant=person)), "").errors


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"name_vi": "Đổi giấy phép lái xe 🚗"}, "/name_vi"),
        ({"sector": {"code": "x", "name_vi": "交通", "name_en": "Traffic"}}, "/sector/name_vi"),
    ],
)
def test_a_procedure_that_papers_cannot_name_is_not_published(changes: dict[str, Any], place: str) -> None:
    assert ("error", "unprintable", place) in found(**changes)


def test_an_agency_that_papers_cannot_name_is_not_loaded(catalogue_copy: Path) -> None:
    path = catalogue_copy / "agencies.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("Công an Thành phố Hồ Chí Minh", "Công an 胡志明市", 1), encoding="utf-8")
    with pytest.raises(BadCatalogue, match="no paper can show"):
        load_catalogue(catalogue_copy)
