"""Where the backing services of a test session come from: environment, else containers, else local processes."""

import os
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass

from services.common.testing import containers, processes
from services.common.testing.backing import Absent, Backing

Provider = Callable[[ExitStack], Backing]


@dataclass(frozen=True)
class Kind:
    """A kind of backing service and the ways to get one, best first."""

    name: str
    variable: str
    container: Provider
    process: Provider


POSTGRES = Kind("PostgreSQL", "TEST_DATABASE_URL", containers.postgres, processes.postgres)
RABBITMQ = Kind("RabbitMQ", "TEST_AMQP_URL", containers.rabbitmq, processes.rabbitmq)
S3 = Kind("S3", "TEST_S3_URL", containers.s3, processes.s3)
KINDS = (POSTGRES, RABBITMQ, S3)


def provide(kind: Kind, stack: ExitStack, env: Mapping[str, str] = os.environ) -> Backing:
    """Starts or finds a backing service; a started service ends with the stack. Raises Absent with every reason why
    not."""
    if url := env.get(kind.variable):
        keys = (env.get("TEST_S3_ACCESS_KEY", ""), env.get("TEST_S3_SECRET_KEY", "")) if kind is S3 else ("", "")
        return Backing(url, kind.variable, *keys)
    reasons = []
    for way in (kind.container, kind.process):
        try:
            return way(stack)
        except Absent as absent:
            reasons.append(str(absent))
    raise Absent(f"{kind.variable} is not set; " + "; ".join(reasons))


def all_required(env: Mapping[str, str] = os.environ) -> bool:
    """Is a missing backing service a failure here?"""
    return env.get("CI", "").lower() in ("true", "1") or env.get("ONESTOP_REQUIRE_ALL") == "1"
