"""A running gateway as a command of ours speaks to it, logged in where that is needed."""

import os
from typing import Annotated, Any

import requests
import typer

CALL_SECONDS = 30.0

Url = Annotated[str, typer.Option(help="Address of the gateway; ONESTOP_URL or the local system when left out.")]
User = Annotated[
    str, typer.Option(help="An administrator's user name; the password is asked for, or ONESTOP_PASSWORD.")
]


class Gateway:
    """One session. A refusal ends the command with what the gateway says."""

    def __init__(self, url: str, english: bool = False) -> None:
        from infra.local.home import Home

        address = url or os.environ.get("ONESTOP_URL") or f"http://{Home.load().ports.local('gateway')}"
        self._base = f"{address.rstrip('/')}/api/v1"
        self._http = requests.Session()
        self._http.headers["Accept-Language"] = "en" if english else "vi"

    def log_in(self, user: str) -> "Gateway":
        password = os.environ.get("ONESTOP_PASSWORD") or typer.prompt(f"password of {user}", hide_input=True, err=True)
        tokens = self.call("POST", "/auth/login", json={"username": user, "password": password}).json()
        self._http.headers["Authorization"] = f"Bearer {tokens['access_token']}"
        return self

    def call(self, method: str, path: str, **arguments: Any) -> requests.Response:
        try:
            answer = self._http.request(method, self._base + path, timeout=CALL_SECONDS, **arguments)
        except requests.ConnectionError as error:
            raise _ended(
                f"nothing answers at {self._base}: start the system, or name its address with --url"
            ) from error
        if answer.ok:
            return answer
        if not answer.headers.get("Content-Type", "").startswith("application/problem+json"):
            raise _ended(f"{answer.status_code} {answer.text[:500]}")
        problem = answer.json()
        lines = [problem["detail"], *(f"  {each['pointer']}: {each['detail']}" for each in problem["errors"])]
        raise _ended("\n".join(lines))


def _ended(why: str) -> typer.Exit:
    typer.echo(why, err=True)
    return typer.Exit(1)
