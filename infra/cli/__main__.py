"""`onestop`, also `python -m infra.cli`. Commands import what they need when they run, so that help is quick."""

import sys

import typer

from infra.cli import (
    account,
    audit,
    case,
    doctor,
    due,
    load_cases,
    migrations,
    notices,
    outbox,
    papers,
    procedure,
    running,
    verify,
)
from infra.local.process import LocalRunError

HELP = "The electronic one-stop shop: run it, look after it, check what it issued."


def build() -> typer.Typer:
    """Returns all commands."""
    app = typer.Typer(help=HELP, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
    app.command()(running.up)
    app.command()(running.serve)
    app.command()(migrations.migrate)
    app.command()(running.demo)
    app.command()(account.setup)
    app.command()(due.due)
    app.command()(verify.verify)
    app.command()(doctor.doctor)
    app.command()(load_cases.load_cases)
    app.add_typer(account.group(), name="account")
    app.add_typer(audit.group(), name="audit")
    app.add_typer(outbox.group(), name="outbox")
    app.add_typer(notices.group(), name="notices")
    app.add_typer(papers.group(), name="papers")
    app.add_typer(case.group(), name="case")
    app.add_typer(procedure.group(), name="procedure")
    return app


def main() -> None:
    try:
        build()(prog_name="onestop")
    except LocalRunError as error:
        sys.exit(f"onestop: {error}")


if __name__ == "__main__":
    main()
