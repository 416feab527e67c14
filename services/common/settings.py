"""Typed settings from the environment or from files, checked when a process starts."""

import os
from pathlib import Path
from typing import Any, Self

from pydantic import SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict


class BadSettings(Exception):
    """A setting is missing or wrong; the message says which and why, one line each."""


class Settings(BaseSettings):
    """Base of every process's settings: variables `ONESTOP_*`, or files of those names in `ONESTOP_SECRETS_DIR`."""

    model_config = SettingsConfigDict(env_prefix="ONESTOP_", frozen=True, extra="ignore")

    log_level: str = "INFO"
    metrics_listen: str = ""
    tls_dir: Path | None = None

    @classmethod
    def load(cls, **overrides: Any) -> Self:
        """Reads the settings or raises BadSettings."""
        secrets_dir = os.environ.get("ONESTOP_SECRETS_DIR")
        try:
            return cls(_secrets_dir=secrets_dir, **overrides) if secrets_dir else cls(**overrides)
        except ValidationError as error:
            lines = (f"ONESTOP_{'_'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in error.errors())
            raise BadSettings("\n".join(lines)) from error


class ServiceSettings(Settings):
    """The settings that every service needs."""

    listen: str
    # host:port that answers health checks in plain, for probes that cannot speak mutual TLS; empty = off.
    health_listen: str = ""
    database_url: SecretStr
    database_pool: int = 16
    grpc_workers: int = 8  # more take the interpreter from each other: 16 cost a quarter of the submissions a second
    amqp_url: SecretStr | None = None
    broker_database_url: SecretStr | None = None
    identity_target: str = "127.0.0.1:7001"
    reflection: bool = False
