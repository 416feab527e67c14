"""A migrated database, and cases that people are told of."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from onestop.cases.v1 import cases_events_pb2
from onestop.cases.v1.cases_service_pb2 import CASE_STATUS_ACCEPTED, CASE_STATUS_DECIDED, CASE_STATUS_UNSPECIFIED
from onestop.common.v1.text_pb2 import Text

from services.common.context import Caller
from services.common.database import Database
from services.common.events import Event
from services.common.moments import timestamp
from services.common.testing.plugin import MakeDatabase
from services.notifications.core.templates import Templates, load
from services.notifications.events import HANDLERS

AS_A_RULE = {"agency_decided": CASE_STATUS_DECIDED, "agency_reported": CASE_STATUS_ACCEPTED}
"""The status a case has with what an agency outside says, when it was not at its end before."""
RECEIVED, DUE = datetime(2026, 3, 2, 1, 30, tzinfo=UTC), datetime(2026, 3, 9, 10, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def shared_database(make_database: MakeDatabase) -> Iterator[Database]:
    database = Database(make_database("notifications"), pool_size=10)
    yield database
    database.close()


@pytest.fixture
def database(shared_database: Database) -> Database:
    """Provides a database shared by all tests: each has a case and people of its own."""
    return shared_database


@pytest.fixture(scope="session")
def templates() -> Templates:
    return load()


@dataclass
class CaseStory:
    """Tells notifications the events of one case."""

    database: Database
    ref: str
    account: str
    owner: str
    version: int = 0
    channels: tuple[str, ...] = ("mail",)
    email: str = ""

    def event(self, fact: str, version: int, **other: object) -> Event:
        body = cases_events_pb2.CaseChanged(
            status=AS_A_RULE.get(fact, CASE_STATUS_UNSPECIFIED),
            case_id=f"id-of-{self.ref}",
            procedure_code="3.000347",
            agency_code="G01.029.00",
            applicant_account=self.account,
            owner_number=self.owner,
            notice=cases_events_pb2.NoticeFacts(
                procedure=Text(vi="Đổi giấy phép lái xe", en="Exchange of a driving licence"),
                agency=Text(vi="Sở Xây dựng", en="Department of Construction"),
                unit=Text(vi="Phòng Vận tải", en="Transport Division"),
                acted_by="Phạm Thị Mai",
                received_at=timestamp(RECEIVED),
                due=timestamp(DUE),
                email=self.email,
            ),
        )
        for name, value in other.items():
            setattr(body, name, value)
        return Event(f"cases.{fact}", self.ref, body.case_id, version, body.SerializeToString())

    def hear(self, *events: Event) -> None:
        with self.database.transaction() as conn:
            for event in events:
                HANDLERS[event.type](self.channels, conn, event)

    def happens(self, fact: str, **other: object) -> Event:
        """Makes the next event of the case, and has it heard."""
        self.version += 1
        event = self.event(fact, self.version, **other)
        self.hear(event)
        return event

    @property
    def bearer(self) -> Caller:
        """Whoever proves to bear the number the case belongs to, by another account than the one that filed."""
        citizen = frozenset({"citizen"})
        return Caller(f"bearer-{self.ref}", "Nguyễn Thị Lan", citizen, personal_number=self.owner, assurance=2)

    @property
    def filer(self) -> Caller:
        """Whoever is logged in to the account that filed, and has proven no number."""
        return Caller(self.account, "Nguyễn Thị Lan", frozenset({"citizen"}), assurance=1)


@pytest.fixture
def case(database: Database, unique_name: str) -> CaseStory:
    """Provides a case nobody has been told of."""
    name = unique_name.upper()
    return CaseStory(database, f"G01.029.00-260302-{name}", f"account-{name}", f"number-{name}")
