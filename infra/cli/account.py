"""`onestop setup` and `onestop account`: accounts of staff, on the server, with the rights of identity's database."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from infra.cli.installation import Installation
from infra.cli.outbox import opened

if TYPE_CHECKING:
    from services.common.database import Database
    from services.identity.staff.domain import StaffAccount
    from services.identity.staff.usecases import Code

EVERYTHING = 1_000_000

Username = Annotated[str, typer.Argument(help="User name, e.g. mai.pham.")]
Name = Annotated[str, typer.Option(help="Full name.", prompt="full name")]


def group() -> typer.Typer:
    app = typer.Typer(help="Accounts of staff: make, list, disable, enable, issue codes.", no_args_is_help=True)
    app.command()(create)
    app.command(name="list")(list_accounts)
    app.command()(disable)
    app.command()(enable)
    app.command()(code)
    return app


def setup(
    username: Annotated[str, typer.Argument(help="User name of the first administrator, e.g. quan.tri.")],
    name: Name,
) -> None:
    """Makes the first administrator of an empty installation, and the code with which they set their password."""
    from services.identity.log_ins.passwords import Passwords
    from services.identity.staff import usecases

    with identity() as database:
        _hand_over(*usecases.set_up(database, Passwords(), username, name, datetime.now(UTC)))


def create(
    username: Username,
    name: Name,
    role: Annotated[list[str], typer.Option(help="clerk, officer, leader, staff_administrator … ; may be repeated.")],
    agency: Annotated[list[str] | None, typer.Option(help="National code of an agency; may be repeated.")] = None,
    unit: Annotated[str, typer.Option(help="Part of the agency, in words.")] = "",
) -> None:
    """Makes an account, and the code with which its holder sets a password."""
    from services.identity.log_ins.passwords import Passwords
    from services.identity.staff import usecases
    from services.identity.staff.domain import Wanted

    wanted = Wanted.of(name, role, agency or (), unit)
    with identity() as database:
        _hand_over(*usecases.create_account(database, Passwords(), None, username, wanted, datetime.now(UTC)))


def list_accounts(
    agency: Annotated[str, typer.Option(help="Only of this agency and those below it.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print an object a line, for programs.")] = False,
) -> None:
    """Lists the accounts of staff: user name, name, roles, agencies, and whether it is disabled."""
    from services.identity.staff import usecases

    with identity() as database:
        found = usecases.list_accounts(database, None, datetime.now(UTC), agency=agency, most=EVERYTHING)
    for each in found:
        typer.echo(json.dumps(_told(each), ensure_ascii=False) if as_json else _line(each))


def disable(username: Username) -> None:
    """Lets nobody log in with an account; ends its sessions and its code."""
    from services.identity.staff import usecases

    with identity() as database:
        usecases.disable_account(database, None, usecases.account_named(database, username), datetime.now(UTC))
    typer.echo(f"{username} is disabled")


def enable(username: Username) -> None:
    """Lets the holder of a disabled account log in again, with the password they had."""
    from services.identity.staff import usecases

    with identity() as database:
        usecases.enable_account(database, None, usecases.account_named(database, username), datetime.now(UTC))
    typer.echo(f"{username} is enabled")


def code(username: Username) -> None:
    """Makes a new code for somebody who lost theirs or forgot their password; any earlier one is void."""
    from services.identity.log_ins.passwords import Passwords
    from services.identity.staff import usecases

    with identity() as database:
        account_id = usecases.account_named(database, username)
        _tell_code(username, usecases.issue_code(database, Passwords(), None, account_id, datetime.now(UTC)))


@contextmanager
def identity() -> Iterator["Database"]:
    """Opens identity's database; a refusal ends the command with what is wrong."""
    from services.common.errors import OnestopError

    _keep_security_log()
    with opened(Installation.find("identity"), "identity") as database:
        try:
            yield database
        except OnestopError as error:
            typer.echo("\n".join([str(error), *(f"  {each.pointer}: {each.en}" for each in error.fields)]), err=True)
            raise typer.Exit(1) from error


def _keep_security_log() -> None:
    """Sends the lines of the security log to standard error, so that standard output holds only what was asked for."""
    import sys

    from services.common.telemetry import configure_logging

    configure_logging("onestop", "WARNING", sys.stderr)


def _hand_over(made: "StaffAccount", code: "Code") -> None:
    typer.echo(_line(made))
    _tell_code(made.account.username, code)


def _tell_code(username: str, code: "Code") -> None:
    typer.echo(
        f"code {code.text}, good until {code.good_until.astimezone():%Y-%m-%d %H:%M}, not shown again: {username} sets "
        "a password with it"
    )


def _line(each: "StaffAccount") -> str:
    account = each.account
    told = (account.username, account.full_name, ",".join(account.roles), ",".join(account.agencies), account.unit)
    return "  ".join([*(part or "-" for part in told), *(["disabled"] if each.disabled else [])])


def _told(each: "StaffAccount") -> dict[str, Any]:
    account = each.account
    return {
        "account_id": account.account_id,
        "username": account.username,
        "full_name": account.full_name,
        "roles": account.roles,
        "agencies": account.agencies,
        "unit": account.unit,
        "disabled": each.disabled,
    }
