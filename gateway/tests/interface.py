"""The HTTP interface in plain lines, one a fact, so that two states of it can be compared."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from services.common.access import Access

Json = dict[str, Any]


def facts(api: Json, rules: Mapping[str, Access]) -> list[str]:
    """What clients rely on in an OpenAPI document: addresses, who may call, parameters, members of bodies.

    The names of variables in addresses, of schemas and of documentation are nothing they see.

    Args:
        rules: operationId to who may call it.
    """
    shapes: dict[tuple[str, ...], str] = {}
    return [
        f"{method.upper()} {_address(path)} {fact}"
        for path, methods in sorted(api["paths"].items(), key=lambda item: _address(item[0]))
        for method, operation in sorted(methods.items())
        for fact in _of_operation(api, operation, rules, shapes)
    ]


def _address(path: str) -> str:
    return "/".join("{}" if part.startswith("{") else part for part in path.split("/"))


def _of_operation(
    api: Json, operation: Json, rules: Mapping[str, Access], shapes: dict[tuple[str, ...], str]
) -> Iterator[str]:
    name = operation["operationId"]
    rule = rules[name]
    yield f"is {name}"
    yield f"called by {'anyone' if rule.anonymous else ', '.join(sorted(rule.roles or ['whoever is logged in']))}"
    for one in sorted(operation["parameters"], key=lambda one: (one["in"], one["name"])):
        if one["in"] != "path":
            kind = _type(one["schema"]).removesuffix(" or null")  # which no address can say
            yield f"{one['in']} {one['name']}{_mark(one['required'])} {kind}"
    for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
        yield f"takes {media_type}"
        yield from (f"takes {line}" for line in _shape(api, content["schema"], f"taken by {name}", shapes))
    for status, answer in sorted(operation["responses"].items()):
        if "$ref" in answer:
            continue
        yield f"answers {status}"
        yield from (f"answers {status} {header}" for header in sorted(answer.get("headers", {})))
        for media_type, content in answer.get("content", {}).items():
            yield f"answers {status} {media_type}"
            given = f"given by {name}"
            yield from (f"answers {status} {line}" for line in _shape(api, content["schema"], given, shapes))


def _shape(api: Json, schema: Json, where: str, shapes: dict[tuple[str, ...], str]) -> Sequence[str]:
    """The members of a body, or where the very same ones have been listed before."""
    members = tuple(sorted(set(_members(api, schema))))
    if len(members) > 1 and members in shapes:
        return [f"the shape {shapes[members]}"]
    shapes[members] = where
    return members


def _members(api: Json, schema: Json, place: str = "") -> Iterator[str]:
    """Each member with its place, whether it must be there, and its type."""
    schema = _resolved(api, schema)
    for inner in schema.get("anyOf", ()):
        yield from _members(api, inner, place)
    if "items" in schema:
        yield from _members(api, schema["items"], f"{place}[]")
    for name, member in schema.get("properties", {}).items():
        mark = _mark(name in schema.get("required", ()))
        yield f"{place}/{name}{mark} {_type(_resolved(api, member))}"
        yield from _members(api, member, f"{place}/{name}")


def _resolved(api: Json, schema: Json) -> Json:
    if "$ref" not in schema:
        return schema
    found: Json = api["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return found


def _type(schema: Json) -> str:
    if "anyOf" in schema:
        return " or ".join(sorted(_type(one) for one in schema["anyOf"]))
    kind = schema.get("type") or ("object" if "$ref" in schema else "")
    return f"array of {_type(schema['items'])}" if kind == "array" else str(kind or "anything")


def _mark(required: bool) -> str:  # a word of one letter, nothing else
    return "" if required else "?"
