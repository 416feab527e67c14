"""What used to leave no trace is told in the security log, and nothing told there says who anybody is."""

import re
from collections.abc import Callable
from uuid import uuid4

import pytest

from e2e.attacks.watching import security_lines, told
from e2e.client import Client, Refused, wait_for
from e2e.conftest import System

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

UNKNOWN = str(uuid4())
PERSONAL = re.compile(
    r"(?<![\d-])\d{9,12}(?![\d-])|Nguyễn|Trần|Phạm|Võ|Lê Minh|@|onestop-demo|127\.0\.0", re.IGNORECASE
)


def _heard(system: System, event: str, count: int = 1, **fields: str) -> None:
    wait_for(f"{event} {fields}", lambda: told(system.home, event, **fields), lambda lines: len(lines) >= count, 10)


def _refused(act: Callable[[], object]) -> int:
    with pytest.raises(Refused) as refusal:
        act()
    return refusal.value.status


def test_denied_calls_are_told_by_whoever_denies_them(system: System) -> None:
    nobody, lan = Client(system.base_url), Client(system.base_url).log_in("lan")
    account = lan.get("/me")["account_id"]

    assert _refused(lambda: nobody.get("/me")) == 401
    assert _refused(lambda: lan.get("/delegations")) == 403

    _heard(system, "call_denied", service="gateway", method="read_me", code="unauthenticated")
    _heard(system, "call_denied", service="gateway", account=account, code="permission-denied")


def test_a_reused_refresh_token_is_an_alert(system: System) -> None:
    http = Client(system.base_url)
    pair = http.post("/auth/login", {"username": "lan", "password": "onestop-demo"})
    second = http.post("/auth/refresh", {"refresh_token": pair["refresh_token"]})
    http.post("/auth/refresh", {"refresh_token": second["refresh_token"]})

    assert _refused(lambda: http.post("/auth/refresh", {"refresh_token": pair["refresh_token"]})) == 401

    _heard(system, "refresh_token_reused", alert=True)  # type: ignore[arg-type]


def test_a_lost_answer_to_a_refresh_ends_no_session(system: System) -> None:
    http = Client(system.base_url)
    pair = http.post("/auth/login", {"username": "lan", "password": "onestop-demo"})
    lost = http.post("/auth/refresh", {"refresh_token": pair["refresh_token"]})
    again = http.post("/auth/refresh", {"refresh_token": pair["refresh_token"]})

    assert again["refresh_token"] == lost["refresh_token"]
    assert http.post("/auth/refresh", {"refresh_token": again["refresh_token"]})["access_token"]


def test_no_line_says_who_anybody_is(system: System) -> None:
    lan = Client(system.base_url).log_in("lan")
    for typed in ("079301000019", "0912345678", "G01.029.00-260302-9999", UNKNOWN):
        _refused(lambda typed=typed: lan.get(f"/cases/{typed}"))  # type: ignore[misc]
    _refused(lambda: Client(system.base_url).post("/auth/login", {"username": "Nguyễn", "password": "x"}))

    lines = security_lines(system.home)
    assert len(lines) >= 3
    random = {"ts", "request_id", "trace_id", "source"}  # hex digits may happen to look like a number
    told_of = [str({name: value for name, value in line.items() if name not in random}) for line in lines]
    assert [text for text in told_of if PERSONAL.search(text)] == []
