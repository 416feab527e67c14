"""What a citizen's browser, a clerk's desk or an agency's system does: one logged-in client of the gateway."""

import json
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit
from uuid import uuid4

import requests

from e2e.results import granting

DEMO_PASSWORD = "onestop-demo"
CALL_SECONDS = 30.0
WAIT_SECONDS = 60.0
POLL_SECONDS = 0.1
CONNECTION_ATTEMPTS = 5

T = TypeVar("T")
Json = dict[str, Any]


class Refused(Exception):
    """The gateway answered with a problem (RFC 9457)."""

    def __init__(self, status: int, problem: Json) -> None:
        self.status, self.problem = status, problem
        self.code: str = problem.get("code", "")
        super().__init__(f"{status} {json.dumps(problem, ensure_ascii=False)}")


class TookTooLong(Exception):
    """What was waited for did not come in time."""


def wait_for(what: str, ask: Callable[[], T], until: Callable[[T], object], seconds: float = WAIT_SECONDS) -> T:
    """Asks again and again until the answer will do; returns it.

    Raises:
        TookTooLong: with the last answer.
    """
    deadline = time.monotonic() + seconds
    while True:
        answer = ask()
        if until(answer):
            return answer
        if time.monotonic() > deadline:
            raise TookTooLong(f"{what}: not within {seconds:.0f} s; last seen {answer!r:.500}")
        time.sleep(POLL_SECONDS)


