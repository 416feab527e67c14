"""A process that dies while it sends leaves each notice to the next one: none is lost, and what may be sent twice has
one Message-ID."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from services.common import limits
from services.common.database import Database
from services.common.testing.plugin import MakeDatabase
from services.common.times import utc_now
from services.notifications.conftest import CaseStory

# A replica with nothing but the timer of mail, at a moment given, whose channel writes ids to a file.
REPLICA = """
import sys
from datetime import datetime
from services.common.database import Database
from services.notifications.core.templates import load
from services.notifications.deliveries.usecases import Sender, send_due

class Pen:
    name = "mail"
    def send(self, letter):
        with open(sys.argv[3], "a") as file:
            file.write(f"{letter.letter_id}\\n")

database = Database(sys.argv[1], pool_size=2, name="replica")
moment = datetime.fromisoformat(sys.argv[2])
send_due(Sender(database, load(), "http://x", lambda: moment), Pen())
"""


@pytest.fixture
def database_url(fresh_database: MakeDatabase) -> str:
    return fresh_database("notifications")


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url, pool_size=3)
    yield database
    database.close()


def replica(database_url: str, moment: datetime, sent: Path, kill: str = "") -> int:
    """The exit code of a replica that sends what is due, or dies at a point on the way."""
    command = [sys.executable, "-c", REPLICA, database_url, moment.isoformat(), str(sent)]
    environment = {"PYTHONPATH": ":".join(sys.path), "ONESTOP_KILLPOINTS": kill}
    return subprocess.run(command, env=environment, check=False, capture_output=True, timeout=60).returncode


@pytest.mark.parametrize("passes", [1, 2, 3])
@pytest.mark.parametrize(("point", "twice"), [("delivery.before_send", False), ("delivery.after_send", True)])
def test_no_notice_is_lost_and_only_one_whose_sending_was_not_noted_goes_again(
    database: Database, database_url: str, tmp_path: Path, point: str, passes: int, *, twice: bool
) -> None:
    case = CaseStory(database, "H29-1", "account", "number", email="lan@example.vn")
    told = [str(case.happens("assigned").id) for _ in range(3)]
    sent, moment = tmp_path / "sent", utc_now() + timedelta(seconds=5)
    sent.touch()
    assert replica(database_url, moment, sent, f"{point}:{passes}") == -signal.SIGKILL
    before = sent.read_text().split()
    assert len(before) == passes - (not twice)
    assert replica(database_url, moment, sent) == 0  # while the dead one's claim holds, its letter rests
    assert len(sent.read_text().split()) == 3 - (not twice)
    later = moment + limits.DELIVERY_LEASE + timedelta(seconds=1)
    assert replica(database_url, later, sent) == 0
    assert replica(database_url, later + limits.DELIVERY_LEASE, sent) == 0
    written = sent.read_text().split()
    assert set(written) == set(told)
    assert len(written) == 3 + twice
