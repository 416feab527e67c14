"""A migrated database, cases to pay for and the people who do."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from onestop.cases.v1 import cases_events_pb2, cases_service_pb2
from onestop.payments.v1 import payments_events_pb2

from services.common import sql
from services.common.context import Caller
from services.common.database import Database
from services.common.events import Event
from services.common.testing.plugin import MakeDatabase
from services.common.times import utc_now
from services.payments.attempts import vnpay
from services.payments.attempts.vnpay import Merchant
from services.payments.dues import usecases as dues_usecases
from services.payments.dues.events import HANDLERS
from services.payments.dues.usecases import Dues

AGENCY = "G01.029.00"
MERCHANT = Merchant("ONESTOP1", "a secret of the tests", "https://pay.example.vn", "https://pay.example.vn")
FEE = cases_events_pb2.Fee(
    code="LP", name_vi="Lệ phí cấp giấy phép", name_en="Licence levy", amount=135_000, legal_basis="TT 37/2023"
)


@pytest.fixture(scope="module")
def shared_database(make_database: MakeDatabase) -> Iterator[Database]:
    database = Database(make_database("payments"), pool_size=20)
    yield database
    database.close()


@pytest.fixture
def database(shared_database: Database) -> Database:
    """Provides a database shared by all tests: each uses a case number of its own."""
    return shared_database


@pytest.fixture
def citizen() -> Caller:
    return Caller("account-lan", "Nguyễn Thị Lan", frozenset({"citizen"}))


@pytest.fixture
def clerk() -> Caller:
    return Caller("account-mai", "Phạm Thị Mai", frozenset({"clerk"}), ("G01.029.00", "H29"))


@dataclass
class CaseStory:
    """Tells payments the events of one case."""

    database: Database
    ref: str
    versions: dict[str, int] = field(default_factory=dict)
    account: str = "account-lan"
    owner: str = ""

    def event(self, fact: str, version: int, *fees: cases_events_pb2.Fee) -> Event:
        status = {
            "submitted": cases_service_pb2.CASE_STATUS_REGISTERED,
            "refused": cases_service_pb2.CASE_STATUS_REFUSED,
            "withdrawn": cases_service_pb2.CASE_STATUS_WITHDRAWN,
            "stopped": cases_service_pb2.CASE_STATUS_STOPPED,
            "resumed": cases_service_pb2.CASE_STATUS_PROCESSING,
            "payment_requested": cases_service_pb2.CASE_STATUS_PAYMENT_REQUESTED,
            "resubmitted": cases_service_pb2.CASE_STATUS_ACCEPTED,
        }[fact]
        body = cases_events_pb2.CaseChanged(
            case_id=f"id-of-{self.ref}",
            procedure_code="3.000347",
            agency_code=AGENCY,
            status=status,
            applicant_name="Nguyễn Thị Lan",
            applicant_account=self.account,
            owner_number=self.owner,
            fees=fees,
        )
        return Event(f"cases.{fact}", self.ref, body.case_id, version, body.SerializeToString())

    def hear(self, event: Event) -> None:
        with self.database.transaction() as conn:
            HANDLERS[event.type](conn, event)

    def submitted(self) -> "CaseStory":
        self.hear(self.event("submitted", 1, FEE))
        return self

    def published(self) -> list[str]:
        """Lists the types of the events payments has published about the case, in order."""
        with self.database.transaction() as conn:
            rows = sql.rows(
                conn,
                "SELECT type, aggregate_version FROM outbox WHERE subject = %(ref)s ORDER BY seq",
                {"ref": self.ref},
            )
        assert [row.aggregate_version for row in rows] == list(range(1, len(rows) + 1))
        return [row.type for row in rows]

    def settled(self) -> list[list[str]]:
        """Returns the fees that each settlement published names."""
        with self.database.transaction() as conn:
            statement = "SELECT data FROM outbox WHERE subject = %(ref)s AND type = 'payments.settled' ORDER BY seq"
            rows = sql.values(conn, statement, {"ref": self.ref})
            return [list(payments_events_pb2.PaymentSettled.FromString(bytes(data)).fees) for data in rows]

    def refunded(self) -> list[tuple[int, bool]]:
        """Lists amount and surplus of each refund published."""
        with self.database.transaction() as conn:
            statement = "SELECT data FROM outbox WHERE subject = %(ref)s AND type = 'payments.refunded' ORDER BY seq"
            rows = sql.values(conn, statement, {"ref": self.ref})
            refunds = [payments_events_pb2.PaymentRefunded.FromString(bytes(data)) for data in rows]
        return [(refund.amount, refund.surplus) for refund in refunds]

    def dues(self, who: Caller) -> Dues:
        return dues_usecases.get_dues(self.database, who, self.ref, utc_now())

    def pay_cash(self, who: Caller, amount: int = 135_000) -> Dues:
        return dues_usecases.record_cash(self.database, who, self.ref, amount, utc_now())

    def ledger(self) -> list[tuple[str, str, int]]:
        with self.database.transaction() as conn:
            rows = sql.rows(
                conn,
                "SELECT debit, credit, amount FROM ledger_entry WHERE case_ref = %(ref)s ORDER BY entry_id",
                {"ref": self.ref},
            )
            return [(row.debit, row.credit, row.amount) for row in rows]


def notice(
    txn_ref: str,
    *,
    amount: int = 135_000,
    response: str = "00",
    status: str = "00",
    number: str | None = None,
    pay_date: str = "",
) -> str:
    """Returns a notice signed as the provider would."""
    return vnpay.signed_query(
        MERCHANT.secret,
        {
            "vnp_Amount": str(amount * 100),
            "vnp_BankCode": "NCB",
            "vnp_OrderInfo": "Nop phi",
            "vnp_PayDate": pay_date,
            "vnp_ResponseCode": response,
            "vnp_TmnCode": MERCHANT.tmn_code,
            "vnp_TransactionNo": number if number is not None else str(int(txn_ref[:15], 16)),
            "vnp_TransactionStatus": status,
            "vnp_TxnRef": txn_ref,
        },
    )


@pytest.fixture
def case(database: Database, unique_name: str) -> CaseStory:
    """Provides a case nobody has heard of yet."""
    return CaseStory(database, f"G01.029.00-261122-{unique_name.upper()}")
