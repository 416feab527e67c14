"""Every procedure built in can be used: its form can be filled in as its hints say, and a case of it ends."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from services.cases.core.domain.procedure import Procedure
from services.cases.core.domain.status import CaseStatus
from services.cases.procedures.authoring.check import Surroundings, check
from services.cases.procedures.authoring.simulation.run import simulate
from services.cases.procedures.authoring.source import read
from services.cases.procedures.domain.catalogue import Catalogue
from services.cases.procedures.folder import FOLDER, load_catalogue, load_shared, procedure_files
from services.common.times import VIETNAM

START = datetime(2026, 3, 2, 9, tzinfo=VIETNAM)
SHARED = load_shared()
AROUND = Surroundings.of(SHARED.agencies, SHARED.rules, SHARED.paper_lists, SHARED.registers)
FILES = list(procedure_files(FOLDER))
UNCHAINED = [path for path in FILES if not read(path.name, path.read_bytes()).procedure.chain]
"""Without the chains, which `test_simulation` walks with their parts."""
_QUOTED_EXAMPLE = re.compile(r"ví dụ ([^;”]+?)(?:,? hoặc |; |\.$)")
_SURE = re.compile(r"^# nguồn: .*; mức tin cậy: (.+)$", re.MULTILINE)
_PLAIN = {
    "date": "31/12/2025",
    "birth-date": "12/05/2001",
    "month": "9/2020",
    "phone": "0901 234 567",
    "personal-number": "079 301 000 019",
    "identity-number": "jpn TR1234567",
    "tax-code": "0312687878",
    "email": "lan@example.vn",
    "lines": "Nguyễn Thị Lan\nTrần Văn Hùng",
}


@cache
def catalogue() -> Catalogue:
    return load_catalogue()


def procedure_of(path: Path) -> Procedure:
    return read(path.name, path.read_bytes()).procedure


def typed(schema: Mapping[str, Any]) -> Any:
    """What somebody types into a field; where it has a pattern, the example of its hint."""
    if "enum" in schema:
        return schema["enum"][0]
    if "pattern" in schema:
        example = _QUOTED_EXAMPLE.search(schema["x-hint"]["vi"])
        assert example, schema["x-hint"]["vi"]
        return example[1].strip("“”")
    return _TYPED[schema["type"]](schema)


_TYPED: Mapping[str, Callable[[Mapping[str, Any]], Any]] = {
    "object": lambda of: {name: typed(of["properties"][name]) for name in of.get("required", of["properties"])},
    "array": lambda of: [typed(of["items"])] * of.get("minItems", 1),
    "integer": lambda of: of.get("minimum", 1),
    "boolean": lambda _: True,
    "string": lambda of: _PLAIN.get(of.get("format", ""), "Nguyễn Thị Lan, phường Bến Thành"),
}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_its_file_passes_the_check_without_a_remark(path: Path) -> None:
    assert [str(each.vi) for each in check(procedure_of(path), AROUND)] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_its_form_takes_what_its_hints_and_choices_say(path: Path) -> None:
    procedure = procedure_of(path)
    whole = {name: typed(field) for name, field in procedure.form_schema["properties"].items()}
    assert [each.vi for each in procedure.form.errors(procedure.form.cleaned(whole))] == []
    nothing = {each.pointer for each in procedure.form.errors(procedure.form.cleaned({}))}
    assert nothing == {f"/form/{name}" for name in procedure.form_schema.get("required", ())}


@pytest.mark.parametrize("path", UNCHAINED, ids=lambda path: path.name)
def test_a_case_of_it_can_be_granted_and_returned(path: Path) -> None:
    procedure = procedure_of(path)
    rules = catalogue().case_rules(procedure.code, procedure.effective_from, procedure.agencies[0])
    assert CaseStatus.RETURNED in {way.end for way in simulate(rules, START, detours=0).ways}


def test_the_list_of_sources_names_every_file_that_gives_its_source() -> None:
    listed = (FOLDER / "README.md").read_text(encoding="utf-8")
    for path in FILES:
        for sure in _SURE.findall(path.read_text(encoding="utf-8")):
            assert f"| {path.stem} | {procedure_of(path).name_vi} | {sure} |" in listed, path.name


def test_nd309_4_2a_a_database_that_is_connected_is_asked_first_by_every_file_that_names_it() -> None:
    connected = {each.name_vi: each.code for each in SHARED.registers if each.code in ("driving_licence", "health")}
    named = [
        (path.name, paper.code, paper.register_code)
        for path in FILES
        for paper in procedure_of(path).papers
        if paper.register_source in connected
    ]
    assert len(named) == 4
    assert [each for each in named if not each[2]] == []
