"""The whole system as a list of processes: what each needs, its ports and its settings."""

import sys
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from infra.local import postgres, rabbitmq, storage
from infra.local.home import BROKER_DATABASE, ROOT, SERVICES, Home
from infra.local.process import LocalRunError, Spec, listens

SANDBOX_TMN_CODE = "ONESTOP1"
# What a service needs beside its database and the broker.
NEEDS = {"cases": ("keys",), "documents": ("storage", "keys"), "exchange": ("keys",)}


APPLICATIONS = (*SERVICES, "sandbox", "gateway")


def specs(home: Home, amqp_url: str = "", private_rabbitmq: bool = False, without: Collection[str] = ()) -> list[Spec]:
    """Returns every process of the system, in the order to show them.

    Args:
        amqp_url: a RabbitMQ somebody else runs.
        private_rabbitmq: start a node of an installed RabbitMQ; else events go through PostgreSQL.
        without: applications that somebody starts by hand; nobody waits until the system is healthy then.
    """
    if unknown := set(without).difference(APPLICATIONS):
        raise LocalRunError(f"{', '.join(sorted(unknown))} cannot be left out: name some of {', '.join(APPLICATIONS)}")
    backing = [*database(home), object_store(home), python("keys", "infra.local.pki", {}, (), task=True)]
    needs: tuple[str, ...] = ("databases",)
    if private_rabbitmq:
        amqp_url = f"amqp://guest:guest@{home.ports.local('rabbitmq')}/%2F"
        backing += rabbitmq.specs(home.path / "rabbitmq", home.ports["rabbitmq"])
        needs += ("rabbitmq",)
    home.use_broker(amqp_url)
    env = shared_environment(home)
    services = [service(home, name, env, needs) for name in SERVICES]
    demo_data = python("demo-data", "services.identity.seed", {**services[0].env}, ("databases",), task=True)
    applications = [*services, sandbox(home, env), gateway(home, env), demo_data]
    if without:
        return [spec for spec in (*backing, *applications) if spec.name not in without]
    everything = tuple(spec.name for spec in (*backing, *applications))
    return [*backing, *applications, python("health", "infra.local.health", {}, everything, task=True)]


def settings(home: Home, name: str) -> dict[str, str]:
    """Returns the environment variables that an application of the system in this folder is started with."""
    if not home.path.is_dir():
        raise LocalRunError(f"there is no {home.path}: `make run` makes it")
    return next(dict(spec.env) for spec in specs(home, home.amqp_url) if spec.name == name)


def database(home: Home) -> list[Spec]:
    """Describes PostgreSQL, its cluster made the first time, and the task that makes databases and schemas."""
    data = home.path / "postgres"
    made: list[Spec] = []
    if not postgres.initialised(data):
        home.database_password_file.touch(mode=0o600)
        home.database_password_file.write_text(home.secrets()["database_postgres"])
        made = [postgres.initdb(data, home.database_password_file)]
    server = postgres.server(data, home.ports["postgres"], postgres.FRUGAL, tuple(spec.name for spec in made))
    return [*made, server, python("databases", "infra.local.databases", {}, ("postgres",), task=True)]


def object_store(home: Home) -> Spec:
    secrets = home.secrets()
    data, port = home.path / "storage", home.ports["storage"]
    return storage.server(data, port, secrets["s3_access_key"], secrets["s3_secret_key"])


def service(home: Home, name: str, shared: dict[str, str], needs: tuple[str, ...]) -> Spec:
    env = {
        **shared,
        "ONESTOP_LISTEN": home.ports.local(name),
        "ONESTOP_DATABASE_URL": home.database_url(name),
        "ONESTOP_METRICS_LISTEN": f"127.0.0.1:{home.ports.metrics(name)}",
        **own_settings(home, name),
    }
    needs += NEEDS.get(name, ())
    ports = (home.ports[name], home.ports.metrics(name))
    return replace(python(name, f"services.{name}", env, needs), ports=ports, probe=listens(home.ports[name]))