class Client:
    """A session with the gateway at `base_url`; nobody is logged in until `log_in`."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url.rstrip("/")
        self._http = requests.Session()
        self._http.headers["Accept-Language"] = "en"

    def log_in(self, username: str, password: str = DEMO_PASSWORD) -> "Client":
        tokens = self.post("/auth/login", {"username": username, "password": password})
        return self._hold(tokens)

    def refresh(self) -> "Client":
        """Goes on with new tokens, which name the firms now represented."""
        return self._hold(self.post("/auth/refresh", {"refresh_token": self._refresh_token}))

    def _hold(self, tokens: Json) -> "Client":
        self._http.headers["Authorization"] = f"Bearer {tokens['access_token']}"
        self._refresh_token: str = tokens["refresh_token"]
        return self

    def elsewhere(self) -> "Client":
        """The same session over a connection of its own, which another process of the gateway may answer."""
        other = Client(self.base_url)
        other._http.headers["Authorization"] = self.authorization
        other._refresh_token = self._refresh_token
        return other

    @property
    def authorization(self) -> str:
        """The header that says who is logged in."""
        return str(self._http.headers["Authorization"])

    def get(self, path: str, **query: str | int) -> Json:
        answer: Json = self._call("GET", path, params=query).json()
        return answer

    def post(self, path: str, body: Json, key: str = "") -> Json:
        """`key` names the operation where the same twice is one."""
        headers = {"Idempotency-Key": key} if key else {}
        answer: Json = self._call("POST", path, json=body, headers=headers).json()
        return answer

    def search(self, **conditions: str | int) -> Json:
        """A page of cases; what is looked for is somebody's name or number, which no address should hold."""
        return self.post("/cases/search", conditions)

    def delete(self, path: str) -> None:
        self._call("DELETE", path)

    def put(self, path: str, body: Json, version: int = 0) -> Json:
        """Saves something new, or as the next version after the one seen."""
        headers = {"If-Match": f'"{version}"'} if version else {}
        answer = self._call("PUT", path, json=body, headers=headers)
        saved: Json = answer.json() if answer.content else {}
        return saved

    def publish(self, file: bytes) -> Json:
        """Publishes a version of a procedure; the same file again changes nothing."""
        answer: Json = self._call("POST", "/procedures", data=file, headers={"Content-Type": "application/yaml"}).json()
        return answer

    def content(self, path: str) -> bytes:
        """The bytes at a path that is not JSON."""
        return self._call("GET", path).content

    def upload(self, name: str, content: bytes) -> Json:
        """Uploads a file and waits until it was found clean."""
        disposition = f"attachment; filename*=UTF-8''{quote(name)}"
        headers = {"Content-Type": "application/octet-stream", "Content-Disposition": disposition}
        file: Json = self._call("POST", "/files", data=content, headers=headers).json()
        return wait_for(
            f"{name} clean",
            lambda: self.get(f"/files/{file['file_id']}"),
            lambda seen: seen["state"] != "quarantined",
        )

    def say(self, ref: str, text: str, *file_ids: str) -> Json:
        """Says something on a case; a lost connection is answered by saying the same again."""
        headers = {"Idempotency-Key": str(uuid4())}
        body = {"text": text, "file_ids": file_ids}
        answer: Json = self._call("POST", f"/cases/{ref}/conversation", repeat=True, json=body, headers=headers).json()
        return answer

    def check(self, application: bytes, draft_id: str = "") -> Json:
        """What filing an application would say."""
        headers = {"Content-Type": "application/json", "X-Draft-Id": draft_id}
        answer: Json = self._call("POST", "/cases/check", repeat=True, data=application, headers=headers).json()
        return answer

    def submit(self, application: bytes, key: str, signature: str = "", draft_id: str = "") -> Json:
        """Files an application; a lost connection is answered by sending the same again."""
        headers = {"Content-Type": "application/json", "Idempotency-Key": key}
        if signature:
            headers["X-JWS-Signature"] = signature
        if draft_id:
            headers["X-Draft-Id"] = draft_id
        answer: Json = self._call("POST", "/cases", repeat=True, data=application, headers=headers).json()
        return answer

    def case(self, ref: str) -> Json:
        return self.get(f"/cases/{ref}")

    def act(self, ref: str, action: str, version: int | None = None, **body: Any) -> Json:
        """Does something with a case as it stands now, or as it stood at `version`; returns the case after it."""
        seen = self.case(ref)["version"] if version is None else version
        headers = {"If-Match": f'"{seen}"'}
        answer: Json = self._call("POST", f"/cases/{ref}/{action}", json=body, headers=headers).json()
        return answer

    def grant(self, ref: str, **more: Any) -> Json:
        """Grants a case, with the result itself where its procedure has one; returns the case after it."""
        return self.act(ref, "decide", **granting(self.case(ref)["procedure_code"]), **more)

    def hand_over(self, ref: str) -> Json:
        """Hands the result to its applicant, who shows their identity card; returns the case after it."""
        number = self.case(ref)["applicant"]["identifier"]
        return self.act(ref, "return", receiver={"proof": "identity_card", "proof_number": number})

    def paper(self, ref: str, form: str) -> Json:
        """The paper of that form, waiting until it is issued."""

        def issued() -> list[Json]:
            papers = self._if_heard(f"/cases/{ref}/papers", {"papers": []})["papers"]
            return [paper for paper in papers if paper["form"] == form]

        return wait_for(f"form {form} of {ref}", issued, bool)[-1]

    def dues(self, ref: str, state: str) -> Json:
        """What is due, waiting until it is in `state`: open, paid, refund_owed …"""
        unheard = {"state": "unknown"}
        return wait_for(
            f"the dues of {ref} {state}",
            lambda: self._if_heard(f"/cases/{ref}/dues", unheard),
            lambda dues: dues["state"] == state,
        )

    def pay(self, ref: str) -> Json:
        """Pays what is due on the provider's page, as a browser does; returns what became of it, and the page one comes
        back to as `page`, the provider's as `pay_url`.
        """
        self.dues(ref, "open")
        url = self.post(f"/cases/{ref}/payments", {"provider": "vnpay"})["pay_url"]
        with requests.Session() as browser:
            browser.get(url, timeout=CALL_SECONDS).raise_for_status()
            back = browser.post(url, data={"choice": "pay"}, timeout=CALL_SECONDS)
            back.raise_for_status()
            outcome = self.get(f"/payments/vnpay/return?{urlsplit(back.url).query}")
            return outcome | {"page": back.text, "pay_url": url}

    def _if_heard(self, path: str, unheard: Json) -> Json:
        """What is at a path, or `unheard` while the service there has not heard of a case filed just now."""
        try:
            return self.get(path)
        except Refused as refusal:
            if refusal.status != HTTPStatus.NOT_FOUND:
                raise
            return unheard

    def _call(self, method: str, path: str, *, repeat: bool = False, **arguments: Any) -> requests.Response:
        """One call; `repeat` when the same call twice is one: then a lost connection is answered by calling again."""
        for attempt in range(1, CONNECTION_ATTEMPTS):
            try:
                return self._call_once(method, path, arguments)
            except requests.ConnectionError:
                if not repeat and method != "GET":
                    raise
                time.sleep(POLL_SECONDS * 2**attempt)
        return self._call_once(method, path, arguments)

    def _call_once(self, method: str, path: str, arguments: Json) -> requests.Response:
        """Calls; a gateway that asks for a moment (429 `rate-limited`, nothing done) is given it, again and again."""
        deadline = time.monotonic() + WAIT_SECONDS
        while True:
            answer = self._http.request(
                method, f"{self.base_url}/api/v1{path}", timeout=CALL_SECONDS, allow_redirects=False, **arguments
            )
            if not _is_asked_to_wait(answer) or time.monotonic() > deadline:
                break
            time.sleep(float(answer.headers["Retry-After"]))
        if answer.status_code >= 400:
            is_problem = answer.headers.get("Content-Type", "").startswith("application/problem+json")
            raise Refused(answer.status_code, answer.json() if is_problem else {"text": answer.text[:500]})
        return answer


def _is_asked_to_wait(answer: requests.Response) -> bool:
    """Tells whether too many requests came at once: the same one is answered a moment later."""
    return answer.status_code == HTTPStatus.TOO_MANY_REQUESTS and answer.json().get("code") == "rate-limited"
