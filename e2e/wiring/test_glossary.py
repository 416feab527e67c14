"""The glossary has a word for everything in the code, and names nothing that is gone."""

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.cases.core.domain import transitions
from services.cases.core.domain.status import CaseStatus
from services.common.database import SERVICES

ROOT = Path(__file__).parents[2]
GLOSSARY = ROOT / "docs" / "glossary.md"
PYTHON = list(ROOT.glob("services/**/*.py"))
PROTOS = list(ROOT.glob("protos/onestop/**/*.proto"))
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_NAME = re.compile(r"`(\w+)`")

# Words of programming and of ordinary English, which say nothing about the field.
PLAIN = (
    "a act allowed already amount and asking at bad broad broken by cannot change check choice clear code collect "
    "conflict context contradicts credentials dated delete describe difference does download earlier early effect end "
    "exhausted exists expiring export fail field fit force format found full get given grant header held identity in "
    "item keep kept kind leaf line list long low malformed many mark match me method mismatch model needed next no not "
    "nothing number of off oneself online only operation or other out outcome overlap own paid pair part period "
    "possible post pre print problem public range read record refresh remain report request required resent response "
    "rotate row said save schema search send sent series service set shown side source start state stored strict "
    "summary syntax take taken text the tie time to token too tries undelivered under unknown unpaid update upload use "
    "direction severity usual value verdict warning who with without word write wrong yet young yours "
    "create disabled enable password username wanted unavailable "
)


def rows() -> Iterator[list[str]]:
    """Yields the cells of every line of the glossary's tables."""
    for line in GLOSSARY.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| ") and cells[0] != "Vietnamese":
            yield cells


def stem(word: str) -> str:
    """Takes the endings off a word, so that `refused`, `refuse` and `refuses` are one word."""
    for ending in (r"(?<=[^s])s$", r"(?<=\w\w\w)(?:ed|ing)$", r"[eyi]$", r"(?<=(\w))\1$"):
        word = re.sub(ending, "", word)
    return word


def words(name: str) -> set[str]:
    return {stem(word.lower()) for word in _WORD.findall(name)}


def domain_classes() -> Iterator[str]:
    for path in PYTHON:
        parts = path.relative_to(ROOT).with_suffix("").parts
        if "tests" not in parts and ("contracts" in parts or any(part.startswith("domain") for part in parts)):
            found = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            yield from (node.name for node in found if isinstance(node, ast.ClassDef) and node.name[0] != "_")


def declarations(kinds: str) -> Iterator[str]:
    for path in PROTOS:
        yield from re.findall(rf"^\s*(?:{kinds})\s+(\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)


def names_in_use() -> set[str]:
    """Every name of the field: classes of the domain and the contracts, messages, actions and events."""
    published = [importlib.import_module(f"services.{service}.events").PUBLISHED for service in SERVICES]
    events = {event.partition(".")[2] for events in published for event in events}
    actions = {action.value for action in transitions.Action}
    return {*domain_classes(), *declarations("message|enum|service"), *actions, *events}


def names_defined() -> set[str]:
    """Every name that Python or a proto file defines."""
    found = {path.stem for path in PYTHON}
    found.update(declarations(r"message|enum|service|rpc|(?:optional |repeated )?[\w.]+"))
    for path in PYTHON:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.arg(arg=name):
                    found.add(name)
                case ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
                    found.add(name)
    return found


def test_every_name_of_the_field_is_made_of_words_of_the_glossary() -> None:
    known = words(PLAIN)
    for _, english, in_code, *_ in rows():
        known |= words(english) | words(in_code)
    missing = {name: strange for name in sorted(names_in_use()) if (strange := sorted(words(name) - known))}
    assert not missing, f"give docs/glossary.md a row for each, or PLAIN the word if it is none of the field: {missing}"


def test_every_name_the_glossary_gives_is_in_the_code() -> None:
    defined = names_defined()
    gone = {cells[1]: lost for cells in rows() if (lost := sorted(set(_NAME.findall(cells[2])) - defined))}
    assert not gone


def test_every_line_has_all_its_cells_and_a_sentence() -> None:
    for cells in rows():
        assert len(cells) == 5, cells
        assert all(cells[:3]), cells
        assert cells[4].endswith("."), cells


@pytest.mark.parametrize("status", list(CaseStatus), ids=lambda status: status.name)
def test_the_status_codes_are_those_of_the_law(status: CaseStatus) -> None:
    [line] = [cells for cells in rows() if cells[2] == f"`{status.name}`" and cells[3] == str(int(status))]
    assert line[0] == status.vi


@pytest.mark.parametrize("form", [name for name in vars(transitions) if re.fullmatch(r"FORM_[A-Z_]+", name)])
def test_the_forms_have_their_numbers(form: str) -> None:
    number = getattr(transitions, form)
    lines = [cells for cells in rows() if f"`{form}`" in cells[2]]
    assert [cells[3] for cells in lines] == ([number] if number.isdigit() else [])
