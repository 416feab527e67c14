"""The document is OpenAPI 3.1, complete, and readable as a page."""

import re
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
from flask import Flask
from flask.testing import FlaskClient

from gateway.openapi import template


@pytest.fixture(scope="module")
def api(app: Flask) -> Any:
    return app.test_client().get("/api/v1/openapi.json").json


def operations(api: Any) -> list[Any]:
    return [one for methods in api["paths"].values() for one in methods.values()]


def test_it_describes_exactly_the_routes_under_api(app: Flask, api: Any) -> None:
    routes = {
        (template(rule.rule), method)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD"}
        if rule.rule.startswith("/api/v1/") and rule.rule != "/api/v1/openapi.json"
    }
    described = {(path, method.upper()) for path, methods in api["paths"].items() for method in methods}
    assert described == routes


def test_every_reference_leads_somewhere(api: Any) -> None:
    references = set(re.findall(r"'\$ref': '#/components/(\w+)/([^']+)'", str(api)))
    assert references
    assert [one for one in references if one[1] not in api["components"][one[0]]] == []


def test_every_schema_is_a_json_schema(api: Any) -> None:
    for name, schema in api["components"]["schemas"].items():
        jsonschema_rs.meta.validate({**schema, "$schema": api["jsonSchemaDialect"]})
        assert schema.get("description"), name


def test_every_operation_says_what_it_does_who_may_call_it_and_how_it_fails(api: Any) -> None:
    names = [one["operationId"] for one in operations(api)]
    assert len(names) == len(set(names))
    for one in operations(api):
        assert re.fullmatch(r"[^·]+ · [^·]+", one["summary"]), one
        assert one["description"], one
        assert "security" in one
        assert {"414", "429", "431", "500"} <= set(one["responses"])
        assert "400" in one["responses"] or not any(named["in"] == "path" for named in one.get("parameters", []))


def test_no_two_shapes_have_one_name(api: Any) -> None:
    version, case = (
        api["paths"][f"/api/v1/{path}/changes"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        for path in ("procedures/{code}", "cases/{ref}")
    )
    assert version != case


def test_the_application_is_described_though_it_is_passed_on_unread(api: Any) -> None:
    body = api["paths"]["/api/v1/cases"]["post"]["requestBody"]
    assert body["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Application"}
    assert "procedure" in api["components"]["schemas"]["Application"]["properties"]


def test_the_page_shows_every_operation_and_schema_and_loads_nothing_from_outside(web: FlaskClient, api: Any) -> None:
    page = web.get("/docs").text
    assert [one["operationId"] for one in operations(api) if f'id="{one["operationId"]}"' not in page] == []
    assert [name for name in api["components"]["schemas"] if f'id="schema-{name}"' not in page] == []
    assert re.findall(r'(?:src|href)="(?:https?:)?//', page) == []
    targets = set(re.findall(r'href="#([^"]+)"', page))
    assert [one for one in targets if f'id="{one}"' not in page] == []


def test_every_number_a_caller_may_send_has_a_least_and_a_most(api: Any) -> None:
    """What is sent on has a size; a number beyond it would be our fault."""

    def numbers(part: Any, place: str, seen: frozenset[str] = frozenset()) -> Iterator[tuple[str, Any]]:
        if isinstance(part, dict):
            name = part.get("$ref", "")
            if name and name not in seen:
                yield from numbers(api["components"]["schemas"][name.rpartition("/")[2]], place, seen | {name})
            if part.get("type") == "integer" and "enum" not in part:
                yield place, part
            for key, inner in part.items():
                yield from numbers(inner, f"{place}/{key}", seen)
        elif isinstance(part, list):
            for inner in part:
                yield from numbers(inner, place, seen)

    taken = [
        (f"{method} {path}", part)
        for path, methods in api["paths"].items()
        for method, operation in methods.items()
        for part in (operation.get("parameters"), operation.get("requestBody"))
    ]
    found = [number for place, part in taken for number in numbers(part, place)]
    assert found
    assert [place for place, number in found if not {"minimum", "exclusiveMinimum"} & number.keys()] == []
    assert [place for place, number in found if not {"maximum", "exclusiveMaximum"} & number.keys()] == []
