"""`onestop due`: when a result is due, and why."""

import json
from datetime import datetime, time
from typing import Annotated

import typer

MOMENTS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]


def due(
    received: Annotated[datetime, typer.Option(formats=MOMENTS, help="Viet Nam time at which everything was there.")],
    days: Annotated[int, typer.Option(min=0, max=3650, help="Working days allowed.")],
    cutoff: Annotated[time, typer.Option(metavar="HH:MM", help="Later counts as the next working day.")] = time(15),
    closes: Annotated[time, typer.Option(metavar="HH:MM", help="When the office closes.")] = time(17),
    english: Annotated[bool, typer.Option("--en", help="Explain in English.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print an object for programs.")] = False,
) -> None:
    """Say when a result is due, and why, line by line (thời hạn giải quyết)."""
    from services.cases.domain.clock import explain_due

    found = explain_due(received, days, cutoff, closes=closes)
    lines = [line.en if english else line.vi for line in found.lines]
    if as_json:
        answer = {"effective": found.effective.isoformat(), "due": found.due.isoformat(), "lines": lines}
        typer.echo(json.dumps(answer, ensure_ascii=False))
        return
    effective, until = ("effective day", "due") if english else ("ngày bắt đầu", "hạn trả")
    typer.echo(f"{effective:<14}{found.effective.isoformat()}\n{until:<14}{found.due.isoformat()}")
    for line in lines:
        typer.echo(f"  {line}")
