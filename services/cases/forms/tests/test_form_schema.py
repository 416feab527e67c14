"""A form's schema reads nothing from elsewhere and is cheap to check; what was published before keeps nobody out."""

import socket
from pathlib import Path
from typing import Any

import pytest
import yaml

from services.cases.forms.domain.schema import DRAFT, BadForm, compiled, harmless
from services.cases.procedures.authoring import source
from services.cases.procedures.authoring.finding import BadProcedure
from services.cases.procedures.folder import FOLDER
from services.common import limits

FIELD = {"type": "string", "title": "Họ tên", "description": "Name"}


def form(**field: Any) -> dict[str, Any]:
    return {"type": "object", "properties": {"name": {**FIELD, **field}}}


def refused(schema: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(BadForm) as caught:
        compiled(schema)
    return {each.pointer: each.code for each in caught.value.fields}


@pytest.mark.parametrize("keyword", ["$ref", "$dynamicRef", "$recursiveRef", "$id"])
@pytest.mark.parametrize("target", ["file://{file}", "http://127.0.0.1:{port}/x", "other.json", "//host/x", ""])
def test_a_form_refers_to_nothing_outside_itself_and_nobody_is_asked(keyword: str, target: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret.json"
    secret.write_text('{"type": "string", "const": "top-secret"}')
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        named = target.format(file=secret, port=server.getsockname()[1])
        with pytest.raises(BadForm) as caught:
            compiled(form(**{keyword: named}))
        with pytest.raises(BlockingIOError):
            server.accept()
    assert [each.pointer for each in caught.value.fields] == [f"/form_schema/properties/name/{keyword}"]
    assert "top-secret" not in str(caught.value)


@pytest.mark.parametrize("named", ["enum", "default", "const", "$defs"])
def test_a_field_named_like_a_keyword_hides_nothing(named: str) -> None:
    schema = {"type": "object", "properties": {named: {"$ref": "http://127.0.0.1:1/x"}}}
    assert refused(schema) == {f"/form_schema/properties/{named}/$ref": "reference"}


@pytest.mark.parametrize("draft", ["http://127.0.0.1:1/x", "file:///etc/hostname", 1, DRAFT.replace("2020-12", "next")])
def test_only_the_one_draft_is_named(draft: Any) -> None:
    assert refused({"$schema": draft, **form()}) == {"/form_schema/$schema": "draft"}
    assert refused(form(**{"$schema": DRAFT})) == {"/form_schema/properties/name/$schema": "draft"}
    assert compiled({"$schema": DRAFT, **form()}).is_valid({"name": "Lan"})


def test_a_form_refers_to_its_own_parts() -> None:
    schema = {**form(), "$defs": {"year": {"type": "integer", "minimum": 1900}}}
    schema["properties"]["born"] = {"$ref": "#/$defs/year"}
    validator = compiled(schema)
    assert (validator.is_valid({"born": 1999}), validator.is_valid({"born": 1})) == (True, False)
    schema["properties"]["born"] = {"$ref": "#/$defs/nowhere"}
    assert refused(schema) == {"/form_schema/properties/born/$ref": "reference"}


def test_parts_that_refer_to_each_other_neither_turn_in_circles_nor_multiply() -> None:
    circle = {"$defs": {"a": {"allOf": [{"$ref": "#/$defs/b"}]}, "b": {"$ref": "#/$defs/a"}}, "$ref": "#/$defs/a"}
    assert refused(circle) == {"/form_schema": "circle"}
    doubling: dict[str, Any] = {f"d{n}": {"allOf": [{"$ref": f"#/$defs/d{n + 1}"}] * 2} for n in range(40)}
    doubling["d40"] = {"type": "object"}
    assert refused({"$defs": doubling, "$ref": "#/$defs/d0"}) == {"/form_schema": "form-size"}


@pytest.mark.parametrize("pattern", ["^(?=a)a$", r"(a)\1", "((a{1000}){1000}){1000}", "(?<!x)y", "[", "(" * 400])
def test_a_pattern_is_one_that_is_cheap_to_match(pattern: str) -> None:
    assert refused(form(pattern=pattern)) == {"/form_schema/properties/name/pattern": "form-pattern"}
    assert "form-pattern" in refused({"patternProperties": {pattern: {}}}).values()


def test_a_pattern_that_backtracks_elsewhere_is_linear_here() -> None:
    validator = compiled(form(pattern="^(a|a|aa)*$", maxLength=200_000))
    assert not validator.is_valid({"name": "a" * 100_000 + "!"})


def test_the_size_of_a_form_has_limits() -> None:
    deep: dict[str, Any] = dict(FIELD)
    for _ in range(limits.FORM_DEPTH):
        deep = {"type": "object", "properties": {"a": deep}}
    assert set(refused(deep).values()) == {"form-depth"}
    assert set(refused(form(const=_nested(500))).values()) == {"form-depth"}
    assert refused(form(enum=list(range(limits.FORM_CHOICES + 1)))) == {
        "/form_schema/properties/name/enum": "form-choices"
    }
    many = {f"f{n}": {"pattern": f"^{n}$"} for n in range(limits.FORM_PATTERNS + 1)}
    assert refused({"properties": many}) == {"/form_schema": "form-patterns"}
    wide = {f"f{n}": FIELD for n in range(limits.FORM_PARTS)}
    assert refused({"properties": wide}) == {"/form_schema": "form-size"}


def _nested(depth: int) -> list[Any]:
    inner: list[Any] = []
    for _ in range(depth):
        inner = [inner]
    return inner


@pytest.mark.parametrize(
    ("hint", "code"),
    [("text", "form-hint"), (["a"], "form-hint"), ({"vi": 1}, "form-hint"), ({"vi": "a" * 501}, "form-text")],
)
def test_a_hint_is_two_short_sentences(hint: Any, code: str) -> None:
    assert refused(form(**{"x-hint": hint})) == {"/form_schema/properties/name/x-hint": code}
    assert refused(form(title="{" * 501)) == {"/form_schema/properties/name/title": "form-text"}


def test_what_can_be_used_of_a_bad_form_is_kept() -> None:
    bad = {**form(maxLength=3), "required": ["name"], "allOf": [{"$ref": "http://127.0.0.1:1/x"}]}
    bad["properties"]["job"] = {**FIELD, "$ref": "file:///etc/hostname"}
    kept = harmless(bad)
    validator = compiled(kept)
    assert kept["properties"]["job"] == {"title": "Họ tên", "description": "Name"}
    assert (validator.is_valid({"name": "Lan", "job": 1}), validator.is_valid({"name": "Long"})) == (True, False)


def test_the_author_reads_a_sentence_at_the_place() -> None:
    content = yaml.safe_load((FOLDER / "2.000488.yaml").read_text(encoding="utf-8"))
    content["form_schema"]["properties"]["purpose"] = {"$ref": "file:///etc/hostname"}
    content["form_schema"]["type"] = "thing"
    with pytest.raises(BadProcedure) as caught:
        source.read("file", yaml.safe_dump(content, allow_unicode=True).encode())
    (finding,) = caught.value.findings
    assert (finding.place, finding.rule) == ("/form_schema/properties/purpose/$ref", "reference")
    assert finding.en == "A form refers to parts of itself only, for example #/properties/address; to nothing outside."
