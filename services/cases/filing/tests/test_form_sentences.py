"""Every field of every built-in form is filled in wrongly, and what people are told then is in words."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from services.cases.core.domain.procedure import Procedure
from services.cases.filing.checks import applications as filing
from services.cases.filing.checks import facts, people
from services.cases.filing.tests.test_ordinary_input import TODAY
from services.cases.procedures.authoring.check import Surroundings, check
from services.cases.procedures.authoring.check_form import NOT_FOR_PEOPLE
from services.cases.procedures.folder import load_catalogue, load_shared
from services.contracts.application import Application

PROCEDURES = {each.code: each for each in load_catalogue().in_force(TODAY)}
WRONG: tuple[Any, ...] = (
    None, "", "?", "x" * 5_000, "2099-01-01", "31/02/2003", "999999999999", "0123", 7, -1, 10**20, 0.5, True, [], {},
    ["?"] * 200, [{}], [{"?": 1}],
)  # fmt: skip


def places(schema: Mapping[str, Any], *path: str | int) -> Iterator[tuple[str | int, ...]]:
    """Every field, within lists that of their first entry."""
    for name, field in schema.get("properties", {}).items():
        yield (*path, name)
        yield from places(field.get("items", {}), *path, name, 0)


def filled(path: tuple[str | int, ...], value: Any) -> Any:
    """A form that has this value there and nothing else."""
    for step in reversed(path):
        value = [value] if isinstance(step, int) else {step: value}
    return value


def sentences(procedure: Procedure, form: Any) -> Iterator[str]:
    form = procedure.form.cleaned(form)
    for error in (*procedure.form.errors(form), *facts.form_errors(procedure, form, TODAY)):
        yield from (error.vi, error.en)
    for warning in facts.form_warnings(procedure, form, TODAY):
        yield from (warning.vi, warning.en)


@pytest.mark.parametrize("procedure", list(PROCEDURES.values()), ids=list(PROCEDURES))
def test_whatever_is_wrong_is_told_in_words(procedure: Procedure) -> None:
    said = {
        sentence
        for path in places(procedure.form_schema)
        for wrong in WRONG
        for sentence in sentences(procedure, filled(path, wrong))
    }
    assert len(said) > 20
    assert [sentence for sentence in said if set(sentence) & NOT_FOR_PEOPLE] == []


@pytest.mark.parametrize("procedure", list(PROCEDURES.values()), ids=list(PROCEDURES))
def test_nobody_who_checks_a_built_in_procedure_finds_anything(procedure: Procedure) -> None:
    shared = load_shared()
    assert check(procedure, Surroundings.of(shared.agencies, shared.rules, shared.paper_lists, shared.registers)) == []


@pytest.mark.parametrize("procedure", list(PROCEDURES.values()), ids=list(PROCEDURES))
@pytest.mark.parametrize("channel", ["online", "counter"])
def test_what_is_missing_around_a_form_is_told_by_its_name(procedure: Procedure, channel: Any) -> None:
    somebody = {"full_name": "Lan", "identifier": "079301000019x", "phone": "?", "email": "?"}
    application = Application.model_validate(
        {
            "procedure": procedure.code,
            "agency": "X",
            "applicant": somebody,
            "proxy": somebody | {"authorisation": "giay_khong_co"},
            "form": {},
            "attachments": [
                {"paper": "giay_khong_co", "file_id": "1"},
                {"paper": "giay_khong_co", "stored_paper_id": "1"},
            ],
        }
    )
    errors = [
        *filing.errors(application, procedure, channel),
        *people.errors(application, procedure, channel),
        *facts.errors(application, procedure, TODAY),
    ]
    assert len(errors) > 4
    assert [each for each in errors if set(each.vi + each.en) & NOT_FOR_PEOPLE] == []
