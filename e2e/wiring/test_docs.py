"""What the documents list is what there is: routes, actions, events, accounts, files, decision records."""

import importlib
import re
from collections.abc import Set
from pathlib import Path

import pytest

from gateway.app import api_resources
from gateway.openapi import template
from gateway.transcoding.routes import Rpc
from services.cases.clock.domain.clock import ClockEffect
from services.cases.core.actions import ACTIONS as DEFINED
from services.cases.core.domain.status import CaseStatus
from services.cases.core.domain.transitions import (
    ANY,
    CITIZEN,
    CLERK,
    LEADER,
    OFFICER,
    SYSTEM,
    Action,
    ActionDefinition,
)
from services.common.database import SERVICES
from services.identity.seed import demo_accounts

ROOT = Path(__file__).parents[2]
RECORDS = ROOT / "docs" / "adr"
PLACES = ("", "services/**/", "e2e/**/", "helm/**/", "infra/**/")
"""Where a path of a document may begin."""
PAGES = ("architecture.md", "contracts.md", "reference.md")
DOCUMENTS = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *ROOT.glob("docs/**/*.md")])
OPERATIONS = [operation for resource in api_resources() for operation in resource.operations]
ACTIONS = [one for one in OPERATIONS if isinstance(one, Rpc) and one.method == "POST" and one.binding.call.if_match]


def _section(title: str) -> str:
    """What stands under a heading of the architecture, the contracts or the reference."""
    text = "\n".join((ROOT / "docs" / name).read_text(encoding="utf-8") for name in PAGES)
    return re.split(r"^##+ ", text.split(f"# {title}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]


def _table(title: str) -> list[list[str]]:
    """The cells of the table under a heading, row by row, without its head."""
    rows = [line for line in _section(title).splitlines() if line.startswith("| ")]
    return [row.removeprefix("| ").removesuffix(" |").split(" | ") for row in rows[1:]]


def _first_column(title: str) -> list[str]:
    return [row[0] for row in _table(title)]


def _anonymous(path: str) -> str:
    """/files/{file_id} as /files/{}."""
    return re.sub(r"{\w+}", "{}", path)


def test_the_table_of_routes_has_every_address_and_no_other() -> None:
    cells = [re.sub(r"\([^)]*\)", "", cell) for cell in _first_column("The HTTP interface")]
    inside = " ".join(cell for cell in cells if not cell.startswith("outside "))
    named = [_anonymous(path) for path in re.findall(r"(?<![\w}])/[a-z][\w/{}.-]*", inside)]
    served = {_anonymous(template(one.path.removeprefix("/api/v1"))) for one in OPERATIONS if one not in ACTIONS}
    assert sorted(set(named)) == sorted({*served, "/cases/{}/{}"})


def test_the_table_of_routes_has_every_action() -> None:
    [cell] = [cell for cell in _first_column("The HTTP interface") if "{action}`" in cell]
    assert re.findall(r"[a-z-]+", cell.split("If-Match`: ")[1]) == [one.path.rsplit("/", 1)[1] for one in ACTIONS]


def test_the_table_of_actions_says_what_is_defined() -> None:
    """The last column is for remarks."""
    written = [row[:-1] for row in _table("The life of a case")]
    assert written == [_row(DEFINED[action]) for action in Action]


def _row(action: ActionDefinition) -> list[str]:
    to = str(int(action.target)) if action.target else "stays"
    held = f", or {_statuses(action.held)}" if action.held - {action.target} else ""
    who = ", ".join(role for role in (CITIZEN, CLERK, OFFICER, LEADER, SYSTEM) if role in action.roles)
    clock = "–" if action.clock_effect is ClockEffect.NONE else action.clock_effect.value
    return [action.action.value, _statuses(action.sources), to + held, who, clock, action.paper or "–"]


def _statuses(those: Set[CaseStatus]) -> str:
    return "any" if those == ANY else ", ".join(str(int(status)) for status in sorted(those)) or "–"


def test_the_table_of_events_has_every_event_but_changes_of_cases() -> None:
    named = set(re.findall(r"`([a-z]+\.[a-z_]+)`", " ".join(_first_column("Events"))))
    published = {name for each in SERVICES for name in importlib.import_module(f"services.{each}.events").PUBLISHED}
    assert named - published == set()
    assert {name for name in published - named if not name.startswith("cases.")} == set()


def test_the_table_of_accounts_is_the_demo_data() -> None:
    told = [(name.strip("`"), set(roles.split(", ")), agencies) for name, roles, agencies, _ in _table("Demo data")]
    levels = {True: {"level 2"}, False: set[str]()}
    assert told == [
        (one.username, {*one.roles} | levels["citizen" in one.roles], ", ".join(one.agencies) or "–")
        for one in demo_accounts()
    ]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_a_document_points_at_is_there(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    links = [target.split("#")[0] for target in re.findall(r"\]\(([^)]+)\)", text) if "://" not in target]
    assert [target for target in links if target and not (document.parent / target).exists()] == []
    paths = re.findall(r"`([a-z][\w./*-]*(?:/|\.(?:py|yaml|typ)))`", text)
    assert [
        path for path in paths if not any(found for place in PLACES for found in ROOT.glob(place + path.rstrip("/")))
    ] == []


def test_every_decision_has_a_number_of_its_own_and_is_listed_once_by_its_title() -> None:
    records = sorted(RECORDS.glob("[0-9]*.md"))
    numbers = [record.name[:4] for record in records]
    assert len(set(numbers)) == len(numbers)
    index = (RECORDS / "README.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| \[(\d{4})\]\((\S+)\) \| (.+) \|$", index, re.MULTILINE)
    assert [(number, name) for number, name, _ in listed] == [(record.name[:4], record.name) for record in records]
    titles = [record.read_text(encoding="utf-8").splitlines()[0] for record in records]
    assert [f"# {int(number)}. {title}" for number, _, title in listed] == titles
