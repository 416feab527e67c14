"""`onestop doctor`: what is wrong with this installation, and the mend."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from infra.cli.installation import Installation

if TYPE_CHECKING:
    from infra.cli.checks.finding import Finding


def doctor(
    service: Annotated[str, typer.Option(help="Only this service.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print a list for programs.")] = False,
) -> None:
    """Looks at databases, procedures, events, broker, storage, keys, certificates, clocks; exit code 1 on a failure."""
    findings = []
    for finding in examine(Installation.find(service)):
        findings.append(finding)
        if not as_json:
            show(finding)
    failed = sum(not finding.ok for finding in findings)
    if as_json:
        typer.echo(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=1))
    else:
        typer.echo(f"{failed} failed, {len(findings) - failed} ok")
    if failed:
        raise typer.Exit(1)


def examine(installation: Installation) -> Iterator["Finding"]:
    """Yields the findings of every check, in the order in which they depend on each other."""
    from infra.cli.checks import assignees, broker, calendar, contents, databases, histories, keys, procedures, storage

    for part in (databases, procedures, calendar, histories, assignees, broker, storage, contents, keys):
        yield from part.check(installation)


def show(finding: "Finding") -> None:
    """Prints a finding on a line; below a failure what was needed and how to mend it."""
    typer.echo(f"{'ok  ' if finding.ok else 'FAIL'}  {finding.name}: {finding.found}")
    if not finding.ok:
        typer.echo(f"        needed  {finding.required}")
        typer.echo(f"        fix     {finding.fix}    [{finding.id}]")
