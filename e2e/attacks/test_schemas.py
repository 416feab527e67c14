"""A procedure file is no way to read what lies on the server, or to reach what lies behind it."""

import socket
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from e2e.client import Client, Refused
from e2e.conftest import System
from services.cases.procedures.folder import FOLDER

CODE = "2.000991"


def file_with(**schema: Any) -> bytes:
    content = yaml.safe_load((FOLDER / "2.000488.yaml").read_text(encoding="utf-8"))
    content |= {"code": CODE, "effective_from": date(2026, 1, 1)}
    content["form_schema"] |= schema
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False).encode()


@pytest.mark.parametrize("keyword", ["$ref", "$schema", "$dynamicRef", "$id"])
def test_a_form_that_names_a_file_or_an_address_is_told_off_without_a_look(
    system: System, keyword: str, tmp_path: Path
) -> None:
    """Every published version is loaded by every process, so what one of them asks for is asked for ever after."""
    secret = tmp_path / "secrets.json"
    secret.write_text('{"enum": ["the-secret-of-this-machine"]}')
    admin = Client(system.base_url).log_in("admin")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        answers = []
        for target in (f"file://{secret}", f"http://127.0.0.1:{listening.getsockname()[1]}/x", "file:///no/such/file"):
            with pytest.raises(Refused) as caught:
                admin.publish(file_with(**{keyword: target}))
            answers.append(caught.value)
        with pytest.raises(BlockingIOError):
            listening.accept()
    assert {(each.status, each.code) for each in answers} == {(400, "invalid-input")}
    assert len({str(each.problem["errors"]) for each in answers}) == 1, "what is there and what is not look alike"
    assert "the-secret-of-this-machine" not in str(answers)


def test_a_pattern_that_never_ends_is_refused_and_one_that_only_looks_so_is_quick(system: System) -> None:
    admin = Client(system.base_url).log_in("admin")
    for pattern in (r"^(\w+)\1$", "^(?=.*a)(?=.*b)", "((a{999}){999}){999}"):
        with pytest.raises(Refused) as caught:
            admin.publish(file_with(properties={"x": {"type": "string", "title": "X", "pattern": pattern}}))
        assert (caught.value.status, caught.value.code) == (400, "invalid-input")
