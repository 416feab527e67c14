"""Commands that run things: `up`, `serve`, `demo`."""

import os
import sys
from typing import Annotated

import typer

from infra.local.home import SERVICES

MODULES = {**{name: f"services.{name}" for name in SERVICES}, "gateway": "gateway", "sandbox": "infra.sandbox"}


def up(
    broker: Annotated[
        str, typer.Option(help="rabbitmq: a private node of an installed RabbitMQ; postgres: no RabbitMQ at all.")
    ] = "",
    without: Annotated[
        list[str] | None, typer.Option(help="Leave a process out, to run it with `onestop serve NAME --local`.")
    ] = None,
) -> None:
    """Starts the whole system on this machine; Ctrl-C stops it."""
    become("infra.local", "--broker", broker, "--without", *(without or ()))


def serve(
    name: Annotated[str, typer.Argument(help=f"One of {', '.join(MODULES)}.")],
    role: Annotated[str, typer.Option(help="all, server, relay, consumer or timer.")] = "all",
    local: Annotated[bool, typer.Option("--local", help="With the settings that `onestop up` would give it.")] = False,
) -> None:
    """Runs a single process, with the settings in ONESTOP_* variables."""
    if name not in MODULES:
        raise typer.BadParameter(f"{name!r} is none of {', '.join(MODULES)}", param_hint="NAME")
    if local:
        from infra.local import system
        from infra.local.home import Home

        os.environ |= system.settings(Home.load(), name)
    become(MODULES[name], *(("--role", role) if name in SERVICES else ()))


def demo(
    url: Annotated[str, typer.Option(help="Address of the gateway.")] = "",
    out: Annotated[str, typer.Option(help="Folder for the issued papers and envelopes.")] = "demo-output",
) -> None:
    """Drives real cases through the running system; fails when anything differs from what was promised."""
    from infra.local.home import Home

    address = url or os.environ.get("ONESTOP_URL") or f"http://{Home.load().ports.local('gateway')}"
    become("e2e.journeys.demo", "--url", address, "--out", out)


def become(module: str, *arguments: str) -> None:
    """Replaces this process by `python -m module`: a process less to carry signals through."""
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", module, *arguments])  # noqa: S606 - no shell is wanted
