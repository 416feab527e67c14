"""The catalogue loads, says what the law says, and a wrong file is refused with a clear word."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from services.cases.core.domain.errors import ProcedureNotFound
from services.cases.procedures.domain.catalogue import Catalogue
from services.cases.procedures.folder import BadCatalogue, load_catalogue

DAY = date(2026, 3, 2)
STEP = {"code": "a", "name_vi": "Bước", "name_en": "Step", "phase": "handling", "unit": "mot_cua", "role": "officer"}
INTAKE = STEP | {"code": "in", "phase": "intake", "role": "clerk"}
RETURN = STEP | {"code": "out", "phase": "return", "role": "clerk"}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.mark.parametrize(
    ("code", "name", "days", "online", "counter"),
    [
        ("3.000347", "Đổi giấy phép lái xe", 5, 115_000, 135_000),
        ("2.000488", "Cấp Phiếu lý lịch tư pháp", 10, 200_000, 200_000),
        ("1.001612", "Đăng ký thành lập hộ kinh doanh", 3, 100_000, 100_000),
    ],
)
def test_procedures_have_their_names_times_and_fees(
    catalogue: Catalogue, code: str, name: str, days: int, online: int, counter: int
) -> None:
    procedure = catalogue.find(code, DAY)
    fees = [sum(fee.amount for fee in procedure.fees_due(channel, DAY, {})) for channel in ("online", "counter")]
    assert (procedure.name_vi, procedure.days, fees) == (name, days, [online, counter])


def test_the_chained_birth_procedure_loads_with_its_parts_and_cutoff(catalogue: Catalogue) -> None:
    procedure = catalogue.find("3.000722", DAY)
    assert (procedure.chained[:2], procedure.days, str(procedure.cutoff)) == (("1.001193", "1.004222"), 3, "15:00:00")
    assert (
        catalogue.case_rules("3.000722", procedure.effective_from, "H29.035.00").time_limit.cutoff == procedure.cutoff
    )


def test_a_procedure_takes_the_cutoff_of_its_rule_set_unless_it_has_its_own(catalogue: Catalogue) -> None:
    procedure = catalogue.find("3.000347", DAY)
    rules = catalogue.case_rules("3.000347", procedure.effective_from, "G01.029.00")
    assert (str(rules.time_limit.cutoff), rules.rule_set.id) == ("16:00:00", "nd118-2025")


def test_channels_are_told_in_one_order(catalogue: Catalogue) -> None:
    licence = catalogue.find("3.000347", DAY).model_dump(mode="json")
    assert {tuple(row["channels"]) for fee in licence["fees"] for row in fee["amounts"]} <= {
        ("counter", "online", "post"),
        ("counter", "post"),
        ("online",),
    }


def test_every_form_field_and_paper_is_named_in_both_languages(catalogue: Catalogue) -> None:
    for procedure in catalogue.in_force(DAY):
        for name, field in procedure.form_schema["properties"].items():
            assert field.get("title"), f"{procedure.code} {name}"
            assert field.get("description"), f"{procedure.code} {name}"


def test_no_version_is_in_force_before_its_day(catalogue: Catalogue) -> None:
    with pytest.raises(ProcedureNotFound):
        catalogue.find("3.000347", date(2025, 6, 30))


def edit(folder: Path, name: str, **changes: Any) -> dict[str, Any]:
    path = folder / name
    content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8")) | changes
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return content


def test_a_new_version_takes_over_on_its_day_and_the_old_one_still_has_its_terms(catalogue_copy: Path) -> None:
    newer = edit(catalogue_copy, "3.000347.yaml", effective_to=date(2026, 6, 30))
    newer |= {"effective_from": date(2026, 7, 1), "effective_to": None, "days": 4}
    (catalogue_copy / "3.000347-2026.yaml").write_text(yaml.safe_dump(newer), encoding="utf-8")
    loaded = load_catalogue(catalogue_copy)
    assert loaded.find("3.000347", date(2026, 6, 30)).days == 5
    assert loaded.find("3.000347", date(2026, 7, 1)).days == 4
    assert loaded.case_rules("3.000347", date(2025, 7, 1), "G01.029.00").time_limit.days == 5
    assert loaded.newest("3.000347").days == 4


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"days": -1}, "days"),
        ({"shoe_size": 38}, "shoe_size"),
        ({"proxy": {"papers": ["ho_chieu"]}}, "lacks: .'ho_chieu'"),
        ({"proxy": {"exempt_relations": ["parent"]}}, "legal_basis"),
        ({"proxy": {"exempt_when": {"reason": "lost"}}}, "exempt_when is for exempt_relations"),
        ({"rules": "nd1-1900"}, "no rule set 'nd1-1900'"),
        ({"rules": "nd61-2018"}, "not in force"),
        ({"agencies": ["G99.001.00"]}, "no agency 'G99.001.00'"),
        ({"prefill": {"nickname": "full_name"}}, "nickname"),
        ({"steps": []}, "steps"),
        ({"steps": [STEP | {"phase": "intake"}, STEP | {"code": "b", "phase": "return"}]}, "one or more of handling"),
        ({"steps": [INTAKE, STEP | {"days": 6}, RETURN]}, "longer than the procedure"),
        ({"steps": [INTAKE, STEP | {"approves": True}, RETURN]}, "only the last of several"),
        ({"steps": [INTAKE, STEP | {"unit": "nowhere"}, RETURN]}, "no unit .*nowhere"),
        ({"number_format": "F3"}, "F3"),
        ({"number_format": "F1"}, "cannot carry"),
        ({"form_schema": {"type": "nothing"}, "prefill": {}}, "form_schema"),
        ({"code": "1.003453x"}, "code"),
        ({"legal_basis": []}, "legal_basis"),
    ],
)
def test_a_wrong_procedure_is_refused_by_name(catalogue_copy: Path, changes: dict[str, Any], said: str) -> None:
    edit(catalogue_copy, "3.000347.yaml", **changes)
    with pytest.raises(BadCatalogue, match=said):
        load_catalogue(catalogue_copy)


def test_two_versions_in_force_at_once_are_refused(catalogue_copy: Path) -> None:
    newer = edit(catalogue_copy, "3.000347.yaml") | {"effective_from": date(2026, 7, 1)}
    (catalogue_copy / "3.000347-2026.yaml").write_text(yaml.safe_dump(newer), encoding="utf-8")
    with pytest.raises(BadCatalogue, match="overlaps"):
        load_catalogue(catalogue_copy)


def test_a_file_that_is_no_yaml_is_refused_by_name(catalogue_copy: Path) -> None:
    (catalogue_copy / "broken.yaml").write_text("code: [", encoding="utf-8")
    with pytest.raises(BadCatalogue, match=r"broken\.yaml"):
        load_catalogue(catalogue_copy)


def test_a_day_off_added_to_the_calendar_moves_due_dates(catalogue_copy: Path) -> None:
    day = [{"day": date(2026, 3, 3), "working": False, "vi": "nghỉ bù", "en": "day in lieu"}]
    (catalogue_copy / "calendar.yaml").write_text(yaml.safe_dump(day, allow_unicode=True), encoding="utf-8")
    calendar = load_catalogue(catalogue_copy).case_rules("3.000347", date(2025, 7, 1), "G01.029.00").time_limit.calendar
    assert not calendar.is_working(date(2026, 3, 3))


def test_an_agency_code_covers_itself_and_what_is_below(catalogue: Catalogue) -> None:
    assert catalogue.covered(("H29",)) == ["H29.001.00", "H29.035.00", "H29.036.00", "H29.000.00"]
    assert catalogue.covered(("H29.035.00", "G01.029")) == ["G01.029.00", "H29.035.00", "G01.029.35"]
    assert catalogue.covered(("H2",)) == []
