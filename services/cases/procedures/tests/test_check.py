"""A wrong procedure file is found out with the place and the mend, before anybody can file a case under it."""

from typing import Any

import pytest
import yaml

from services.cases.procedures.authoring.check import Surroundings, check
from services.cases.procedures.authoring.finding import BadProcedure, Severity
from services.cases.procedures.authoring.source import line_of, parse, read
from services.cases.procedures.authoring.together import chains, overlaps
from services.cases.procedures.folder import FOLDER, load_shared, procedure_files
from services.common import limits

FILE = FOLDER / "3.000347.yaml"
SHARED = load_shared()
AROUND = Surroundings.of(SHARED.agencies, SHARED.rules, SHARED.paper_lists, SHARED.registers)


def step(code: str, phase: str, role: str, **more: Any) -> dict[str, Any]:
    unit = "csgt" if phase == "handling" else "mot_cua"
    return {"code": code, "name_vi": f"Bước {code}", "name_en": code, "phase": phase, "unit": unit, "role": role} | more


INTAKE, RETURN = step("a", "intake", "clerk"), step("z", "return", "clerk")
WORK, SIGN = step("b", "handling", "officer"), step("c", "handling", "leader", approves=True)


def amount(effective_from: str, amount: int = 1000, **more: Any) -> dict[str, Any]:
    return {"effective_from": effective_from, "amount": amount, "legal_basis": "Thông tư"} | more


def fee(*amounts: dict[str, Any]) -> dict[str, Any]:
    return {"fees": [{"code": "phi", "name_vi": "Phí", "name_en": "Fee", "amounts": list(amounts)}]}


def proxy(**more: Any) -> dict[str, Any]:
    return {"proxy": {"exempt_relations": ["parent"], "legal_basis": "Luật"} | more}


def form(**changes: Any) -> dict[str, Any]:
    schema = yaml.safe_load(FILE.read_text(encoding="utf-8"))["form_schema"]
    return {"form_schema": schema | changes}


def written(**changes: Any) -> bytes:
    content = yaml.safe_load(FILE.read_text(encoding="utf-8")) | changes
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False).encode()


def found(**changes: Any) -> set[tuple[str, str, str]]:
    """What is found beside what the file has anyway: severity, rule, place."""
    try:
        findings = check(read("file", written(**changes)).procedure, AROUND)
    except BadProcedure as bad:
        findings = list(bad.findings)
    assert all(each.vi and each.en for each in findings)
    return {(str(each.severity), each.rule, each.place) for each in findings} - {
        ("warning", "paper-never-asked", "/papers/2")
    }


@pytest.mark.parametrize("path", procedure_files(FOLDER), ids=lambda path: path.name)
def test_the_catalogue_itself_has_no_error(path: Any) -> None:
    findings = check(read(path.name, path.read_bytes()).procedure, AROUND)
    assert [each for each in findings if each.severity is Severity.ERROR] == []


@pytest.mark.parametrize(
    ("changes", "rule", "place"),
    [
        ({"steps": [INTAKE, RETURN]}, "dead-end", "/steps"),
        ({"steps": [INTAKE, WORK]}, "dead-end", "/steps"),
        ({"steps": [WORK, INTAKE, RETURN]}, "unreachable-step", "/steps/1"),
        ({"steps": [INTAKE, RETURN, WORK]}, "unreachable-step", "/steps/1"),
        ({"steps": [INTAKE, WORK, RETURN, step("y", "return", "clerk")]}, "unreachable-step", "/steps/2"),
        ({"steps": [step("a", "intake", "officer"), WORK, RETURN]}, "nobody-may", "/steps/0/role"),
        ({"steps": [INTAKE, step("b", "handling", "clerk"), RETURN]}, "nobody-may", "/steps/1/role"),
        ({"steps": [INTAKE, WORK, step("z", "return", "leader")]}, "nobody-may", "/steps/2/role"),
        ({"steps": [INTAKE, SIGN, RETURN]}, "approval", "/steps/1/approves"),
        ({"steps": [INTAKE, SIGN, WORK, RETURN]}, "approval", "/steps/1/approves"),
        ({"steps": [INTAKE, WORK | {"days": 4}, SIGN | {"days": 2}, RETURN]}, "days", "/steps"),
        ({"steps": [INTAKE, WORK | {"unit": "thue"}, RETURN]}, "unit-unknown", "/steps/1/unit"),
        ({"agencies": ["G01.029.00", "G99.001.00"]}, "agency-unknown", "/agencies/1"),
        ({"number_format": "F1"}, "number-format", "/agencies/0"),
        ({"rules": "nd1-1900"}, "rules-unknown", "/rules"),
        ({"rules": "nd61-2018"}, "rules-not-in-force", "/rules"),
        ({"effective_to": "2025-06-01"}, "dates", "/effective_to"),
        (proxy(exempt_when={"reason": "damagd"}), "proxy-condition", "/proxy/exempt_when/reason"),
        ({"prefill": {"personal_number": "personal_number", "sex": "gender"}}, "prefill-unknown", "/prefill/sex"),
        (form(required=["full_name", "shoe_size"]), "required-unknown", "/form_schema/required/1"),
        (form(then={"required": ["shoe_size"]}), "required-unknown", "/form_schema/then/required/0"),
        (fee(amount("2025-08-01")), "fee-gap", "/fees/0/amounts/0"),
        (fee(amount("2025-07-01", effective_to="2025-12-31"), amount("2026-02-01")), "fee-gap", "/fees/0/amounts/1"),
        (fee(amount("2025-07-01"), amount("2025-07-01", when={"reason": "damaged"})), "fee-never-reached",
         "/fees/0/amounts/1"),
        (fee(amount("2025-07-01", when={"reason": "damagd"}), amount("2025-07-01")), "fee-condition",
         "/fees/0/amounts/0/when/reason"),
        (fee(amount("2025-07-01", effective_to="2026-01-31"), amount("2026-01-01")), "fee-overlap",
         "/fees/0/amounts/1"),
        (fee(amount("2025-07-01", effective_to="2025-01-01")), "fee-dates", "/fees/0/amounts/0/effective_to"),
        ({"fees": [{"code": "p", "name_vi": "P", "name_en": "F", "amounts": [{"amount": 1}]}]}, "missing",
         "/fees/0/amounts/0/effective_from"),
        ({"days": "năm"}, "int-parsing", "/days"),
        ({"shoe_size": 38}, "extra-forbidden", "/shoe_size"),
        ({"code": 3.000347}, "string-type", "/code"),
    ],
)  # fmt: skip
def test_an_error_is_named_at_its_place(changes: dict[str, Any], rule: str, place: str) -> None:
    assert ("error", rule, place) in found(**changes)


