"""Made-up people and their forms are such as the services take."""

from collections import Counter
from datetime import date
from random import Random

import pytest

from infra.synthetic.forms import FORMS
from infra.synthetic.people import EMAIL_DOMAIN, person
from services.cases.procedures.folder import load_catalogue
from services.identity.core.numbers import PersonalNumber

TODAY = date(2026, 3, 2)


def test_their_numbers_agree_with_their_birth_sex_and_a_province() -> None:
    random = Random(1)
    for _ in range(500):
        one = person(random, TODAY)
        number = PersonalNumber.parse(one.personal_number, today=TODAY)
        assert number.province
        assert number.disagreements(one.born, one.sex) == []
        assert one.email.endswith(EMAIL_DOMAIN)


def test_names_are_about_as_frequent_as_in_viet_nam() -> None:
    random = Random(1)
    families = Counter(person(random, TODAY).full_name.split()[0] for _ in range(2000))
    assert 0.3 < families["Nguyễn"] / 2000 < 0.46
    assert len(families) > 20


@pytest.mark.parametrize("code", FORMS)
def test_their_forms_are_as_the_procedure_asks(code: str) -> None:
    procedure, random = load_catalogue().newest(code), Random(1)
    for _ in range(50):
        assert list(procedure.form.errors(FORMS[code][1](person(random, TODAY), random))) == []
