"""A running gateway as a command of ours speaks to it, logged in where that is needed."""

import os
from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import quote

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
            lines = [problem["detail"], *map(_fault, problem["errors"])]
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
        tokens = self.read("POST", "/auth/login", json={"username": user, "password": password})
        self._http.headers["Authorization"] = f"Bearer {tokens['access_token']}"
        return self

    def read(self, method: str, path: str, **arguments: Any) -> dict[str, Any]:
        """Makes a call and returns the object it answers with; anything else ends the command."""
        answer = self.call(method, path, **arguments)
        try:
            found = answer.json()
        except requests.JSONDecodeError:
            found = None
        if not isinstance(found, dict):
            raise _ended(f"what answers at {self._base} is no gateway of onestop: say another --url")
        return found

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
        except requests.Timeout as error:
            raise _ended(f"no answer from {self._base} within {CALL_SECONDS:.0f} seconds: try again later") from error
        except requests.ConnectionError as error:
            raise _ended(f"nothing answers at {self._base}: start the system, or say --url") from error
        except ValueError as error:  # what requests makes of an address it cannot read
            raise _ended(f"{self._base} is no address: say it as --url http://127.0.0.1:8080") from error
        if not answer.ok:
            raise Refused(answer)
        return answer


def _fault(error: dict[str, str]) -> str:
    """Tells one thing that is wrong, with its place where it has one within what was sent."""
    return f"  {error['pointer']}: {error['detail']}" if error["pointer"] else f"  {error['detail']}"


def path(*parts: str) -> str:
    """Puts an address together of what somebody typed; each part stays one part, whatever is in it."""
    for each in parts:
        if each in ("", ".", ".."):
            raise typer.BadParameter(f"{each!r} names nothing")
    return "".join(f"/{quote(each, safe='')}" for each in parts)


def _ended(why: str) -> typer.Exit:
    typer.echo(why, err=True)
    return typer.Exit(1)
