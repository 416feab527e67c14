"""What a register says of old people and what it writes oddly: one field that cannot be read spoils no other."""

from datetime import date, datetime

import pytest

from services.identity.conftest import LogIn
from services.identity.core.numbers import PersonalNumber
from services.identity.look_ups import usecases as look_ups
from services.identity.look_ups.context import LookUpContext
from services.identity.look_ups.domain import Purpose, birth_date_of, contradictions, declared_facts
from services.identity.look_ups.register_fields import person_field
from services.identity.look_ups.registers import PaperEntry
from services.identity.tests.cases_at_hand import REF, CasesAtHand

PURPOSE = Purpose("kiểm tra người nộp", REF)
FIELDS = ["full_name", "birth_date", "sex", "phone", "email"]
BORN_1945, BORN_IN_JUNE, WITH_ZEROS, ODD = "079045000031", "079145000032", "038044000033", "079150000034"


@pytest.fixture(autouse=True)
def involved(cases: CasesAtHand) -> None:
    cases.involved[REF] = cases.involved[REF] | {BORN_1945, BORN_IN_JUNE, WITH_ZEROS, ODD}


@pytest.mark.parametrize(
    ("number", "birth_date"), [(BORN_1945, "1945"), (BORN_IN_JUNE, "1945-06"), (WITH_ZEROS, "1944")]
)
def test_as_much_of_a_birth_date_as_the_register_knows_is_given(
    ctx: LookUpContext, log_in: LogIn, now: datetime, number: str, birth_date: str
) -> None:
    person = look_ups.look_up_person(ctx, log_in("clerk"), number=number, fields=FIELDS, purpose=PURPOSE, now=now)
    assert person["birth_date"] == birth_date
    assert person["full_name"]


def test_a_field_that_cannot_be_read_spoils_no_other(ctx: LookUpContext, log_in: LogIn, now: datetime) -> None:
    person = look_ups.look_up_person(ctx, log_in("clerk"), number=ODD, fields=FIELDS, purpose=PURPOSE, now=now)
    assert person == {"full_name": "Ngô Thị An", "sex": "female", "email": "an@example.com"}


def test_prefill_takes_what_can_be_read(ctx: LookUpContext, log_in: LogIn, now: datetime) -> None:
    wanted = {"born": "birth_date", "name": "full_name", "telephone": "phone"}
    clerk = log_in("clerk")

    def prefill(number: str) -> dict[str, str]:
        return look_ups.prefill(ctx, clerk, PersonalNumber(number), register_fields=wanted, purpose=PURPOSE, now=now)

    assert prefill(BORN_1945) == {"born": "1945", "name": "Đỗ Văn Thọ", "telephone": "0903000031"}
    assert prefill(ODD) == {"name": "Ngô Thị An"}


def test_a_declared_year_is_compared_with_the_register_and_the_number(
    ctx: LookUpContext, log_in: LogIn, now: datetime
) -> None:
    declared = declared_facts("Đỗ Văn Thọ", "1945", "male")
    verified = look_ups.verify_person(
        ctx, log_in("clerk"), number=BORN_1945, declared=declared, purpose=PURPOSE, now=now
    )
    assert verified.verification.answer == "match"
    assert verified.doubts == []


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [
        ("birth_date", "19440000", "1944"),
        ("birth_date", "19440814", "1944-08-14"),
        ("birth_date", "01/02/1944", "1944-02-01"),
        ("birth_date", "1970-13-45", ""),
        ("birth_date", 19440000, ""),
        ("birth_date", None, ""),
        ("sex", "Nữ", ""),
        ("phone", "0903 000.031", "0903000031"),
        ("phone", "xem hồ sơ", ""),
        ("full_name", " Đỗ \u200bVăn\u00a0 Thọ ", "Đỗ Văn Thọ"),
        ("full_name", "x" * 501, ""),
        ("permanent_residence", {"street": "8"}, ""),
    ],
)
def test_fields_are_read_one_by_one(name: str, value: object, read: str) -> None:
    assert person_field(name, value) == read


def test_a_year_is_compared_with_the_digits_of_the_number() -> None:
    number = PersonalNumber(BORN_1945)
    assert contradictions(number, {"birth_date": "1945"}) == []
    assert contradictions(number, {"birth_date": "1945-06"}) == []
    assert len(contradictions(number, {"birth_date": "1946"})) == 1
    assert number.disagreements(birth_date_of("19450000"), "male") == []


@pytest.mark.parametrize(
    ("expires_on", "said"),
    [(None, "match"), ("", "match"), ("2099-01-01", "match"), ("31/12/2099", "match"), ("2020-01-01", "mismatch")],
)
def test_a_paper_is_good_as_long_as_its_register_says(expires_on: str | None, said: str) -> None:
    entry = PaperEntry.model_validate({"number": "7", "expires_on": expires_on})
    assert entry.on(date(2026, 11, 29)) == said


def test_a_paper_whose_last_day_cannot_be_read_is_given_but_confirms_nothing() -> None:
    entry = PaperEntry.model_validate(
        {"number": "7", "licence_class": "B", "issued_on": "lâu rồi", "expires_on": "không thời hạn"}
    )
    assert entry.facts() == {"number": "7", "licence_class": "B"}
    assert entry.on(date(2026, 11, 29)) == "inconclusive"
