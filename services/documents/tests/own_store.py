"""A person's own store as tests fill it and look at it."""

import json
import os

from onestop.cases.v1 import cases_events_pb2 as cases_pb

from services.common.context import Caller
from services.common.database import Database
from services.common.events import Event
from services.common.times import utc_now
from services.documents import events
from services.documents.conftest import AGENCY, INSPECTORS
from services.documents.core.blobs import Blobs
from services.documents.files import usecases as files
from services.documents.files.domain import File
from services.documents.files.intake import Intake
from services.documents.files.scanner import Clamd
from services.documents.files.usecases import NewFile
from services.documents.papers.usecases import PaperIssuer, issue_next
from services.documents.personal_store import usecases
from services.documents.personal_store.usecases import Keeping, ListedPaper, Wanted
from services.documents.signatures import verify
from services.documents.tests.pki import Authority
from services.documents.tests.samples import facts, pdf, result_facts

LAN = Caller("lan", "Nguyễn Thị Lan", frozenset({"citizen"}), personal_number="079301000019", assurance=2)
LAN_UNPROVEN = Caller("lan-2", "Nguyễn Thị Lan", frozenset({"citizen"}), personal_number="079301000019", assurance=1)
LAN_ELSEWHERE = Caller("lan-3", "Nguyễn Thị Lan", frozenset({"citizen"}), personal_number="079301000019", assurance=2)
FIRST, SECOND = "G01.029.00-260105-010001", "H29.035.00-260301-0001"


def upload(database: Database, blobs: Blobs, scanner: Clamd, content: bytes = b"", who: Caller = LAN) -> File:
    content = content or pdf(os.urandom(8).hex().encode())
    return files.upload(
        database, Intake(INSPECTORS, blobs, scanner), who, NewFile("giay.pdf", len(content)), [content], utc_now
    )


def deliver(database: Database, event_type: str, ref: str, change: cases_pb.CaseChanged, version: int = 1) -> Event:
    event = Event(event_type, ref, f"case of {ref}", version, change.SerializeToString())
    with database.transaction() as conn:
        events.HANDLERS[event_type](conn, event)
    return event


def accepted(file: File, account: str = "lan") -> cases_pb.CaseChanged:
    handed_in = cases_pb.HandedInPaper(
        paper_code="giay_kham", name_vi="Giấy khám", name_en="Health certificate", file_id=str(file.file_id)
    )
    return cases_pb.CaseChanged(
        agency_code=AGENCY,
        applicant_account=account,
        applicant_identifier="079301000019",
        handed_in=[handed_in],
    )


def using(listed: ListedPaper) -> cases_pb.CaseChanged:
    used = cases_pb.ReusedPaper(stored_paper_id=str(listed.paper.stored_paper_id), consent="reuse-2026-1")
    return cases_pb.CaseChanged(
        agency_code="H29.035.00", procedure_code="1.001612", applicant_account="lan", reused=[used]
    )


def issue(
    database: Database,
    issuer: PaperIssuer,
    decision: str = "granted",
    account: str = "lan",
    owner: str = "079301000019",
    *,
    unproven: bool = False,
) -> None:
    data, template = result_facts("giay-phep-lai-xe", owner=owner), "giay-phep-lai-xe"
    if decision != "granted":
        kind = {"code": "ket_qua", "name_vi": "Kết quả", "name_en": "Result", "owner": owner, "legal_value": "notice"}
        data, template = facts("result", decision=decision, result_type=kind), ""
    change = cases_pb.CaseChanged(
        agency_code=AGENCY,
        applicant_account=account,
        unproven=unproven,
        paper=cases_pb.PaperOrder(
            paper_id="p-1", form="result", data_json=json.dumps(data).encode(), template=template
        ),
    )
    deliver(database, "cases.decided", FIRST, change)
    assert issue_next(database, issuer)


def personal_store(database: Database, who: Caller = LAN, **wanted: object) -> list[ListedPaper]:
    return usecases.list_papers(database, who, Wanted(**wanted), utc_now())[0]  # type: ignore[arg-type]


def keep(database: Database, file: File, **said: str) -> ListedPaper:
    return usecases.store_upload(database, LAN, Keeping(str(file.file_id), "giay_kham", "Giấy khám", **said), utc_now())


def judge(database: Database, blobs: Blobs, authority: Authority) -> None:
    usecases.validate_signatures(database, blobs, verify.load_roots(authority.certificate), utc_now)
