"""Reads drafts for these commands, and prints what is wrong with them."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from services.cases.core.domain.procedure import Procedure
    from services.cases.procedures.authoring.finding import Finding
    from services.cases.procedures.authoring.source import Source
    from services.cases.procedures.folder import Shared


@dataclass(frozen=True)
class Found:
    """A finding and where it is."""

    file: Path
    line: int
    finding: "Finding"

    def to_json(self) -> dict[str, Any]:
        one = self.finding
        return {
            "file": str(self.file), "line": self.line, "place": one.place, "severity": one.severity.value,
            "rule": one.rule, "vi": one.vi, "en": one.en,
        }  # fmt: skip

    def told(self, english: bool) -> str:
        """Writes a finding as `file:line: severity: place: what to do`, which editors can jump to."""
        one = self.finding
        severity = one.severity.value if english else {"error": "lỗi", "warning": "lưu ý"}[one.severity.value]
        return f"{self.file}:{self.line}: {severity}: {one.place or '/'}: {one.en if english else one.vi}"


def shared_of(folder: Path | None) -> "Shared":
    """Loads the agencies and rule sets that drafts refer to; a folder that cannot be used ends the command."""
    from services.cases.procedures.folder import FOLDER, BadCatalogue, load_shared

    try:
        return load_shared(folder or FOLDER)
    except BadCatalogue as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error


def siblings_of(folder: Path | None) -> "list[Procedure]":
    """Returns the procedures that drafts may chain: those of the folder that can be read."""
    from services.cases.procedures.authoring.finding import BadProcedure
    from services.cases.procedures.authoring.source import read as read_source
    from services.cases.procedures.folder import FOLDER, procedure_files

    found = []
    for file in procedure_files(folder or FOLDER):
        with suppress(BadProcedure):  # said when that file itself is checked
            found.append(read_source(file.name, file.read_bytes()).procedure)
    return found


def read(file: Path) -> "Source":
    """Returns a draft that can be used; else its faults are printed and the command ends."""
    from services.cases.procedures.authoring.finding import BadProcedure
    from services.cases.procedures.authoring.source import read as read_source

    try:
        return read_source(file.name, file.read_bytes())
    except BadProcedure as bad:
        for one in placed(file, bad.findings):
            typer.echo(one.told(english=False), err=True)
        raise typer.Exit(1) from bad


def placed(file: Path, findings: "Iterable[Finding]") -> list[Found]:
    """Finds the lines on which findings stand."""
    from services.cases.procedures.authoring.finding import BadProcedure
    from services.cases.procedures.authoring.source import line_of, parse

    try:
        _, lines = parse(file.read_bytes())
    except BadProcedure:
        lines = {}
    return [Found(file, line_of(lines, each.place) or 1, each) for each in findings]