def sandbox(home: Home, shared: dict[str, str]) -> Spec:
    ports = (home.ports["sandbox"], home.ports["clamd"], home.ports["smtp"])
    env = {
        **shared,
        **own_settings(home, "identity"),
        **own_settings(home, "payments"),
        "ONESTOP_EXCHANGE_DIR": str(home.path / "outside"),
        "ONESTOP_LISTEN": home.ports.local("sandbox"),
        "ONESTOP_CLAMD": home.ports.local("clamd"),
        "ONESTOP_SMTP": home.ports.local("smtp"),
    }
    spec = python("sandbox", "infra.sandbox", env, ("keys",))
    return replace(spec, ports=ports, probe=listens(ports[0]))


def gateway(home: Home, shared: dict[str, str]) -> Spec:
    env = {
        **shared,
        "ONESTOP_LISTEN": home.ports.local("gateway"),
        "ONESTOP_DEMO": "true",
    }
    spec = python("gateway", "gateway", env, ("keys",))
    return replace(spec, ports=(home.ports["gateway"],), probe=listens(home.ports["gateway"]))


def python(name: str, module: str, env: dict[str, str], needs: tuple[str, ...], *, task: bool = False) -> Spec:
    """Describes a process of this project; `env` comes on top of the environment of the person who started us."""
    paths = f"{ROOT}:{ROOT / 'protos' / 'gen'}"
    env = {"PYTHONPATH": paths, "PYTHONUNBUFFERED": "1", **env}
    return Spec(name, (sys.executable, "-m", module), env=env, needs=needs, task=task, cwd=ROOT)


def shared_environment(home: Home) -> dict[str, str]:
    """Returns the settings that several processes share: where the services and the gateway answer, and the broker."""
    env = {f"ONESTOP_{name.upper()}_TARGET": home.ports.local(name) for name in SERVICES}
    env["ONESTOP_PUBLIC_URL"] = f"http://{home.ports.local('gateway')}"
    if home.amqp_url:
        return {**env, "ONESTOP_AMQP_URL": home.amqp_url}
    return {**env, "ONESTOP_BROKER_DATABASE_URL": home.database_url(BROKER_DATABASE)}


def own_settings(home: Home, name: str) -> dict[str, str]:
    """Returns the settings of this service alone."""
    secrets, sandbox_url = home.secrets(), f"http://{home.ports.local('sandbox')}"
    match name:
        case "identity":
            return {
                "ONESTOP_KEY_DIR": folder(home, "keys"),
                "ONESTOP_POPULATION_URL": sandbox_url,
                "ONESTOP_BUSINESS_URL": sandbox_url,
                "ONESTOP_DRIVING_LICENCES_URL": sandbox_url,
                "ONESTOP_HEALTH_RECORDS_URL": sandbox_url,
                "ONESTOP_REGISTERS_API_KEY": secrets["registers_api_key"],
            }
        case "cases":
            return {"ONESTOP_APPLICANT_CA": str(home.path / "trust" / "applicants.crt.pem")}
        case "documents":
            return {
                "ONESTOP_S3_URL": f"http://{home.ports.local('storage')}",
                "ONESTOP_S3_ACCESS_KEY": secrets["s3_access_key"],
                "ONESTOP_S3_SECRET_KEY": secrets["s3_secret_key"],
                "ONESTOP_S3_BUCKET": "onestop-documents",
                "ONESTOP_CLAMD": home.ports.local("clamd"),
                "ONESTOP_SEAL_DIR": str(home.path / "seals"),
            }
        case "payments":
            return {
                "ONESTOP_VNPAY_URL": f"{sandbox_url}/vnpay",
                "ONESTOP_VNPAY_TMN_CODE": SANDBOX_TMN_CODE,
                "ONESTOP_VNPAY_SECRET": secrets["vnpay_secret"],
            }
        case "exchange":
            return {
                "ONESTOP_AXIS_URL": f"{sandbox_url}/axis",
                "ONESTOP_EXCHANGE_DIR": str(home.path / "exchange"),
            }
        case _:
            return mail_settings(home) if name == "notifications" else {}


def mail_settings(home: Home) -> dict[str, str]:
    """Returns the settings by which notices go to the sandbox's mail server."""
    return {
        "ONESTOP_SMTP_HOST": "127.0.0.1",
        "ONESTOP_SMTP_PORT": str(home.ports["smtp"]),
        "ONESTOP_SMTP_TLS": "none",
        "ONESTOP_MAIL_FROM": "motcua@example.vn",
    }


def folder(home: Home, name: str) -> str:
    path: Path = home.path / name
    path.mkdir(mode=0o700, exist_ok=True)
    return str(path)