@pytest.mark.parametrize(
    ("changes", "rule", "place"),
    [
        ({"steps": [INTAKE, WORK | {"days": 1}, SIGN | {"days": 1}, RETURN]}, "days", "/steps"),
        ({"papers": [{"code": "a", "name_vi": "Đơn", "name_en": "Form"}]}, "paper-never-asked", "/papers/0"),
        ({"name_en": "Đổi giấy phép lái xe"}, "translation", "/name_en"),
        ({"prefill": {"full_name": "full_name"}}, "number-of-nobody", "/prefill"),
        (fee(amount("2025-07-01", when={"reason": "damaged"})), "fee-channel", "/fees/0"),
    ],
)
def test_what_an_author_should_look_at_is_a_warning(changes: dict[str, Any], rule: str, place: str) -> None:
    assert ("warning", rule, place) in found(**changes)
    assert {severity for severity, _, _ in found(**changes)} == {"warning"}


def test_a_form_field_needs_both_languages_and_a_pattern_a_hint() -> None:
    schema = form()["form_schema"]
    properties = schema["properties"] | {
        "plain": {"type": "string", "title": "Ghi chú"},
        "rows": {"type": "array", "title": "Dòng", "description": "Rows", "items": {"type": "object", "properties": {
            "plate": {"type": "string", "title": "Biển số", "description": "Plate", "pattern": "^[0-9]{2}"}}}},
    }  # fmt: skip
    place = "/form_schema/properties"
    assert found(form_schema=schema | {"properties": properties}) == {
        ("error", "translation", f"{place}/plain"),
        ("warning", "hint", f"{place}/rows/items/properties/plate"),
    }


def test_the_amount_for_one_channel_may_stand_before_the_general_one() -> None:
    assert found(**fee(amount("2025-07-01", 5, channels=["online"]), amount("2025-07-01", 9))) == set()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"days: 5\ndays: 4\n", "twice"),
        (b"a: &x [1]\nb: *x\n", "write every part out"),
        (b"code: [\n", "no YAML"),
        (b"[" * 20_000, "no YAML"),
        (b"\xff\xfd", "no YAML"),
        (b"#" * (limits.PROCEDURE_FILE_BYTES + 1), "256 KiB"),
        (b"- 1\n", "made of keys"),
        (b"", "made of keys"),
    ],
)
def test_a_file_that_is_no_procedure_is_refused_in_words(content: bytes, said: str) -> None:
    with pytest.raises(BadProcedure, match=said):
        read("file", content)


def test_times_and_dates_are_what_stands_in_the_file() -> None:
    content, _ = parse(b"cutoff: 15:00\nfrom: 2026-01-01\nyes: no\noctal: 010\nnumber: 12\n")
    assert content == {"cutoff": "15:00", "from": "2026-01-01", "yes": "no", "octal": "010", "number": 12}


def test_a_finding_knows_its_line() -> None:
    _, lines = parse(b"code: x\nfees:\n  - code: a\n    amounts:\n      - {amount: 1}\n")
    assert line_of(lines, "/fees/0/amounts/0/effective_from") == 5
    assert line_of(lines, "/nothing") == 1
    assert (line_of(lines, "/fees"), line_of(lines, "/code")) == (2, 1)


def test_versions_in_force_together_are_found_between_files() -> None:
    first, second = (read("f", written(**change)).procedure for change in ({}, {"effective_from": "2026-07-01"}))
    [(name, finding)] = overlaps({"b.yaml": second, "a.yaml": first})
    assert (name, finding.rule) == ("b.yaml", "overlap")
    ended = read("f", written(effective_to="2026-06-30")).procedure
    assert list(overlaps({"b.yaml": second, "a.yaml": ended})) == []


def test_a_chain_without_its_parts_is_found_between_files() -> None:
    whole = read("f", (FOLDER / "3.000722.yaml").read_bytes()).procedure
    parts = [read("f", path.read_bytes()).procedure for path in procedure_files(FOLDER)]
    assert list(chains({"whole.yaml": whole}, parts)) == []
    [(name, finding)] = chains({"whole.yaml": whole}, [each for each in parts if each.code != "1.004222"])
    assert (name, finding.rule, "1.004222" in finding.en) == ("whole.yaml", "chain", True)
