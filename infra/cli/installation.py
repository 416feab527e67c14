"""Which installation a command looks after: the one its environment names, else the local one of `onestop up`."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import typer

from infra.local.home import SERVICES

MIGRATION_URL = "ONESTOP_MIGRATION_DATABASE_URL"


@dataclass(frozen=True)
class Installation:
    """The settings of every service that can be reached from here, by service."""

    environments: Mapping[str, Mapping[str, str]]

    @classmethod
    def find(cls, service: str = "", env: Mapping[str, str] = os.environ) -> "Installation":
        """Finds `service` alone where ONESTOP_DATABASE_URL is set (a container); else all services of the local
        system."""
        if service and service not in SERVICES:
            raise typer.BadParameter(f"{service!r} is none of {', '.join(SERVICES)}")
        env = with_secrets(env)
        if env.get("ONESTOP_DATABASE_URL"):
            if not service:
                raise typer.BadParameter("ONESTOP_DATABASE_URL is set: say which service it belongs to")
            return cls({service: env})
        environments = local_environments(env)
        return cls({name: environments[name] for name in ([service] if service else SERVICES)})

    def database_url(self, service: str) -> str:
        return self.environments[service]["ONESTOP_DATABASE_URL"]

    def owner_url(self, service: str) -> str:
        """Returns the URL of a service's database as the role that owns the tables; the service's own role where no
        other is named."""
        return self.environments[service].get(MIGRATION_URL) or self.database_url(service)

    @property
    def catalogue(self) -> Path | None:
        """The catalogue of procedures that cases was given, None = the one it brings."""
        given = self.environments["cases"].get("ONESTOP_CATALOGUE_DIR")
        return Path(given) if given else None

    def folders(self, variable: str) -> set[Path]:
        """Returns the folders that any of the services is given under this variable."""
        return {Path(env[variable]) for env in self.environments.values() if env.get(variable)}


def with_secrets(env: Mapping[str, str]) -> Mapping[str, str]:
    """Adds the files in ONESTOP_SECRETS_DIR to the environment, as a service reads them."""
    folder = env.get("ONESTOP_SECRETS_DIR")
    if not folder:
        return env
    files = (path for path in Path(folder).glob("onestop_*") if path.is_file())
    return {path.name.upper(): path.read_text(encoding="utf-8").strip() for path in files} | dict(env)


def local_environments(env: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Returns the environment that `onestop up` gives each service."""
    from infra.local import system
    from infra.local.home import Home

    home = Home.load(env)
    if not (home.path / "secrets.json").exists():
        raise typer.BadParameter(
            f"there is no local system in {home.path}: start one with `onestop up`, or set ONESTOP_DATABASE_URL"
        )
    shared = system.shared_environment(home)
    return {
        name: {**env, **system.service(home, name, shared, ()).env, MIGRATION_URL: home.owner_url(name)}
        for name in SERVICES
    }
