"""The compose file starts every process with settings it reads, and the image holds what was locked."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from e2e.wiring.settings import variables_of
from services.common.database import SERVICES

ROOT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "infra" / "compose.yaml").read_text(encoding="utf-8"))
MODULES = {**{name: f"services.{name}" for name in SERVICES}, "gateway": "gateway", "sandbox": "infra.sandbox"}
# Shared by all services; the gateway has no use for them.
UNREAD = {"ONESTOP_HEALTH_LISTEN", "ONESTOP_AMQP_URL"} | {f"ONESTOP_{name.upper()}_TARGET" for name in SERVICES}


@pytest.mark.parametrize("name", MODULES)
def test_every_process_is_started_with_what_it_needs(name: str) -> None:
    container = COMPOSE["services"][name]
    known, needed = variables_of(name)
    given = set(container["environment"])
    assert container["command"] == [MODULES[name]]
    assert needed <= given
    assert given <= known | UNREAD | {"ONESTOP_PUBLIC_URL"}


@pytest.mark.parametrize("name", [*MODULES, "keys", "migrate"])
def test_our_containers_may_do_nothing_but_write_to_tmp(name: str) -> None:
    container = COMPOSE["services"][name]
    assert container["read_only"]
    assert container["tmpfs"] == ["/tmp"]  # noqa: S108
    assert container["cap_drop"] == ["ALL"]
    assert container["security_opt"] == ["no-new-privileges:true"]


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_connects_as_another_role_than_the_owner_of_its_tables(name: str) -> None:
    environment = COMPOSE["services"][name]["environment"]
    assert f"//onestop_{name}_app:" in environment["ONESTOP_DATABASE_URL"]
    assert not any("OWNER" in variable or "MIGRATION" in variable for variable in environment)


def test_secrets_come_from_the_environment_and_ports_are_open_to_this_machine_alone() -> None:
    for name, container in COMPOSE["services"].items():
        for variable, value in (container.get("environment") or {}).items():
            if re.search(r"PASS|SECRET|API_KEY|ACCESS_KEY|DATABASE_URL|AMQP", variable):
                assert "${" in value, f"{name}: {variable}"
        for port in container.get("ports", []):
            assert port.startswith("127.0.0.1:")


def mounted(name: str) -> set[str]:
    return {volume.partition(":")[0] for volume in COMPOSE["services"][name].get("volumes", ())}


def test_private_keys_are_mounted_where_they_sign_and_nowhere_else() -> None:
    keys = {"authorities", "token", "seals", "exchange", "outside", "applicants", "trust"}
    assert mounted("keys") == keys
    assert {name: mounted(name) & keys for name in MODULES} == {
        "identity": {"token"},
        "cases": {"trust"},
        "documents": {"seals"},
        "payments": set(),
        "exchange": {"exchange"},
        "notifications": set(),
        "gateway": set(),
        "sandbox": {"outside"},
    }
    assert {
        name for name in MODULES for volume in COMPOSE["services"][name].get("volumes", ()) if volume[-3:] != ":ro"
    } == {"identity"}


@pytest.mark.parametrize("name", MODULES)
def test_what_a_process_is_told_to_read_below_keys_is_mounted(name: str) -> None:
    container = COMPOSE["services"][name]
    folders = [volume.split(":")[1] for volume in container.get("volumes", ())]
    for variable, value in container["environment"].items():
        if str(value).startswith("/keys"):
            assert any(value == folder or value.startswith(folder + "/") for folder in folders), variable


def test_only_documents_reaches_the_storage_and_there_only_what_asks_for_a_key() -> None:
    storage = COMPOSE["services"]["storage"]
    assert storage["networks"] == ["objects"]
    assert COMPOSE["networks"]["objects"] == {"internal": True}
    assert [name for name, each in COMPOSE["services"].items() if "objects" in each.get("networks", ())] == [
        "storage",
        "documents",
    ]
    options = dict(option[1:].partition("=")[::2] for option in storage["command"].split() if option[0] == "-")
    assert options["ip.bind"] == "127.0.0.1"
    assert options["s3.ip.bind"] == "0.0.0.0"  # noqa: S104
    assert not storage.get("ports")


def test_every_variable_of_the_compose_file_has_a_development_default() -> None:
    text = (ROOT / "infra" / "compose.yaml").read_text(encoding="utf-8")
    used = set(re.findall(r"(?<!\$)\$\{(\w+)\}", text))
    defaults = {line.partition("=")[0] for line in (ROOT / "infra" / ".env").read_text().splitlines() if "=" in line}
    assert used == defaults


def pins(lock: str) -> dict[str, str]:
    text = (ROOT / lock).read_text(encoding="utf-8")
    return {name.lower(): version for name, version in re.findall(r"^([\w.-]+)==(\S+)", text, re.MULTILINE)}


def test_the_image_holds_what_running_needs_in_the_locked_versions_and_no_local_tools() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    def names(requirements: list[str]) -> set[str]:
        return {re.split(r"[\[<>=; ]", requirement)[0].lower() for requirement in requirements}

    image, everything = pins("requirements-image.lock"), pins("requirements.lock")
    assert image.items() <= everything.items()
    assert names(project["dependencies"]) <= image.keys()
    assert names(project["optional-dependencies"]["local"]).isdisjoint(image)
