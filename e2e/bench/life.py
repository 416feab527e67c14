"""The life of criminal record certificates (2.000488): submit, accept, assign, decide, return, read, in phases."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from e2e.bench.load import request
from e2e.bench.measure import Bench
from e2e.client import Client, Json
from e2e.results import granting

PROCEDURE, AGENCY = "2.000488", "G01.029.00"
PHASES = ("submit", "accept", "assign", "decide", "return", "read")


@dataclass(frozen=True)
class People:
    """Who acts, by their access tokens."""

    citizen: str
    clerk: str
    officer: str

    @classmethod
    def log_in(cls, base_url: str) -> "People":
        return cls(*(_token(base_url, name) for name in ("lan", "clerk", "officer")))


def _token(base_url: str, username: str) -> str:
    answer = Client(base_url).post("/auth/login", {"username": username, "password": "onestop-demo"})
    return f"Bearer {answer['access_token']}"


def application(base_url: str) -> bytes:
    """What Lan files: her prefilled form, complete, of the group that pays no fee."""
    prefilled: Json = Client(base_url).log_in("lan").get(f"/procedures/{PROCEDURE}/prefill")
    form: dict[str, Any] = {
        **prefilled["form"],
        "certificate_type": "1",
        "purpose": "Bổ sung hồ sơ xin việc",
        "fee_group": "exempt",
        "history": [{"from": "2015-09", "residence": "12 Lê Lợi, phường Bến Thành, Thành phố Hồ Chí Minh"}],
    }
    whole = {"procedure": PROCEDURE, "agency": AGENCY, "applicant": prefilled["applicant"], "form": form}
    return orjson.dumps(whole)


class Life:
    """Drives batches of cases through their phases."""

    def __init__(self, bench: Bench, people: People, body: bytes) -> None:
        self._bench = bench
        self._people = people
        self._body = body

    def submit(self, count: int, clients: int) -> list[str]:
        """Files so many cases; their numbers."""
        headers = {"Authorization": self._people.citizen}
        requests = [
            request("POST", "/api/v1/cases", self._body, Idempotency_Key=uuid.uuid4().hex, **headers)
            for _ in range(count)
        ]
        answers = self._bench.real("submit", requests, clients, 201)
        return [orjson.loads(answer.body)["ref"] for answer in answers]

    def whole(self, count: int, clients: int) -> None:
        """Takes so many cases from submission to a result in the applicant's hands."""
        refs = self.submit(count, clients)
        self._act("accept", refs, self._people.clerk, {}, clients)
        self._act("assign", refs, self._people.officer, {}, clients)
        self._act("decide", refs, self._people.officer, granting(PROCEDURE), clients)
        self._act("return", refs, self._people.clerk, {}, clients)
        self._bench.real("read", self._reads(refs, self._people.citizen), clients, 200)

    def _act(self, action: str, refs: Sequence[str], who: str, body: Json, clients: int) -> None:
        """One action on every case, on the version it has once all papers ordered before are issued."""
        self._bench.drain()
        seen = self._bench.unmeasured(self._reads(refs, who), clients, 200)
        requests = [
            request(
                "POST",
                f"/api/v1/cases/{ref}/{action}",
                orjson.dumps(body),
                Authorization=who,
                If_Match=f'"{orjson.loads(answer.body)["version"]}"',
            )
            for ref, answer in zip(refs, seen, strict=True)
        ]
        self._bench.real(action, requests, clients, 200)

    def _reads(self, refs: Sequence[str], who: str) -> list[bytes]:
        return [request("GET", f"/api/v1/cases/{ref}", Authorization=who) for ref in refs]
