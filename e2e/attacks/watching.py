"""Reading the security log of a running system."""

import json
from pathlib import Path
from typing import Any

Line = dict[str, Any]


def security_lines(home: Path) -> list[Line]:
    """Every line of the security log, of all processes, oldest first."""
    lines = [json.loads(text) for log in (home / "logs").glob("*.log") for text in _texts(log)]
    return sorted((line for line in lines if line.get("log") == "security"), key=lambda line: str(line["ts"]))


def told(home: Path, event: str, **fields: str) -> list[Line]:
    """The lines of an event whose fields are as given."""
    return [
        line
        for line in security_lines(home)
        if line["event"] == event and all(line.get(name) == value for name, value in fields.items())
    ]


def _texts(log: Path) -> list[str]:
    """Whole lines of JSON: what a library prints by itself is none."""
    return [
        text for text in log.read_text(errors="replace").splitlines() if text.startswith("{") and text.endswith("}")
    ]
