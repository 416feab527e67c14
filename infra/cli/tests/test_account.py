"""Accounts made on the server, from the very first one on."""

import json
from collections.abc import Callable, Iterator

import pytest
import structlog
from typer.testing import CliRunner, Result

from infra.cli.__main__ import build
from services.common.testing.plugin import MakeDatabase

Onestop = Callable[..., Result]


@pytest.fixture
def onestop(fresh_database: MakeDatabase, monkeypatch: pytest.MonkeyPatch) -> Iterator[Onestop]:
    """The command, with the database of an empty installation."""
    monkeypatch.setenv("ONESTOP_DATABASE_URL", fresh_database("identity"))
    before = structlog.get_config()
    yield lambda *arguments: CliRunner().invoke(build(), list(arguments))
    structlog.configure(**before)


def test_an_empty_installation_gets_one_administrator_and_no_second(onestop: Onestop) -> None:
    made = onestop("setup", "quan.tri", "--name", "Trần Thị Quản")
    assert made.exit_code == 0
    assert made.stdout.startswith("quan.tri  Trần Thị Quản  administrator  -  -\ncode ")

    again = onestop("setup", "quan.tri.2", "--name", "Ai Đó")
    assert again.exit_code == 1
    assert "has an administrator already" in again.stderr
    assert [json.loads(line)["username"] for line in onestop("account", "list", "--json").stdout.splitlines()] == [
        "quan.tri"
    ]


def test_accounts_are_made_listed_and_disabled(onestop: Onestop) -> None:
    made = onestop(
        "account", "create", "mai.pham", "--name", "Phạm Thị Mai", "--role", "clerk", "--role", "officer",
        "--agency", "H29.035.00", "--unit", "Bộ phận Một cửa",
    )  # fmt: skip
    assert made.exit_code == 0
    first = made.stdout.split("code ")[1][:11]
    assert onestop("account", "code", "mai.pham").stdout.split("code ")[1][:11] != first
    assert onestop("account", "disable", "mai.pham").stdout == "mai.pham is disabled\n"

    line = "mai.pham  Phạm Thị Mai  clerk,officer  H29.035.00  Bộ phận Một cửa  disabled\n"
    assert onestop("account", "list").stdout == line
    assert onestop("account", "list", "--agency", "H29").stdout == line
    assert onestop("account", "list", "--agency", "H29.03").stdout == ""
    refused = onestop("account", "code", "mai.pham")
    assert (refused.exit_code, "Enable it" in refused.stderr) == (1, True)


def test_an_administrator_disabled_on_the_server_is_enabled_there(onestop: Onestop) -> None:
    onestop("setup", "quan.tri", "--name", "Trần Thị Quản")
    onestop("account", "disable", "quan.tri")
    assert onestop("account", "enable", "quan.tri").stdout == "quan.tri is enabled\n"
    assert onestop("account", "code", "quan.tri").exit_code == 0
    assert "disabled" not in onestop("account", "list").stdout


def test_the_account_of_an_agencys_own_system_is_made_on_the_server(onestop: Onestop) -> None:
    made = onestop(
        "account", "create", "he.thong", "--name", "Cục Hồ sơ", "--role", "agency_system", "--agency", "G01.001.00"
    )
    assert made.exit_code == 0
    assert onestop("account", "list").stdout == "he.thong  Cục Hồ sơ  agency_system  G01.001.00  -\n"


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (("create", "Mai", "--name", "M", "--role", "king", "--agency", "x"), ("/username", "/roles", "/agencies/0")),
        (("create", "mai", "--name", "M", "--role", "clerk"), ("/agencies",)),
        (("create", "mai", "--name", "M", "--role", "administrator", "--agency", "H29"), ("/roles",)),
        (
            ("create", "mai", "--name", "M", "--role", "agency_system", "--role", "clerk", "--agency", "H29"),
            ("/roles",),
        ),
        (("disable", "nobody"), ("There is no such account",)),
        (("enable", "nobody"), ("There is no such account",)),
        (("code", "nobody"), ("There is no such account",)),
    ],
)
def test_what_is_wrong_is_named(onestop: Onestop, asked: tuple[str, ...], told: tuple[str, ...]) -> None:
    refused = onestop("account", *asked)
    assert refused.exit_code == 1
    assert all(each in refused.stderr for each in told)
    assert "Traceback" not in refused.stderr
    assert onestop("account", "list").stdout == ""


def test_the_security_log_tells_what_was_done_on_the_server(onestop: Onestop) -> None:
    made = onestop("account", "create", "mai.pham", "--name", "Mai", "--role", "clerk", "--agency", "H29")
    told = [json.loads(line) for line in made.stderr.splitlines()]
    assert [(line["event"], line["method"], line["log"]) for line in told] == [
        ("account_created", "onestop account", "security")
    ]
