"""Examples of what a form or a result holds, by its JSON Schema: to try a template with before a case does."""

from collections.abc import Iterator, Mapping
from typing import Any

from services.cases.core.domain.procedure import Procedure

_TEXTS: Mapping[str, str] = {
    "date": "2003-12-31",
    "birth-date": "2003-12-31",
    "month": "1975-09",
    "phone": "0901234567",
    "email": "lan.nguyen@example.vn",
    "personal-number": "079301000019",
    "identity-number": "079301000019",
    "tax-code": "0312687878",
}
"""A value of each format that a template may take apart."""
_TEXT = "Nguyễn Thị Ví Dụ"


def result_facts(procedure: Procedure) -> Iterator[dict[str, Any]]:
    """Yields what the template of a procedure's result may be given: everything it can show, and only what it must.

    Nothing where the result is drawn up as a file.
    """
    if procedure.result is None or procedure.result_facts is None:
        return
    fields, added = procedure.form_schema, procedure.result.facts_schema
    asked = {name: fields["properties"][name] for name in procedure.result.from_form} | added.get("properties", {})
    always = {*fields.get("required", ()), *added.get("required", ())}
    yield {name: example(schema, fully=True) for name, schema in asked.items()}
    yield {name: example(schema, fully=False) for name, schema in asked.items() if name in always}


def example(schema: Any, *, fully: bool) -> Any:
    """Returns a value of the kind that a schema describes: with every field and an item of each list, or the least."""
    if not isinstance(schema, Mapping):
        return _TEXT
    if chosen := [schema["const"]] if "const" in schema else schema.get("enum"):
        return chosen[0]
    kind, text = schema.get("type", "string"), _TEXTS.get(schema.get("format", ""), _TEXT)
    kind = kind[0] if isinstance(kind, list) and kind else kind
    if kind == "object":
        fields, always = schema.get("properties", {}), schema.get("required", ())
        return {name: example(each, fully=fully) for name, each in fields.items() if fully or name in always}
    if kind == "array":
        return [example(schema.get("items"), fully=fully)] * max(int(fully), schema.get("minItems", 0))
    plain = {"boolean": fully, "integer": schema.get("minimum", 1), "number": schema.get("minimum", 1), "null": None}
    return plain.get(kind, text[: schema.get("maxLength", len(text))])
