"""`onestop load-cases`: made-up cases in any number."""

import time
from typing import Annotated

import typer

from infra.cli.installation import Installation


def load_cases(
    count: Annotated[int, typer.Option(min=1, max=20_000_000, help="How many.")] = 10_000,
    years: Annotated[int, typer.Option(min=1, max=20, help="Filed over so many years, this one among them.")] = 6,
    open_cases: Annotated[
        int, typer.Option("--open", min=0, help="Of them still open with each agency; a quarter of all at most.")
    ] = 2_000,
    seed: Annotated[int, typer.Option(help="Another one makes other people.")] = 1,
    processes: Annotated[int, typer.Option(min=1, help="That make and copy them.")] = 2,
    beside_real_cases: Annotated[
        bool, typer.Option("--beside-real-cases", help="Also where cases were filed. They cannot be told to go again.")
    ] = False,
) -> None:
    """Fills the cases database with made-up cases, to see how the installation behaves when it is full."""
    from sqlalchemy import make_url

    from infra.synthetic.load import HoldsRealCases, load

    url = make_url(Installation.find("cases").owner_url("cases")).set(drivername="postgresql")
    began = time.monotonic()
    try:
        load(
            url.render_as_string(hide_password=False),
            count,
            years=years,
            open_cases=open_cases,
            seed=seed,
            processes=processes,
            beside_real_cases=beside_real_cases,
            progress=lambda done: typer.echo(f"{done:>10,} of {count:,}", err=True),
        )
    except HoldsRealCases as error:
        typer.echo(
            "Cases have been filed in this database. Made-up ones would stay among them for ever; if that is meant, "
            "say --beside-real-cases.",
            err=True,
        )
        raise typer.Exit(1) from error
    typer.echo(f"{count:,} made-up cases in {time.monotonic() - began:.0f} s; their e-mail is at synthetic.invalid")
