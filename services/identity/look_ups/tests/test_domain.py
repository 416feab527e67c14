from datetime import date

import pytest

from services.common.context import Caller
from services.common.errors import InvalidInput
from services.identity.core.numbers import PersonalNumber
from services.identity.look_ups.domain import (
    DEFAULT_LEGAL_BASIS,
    LevelTooLow,
    OnlyOneself,
    Purpose,
    check_fields,
    check_may_verify,
    contradictions,
    declared_facts,
    own_number,
)

LAN = PersonalNumber("079301000019")
HUNG = PersonalNumber("001090000001")


def citizen(number: str = LAN.digits, level: int = 2) -> Caller:
    return Caller("a-1", "Nguyễn Thị Lan", frozenset({"citizen"}), personal_number=number, assurance=level)


@pytest.mark.parametrize(
    ("text", "case", "pointers"),
    [
        ("", "H29-1", ["/purpose/text"]),
        ("  ", "H29-1", ["/purpose/text"]),
        ("xem", "", ["/purpose/case_reference"]),
        ("", "", ["/purpose/text", "/purpose/case_reference"]),
        ("x" * 501, "H29-1", ["/purpose/text"]),
        ("a\0b", "H29-1", ["/purpose/text"]),
    ],
)
def test_a_look_up_without_purpose_or_case_is_refused(text: str, case: str, pointers: list[str]) -> None:
    with pytest.raises(InvalidInput) as error:
        Purpose.stated(text, case, "")

    assert [field.pointer for field in error.value.fields] == pointers


def test_a_purpose_is_kept_in_one_unicode_form_with_a_legal_basis() -> None:
    purpose = Purpose.stated(" kie\u0302\u0309m tra ", " H29-1 ", "")

    assert purpose == Purpose("kiểm tra", "H29-1", DEFAULT_LEGAL_BASIS)
    assert Purpose.stated("a", "b", "Luật Căn cước 2023, Điều 9").legal_basis == "Luật Căn cước 2023, Điều 9"


def test_a_citizen_verifies_only_themselves_and_a_clerk_anyone() -> None:
    check_may_verify(citizen(), LAN)
    check_may_verify(Caller("a-2", "Mai", frozenset({"clerk"})), HUNG)
    with pytest.raises(OnlyOneself):
        check_may_verify(citizen(), HUNG)


@pytest.mark.parametrize(("number", "level"), [(LAN.digits, 1), (LAN.digits, 0), ("", 2)])
def test_a_number_that_is_only_claimed_opens_no_register(number: str, level: int) -> None:
    with pytest.raises(LevelTooLow):
        own_number(citizen(number, level))
    with pytest.raises(LevelTooLow):
        check_may_verify(citizen(number, level), LAN)


def test_fields_are_named_once_and_known() -> None:
    assert check_fields(["sex", "full_name", "sex"]) == ("sex", "full_name")
    for wrong in ([], ["blood_group"], ["sex", "password"]):
        with pytest.raises(InvalidInput):
            check_fields(wrong)


@pytest.mark.parametrize(
    ("typed", "declared"),
    [("20/05/2001", "2001-05-20"), ("20010520", "2001-05-20"), ("1945", "1945"), ("6/1945", "1945-06")],
)
def test_a_birth_date_is_understood_as_people_write_it(typed: str, declared: str) -> None:
    assert declared_facts("", typed, "") == {"birth_date": declared}


def test_declared_facts_leave_out_what_was_not_declared() -> None:
    assert declared_facts(" Lan ", "", "female") == {"full_name": "Lan", "sex": "female"}


@pytest.mark.parametrize(
    ("birth_date", "sex", "pointer"),
    [
        ("32/05/2001", "", "/birth_date"),
        ("không rõ", "", "/birth_date"),
        ("2001-W20-1", "", "/birth_date"),
        ("2001-02-30", "", "/birth_date"),
        ("", "nữ", "/sex"),
    ],
)
def test_declared_facts_must_be_well_formed(birth_date: str, sex: str, pointer: str) -> None:
    with pytest.raises(InvalidInput) as error:
        declared_facts("Lan", birth_date, sex)

    assert [field.pointer for field in error.value.fields] == [pointer]


def test_a_register_that_contradicts_the_number_is_found_out() -> None:
    assert contradictions(LAN, {"birth_date": "2001-05-20", "sex": "female"}) == []
    assert len(contradictions(LAN, {"birth_date": date(1999, 1, 1).isoformat(), "sex": "male"})) == 2
    assert contradictions(LAN, {"full_name": "Lan"}) == []
