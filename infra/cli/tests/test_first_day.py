"""The page of the first day, followed line by line on an empty installation."""

import json
import re
import shlex
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import structlog
from typer.testing import CliRunner

from infra.cli.__main__ import build
from services.common.context import Caller
from services.common.database import Database
from services.common.testing.plugin import MakeDatabase
from services.identity.core.vault import Vault
from services.identity.log_ins.passwords import Passwords
from services.identity.log_ins.usecases import log_in
from services.identity.staff import own_password, usecases
from services.identity.staff.domain import Wanted

PAGE = (Path(__file__).parents[3] / "docs" / "first-day.md").read_text(encoding="utf-8")
COMMANDS = [line for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL) for line in block.splitlines()]
SETS_PASSWORD, MAKES_ACCOUNT = (json.loads(block) for block in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL))


class FirstDay:
    """An empty installation, and whoever comes to it."""

    def __init__(self, url: str) -> None:
        self.database = Database(url, pool_size=2)
        self.passwords, self.vault = Passwords(memory_kib=64, passes=1), Vault(bytes(32))

    def types(self, line: str) -> str:
        """Types a command of the page and returns what it shows."""
        done = CliRunner().invoke(build(), shlex.split(line)[1:])
        assert done.exit_code == 0, done.output
        return done.stdout

    def logs_in(self, username: str, shown: str) -> Caller:
        """Sets the password of the page with the code shown, and logs in with it."""
        found = re.search(r"code (\S{5}-\S{5})", shown)
        assert found is not None
        password, now = SETS_PASSWORD["new_password"], datetime.now(UTC)
        mine = (self.database, self.passwords, self.vault)
        own_password.set_password(*mine, username=username, code=found[1], new_password=password, now=now)
        return log_in(*mine, username=username, password=password, now=now).holder


@pytest.fixture
def day(fresh_database: MakeDatabase, monkeypatch: pytest.MonkeyPatch) -> Iterator[FirstDay]:
    url = fresh_database("identity")
    monkeypatch.setenv("ONESTOP_DATABASE_URL", url)
    before = structlog.get_config()
    day = FirstDay(url)
    yield day
    day.database.close()
    structlog.configure(**before)


def test_the_first_day_goes_as_its_page_says(day: FirstDay) -> None:
    shown = dict.fromkeys(COMMANDS, "")
    for line in COMMANDS[:-1]:
        shown[line] = day.types(line)
    setup, again, ward, *_, listed = COMMANDS[:-1]
    assert shown[setup] != shown[again]

    first = day.logs_in(SETS_PASSWORD["username"], shown[again])
    assert (set(first.roles), first.agencies) == ({"administrator"}, ())
    keeper = day.logs_in("quan.tri.ben.thanh", shown[ward])
    assert keeper.agencies == ("H29.035.00",)
    username = MAKES_ACCOUNT.pop("username")
    now = datetime.now(UTC)
    _, code = usecases.create_account(day.database, day.passwords, keeper, username, Wanted.of(**MAKES_ACCOUNT), now)
    assert day.logs_in(username, f"code {code.text}").has_role("clerk")

    assert [line.split("  ")[0] for line in shown[listed].splitlines()] == ["duc.le", "quan.tri.ben.thanh"]
    assert day.types(COMMANDS[-1]) == "duc.le is disabled\n"
    assert CliRunner().invoke(build(), shlex.split(COMMANDS[0])[1:]).exit_code == 1
