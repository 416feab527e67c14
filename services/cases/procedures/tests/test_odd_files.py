"""Whatever stands in a procedure file, its author is told what is wrong with it: it is never our fault."""

from collections.abc import Iterable, Iterator
from copy import deepcopy
from functools import cache
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.cases.procedures.authoring import check, source
from services.cases.procedures.authoring.finding import BadProcedure, Finding
from services.cases.procedures.authoring.version_diff import differences
from services.cases.procedures.folder import FOLDER, load_catalogue, procedure_files
from services.common.errors import FieldError, InvalidInput
from services.common.rpc_errors import to_problem

FILES = [path.read_bytes() for path in procedure_files(FOLDER)]
CATALOGUE = load_catalogue()
AROUND = check.Surroundings(CATALOGUE.agencies, CATALOGUE.rules, CATALOGUE.paper_lists, CATALOGUE.registers)

Place = tuple[str | int, ...]
ODD: st.SearchStrategy[Any] = st.sampled_from(
    [
        None, True, 0, -1, 10**30, 1.5, float("inf"), "", "x", "x" * 20_000, "\0", "{x}", "%s", "^(", "#/properties",
        "0000-01-01", "0001-01-01", "9999-12-31", "99999-01-01", "infinity",
        [], [None], [[]], [{}], {}, {"a": None}, {"": ""}, {"$ref": "#"},
        {"properties": None}, {"properties": []}, {"properties": {"a": True}}, {"allOf": None}, {"if": None},
        {"required": 5}, {"enum": 5}, {"format": []}, {"items": []}, {"pattern": 5}, {"x-person": []},
        {"x-labels": None}, {"x-hint": 5},
    ]
)  # fmt: skip
KEYS = st.sampled_from(
    ["type", "properties", "required", "allOf", "if", "then", "items", "enum", "format", "x-person", "x-hint", "when"]
)


@cache
def parsed(number: int) -> Any:
    return source.parse(FILES[number])[0]


def places(part: Any, here: Place = ()) -> Iterator[Place]:
    yield here
    inner = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    for key, value in inner:
        yield from places(value, (*here, key))


@st.composite
def altered(draw: st.DrawFn) -> bytes:
    """A built-in file with something else in the place of one to three of its parts."""
    written = deepcopy(parsed(draw(st.integers(0, len(FILES) - 1))))
    for _ in range(draw(st.integers(1, 3))):
        *way, last = draw(st.sampled_from(list(places(written))[1:]))
        holder = written
        for key in way:
            holder = holder[key]
        if draw(st.booleans()):
            holder[last] = deepcopy(draw(ODD))
        elif isinstance(holder[last], dict):
            holder[last][draw(KEYS)] = deepcopy(draw(ODD))
        else:
            del holder[last]
    return yaml.safe_dump(written, allow_unicode=True).encode()


def told(findings: Iterable[Finding]) -> None:
    """As the author gets them: they travel to the gateway."""
    wrong = InvalidInput(fields=[FieldError(each.place, each.rule, each.vi, each.en) for each in findings])
    assert to_problem(wrong).SerializeToString()


def examine(content: bytes) -> None:
    try:
        procedure = source.read("file", content).procedure
    except BadProcedure as bad:
        told(bad.findings)
        return
    told(check.check(procedure, AROUND))
    for other in CATALOGUE.versions(procedure.code):
        assert isinstance(differences(other, procedure), list)


@pytest.mark.slow
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(altered())
def test_a_file_with_anything_in_the_place_of_anything_is_judged(content: bytes) -> None:
    examine(content)


@pytest.mark.parametrize(
    "replaced",
    [
        (b"form_schema:\n", b"form_schema:\n  properties:\n  x:\n"),
        (b"code: ", b"code: " + b"9" * 200_000 + b" # "),
        (b"days: ", b"days: " + b"9" * 5_000 + b" # "),
        (b"name_en: ", b'name_en: "\\ud800" # '),
        (b"name_en: ", b'name_en: "a\\0b" # '),
        (b"name_en: ", b"name_en: !!timestamp x # "),
        (b"name_en: ", b"name_en: !!bool x # "),
        (b"name_en: ", b"? [a, b]\n: x\nname_en: "),
        (b"name_en: ", b"\xff\nname_en: "),
    ],
)
def test_what_yaml_itself_may_hold_is_refused(replaced: tuple[bytes, bytes]) -> None:
    assert replaced[0] in FILES[0]
    with pytest.raises(BadProcedure) as refused:
        source.read("file", FILES[0].replace(*replaced, 1))
    told(refused.value.findings)
