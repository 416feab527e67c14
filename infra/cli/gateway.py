"""A running gateway as a command of ours speaks to it, logged in where that is needed."""

import os
from http import HTTPStatus
from typing import Annotated, Any

import requests
import typer

CALL_SECONDS = 30.0

Url = Annotated[str, typer.Option(help="Address of the gateway; ONESTOP_URL or the local system when left out.")]
User = Annotated[str, typer.Option(help="Who logs in; the password is asked for unless ONESTOP_PASSWORD has it.")]


class Refused(Exception):
    """The refusal by which the gateway answers a call."""

    def __init__(self, answer: requests.Response) -> None:
        self.passing = answer.status_code in (HTTPStatus.CONFLICT, HTTPStatus.PRECONDITION_FAILED, HTTPStatus.NOT_FOUND)
        """Whether it may be done later: something else has to come first."""
        if answer.headers.get("Content-Type", "").startswith("application/problem+json"):
            problem = answer.json()
            lines = [problem["detail"], *(f"  {each['pointer']}: {each['detail']}" for each in problem["errors"])]
            super().__init__("\n".join(lines))
        else:
            super().__init__(f"{answer.status_code} {answer.text[:500]}")

    def ended(self) -> typer.Exit:
        return _ended(str(self))


class Gateway:
    """One session with the gateway."""

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
        """Makes a call; a refusal ends the command with the gateway's answer."""
        try:
            return self.ask(method, path, **arguments)
        except Refused as refusal:
            raise refusal.ended() from refusal

    def ask(self, method: str, path: str, **arguments: Any) -> requests.Response:
        """Makes a call and returns the answer, also a refusal.

        Raises:
            Refused: it is not done.
        """
        try:
            answer = self._http.request(method, self._base + path, timeout=CALL_SECONDS, **arguments)
        except requests.ConnectionError as error:
            raise _ended(f"nothing answers at {self._base}: start the system, or say --url") from error
        if not answer.ok:
            raise Refused(answer)
        return answer


def _ended(why: str) -> typer.Exit:
    typer.echo(why, err=True)
    return typer.Exit(1)
