"""Secrets are made once and kept to their owner; ports move together; the plan of the system is sound."""

import socket
from pathlib import Path

import pytest

from infra.local import system
from infra.local.home import SERVICES, Home
from infra.local.process import LocalRunError


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home.load({"ONESTOP_HOME": str(tmp_path / "home"), "ONESTOP_PORT_OFFSET": "100"})
    made.make()
    return made


def test_secrets_are_made_once_and_readable_by_the_owner_alone(home: Home) -> None:
    first = home.secrets()
    assert home.secrets() == first
    assert len(set(first.values())) == len(first)
    assert (home.path / "secrets.json").stat().st_mode & 0o077 == 0


def test_a_secret_added_by_a_newer_version_leaves_the_others(home: Home) -> None:
    old = home.secrets()
    file = home.path / "secrets.json"
    file.write_text(file.read_text().replace("vnpay_secret", "forgotten"))
    assert home.secrets()["s3_secret_key"] == old["s3_secret_key"]
    assert home.secrets()["vnpay_secret"]


def test_all_ports_move_together(home: Home) -> None:
    assert home.ports["gateway"] == 8180
    assert f"@127.0.0.1:{home.ports['postgres']}/" in home.database_url("cases")


@pytest.mark.parametrize("offset", ["abc", "-1", "70000"])
def test_an_impossible_offset_is_refused(offset: str) -> None:
    with pytest.raises(LocalRunError, match="ONESTOP_PORT_OFFSET is"):
        Home.load({"ONESTOP_PORT_OFFSET": offset})


def test_no_two_processes_want_the_same_port_and_every_need_is_met(home: Home) -> None:
    specs = system.specs(home)
    ports = [port for spec in specs for port in spec.ports]
    assert len(set(ports)) == len(ports)
    names = [spec.name for spec in specs]
    assert {need for spec in specs for need in spec.needs} <= set(names)
    assert set(SERVICES) <= set(names)


def test_a_process_left_out_is_started_by_hand_with_the_same_settings(home: Home) -> None:
    whole = {spec.name: spec for spec in system.specs(home, "amqp://elsewhere/")}
    rest = {spec.name for spec in system.specs(home, "amqp://elsewhere/", without=["cases"])}
    assert whole.keys() - rest == {"cases", "health"}
    assert system.settings(home, "cases") == whole["cases"].env


def test_only_applications_can_be_left_out(home: Home) -> None:
    with pytest.raises(LocalRunError, match="postgres cannot be left out: name some of identity, cases"):
        system.specs(home, without=["cases", "postgres"])


def test_every_service_has_its_own_database_and_role(home: Home) -> None:
    urls = {name: home.database_url(name) for name in SERVICES}
    assert len(set(urls.values())) == len(SERVICES)
    assert "onestop_cases_app:" in urls["cases"]
    assert urls["cases"].endswith("/onestop_cases")


def test_a_rabbitmq_of_somebody_else_is_used_and_remembered(home: Home) -> None:
    specs = {spec.name: spec for spec in system.specs(home, "amqp://elsewhere/")}
    assert specs["cases"].env["ONESTOP_AMQP_URL"] == "amqp://elsewhere/"
    assert "ONESTOP_BROKER_DATABASE_URL" not in specs["cases"].env
    assert Home.load({"ONESTOP_HOME": str(home.path)}).amqp_url == "amqp://elsewhere/"
    assert "ONESTOP_AMQP_URL" not in {spec.name: spec for spec in system.specs(home)}["cases"].env


def test_only_documents_is_told_the_keys_of_the_object_store(home: Home) -> None:
    told = {spec.name for spec in system.specs(home) if "ONESTOP_S3_SECRET_KEY" in spec.env}
    assert told == {"documents"}


def test_every_address_is_of_this_machine_only(home: Home) -> None:
    listening = [value for spec in system.specs(home) for name, value in spec.env.items() if name.endswith("LISTEN")]
    assert listening
    for value in listening:
        assert socket.gethostbyname(value.rsplit(":", 1)[0]).startswith("127.")
