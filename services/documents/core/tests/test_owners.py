"""What was filed at the counter is seen by whoever proved to bear, or to represent, the number the case belongs to."""

import json
from dataclasses import replace

import pytest
from onestop.cases.v1 import cases_events_pb2 as cases_pb

from services.common.context import Caller
from services.common.database import Database
from services.common.times import utc_now
from services.documents.conftest import AGENCY, HUNG, OFFICER
from services.documents.core.blobs import Blobs
from services.documents.files import usecases as files
from services.documents.files.domain import FileNotFound
from services.documents.files.scanner import Clamd
from services.documents.papers import usecases as papers
from services.documents.papers.usecases import PaperIssuer, issue_next
from services.documents.tests.own_store import (
    FIRST,
    LAN,
    LAN_ELSEWHERE,
    LAN_UNPROVEN,
    SECOND,
    deliver,
    personal_store,
    upload,
)
from services.documents.tests.samples import facts

NUMBER, FIRM = LAN.personal_number, "0314409058"
REPRESENTATIVE = replace(HUNG, personal_number="001090000001", assurance=2, firms=(FIRM,))


def of_case(owner: str, **changes: object) -> cases_pb.CaseChanged:
    return cases_pb.CaseChanged(agency_code=AGENCY, owner_number=owner, **changes)  # type: ignore[arg-type]


def sees(database: Database, who: Caller, file_id: str) -> bool:
    try:
        return bool(files.describe(database, who, [file_id], utc_now()))
    except FileNotFound:
        return False


def test_files_of_a_counter_case_are_its_owners_and_of_nobody_else(
    database: Database, blobs: Blobs, scanner: Clamd
) -> None:
    file_id = str(upload(database, blobs, scanner, who=OFFICER).file_id)
    deliver(database, "cases.submitted_with_files", FIRST, of_case(NUMBER, file_ids=[file_id]))
    assert [sees(database, who, file_id) for who in (LAN_ELSEWHERE, LAN_UNPROVEN, HUNG)] == [True, False, False]
    assert files.download(database, blobs, LAN_ELSEWHERE, file_id, 0, 0, utc_now())[0].owner == OFFICER.subject


def test_papers_of_a_counter_case_are_listed_and_read_by_its_owner(
    database: Database, blobs: Blobs, issuer: PaperIssuer
) -> None:
    order = cases_pb.PaperOrder(paper_id="p-1", form="01", data_json=json.dumps(facts("01")).encode())
    deliver(database, "cases.accepted", FIRST, of_case(NUMBER, paper=order), version=2)
    assert issue_next(database, issuer)
    [paper] = papers.list_papers(database, LAN_ELSEWHERE, FIRST)
    assert files.download(database, blobs, LAN_ELSEWHERE, str(paper.file_id), 0, 0, utc_now())[0].state == "clean"
    for stranger in (LAN_UNPROVEN, HUNG, REPRESENTATIVE):
        assert papers.list_papers(database, stranger, FIRST) == []


def test_what_is_a_firms_is_seen_by_who_represents_it_and_no_longer(
    database: Database, blobs: Blobs, scanner: Clamd
) -> None:
    file_id = str(upload(database, blobs, scanner, who=OFFICER).file_id)
    deliver(database, "cases.submitted_with_files", FIRST, of_case(FIRM, file_ids=[file_id]))
    former, claimed = replace(REPRESENTATIVE, firms=()), replace(REPRESENTATIVE, assurance=1)
    assert [sees(database, who, file_id) for who in (REPRESENTATIVE, former, claimed)] == [True, False, False]


@pytest.mark.parametrize("versions", [(1, 4, 3), (4, 3, 1), (3, 1, 4)])
def test_the_newest_event_says_whose_it_is_in_whatever_order_they_come(
    database: Database, blobs: Blobs, scanner: Clamd, versions: tuple[int, ...]
) -> None:
    file_id = str(upload(database, blobs, scanner, who=OFFICER).file_id)
    owners = {1: REPRESENTATIVE.personal_number, 3: REPRESENTATIVE.personal_number, 4: NUMBER}
    for version in versions:
        change = of_case(owners[version], file_ids=[file_id])
        deliver(database, "cases.submitted_with_files", SECOND, change, version)
    assert [sees(database, who, file_id) for who in (LAN_ELSEWHERE, REPRESENTATIVE)] == [True, False]


def test_a_case_that_is_nobodys_by_number_opens_nothing(database: Database, blobs: Blobs, scanner: Clamd) -> None:
    file_id = str(upload(database, blobs, scanner, who=OFFICER).file_id)
    deliver(database, "cases.submitted_with_files", FIRST, of_case("", file_ids=[file_id]))
    for who in (LAN_ELSEWHERE, replace(LAN_ELSEWHERE, personal_number="")):
        assert not sees(database, who, file_id)


@pytest.mark.parametrize("late", [False, True], ids=["in order", "accepted heard last"])
def test_a_number_put_right_moves_what_entered_a_store_with_it(
    database: Database, blobs: Blobs, scanner: Clamd, late: bool
) -> None:
    file_id = str(upload(database, blobs, scanner, who=OFFICER).file_id)
    his = REPRESENTATIVE.personal_number
    paper = cases_pb.HandedInPaper(paper_code="giay_kham", name_vi="Giấy khám", name_en="Health", file_id=file_id)
    accepted = of_case(his, applicant_identifier=his, handed_in=[paper])
    events = [("cases.accepted", accepted, 2), ("cases.applicant_identified", of_case(NUMBER), 3)]
    deliver(database, "cases.submitted_with_files", FIRST, of_case(his, file_ids=[file_id]), version=1)
    for event_type, change, version in reversed(events) if late else events:
        deliver(database, event_type, FIRST, change, version)
    assert [str(each.paper.file_id) for each in personal_store(database, LAN_ELSEWHERE)] == [file_id]
    assert personal_store(database, REPRESENTATIVE) == []
    assert [sees(database, who, file_id) for who in (LAN_ELSEWHERE, REPRESENTATIVE)] == [True, False]
