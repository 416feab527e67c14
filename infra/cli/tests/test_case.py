"""What `onestop case do --set` sends: numbers of people stay text, and JSON is what is said to be JSON."""

import re
from typing import Any

import pytest
import typer

from infra.cli.case import read_value


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ("identifier=079301000019", ("identifier", "079301000019")),
        ("tracking_number=12345", ("tracking_number", "12345")),
        ("reason=null", ("reason", "null")),
        ("note=a=b", ("note", "a=b")),
        ("note=", ("note", "")),
        ("days:=2", ("days", 2)),
        ('result:={"number": "01"}', ("result", {"number": "01"})),
    ],
)
def test_a_value_is_text_unless_it_is_said_to_be_json(given: str, sent: tuple[str, Any]) -> None:
    assert read_value(given) == sent


@pytest.mark.parametrize("given", ["days", "=2", ":=2", "days:=two"])
def test_what_is_no_value_is_told(given: str) -> None:
    with pytest.raises(typer.BadParameter, match=re.escape(given)):
        read_value(given)
