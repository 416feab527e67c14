"""People at work while things die: whole lives of cases over HTTP, retried the way a good client does.

Everything acknowledged goes into `history.jsonl`; the oracle holds the databases against it.
"""

import random
import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TextIO

import orjson
import requests

PASSWORD = "onestop-demo"  # the demo accounts' published password
PATIENCE = 60.0
AGENCY = "G01.029.00"
_AGAIN = {429, 500, 502, 503, 504}


class NotAcknowledged(AssertionError):
    """The system stayed without an answer for longer than any client would wait."""


def application(number: int) -> bytes:
    """An application for a criminal-record certificate (2.000488), filed by Nguyễn Thị Lan."""
    return orjson.dumps(
        {
            "procedure": "2.000488",
            "agency": AGENCY,
            "applicant": {
                "full_name": "Nguyễn Thị Lan",
                "identifier": "079301000019",
                "address": "12 Lê Lợi, phường Bến Thành, TP. Hồ Chí Minh",
                "phone": "0901234567",
            },
            "form": {
                "certificate_type": "1",
                "full_name": "Nguyễn Thị Lan",
                "personal_number": "079301000019",
                "birth_date": "2001-05-20",
                "sex": "female",
                "nationality": "Việt Nam",
                "permanent_residence": "12 Lê Lợi, phường Bến Thành, TP. Hồ Chí Minh",
                "purpose": f"Xin việc làm {number}",
                "fee_group": "standard",
                "history": [{"from": "2015-05", "residence": "Phường Bến Thành, TP. Hồ Chí Minh"}],
            },
        }
    )


class Person:
    """One logged-in account with a connection of its own."""

    def __init__(self, base_url: str, username: str) -> None:
        self._base = base_url + "/api/v1"
        self._http = requests.Session()
        answer = self.ask("POST", "/auth/login", json={"username": username, "password": PASSWORD})
        self._http.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    def ask(self, method: str, path: str, **content: Any) -> requests.Response:
        """Asks until there is a definite answer."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            answer = self.try_once(method, path, **content)
            if answer is not None:
                return answer
            _pause()
        raise NotAcknowledged(f"{method} {path}")

    def try_once(self, method: str, path: str, **content: Any) -> requests.Response | None:
        try:
            answer = self._http.request(method, self._base + path, timeout=15, **content)
        except requests.RequestException:
            return None
        return None if answer.status_code in _AGAIN else answer


def _pause() -> None:
    threading.Event().wait(0.1)


class Load:
    """`threads` people file and handle cases until told to stop."""

    def __init__(self, base_url: str, history: Path, stop: Path, seed: int) -> None:
        self._base_url = base_url
        self._history = history
        self._stop = stop
        self._seed = seed
        self._lock = threading.Lock()

    def run(self, threads: int) -> None:
        with self._history.open("a") as out, ThreadPoolExecutor(threads) as pool:
            for running in [pool.submit(self._live, number, out) for number in range(threads)]:
                running.result()

    def _live(self, number: int, out: TextIO) -> None:
        chance = random.Random(self._seed * 1_000 + number)
        lan, clerk, officer = (Person(self._base_url, name) for name in ("lan", "clerk", "officer"))

        def note(**facts: object) -> None:
            with self._lock:
                out.write(orjson.dumps(facts).decode() + "\n")
                out.flush()

        while not self._stop.exists():
            ref = _file(lan, note, twice=chance.random() < 0.3)
            fate = chance.random()
            if fate < 0.25:
                _act(clerk, note, ref, "refuse", {"reason": "Không thuộc thẩm quyền."}, {3})
            elif fate < 0.8:
                _pay_cash(clerk, note, ref)
                _act(clerk, note, ref, "accept", {}, {2, 4, 9})
                if fate > 0.6:
                    _act(officer, note, ref, "assign", {}, {4, 9})
                    _act(officer, note, ref, "decide", {"decision": "granted"}, {9})


def _file(lan: Person, note: Callable[..., None], *, twice: bool) -> str:
    key = str(uuid.uuid4())
    body = application(random.randrange(10**6))
    headers = {"Idempotency-Key": key, "Content-Type": "application/json"}
    note(op="invoked", key=key)
    if twice:
        lan.try_once("POST", "/cases", data=body, headers=headers)
    answer = lan.ask("POST", "/cases", data=body, headers=headers)
    if answer.status_code not in {200, 201}:
        raise NotAcknowledged(f"submit answered {answer.status_code}: {answer.text}")
    ref: str = answer.json()["ref"]
    note(op="submitted", key=key, ref=ref)
    return ref


def _act(who: Person, note: Callable[..., None], ref: str, action: str, body: dict[str, str], done: set[int]) -> None:
    """Takes an action and, when the answer got lost, looks whether it happened."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        seen = who.ask("GET", f"/cases/{ref}")
        if seen.json()["status"] in done:
            note(op=action, ref=ref)
            return
        answer = who.try_once("POST", f"/cases/{ref}/{action}", json=body, headers={"If-Match": seen.headers["ETag"]})
        if answer is not None and answer.status_code not in {200, 409, 412}:
            raise NotAcknowledged(f"{action} {ref} answered {answer.status_code}: {answer.text}")
        if answer is None or answer.status_code != 200:
            _pause()
    raise NotAcknowledged(f"{action} {ref}")


def _pay_cash(clerk: Person, note: Callable[..., None], ref: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        dues = clerk.ask("GET", f"/cases/{ref}/dues")
        if dues.status_code == 200 and dues.json()["state"] == "paid":
            note(op="paid", ref=ref, amount=dues.json()["total"])
            return
        if dues.status_code == 200 and dues.json()["state"] == "open":
            clerk.try_once("POST", f"/cases/{ref}/cash", json={"amount": dues.json()["total"]})
        else:
            _pause()
    raise NotAcknowledged(f"cash {ref}")
