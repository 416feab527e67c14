"""Options that several of these commands have."""

from pathlib import Path
from typing import Annotated

import typer

Shared = Annotated[
    Path | None,
    typer.Option(
        "--catalogue",
        exists=True,
        file_okay=False,
        help="Folder of agencies.yaml, rules.yaml and calendar.yaml; the built-in ones when left out.",
    ),
]
English = Annotated[bool, typer.Option("--en", help="Say it in English.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print an object for programs.")]
File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A procedure file.")]
