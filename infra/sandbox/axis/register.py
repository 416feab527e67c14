"""The national register of agencies as the axis knows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import yaml


@dataclass(frozen=True, slots=True)
class Register:
    """Names of agencies by code, and the code each alias stands for."""

    names: Mapping[str, str]
    aliases: Mapping[str, str]

    @classmethod
    def load(cls, path: Path) -> Self:
        """Reads the file of agencies that exchange reads too."""
        entries = yaml.safe_load(path.read_text("utf-8"))
        aliases = {alias: entry["code"] for entry in entries for alias in entry.get("aliases", ())}
        return cls({entry["code"]: entry["name"] for entry in entries}, aliases)

    def code(self, met: str) -> str | None:
        """Returns the code of the agency that is met under a code or an alias; None = there is no such agency."""
        return met if met in self.names else self.aliases.get(met)
