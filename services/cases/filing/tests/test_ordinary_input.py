"""What people paste and type is taken as they mean it; what cannot be is refused, what is odd is told."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import orjson
import pytest

from services.cases.core.actions import RequestSupplement
from services.cases.core.context import CasesContext
from services.cases.core.domain.case_parts import Pin
from services.cases.core.store import cases as store
from services.cases.core.usecases.act import act
from services.cases.core.usecases.read import get
from services.cases.drafts.usecases import save
from services.cases.filing.checks import applications as filing
from services.cases.filing.checks import facts
from services.cases.filing.usecases.check import Checked, check
from services.cases.filing.usecases.submit import SubmitRequest, submit
from services.cases.forms.domain.fields import FORMATS
from services.cases.procedures.folder import load_catalogue
from services.cases.supplements.usecases import Sent, changes, resubmit
from services.cases.testing.samples import CLERK, LAN, birth, criminal_record, licence_exchange, sent
from services.common.errors import InvalidInput

TODAY = date(2026, 3, 2)
DRAFT = "0d0e0f00-0000-4000-8000-000000000001"


def checked(ctx: CasesContext, application: dict[str, Any]) -> Checked:
    """What a check finds, whoever the form is about."""
    found = check(ctx, CLERK, orjson.dumps(application), "")
    return replace(found, errors=[error for error in found.errors if error.code != "another-person"])


def licence(form: dict[str, Any], **applicant: Any) -> dict[str, Any]:
    """As a clerk files it, which asks for no upload."""
    whole = licence_exchange(attachments=[])
    return whole | {"form": whole["form"] | form, "applicant": whole["applicant"] | applicant}


@pytest.mark.parametrize(
    ("form", "kept"),
    [
        ({"phone": "0903 000 017"}, "0903000017"),
        ({"phone": "\u202a0903.000.017\u202c"}, "0903000017"),
        ({"phone": "+84 903 000 017"}, "0903000017"),
        ({"phone": "028 3829 7643"}, "02838297643"),
        ({"phone": "+81 3-3466-3311"}, "+81334663311"),
        ({"personal_number": "079 301 000 019\u200b"}, "079301000019"),
        ({"licence_number": "790 123 456 789"}, "790123456789"),
        ({"birth_date": "2001"}, "2001"),
        ({"birth_date": "2001-00-00"}, "2001"),
        ({"birth_date": "tháng 5 năm 2001"}, "2001-05"),
        ({"birth_date": "12/05/2001"}, "2001-05-12"),
        ({"licence_expiry": "31/12/2030"}, "2030-12-31"),
        ({"full_name": "Nguyễn \u202eThị\u00a0 Lan "}, "Nguyễn Thị Lan"),
        ({"email": " lan@example.vn\u200b"}, "lan@example.vn"),
        ({"email": "Lan <lan @ example.vn>;"}, "lan@example.vn"),
        ({"phone": "028 3829 7643, máy lẻ 12"}, "02838297643 máy lẻ 12"),
    ],
)
def test_a_field_is_kept_as_it_is_meant(ctx: CasesContext, form: dict[str, Any], kept: str) -> None:
    [name] = form
    assert not checked(ctx, licence(form)).errors
    filed, _ = submit(ctx, CLERK, sent(licence(form)))
    assert orjson.loads(get(ctx, CLERK, filed.ref).form)[name] == kept


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"full_name": "\u200b"}, "Cần điền mục “Họ, chữ đệm và tên”"),
        ({"full_name": None}, "Cần điền mục “Họ, chữ đệm và tên”"),
        ({"sex": ""}, "Cần điền mục “Giới tính”"),
        ({"phone": "0123"}, "0901234567"),
        ({"birth_date": "31/02/2001"}, "31/12/2003"),
        ({"birth_date": "2099-01-01"}, "chưa tới"),
        ({"birth_date": "2027"}, "chưa tới"),
        ({"personal_number": "999999999999"}, "chưa tới"),
        ({"email": "lan"}, "lan.nguyen@example.vn"),
        ({"sex": "nam"}, "Nam, Nữ"),
    ],
)
def test_what_cannot_be_is_refused_with_an_example(ctx: CasesContext, form: dict[str, Any], said: str) -> None:
    [error] = checked(ctx, licence(form)).errors
    assert error.pointer == f"/form/{next(iter(form))}"
    assert said in error.vi
    with pytest.raises(InvalidInput):
        submit(ctx, CLERK, sent(licence(form)))


@pytest.mark.parametrize("empty", ["", " \u200b", None])
def test_fields_left_empty_that_need_no_value_are_as_if_not_sent(ctx: CasesContext, empty: str | None) -> None:
    filed, _ = submit(ctx, CLERK, sent(licence({"email": empty, "licence_expiry": empty, "current_residence": empty})))
    assert {"email", "licence_expiry", "current_residence"}.isdisjoint(orjson.loads(get(ctx, CLERK, filed.ref).form))


def test_a_month_left_empty_in_a_line_is_as_if_not_sent(ctx: CasesContext) -> None:
    whole = criminal_record()
    still = {"from": "9/1975", "to": "nay", "residence": "12 Lê Lợi"}
    [error] = checked(ctx, whole | {"form": whole["form"] | {"history": [still]}}).errors
    assert "để trống" in error.vi
    line = {"from": "9/1975", "to": "", "residence": "12 Lê Lợi", "occupation": None}
    filed, _ = submit(ctx, CLERK, sent(whole | {"form": whole["form"] | {"history": [line]}}))
    kept = orjson.loads(get(ctx, CLERK, filed.ref).form)["history"]
    assert kept == [{"from": "1975-09", "residence": "12 Lê Lợi"}]


def test_what_a_program_says_nothing_of_about_a_person_is_as_if_not_sent(ctx: CasesContext) -> None:
    nothing = {"phone": None, "email": None, "address": None}
    proxy = {"full_name": "Lan", "identifier": "079301000019", "authorisation": None, "relation": None, **nothing}
    assert not checked(ctx, licence({}, **nothing)).errors
    found = checked(ctx, licence({}, **nothing, full_name=None) | {"proxy": proxy}).errors
    assert [(each.pointer, each.vi) for each in found] == [("/applicant/full_name", "Cần điền mục này.")]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"address": "x" * 501}, "tối đa 500 ký tự"),
        ({"kind": "công ty"}, "cá nhân, tổ chức"),
        ({"full_name": 7}, "hãy xem lại"),
    ],
)
def test_what_is_wrong_about_a_person_is_told_in_words(ctx: CasesContext, wrong: dict[str, Any], said: str) -> None:
    [error] = checked(ctx, licence({}, **wrong)).errors
    assert error.pointer == f"/applicant/{next(iter(wrong))}"
    assert said in error.vi


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("200.000.000", 200_000_000), ("200 000 000 đồng", 200_000_000), ("５00,000 VNĐ", 500_000), ("7", 7), (7, 7)],
)
def test_a_whole_number_is_read_as_people_write_it(typed: str | int, kept: int) -> None:
    form = load_catalogue().find("1.001612", TODAY).form
    assert form.cleaned({"capital": typed}) == {"capital": kept}


@pytest.mark.parametrize("typed", ["1.5", "2.000,50", "1.000 000", "hai trăm", "-7", "1" * 30, "12.0000"])
def test_what_is_no_whole_number_is_told_by_example(typed: str) -> None:
    form = load_catalogue().find("1.001612", TODAY).form
    [error] = [each for each in form.errors(form.cleaned({"capital": typed})) if each.pointer == "/form/capital"]
    assert "ví dụ" in error.vi


def test_a_field_sent_under_two_names_that_look_the_same_is_refused(ctx: CasesContext) -> None:
    with pytest.raises(InvalidInput) as refused:
        submit(ctx, CLERK, sent(licence({"full_name\u200b": "Trần Văn Hùng"})))
    assert [each.pointer for each in refused.value.fields] == ["/form/full_name"]


def test_a_field_emptied_in_an_answer_is_taken_away(ctx: CasesContext) -> None:
    filed, _ = submit(ctx, CLERK, sent(licence({"email": "lan@example.vn"})))
    act(ctx, CLERK, filed.ref, 1, RequestSupplement(pins=(Pin("/form/email", "other", "Sửa thư điện tử"),)))
    seen = resubmit(ctx, CLERK, filed.ref, 0, Sent(form=b'{"email": " "}'))
    assert "email" not in orjson.loads(seen.form)


@pytest.mark.parametrize("name", ["HỘ KINH DOANH PHỞ HÙNG", "hộ kinh doanh Phở Hùng", "Hộ Kinh Doanh Phở"])
def test_the_name_of_a_business_may_be_in_capitals(name: str) -> None:
    for code in ("1.001612", "1.001612.KARAOKE"):
        form = load_catalogue().find(code, TODAY).form
        assert "/form/business_name" not in [
            error.pointer for error in form.errors(form.cleaned({"business_name": name}))
        ]


def test_a_month_is_asked_for_with_an_example_and_read_as_people_write_it(ctx: CasesContext) -> None:
    whole = criminal_record()
    past = {"residence": "12 Lê Lợi", "occupation": "Học sinh"}
    [error] = checked(ctx, whole | {"form": whole["form"] | {"history": [past | {"from": "1975"}]}}).errors
    assert (error.pointer, "09/1975" in error.vi) == ("/form/history/0/from", True)
    application = whole | {"form": whole["form"] | {"history": [past | {"from": "9/1975"}]}}
    filed, _ = submit(ctx, CLERK, sent(application))
    assert orjson.loads(get(ctx, CLERK, filed.ref).form)["history"][0]["from"] == "1975-09"


def test_a_child_yet_to_be_born_is_registered_nowhere(ctx: CasesContext) -> None:
    whole = birth()
    errors = checked(ctx, whole | {"form": whole["form"] | {"child_birth_date": "2027-05-05"}}).errors
    assert "/form/child_birth_date" in [error.pointer for error in errors]


@pytest.mark.parametrize(
    ("applicant", "kept"),
    [
        ({"identifier": "079 301 000 019\u200b"}, {"identifier": "079301000019"}),
        ({"kind": "firm", "identifier": "0312 68 78 78 - 001"}, {"identifier": "0312687878-001"}),
        ({"full_name": "\u202aNguyê\u0303n  Thị Lan\u202c"}, {"full_name": "Nguyễn Thị Lan"}),
        ({"phone": "0901.234.567"}, {"phone": "0901234567"}),
        ({"phone": "(028) 3829 7643"}, {"phone": "02838297643"}),
        ({"email": "lan@example.vn "}, {"email": "lan@example.vn"}),
        ({"address": "12 Lê Lợi\r\nphường Bến Thành"}, {"address": "12 Lê Lợi phường Bến Thành"}),
    ],
)
def test_an_applicant_is_kept_clean(ctx: CasesContext, applicant: dict[str, Any], kept: dict[str, str]) -> None:
    filed, _ = submit(ctx, CLERK, sent(licence({}, **applicant)))
    case = get(ctx, CLERK, filed.ref).case
    assert {name: getattr(case.applicant, name) for name in kept} == kept


@pytest.mark.parametrize(
    "applicant",
    [{"full_name": "\u200b"}, {"identifier": "999999999999"}, {"phone": "gọi sau"}, {"email": "lan tại nhà"}],
)
def test_an_applicant_who_cannot_be_or_be_reached_is_refused(ctx: CasesContext, applicant: dict[str, Any]) -> None:
    [error] = checked(ctx, licence({}, **applicant)).errors
    assert error.pointer == f"/applicant/{next(iter(applicant))}"


@pytest.mark.parametrize(
    ("form", "codes"),
    [
        ({}, []),
        ({"sex": "male"}, ["sex-disagrees"]),
        ({"birth_date": "1999-05-12"}, ["birth-year-disagrees"]),
        ({"birth_date": "1999"}, ["birth-year-disagrees"]),
        ({"birth_date": "2001"}, []),
        ({"birth_date": "1850"}, ["age-unlikely", "birth-year-disagrees"]),
        ({"personal_number": "999301000019"}, ["unknown-province"]),
    ],
)
def test_facts_that_disagree_are_told_and_stop_nobody(
    ctx: CasesContext, form: dict[str, Any], codes: list[str]
) -> None:
    found = checked(ctx, licence(form))
    assert not found.errors
    odd = [each for each in found.warnings if each.pointer]
    assert [each.code for each in odd] == codes
    assert all(each.pointer.startswith("/form/") and each.vi and each.en for each in odd)


@pytest.mark.parametrize(("name", "codes"), [("NGUYỄN THỊ LAN", []), ("Trần Văn Hùng", ["name-disagrees"])])
def test_whoever_files_under_another_name_than_their_accounts_is_told(
    ctx: CasesContext, name: str, codes: list[str]
) -> None:
    application = criminal_record(applicant={"full_name": name, "identifier": LAN.personal_number})
    found = check(ctx, LAN, orjson.dumps(application), "")
    assert [each.code for each in found.warnings if each.pointer == "/applicant/full_name"] == codes


def test_the_evidence_is_what_was_sent_and_the_case_has_what_was_meant(ctx: CasesContext) -> None:
    sent_bytes = b"\xef\xbb\xbf" + orjson.dumps(licence({"phone": "0903 000 017"}))
    filed, _ = submit(ctx, CLERK, SubmitRequest(sent_bytes, "as-typed"))
    seen = get(ctx, CLERK, filed.ref)
    with ctx.database.autocommit() as conn:
        assert store.kept(conn, seen.case, 1).content == sent_bytes
    assert orjson.loads(seen.form)["phone"] == "0903000017"
    assert list(changes(ctx, CLERK, filed.ref, 1).fields) == []


def test_an_answer_is_kept_like_the_application(ctx: CasesContext) -> None:
    filed, _ = submit(ctx, CLERK, sent(licence({"phone": "0903 000 017"})))
    act(ctx, CLERK, filed.ref, 1, RequestSupplement(pins=(Pin("/form/birth_date", "other", "Sửa ngày sinh"),)))
    seen = resubmit(ctx, CLERK, filed.ref, 0, Sent(form=b'\xef\xbb\xbf{"birth_date": "1/6/2001"}'))
    assert orjson.loads(seen.form)["birth_date"] == "2001-06-01"
    [change] = changes(ctx, CLERK, filed.ref, 1).fields
    assert (change.pointer, change.old, change.new) == ("/form/birth_date", "2001-05-12", "2001-06-01")


def test_a_draft_is_kept_like_the_case_it_becomes(ctx: CasesContext) -> None:
    started = {
        "procedure": "3.000347",
        "applicant": {"full_name": " Lan\u200b", "identifier": "079 301 000 019"},
        "form": {"birth_date": "12/05/2001", "phone": "0903 000 017", "sex": 5},
    }
    kept = save(ctx, LAN, DRAFT, 0, b"\xef\xbb\xbf" + orjson.dumps(started))
    content = orjson.loads(kept.draft.content)
    assert content["applicant"] == {"full_name": "Lan", "identifier": "079301000019"}
    assert content["form"] == {"birth_date": "2001-05-12", "phone": "0903000017", "sex": 5}


CLEANED: list[tuple[str, Callable[[str], str]]] = [(name, kind.clean) for name, kind in FORMATS.items()]


@pytest.mark.parametrize(("name", "clean"), CLEANED)
@pytest.mark.parametrize("typed", ["", "\u200b", "1945", "12/05/2001", "0901 234 567", "a\u0301", "x" * 600])
def test_what_is_kept_stays_the_same_when_it_is_kept_again(name: str, clean: Callable[[str], str], typed: str) -> None:
    assert clean(clean(typed)) == clean(typed), name


def test_a_form_nested_deeper_than_any_is_no_form() -> None:
    procedure = load_catalogue().find("3.000347", TODAY)
    with pytest.raises(InvalidInput):
        filing.read_part(b'{"full_name":' * 1_000 + b"1" + b"}" * 1_000, procedure)


def test_facts_of_a_form_that_is_none_are_not_looked_at() -> None:
    procedure = load_catalogue().find("3.000347", TODAY)
    forms: tuple[Any, ...] = (None, [], {"personal_number": 7, "birth_date": None, "sex": ["male"]})
    for form in forms:
        assert list(facts.form_errors(procedure, form, TODAY)) == []
        assert list(facts.form_warnings(procedure, form, TODAY)) == []
