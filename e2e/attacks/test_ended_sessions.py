"""A lost session, ended by its holder from elsewhere: every process refuses its access token within seconds."""

import pytest

from e2e.client import Client, Refused, wait_for
from e2e.conftest import System

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]

CALLS_IN_A_ROW = 20  # more than the gateway has worker processes


def _answers(client: Client, path: str) -> set[str]:
    """Asks with the client's token over new connections, so that any worker may answer; returns each code heard."""
    return {_answer(client.elsewhere(), path) for _ in range(CALLS_IN_A_ROW)}


def _answer(client: Client, path: str) -> str:
    try:
        client.get(path)
    except Refused as refusal:
        return refusal.code
    return "ok"


@pytest.mark.parametrize("path", ["/cases", "/me/papers", "/me/sessions"])
def test_a_session_ended_elsewhere_is_refused_by_every_worker_within_seconds(system: System, path: str) -> None:
    here, lost = (Client(system.base_url).log_in("lan") for _ in range(2))
    lost_id = next(each["session_id"] for each in lost.get("/me/sessions")["sessions"] if each["current"])
    assert _answers(lost, path) == {"ok"}

    here.delete(f"/me/sessions/{lost_id}")

    wait_for("every worker to refuse it", lambda: _answers(lost, path), {"session-ended"}.__eq__, 30)
    assert _answers(here, path) == {"ok"}
