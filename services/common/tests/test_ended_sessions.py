import threading
from datetime import UTC, datetime, timedelta

import pytest

from services.common import limits
from services.common.ended_sessions import Ended, EndedSessions, earliest
from services.common.errors import Unavailable

START = datetime(2026, 11, 30, 8, tzinfo=UTC)


class Identity:
    """Identity as a process asks it: what it has been told of, how often it was asked, and a clock with it."""

    def __init__(self) -> None:
        self.now = 0.0
        self.ended: list[tuple[str, datetime]] = []
        self.asked: list[datetime | None] = []
        self.down = False

    def end(self, session: str, late: timedelta = timedelta()) -> None:
        """Ends a session; `late` is how long before now it says it was: its transaction took so long."""
        self.ended.append((session, self.moment() - late))

    def moment(self) -> datetime:
        return START + timedelta(seconds=self.now)

    def fetch(self, since: datetime | None) -> Ended:
        self.asked.append(since)
        if self.down:
            raise Unavailable
        oldest = earliest(since, self.moment())
        return Ended(tuple(session for session, at in self.ended if at >= oldest), self.moment())


@pytest.fixture
def identity() -> Identity:
    return Identity()


@pytest.fixture
def ended(identity: Identity) -> EndedSessions:
    return EndedSessions(identity.fetch, clock=lambda: identity.now)


def test_an_ended_session_is_known_within_seconds(identity: Identity, ended: EndedSessions) -> None:
    assert "a" not in ended
    identity.end("a")

    identity.now += limits.ENDED_SESSIONS_EVERY.total_seconds()

    assert "a" in ended
    assert "b" not in ended


def test_a_process_that_starts_knows_all_whose_tokens_may_still_live(identity: Identity, ended: EndedSessions) -> None:
    identity.end("long ago")
    identity.now += (limits.ACCESS_TOKEN_LIFE + limits.CLOCK_LEEWAY).total_seconds() + 1
    identity.end("before the start")

    assert "before the start" in ended
    assert "long ago" not in ended


def test_between_two_questions_nobody_is_asked(identity: Identity, ended: EndedSessions) -> None:
    for _ in range(1000):
        assert "a" not in ended
    assert len(identity.asked) == 1


def test_what_was_stored_late_is_not_missed(identity: Identity, ended: EndedSessions) -> None:
    assert "a" not in ended
    identity.now += limits.ENDED_SESSIONS_EVERY.total_seconds()
    identity.end("a", late=limits.ENDED_SESSIONS_OVERLAP)

    assert "a" in ended


def test_an_ended_session_is_forgotten_when_its_tokens_have_expired(identity: Identity, ended: EndedSessions) -> None:
    identity.end("a")
    assert "a" in ended
    for _ in range(3):
        identity.now += limits.ACCESS_TOKEN_LIFE.total_seconds()
        _ = "a" in ended
    assert "a" not in ended


def test_while_identity_is_down_what_is_known_stays_known_and_nobody_waits(
    identity: Identity, ended: EndedSessions
) -> None:
    identity.end("a")
    assert "a" in ended
    identity.down = True
    identity.now += limits.ENDED_SESSIONS_OLDEST.total_seconds() * 10

    assert "a" in ended
    assert "b" not in ended
    assert len(identity.asked) == 2  # not once a call

    identity.down = False
    identity.end("b")
    identity.now += limits.ENDED_SESSIONS_EVERY.total_seconds()
    assert "b" in ended


@pytest.mark.parametrize(
    ("quiet", "waits"), [(limits.ENDED_SESSIONS_EVERY, False), (limits.ENDED_SESSIONS_OLDEST, True)]
)
def test_others_go_on_while_one_asks_unless_what_is_known_is_too_old(
    identity: Identity, quiet: timedelta, waits: bool
) -> None:
    asking, answer = threading.Event(), threading.Event()

    def fetch(since: datetime | None) -> Ended:
        if since is not None:
            asking.set()
            assert answer.wait(10)
        return identity.fetch(since)

    ended = EndedSessions(fetch, clock=lambda: identity.now)
    assert "a" not in ended
    identity.end("a")
    identity.now += quiet.total_seconds()
    found: list[bool] = []
    first, second = (threading.Thread(target=lambda: found.append("a" in ended)) for _ in range(2))

    first.start()
    assert asking.wait(10)
    second.start()
    if not waits:
        second.join(10)
        assert found == [False]  # told by what is known, some seconds old
    answer.set()
    first.join(10)
    second.join(10)

    assert found == ([True, True] if waits else [False, True])
