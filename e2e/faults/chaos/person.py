"""Somebody at work while things die: asks the way a good client does, again until there is a definite answer."""

import threading
import time
from collections.abc import Callable, Collection
from typing import Any

import requests

from e2e.client import DEMO_PASSWORD, Json

PATIENCE = 90.0
_AGAIN = {429, 500, 502, 503, 504}
_CHANGED_MEANWHILE = {409, 412}

Note = Callable[..., None]
"""Writes down what somebody was told."""


class NotAcknowledged(AssertionError):
    """The system stayed without an answer for longer than any client would wait."""


class Person:
    """One logged-in account with a connection of its own."""

    def __init__(self, base_url: str, username: str) -> None:
        self._base = base_url + "/api/v1"
        self._http = requests.Session()
        answer = self.ask("POST", "/auth/login", json={"username": username, "password": DEMO_PASSWORD})
        self._http.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    def ask(self, method: str, path: str, **content: Any) -> requests.Response:
        """Asks until there is a definite answer."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            answer = self.try_once(method, path, **content)
            if answer is not None:
                return answer
            pause()
        raise NotAcknowledged(f"{method} {path}")

    def try_once(self, method: str, path: str, **content: Any) -> requests.Response | None:
        try:
            answer = self._http.request(method, self._base + path, timeout=15, **content)
        except requests.RequestException:
            return None
        return None if answer.status_code in _AGAIN else answer

    def create(self, path: str, key: str, body: bytes) -> Json:
        """Has something made once, under a key, however often it must be asked for."""
        answer = self.ask("POST", path, data=body, headers=once(key))
        if answer.status_code not in {200, 201}:
            raise NotAcknowledged(f"{path} answered {answer.status_code}: {answer.text}")
        made: Json = answer.json()
        return made

    def act(self, note: Note, ref: str, action: str, done: Callable[[Json], object], body: Json) -> None:
        """Takes an action and, when the answer got lost, looks whether it happened."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            seen = self.ask("GET", f"/cases/{ref}")
            if seen.status_code == 200 and done(seen.json()):
                note(op=action, ref=ref)
                return
            headers = {"If-Match": seen.headers.get("ETag", "")}
            answer = self.try_once("POST", f"/cases/{ref}/{action}", json=body, headers=headers)
            if answer is not None and answer.status_code not in {200, *_CHANGED_MEANWHILE}:
                raise NotAcknowledged(f"{action} {ref} answered {answer.status_code}: {answer.text}")
            if answer is None or answer.status_code != 200:
                pause()
        raise NotAcknowledged(f"{action} {ref}")

    def pay_cash(self, note: Note, ref: str) -> None:
        """Takes the money for what is due at the counter, once anything is."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            dues = self.ask("GET", f"/cases/{ref}/dues")
            known = dues.json() if dues.status_code == 200 else {"state": "unknown"}
            if known["state"] == "paid":
                note(op="paid", ref=ref, amount=known["total"])
                return
            if known["state"] == "open":
                self.try_once("POST", f"/cases/{ref}/cash", json={"amount": known["total"]})
            else:
                pause()
        raise NotAcknowledged(f"cash {ref}")

    def wait_for(self, ref: str, until: Callable[[Json], Any]) -> Any:
        """What `until` finds in the case, once it finds it."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            seen = self.ask("GET", f"/cases/{ref}").json()
            if found := until(seen):
                return found
            pause()
        raise NotAcknowledged(f"{ref} stays {seen}")


def once(key: str) -> dict[str, str]:
    """Headers of a JSON body that may be sent again under its key."""
    return {"Idempotency-Key": key, "Content-Type": "application/json"}


def in_status(*statuses: int) -> Callable[[Json], bool]:
    wanted: Collection[int] = frozenset(statuses)
    return lambda case: case["status"] in wanted


def pause() -> None:
    threading.Event().wait(0.1)
