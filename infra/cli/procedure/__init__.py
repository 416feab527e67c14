"""`onestop procedure`: procedures as files, from the first draft to the published version."""

import typer

from infra.cli.procedure import drafts, published, trial


def group() -> typer.Typer:
    app = typer.Typer(
        help="Procedures as files: check them, try them out, compare and publish them.", no_args_is_help=True
    )
    app.command()(drafts.schema)
    app.command()(drafts.check)
    app.command()(trial.simulate)
    app.command()(drafts.diff)
    app.command()(published.publish)
    app.command("import")(published.import_)
    app.command()(published.export)
    app.command()(published.versions)
    app.command()(published.withdraw)
    return app
