"""`python -m infra.local`: the whole system on this machine, until Ctrl-C."""

import argparse
import os
import sys
from collections.abc import Sequence

from rich.console import Console

from infra.local import system
from infra.local.home import Home
from infra.local.process import Spec
from infra.local.progress import Progress
from infra.local.session import run

DEMO_PASSWORD = "onestop-demo"  # noqa: S105 - printed on the screen and in the documentation
DEMO_LOGINS = {
    "lan, hung": "citizens",
    "clerk": "one-stop counter",
    "officer": "officer of Công an TP. Hồ Chí Minh",
    "leader": "leader",
    "ward.officer": "officer of UBND phường Bến Thành",
    "ward.deputy": "officer of UBND phường Bến Thành",
    "commune.clerk": "counter of UBND phường Sài Gòn, which takes in for Bến Thành",
    "ward.police": "clerk and officer of Công an phường Bến Thành",
    "inspector": "may look people up without a case, once somebody else confirms it",
    "admin": "administrator",
    "agency": "an agency's system",
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="onestop up", description=__doc__)
    parser.add_argument("--broker", choices=["", "postgres", "rabbitmq"], default=os.environ.get("ONESTOP_BROKER", ""))
    parser.add_argument("--without", nargs="*", default=[], metavar="NAME", help="started by hand: `onestop serve`")
    told = parser.parse_args()
    sys.exit(run(lambda home: whole_system(home, told.broker, told.without), announce, Progress(Console())))


def whole_system(home: Home, broker: str, without: Sequence[str]) -> list[Spec]:
    amqp_url = "" if broker else os.environ.get("ONESTOP_AMQP_URL", "")
    return system.specs(home, amqp_url, private_rabbitmq=broker == "rabbitmq", without=without)


def announce(home: Home, progress: Progress, seconds: float) -> None:
    url = f"http://{home.ports.local('gateway')}"
    progress.say(
        f"\n  portal and API     {url}\n  documentation      {url}/docs\n  sandbox            "
        f"http://{home.ports.local('sandbox')}\n"
    )
    progress.say(f"  demo logins, password {DEMO_PASSWORD}:")
    for name, what in DEMO_LOGINS.items():
        progress.say(f"    {name:<14} {what}")
    progress.say(f"\nready after {seconds:.1f} s; Ctrl-C stops everything")


if __name__ == "__main__":
    main()
