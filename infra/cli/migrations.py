"""`onestop migrate`: bring databases to the newest schema."""

from typing import Annotated

import typer

from infra.cli.installation import Installation


def migrate(
    name: Annotated[str, typer.Argument(help="A service; all of the local system when left out.")] = "",
    check: Annotated[
        bool, typer.Option("--check", help="Only say what is missing; exit code 1 when anything is.")
    ] = False,
) -> None:
    """Brings a service's database, or all, to the newest schema. Safe to run twice or at the same time.

    ONESTOP_MIGRATION_DATABASE_URL names the role that owns the tables; the one of ONESTOP_DATABASE_URL, as which the
    service connects, is given what it needs.
    """
    from services.common.database import migrate as upgrade
    from services.common.database import pending_migrations, schema_is_later

    installation = Installation.find(name)
    pending = {
        service: pending_migrations(service, installation.owner_url(service)) for service in installation.environments
    }
    for service, revisions in pending.items():
        complete = "is up to date"
        if schema_is_later(service, installation.owner_url(service)):
            complete = "has the schema of a later release, which stays: it works with this one"
        if not check:  # also when nothing is pending: the role the service connects as may be a new one
            upgrade(service, installation.owner_url(service), installation.database_url(service))
        state = ("lacks " if check else "applied ") + ", ".join(revisions) if revisions else complete
        typer.echo(f"{service} {state}")
    if check and any(pending.values()):
        raise typer.Exit(1)
