"""The JSON Schema of a procedure file, made from the model that reads it, for editors and other programs."""

from typing import Any

import orjson

from services.cases.core.domain.procedure import Procedure
from services.cases.procedures.authoring.texts import KEYS

FILE_NAME = "procedure.schema.json"
_DRAFT = "https://json-schema.org/draft/2020-12/schema"


def procedure_schema() -> dict[str, Any]:
    """Returns the schema of procedure files; a form's own schema is of the same JSON Schema draft."""
    schema: dict[str, Any] = _settled(Procedure.model_json_schema())
    schema["properties"]["form_schema"] = {"$ref": _DRAFT, "description": "JSON Schema 2020-12 of the form."}
    return {**schema, "$schema": _DRAFT, "title": "Thủ tục hành chính · Procedure"}


def schema_text() -> str:
    """Returns the schema as the file beside the catalogue has it."""
    return orjson.dumps(procedure_schema(), option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS).decode() + "\n"


def _settled(part: Any) -> Any:
    """Returns every key with its meaning, without titles that only repeat it, sets always in the same order."""
    if isinstance(part, list):
        return [_settled(each) for each in part]
    if not isinstance(part, dict):
        return part
    kept = {name: _settled(value) for name, value in part.items() if name != "title" or not isinstance(value, str)}
    for key, described in kept.get("properties", {}).items():
        if "description" not in described and key in KEYS:
            described["description"] = KEYS[key]
    if kept.get("uniqueItems") and isinstance(kept.get("default"), list):
        kept["default"] = sorted(kept["default"])
    return kept
