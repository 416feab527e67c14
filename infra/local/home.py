"""Where the local system keeps its data, its secrets and its ports."""

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from infra.local.process import LocalRunError

ROOT = Path(__file__).resolve().parents[2]
SERVICES = ("identity", "cases", "documents", "payments", "exchange", "notifications")
BROKER_DATABASE = "broker"


PORTS = {
    "gateway": 8080,
    **{service: 7001 + index for index, service in enumerate(SERVICES)},
    "sandbox": 7090,
    "clamd": 7091,
    "smtp": 7092,
    "storage": 7333,
    "postgres": 7432,
    "rabbitmq": 7672,
}

MAX_OFFSET = 65_000 - max(PORTS.values())

SECRETS = (
    *(f"database_{name}" for name in ("postgres", *SERVICES, BROKER_DATABASE)),
    *(f"database_{name}_app" for name in SERVICES),
    "s3_access_key",
    "s3_secret_key",
    "vnpay_secret",
    "registers_api_key",
)


@dataclass(frozen=True)
class Ports:
    """Every port of the local system; all shift together by ONESTOP_PORT_OFFSET."""

    offset: int = 0

    def __getitem__(self, name: str) -> int:
        """Returns the port of a service or of what else is in `PORTS`."""
        return PORTS[name] + self.offset

    def metrics(self, service: str) -> int:
        return self[service] + 100

    def local(self, name: str) -> str:
        return f"127.0.0.1:{self[name]}"


@dataclass(frozen=True)
class Home:
    """The folder of one local system."""

    path: Path
    ports: Ports

    @classmethod
    def load(cls, env: Mapping[str, str] = os.environ) -> Self:
        """Loads `ONESTOP_HOME`, else `.local` in the checkout. Raises LocalRunError for a bad ONESTOP_PORT_OFFSET."""
        path = Path(env.get("ONESTOP_HOME") or ROOT / ".local").resolve()
        offset = env.get("ONESTOP_PORT_OFFSET") or "0"
        if not offset.isdecimal() or int(offset) > MAX_OFFSET:
            raise LocalRunError(f"ONESTOP_PORT_OFFSET is {offset!r}: give a number from 0 to {MAX_OFFSET}")
        return cls(path, Ports(int(offset)))

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    @property
    def amqp_url(self) -> str:
        """The RabbitMQ of the last start; empty when events went through PostgreSQL."""
        file = self.path / "broker"
        return file.read_text() if file.exists() else ""

    def use_broker(self, amqp_url: str) -> None:
        """Remembers for the command line which broker this start uses."""
        file = self.path / "broker"
        file.touch(mode=0o600)
        file.write_text(amqp_url)

    @property
    def database_password_file(self) -> Path:
        return self.path / "postgres.password"

    def make(self) -> None:
        """Makes the folders. The user PostgreSQL runs as may walk through the home, not list it."""
        self.path.mkdir(mode=0o711, parents=True, exist_ok=True)
        self.logs.mkdir(mode=0o700, exist_ok=True)

    def secrets(self) -> dict[str, str]:
        """Returns the secrets of this system, made once, readable by the owner alone."""
        file = self.path / "secrets.json"
        known: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
        missing = [name for name in SECRETS if name not in known]
        if missing:
            known |= {name: secrets.token_urlsafe(24) for name in missing}
            part = file.with_suffix(".part")
            part.touch(mode=0o600)
            part.write_text(json.dumps(known, indent=2))
            part.replace(file)
        return known

    def database_url(self, name: str) -> str:
        """Returns the URL of a service's own database, as the role it connects as; `postgres` is the superuser's."""
        if name == "postgres":
            return self._url("postgres", "postgres", "database_postgres")
        if name == BROKER_DATABASE:
            return self.owner_url(name)
        return self._url(f"onestop_{name}_app", f"onestop_{name}", f"database_{name}_app")

    def owner_url(self, name: str) -> str:
        """Returns the URL of that database as the role that owns it, which migrates it and serves nobody."""
        return self._url(f"onestop_{name}", f"onestop_{name}", f"database_{name}")

    def _url(self, role: str, database: str, secret: str) -> str:
        return f"postgresql+psycopg://{role}:{self.secrets()[secret]}@{self.ports.local('postgres')}/{database}"
