"""Guessing passwords: slowed by account and address, told in the security log, and locking nobody out."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from requests.adapters import HTTPAdapter

from e2e.attacks.watching import told
from e2e.client import DEMO_PASSWORD, wait_for
from e2e.conftest import System

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

FREE_HERE, FREE_OF_AN_ADDRESS = 10, 30


class _From(HTTPAdapter):
    """Connects from one of the machine's own loopback addresses, each a client of its own to the gateway."""

    def __init__(self, address: str) -> None:
        self._address = address
        super().__init__(pool_maxsize=60)

    def init_poolmanager(self, *args: object, **options: object) -> None:
        super().init_poolmanager(*args, **options, source_address=(self._address, 0))  # type: ignore[arg-type]


def _log_in(
    system: System, address: str, username: str, password: str = DEMO_PASSWORD, **headers: str
) -> requests.Response:
    with requests.Session() as http:
        http.mount("http://", _From(address))
        credentials = {"username": username, "password": password}
        return http.post(f"{system.base_url}/api/v1/auth/login", json=credentials, headers=headers, timeout=30)


def test_a_strangers_wrong_passwords_slow_the_stranger_and_nobody_else(system: System) -> None:
    stranger = [_log_in(system, "127.0.1.2", "leader", "wrong").status_code for _ in range(FREE_HERE + 1)]
    assert stranger == [401] * FREE_HERE + [429]

    assert _log_in(system, "127.0.1.3", "leader").status_code == 200

    slowed = _log_in(system, "127.0.1.2", "leader")
    assert (slowed.status_code, int(slowed.headers["Retry-After"]) <= 60) == (429, True)
    wait_for("it to be told", lambda: told(system.home, "log_in_slowed"), bool, 10)
    failures = told(system.home, "log_in_failed")
    assert len(failures) >= FREE_HERE
    assert len({line["source"] for line in failures if line.get("account")}) >= 1


def test_sixty_wrong_passwords_at_once_are_evaluated_no_oftener_than_the_limit(system: System) -> None:
    with ThreadPoolExecutor(60) as pool:
        tries = [pool.submit(_log_in, system, "127.0.1.4", "officer", "wrong") for _ in range(60)]
        statuses = [each.result().status_code for each in tries]

    assert (statuses.count(401), statuses.count(429)) == (FREE_HERE, 60 - FREE_HERE)


def test_one_password_over_three_hundred_names_is_slowed(system: System) -> None:
    statuses = [_log_in(system, "127.0.1.5", f"citizen{n}", "Matkhau@123").status_code for n in range(300)]

    assert statuses[:FREE_OF_AN_ADDRESS] == [401] * FREE_OF_AN_ADDRESS
    assert statuses.count(429) > 250
    assert _log_in(system, "127.0.1.6", "hung").status_code == 200


def test_a_header_of_the_clients_own_is_no_other_address(system: System) -> None:
    """No proxy in front is trusted here, so what X-Forwarded-For says counts for nothing."""
    forged = [
        dict.fromkeys(("X-Forwarded-For", "X-Real-Ip", "Forwarded", "onestop-client-address"), f"198.51.100.{n}")
        for n in range(FREE_HERE + 1)
    ]
    statuses = [_log_in(system, "127.0.1.7", "ward.deputy", "wrong", **headers).status_code for headers in forged]

    assert statuses[-1] == 429


def test_log_ins_that_succeed_are_told(system: System) -> None:
    assert _log_in(system, "127.0.1.8", "ward.officer").status_code == 200
    wait_for("it to be told", lambda: told(system.home, "logged_in"), bool, 10)
    (line,) = told(system.home, "logged_in")[-1:]
    assert line["account"]
    assert line["source"]
