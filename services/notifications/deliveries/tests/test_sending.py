"""Mail is tried until the channel takes it, once, and what nobody takes is given up and told."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from services.common import limits, sql
from services.common.database import Database
from services.common.testing.plugin import MakeDatabase
from services.common.times import utc_now
from services.notifications.conftest import CaseStory
from services.notifications.core.domain import KINDS
from services.notifications.core.templates import LANGUAGES, Templates
from services.notifications.deliveries import store
from services.notifications.deliveries.domain import ChannelUnavailable, DeliveryRefused, Letter, retry_delay
from services.notifications.deliveries.usecases import Sender, send_due

ADDRESS = "lan@example.vn"


@dataclass
class Box:
    """A channel into a list; fails as long as it is told to."""

    letters: list[Letter] = field(default_factory=list)
    failing: Exception | None = None
    tries: int = 0
    name: str = "mail"

    def send(self, letter: Letter) -> None:
        self.tries += 1
        if self.failing:
            raise self.failing
        self.letters.append(letter)


@dataclass
class Clock:
    """A clock set by hand."""

    now: datetime = field(default_factory=utc_now)

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Post:
    """A case whose applicant gave an address, and everything that takes mail there."""

    case: CaseStory
    sender: Sender
    clock: Clock
    box: Box

    def goes(self, seconds: float = 5) -> int:
        """Sends what is due some time later."""
        self.clock.now += timedelta(seconds=seconds)
        return send_due(self.sender, self.box)

    def row(self, notice_id: UUID) -> tuple[str, str, int, str]:
        with self.case.database.transaction() as conn:
            statement = "SELECT state, address, attempts, error FROM delivery WHERE notice_id = %(id)s"
            row = sql.row(conn, statement, {"id": notice_id})
        return (row.state, row.address, row.attempts, row.error) if row else ("", "", 0, "")


@pytest.fixture
def post(fresh_database: MakeDatabase, templates: Templates, unique_name: str) -> object:
    database = Database(fresh_database("notifications"), pool_size=5)
    clock = Clock()
    case = CaseStory(database, f"H29-{unique_name}", "account", "number", email=ADDRESS)
    yield Post(case, Sender(database, templates, "https://motcua.example.vn", clock), clock, Box())
    database.close()


def test_a_change_is_mailed_once_to_the_address_given_and_the_address_goes(post: Post) -> None:
    event = post.case.happens("accepted")
    post.case.hear(event)
    assert [post.goes(), post.goes(3_600)] == [1, 0]
    [letter] = post.box.letters
    assert (letter.letter_id, letter.address) == (event.id, ADDRESS)
    assert letter.title == f"Hồ sơ {post.case.ref} đã được tiếp nhận"
    assert "Sở Xây dựng đã tiếp nhận" in letter.text
    assert "Department of Construction accepted" in letter.text
    assert letter.text.endswith(f"https://motcua.example.vn/cases/{post.case.ref}\n")
    assert post.row(event.id) == ("sent", "", 1, "")


def test_nobody_is_mailed_without_an_address_or_a_mail_server(post: Post) -> None:
    post.case.email = ""
    without = post.case.happens("submitted")
    post.case.email, post.case.channels = ADDRESS, ()
    unconnected = post.case.happens("accepted")
    assert post.goes() == 0
    assert [post.row(each.id)[0] for each in (without, unconnected)] == ["", ""]


def test_while_the_channel_is_away_it_is_tried_ever_more_rarely_and_then_sent_once(post: Post) -> None:
    event = post.case.happens("accepted")
    post.box.failing = ChannelUnavailable(why="SMTP 451")
    post.goes()
    state, address, attempts, error = post.row(event.id)
    assert (state, address, attempts) == ("failed", ADDRESS, 1)
    assert "SMTP 451" in error
    assert [post.goes(0), post.box.tries] == [0, 1]
    post.box.failing = None
    assert [post.goes(60), post.goes(3_600)] == [1, 0]
    assert post.row(event.id) == ("sent", "", 2, "")


def test_after_the_last_attempt_it_is_given_up_and_replayed_by_hand(post: Post) -> None:
    event = post.case.happens("accepted")
    post.box.failing = ChannelUnavailable(why="ConnectionRefusedError")
    for _ in range(limits.DELIVERY_ATTEMPTS + 3):
        post.goes(limits.DELIVERY_RETRY_MAX.total_seconds() + 1)
    assert post.box.tries == limits.DELIVERY_ATTEMPTS
    assert post.row(event.id)[0] == "given_up"
    with post.case.database.transaction() as conn:
        [lost] = store.given_up(conn)
        assert (lost.notice_id, lost.case_ref, lost.channel) == (event.id, post.case.ref, "mail")
        assert ADDRESS not in str(lost)
        assert store.replay(conn, [event.id, UUID(int=7)], post.clock.now) == 1
    post.box.failing = None
    assert post.goes() == 1
    with post.case.database.transaction() as conn:
        assert store.given_up(conn) == []
        assert store.replay(conn, [event.id], post.clock.now) == 0


def test_a_refused_address_is_not_tried_again_and_holds_nobody_else_up(post: Post) -> None:
    refused = post.case.happens("submitted")
    post.box.failing = DeliveryRefused(why="SMTP 550")
    post.goes()
    post.box.failing = None
    taken = post.case.happens("accepted")
    assert post.goes(3_600) == 1
    assert [post.row(each.id)[0] for each in (refused, taken)] == ["given_up", "sent"]


def test_a_case_disposed_of_leaves_no_address(post: Post) -> None:
    event = post.case.happens("accepted")
    post.case.happens("disposed")
    assert post.goes() == 0
    assert post.row(event.id) == ("", "", 0, "")


def test_two_that_send_at_once_send_each_letter_once(post: Post) -> None:
    events = [post.case.happens("assigned") for _ in range(6)]
    outer, inner = Box(), post.box
    sending: Callable[[Letter], None] = outer.send

    def send_between(letter: Letter) -> None:
        send_due(post.sender, inner)
        sending(letter)

    outer.send = send_between  # type: ignore[method-assign]
    post.clock.now += timedelta(seconds=5)
    send_due(post.sender, outer)
    assert sorted(letter.letter_id for letter in (*outer.letters, *inner.letters)) == sorted(e.id for e in events)


def test_waits_grow_to_half_an_hour_and_attempts_last_for_a_day() -> None:
    waits = [retry_delay(attempt, 0.99) for attempt in range(1, limits.DELIVERY_ATTEMPTS)]
    assert waits == sorted(waits)
    assert waits[-1] <= limits.DELIVERY_RETRY_MAX
    assert sum(waits, timedelta()) > timedelta(hours=23)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", sorted(set(KINDS.values())))
def test_a_subject_line_names_nothing_but_the_case(templates: Templates, kind: str, language: str) -> None:
    wording = getattr(templates.by_kind[kind], language)  # type: ignore[index]
    assert wording.title.count("{") == wording.title.count("{ref}") == 1
