"""What an agency's system pushes: whatever it is, the answer is short, and nothing is tried for ever."""

import pytest
import requests

from e2e.client import CALL_SECONDS, DEMO_PASSWORD, Client
from e2e.conftest import System
from services.exchange.envelopes.edxml import NAMESPACE

ENOUGH = 4_000


@pytest.fixture
def push(system: System) -> requests.Session:
    tokens = Client(system.base_url).post("/auth/login", {"username": "agency", "password": DEMO_PASSWORD})
    session = requests.Session()
    session.headers.update({"Authorization": f"Bearer {tokens['access_token']}", "Content-Type": "application/xml"})
    return session


@pytest.mark.parametrize(
    "envelope",
    [
        b"<a>" + b"x" * 1_000_000,
        b"<" + b"a" * 500_000 + b">",
        b"\xef\xbb\xbf<edXML xmlns='" + NAMESPACE.encode() + b"'/>",
        b"<edXML xmlns='" + NAMESPACE.encode() + b"'>" + b"<b>" * 300_000,
        b"<?xml version='1.0'?>" * 2,
    ],
    ids=["long text", "long name", "nothing in it", "deep", "two prologs"],
)
def test_a_packet_nobody_can_read_is_refused_in_a_few_words(
    system: System, push: requests.Session, envelope: bytes
) -> None:
    url = f"{system.base_url}/api/v1/agency/envelopes"
    for _ in range(2):
        answer = push.post(url, data=envelope, timeout=CALL_SECONDS)
        assert answer.status_code in (400, 422), answer.text[:500]
        assert len(answer.content) < ENOUGH
        assert answer.headers["Content-Type"].startswith("application/problem+json")
