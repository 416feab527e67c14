"""The JSON Schema beside the catalogue is the model's own, and editors can use it on every file there."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from services.cases.procedures.authoring import plain_yaml
from services.cases.procedures.authoring.schema import FILE_NAME, procedure_schema, schema_text
from services.cases.procedures.folder import FOLDER

FILES = sorted(FOLDER.glob("[0-9]*.yaml"))


def test_the_schema_in_the_catalogue_is_up_to_date() -> None:
    """To mend: onestop procedure schema > services/cases/catalogue/procedure.schema.json"""
    assert (FOLDER / FILE_NAME).read_text(encoding="utf-8") == schema_text()


def test_the_schema_is_the_same_whatever_order_sets_have() -> None:
    code = "from services.cases.procedures.authoring.schema import schema_text; print(schema_text(), end='')"
    command = [sys.executable, "-c", code]
    printed = {
        subprocess.run(command, env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)}, capture_output=True,
                       check=True).stdout for seed in ("1", "2", "3")
    }  # fmt: skip
    assert printed == {schema_text().encode()}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_file_names_the_schema_and_fulfils_it(file: Path) -> None:
    assert file.read_text(encoding="utf-8").startswith(f"# yaml-language-server: $schema={FILE_NAME}\n")
    content, _ = plain_yaml.load(file.read_bytes())
    jsonschema_rs.validate(procedure_schema(), content)


def test_the_schema_refuses_what_the_model_refuses() -> None:
    content, _ = plain_yaml.load(FILES[0].read_bytes())
    changes: tuple[dict[str, Any], ...] = ({"shoe_size": 38}, {"days": -1}, {"service_level": "full"}, {"agencies": []})
    for change in changes:
        with pytest.raises(jsonschema_rs.ValidationError):
            jsonschema_rs.validate(json.loads(schema_text()), content | change)


def test_every_key_says_what_it_means() -> None:
    """To mend: a description on the field of the model, or a line in services/cases/procedures/authoring/words.py"""
    schema = procedure_schema()
    silent = [
        f"{name}.{key}"
        for name, part in {"Procedure": schema, **schema["$defs"]}.items()
        for key, described in part.get("properties", {}).items()
        if not described.get("description")
    ]
    assert silent == []
