"""The composed service: from a case's event to the event that its paper was issued."""

import json
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from onestop.cases.v1 import cases_events_pb2
from pydantic import SecretStr

from services.common import outbox
from services.common.database import Database
from services.common.events import Event
from services.common.messaging import open_transport
from services.common.outbox import Relay
from services.common.settings import BadSettings
from services.common.testing.backing import Backing
from services.documents.__main__ import build
from services.documents.papers import usecases as papers
from services.documents.settings import DocumentsSettings
from services.documents.tests.pki import Authority
from services.documents.tests.samples import FACTS, facts

WITHIN = 20.0  # seconds


@pytest.fixture
def configured(
    fresh_database: Callable[[str], str], empty_database: Callable[[], str], s3: Backing, authority: Authority
) -> DocumentsSettings:
    return DocumentsSettings(
        listen="127.0.0.1:0",
        database_url=SecretStr(fresh_database("documents")),
        broker_database_url=SecretStr(empty_database()),
        s3_url=s3.url,
        s3_access_key=s3.access_key,
        s3_secret_key=SecretStr(s3.secret_key),
        s3_bucket=s3.bucket(),
        clamd="127.0.0.1:1",
        seal_dir=authority.folder,
        public_url="https://dichvucong.example.vn",
    )


def test_a_paper_a_case_orders_is_issued_and_announced(
    configured: DocumentsSettings, fresh_database: Callable[[str], str]
) -> None:
    app = build(configured)
    stop = threading.Event()
    service = threading.Thread(target=app.run, args=("all", stop))
    service.start()
    database = Database(configured.database_url.get_secret_value())
    cases = Database(fresh_database("documents"))  # any database with an outbox will do to speak as cases
    try:
        order = cases_events_pb2.PaperOrder(paper_id="p-1", form="01", data_json=json.dumps(facts("01")).encode())
        change = cases_events_pb2.CaseChanged(agency_code="G01.029.00", applicant_account="lan", paper=order)
        with cases.transaction() as conn:
            outbox.append(conn, [Event("cases.accepted", FACTS["case_ref"], "c-1", 2, change.SerializeToString())])
        with_relay(cases, configured)
        wait_until_announced(database)
        assert papers.check_paper(database, "p-1").number == "01/BPTNTKQ"
    finally:
        stop.set()
        service.join()
        database.close()
        cases.close()


def with_relay(database: Database, configured: DocumentsSettings) -> None:
    """Publishes what the database's outbox holds."""
    publisher = open_transport(configured).publisher()
    assert Relay(database, open_transport(configured)).step(publisher) == 1
    publisher.close()


def wait_until_announced(database: Database) -> None:
    """Returns once the broker has taken the event of the paper."""
    deadline = time.monotonic() + WITHIN
    pause = threading.Event()
    while time.monotonic() < deadline:
        with database.transaction() as conn:
            if conn.exec_driver_sql("SELECT count(*) FROM outbox WHERE sent_at IS NOT NULL").scalar_one():
                return
        pause.wait(0.05)
    pytest.fail("no paper was announced in time")


def test_without_keys_or_storage_it_says_in_one_line_what_to_mend(
    configured: DocumentsSettings, tmp_path: Path
) -> None:
    with pytest.raises(BadSettings, match="put the agencies' sealing keys there"):
        build(configured.model_copy(update={"seal_dir": tmp_path}))
    with pytest.raises(OSError, match=r"the object store at http://127\.0\.0\.1:1 does not answer"):
        build(configured.model_copy(update={"s3_url": "http://127.0.0.1:1"}))
