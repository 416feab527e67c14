"""A field that is new on a case needs its mark, and nothing else, to be let go of, passed on and told outside."""

from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from functools import cache
from uuid import UUID

import orjson

from services.cases.chains.messages import dispatch_order
from services.cases.core.actions import Dispose
from services.cases.core.domain.case import Case
from services.cases.core.domain.case_parts import Actor, Applicant, Attachment
from services.cases.core.domain.case_rules import CaseRules
from services.cases.core.domain.children import Dispatch
from services.cases.procedures.folder import load_catalogue
from services.contracts.privacy import Neutral, Recorded, Stated, of_parts

NOON = datetime(2026, 11, 20, 5, tzinfo=UTC)
REMARK = "Tôi khiếm thính, xin nhắn tin"


@dataclass(frozen=True)
class Remarked(Case):
    """A case as it would be with three more fields."""

    remark: Stated[str] = ""
    seen_as: Recorded[str] = ""
    shelf: Neutral[str] = ""


CASE = Remarked(
    UUID(int=1), "3.000722.BHYT", date(2026, 1, 1), "G24.029.00", "online",
    Applicant("person", "Nguyễn Thị Lan", "079301000019", "12 Lê Lợi", "0903000019", "lan@example.com", "lan"), NOON,
    attachments=(Attachment("giay_khai_sinh", "file-1", "khai sinh bé An.pdf"),),
    dispatch=Dispatch("d-1", "H29.035.00"),
    remark=REMARK, seen_as="gấp", shelf="B2",
)  # fmt: skip


@cache
def rules() -> CaseRules:
    catalogue = load_catalogue()
    procedure = catalogue.find(CASE.procedure_code, NOON.date())
    return catalogue.case_rules(procedure.code, procedure.effective_from, CASE.agency_code)


def test_it_is_let_go_of_when_the_time_is_over() -> None:
    left = Dispose(20).apply_to(CASE, Actor("cases", "cases", "system"), NOON, rules())
    kept = {field.name: getattr(left, field.name, None) for field in fields(Remarked)}
    assert (kept["remark"], kept["seen_as"], kept["shelf"]) == ("", "gấp", "B2")
    assert left.applicant == Applicant("person", "Nguyễn Thị Lan", "079301000019", account="lan")
    assert left.attachments == (Attachment("giay_khai_sinh", "file-1"),)


def test_the_parts_of_a_chain_get_it() -> None:
    assert of_parts(CASE)["remark"] == REMARK
    assert of_parts(CASE).keys() == {
        "applicant", "proxy", "filer", "acting", "attachments", "result_address", "remark",
    }  # fmt: skip


def test_the_envelope_to_an_agency_outside_carries_it() -> None:
    told = orjson.loads(dispatch_order(CASE, {"child_name": "An"}, rules()).case_json)
    assert told["remark"] == REMARK
    assert told["applicant"].keys() == {"full_name", "identifier", "address", "phone", "email", "country"}
    assert not {"seen_as", "shelf", "filer", "proxy"} & told.keys()
