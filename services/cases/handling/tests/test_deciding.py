"""A case ends with the result itself: the certificate, licence or extract, not with a letter that says “granted”."""

import json
from datetime import date
from typing import Any

import pytest
from onestop.cases.v1 import cases_service_pb2 as pb
from onestop.cases.v1.actions_pb2 import Decide as DecideMessage
from onestop.cases.v1.actions_pb2 import Result as ResultMessage
from onestop.cases.v1.decision_pb2 import DECISION_GRANTED
from onestop.cases.v1.decision_pb2 import Signatory as SignatoryMessage
from onestop.documents.v1 import documents_service_pb2 as documents_pb

from services.cases.core import actions
from services.cases.core.context import CasesContext
from services.cases.core.domain.catalogue_models import Agency
from services.cases.core.domain.result import Signatory, signature_lines
from services.cases.core.domain.status import CaseStatus as S
from services.cases.core.messages.shown import shown
from services.cases.core.usecases.act import act
from services.cases.core.usecases.read import get, history
from services.cases.core.visibility import CaseView
from services.cases.filing.usecases.submit import submit
from services.cases.handling.domain.results import GivenResult
from services.cases.handling.rpc.acting import take
from services.cases.handling.tests.test_act import events, issue
from services.cases.handling.usecases.deciding import decide
from services.cases.testing.samples import (
    CLERK,
    GRANTED,
    LAN,
    LEADER,
    OFFICER,
    WARD_OFFICER,
    birth,
    criminal_record,
    of,
    sent,
)
from services.cases.testing.stand_ins import Clock, FilesAtHand
from services.common import limits
from services.common.errors import InvalidInput

CLEAN = json.dumps({"has_convictions": False}).encode()
_CONVICTION = {"judgment": "12/2019/HSST", "court": "TAND Quận 1", "offence": "Điều 173", "penalty": "6 tháng tù"}
_CLEAN_YET_CONVICTED = json.dumps({"has_convictions": False, "convictions": [_CONVICTION]}).encode()
DIRECTOR = Signatory("", "Giám đốc", "Trần Đức Tài")


@pytest.fixture
def ref(ctx: CasesContext) -> str:
    """A criminal record certificate in an officer's hands."""
    form = criminal_record()["form"] | {"fee_group": "exempt"}
    filed = submit(ctx, LAN, sent(criminal_record(form=form)))[0].ref
    act(ctx, CLERK, filed, 0, actions.Accept())
    act(ctx, OFFICER, filed, 0, actions.Assign(OFFICER.subject))
    return filed


def grant(ctx: CasesContext, ref: str, **given: Any) -> CaseView:
    return decide(ctx, OFFICER, ref, 0, "granted", given=GivenResult(**({"facts": CLEAN} | given)))


def ordered(ctx: CasesContext, ref: str) -> tuple[Any, dict[str, Any]]:
    """The order of the result, and its facts."""
    paper = next(body.paper for kind, body in events(ctx, ref) if kind == "cases.decided")
    return paper, json.loads(paper.data_json)


def faults(error: pytest.ExceptionInfo[InvalidInput]) -> dict[str, str]:
    return {each.pointer: each.code for each in error.value.fields}


def test_nobody_grants_without_the_result_where_the_procedure_has_one(ctx: CasesContext, ref: str) -> None:
    with pytest.raises(InvalidInput) as error:
        decide(ctx, OFFICER, ref, 0, "granted")
    assert faults(error) == {"/result": "required"}
    assert "Phiếu lý lịch tư pháp" in error.value.fields[0].vi
    assert get(ctx, OFFICER, ref).case.status is S.PROCESSING


def test_what_is_denied_has_no_result_and_its_letter_is_a_notice(ctx: CasesContext, ref: str) -> None:
    with pytest.raises(InvalidInput) as error:
        decide(ctx, OFFICER, ref, 0, "denied", "Sai đối tượng", GivenResult(facts=CLEAN))
    assert faults(error) == {"/result": "not-granted"}
    decide(ctx, OFFICER, ref, 0, "denied", "Sai đối tượng")
    paper, data = ordered(ctx, ref)
    assert (paper.template, data["result_type"]["legal_value"]) == ("", "notice")
    assert data["result_type"]["code"] != "phieu_ly_lich_tu_phap"
    assert not shown(get(ctx, LAN, ref)).HasField("result")


def test_the_template_shows_what_was_filed_and_what_whoever_decides_adds(ctx: CasesContext, ref: str) -> None:
    grant(ctx, ref, number="15/LLTP", issued_on=date(2026, 3, 2), valid_until=date(2027, 3, 2), signer=DIRECTOR)
    paper, data = ordered(ctx, ref)
    assert (paper.template, paper.result_file_id) == ("phieu-ly-lich-tu-phap", "")
    assert data["result_type"]["legal_value"] == "original"
    assert data["result_type"]["name_vi"] == "Phiếu lý lịch tư pháp"
    result = data["result"]
    assert (result["number"], result["issued_on"], result["valid_until"]) == ("15/LLTP", "2026-03-02", "2027-03-02")
    assert result["signer"] == {"lines": ["GIÁM ĐỐC"], "name": "Trần Đức Tài"}
    assert result["facts"]["full_name"] == "Nguyễn Thị Lan"
    assert result["facts"]["has_convictions"] is False
    assert "purpose" not in result["facts"]


def test_what_is_given_anew_stands_for_what_was_filed(ctx: CasesContext, ref: str) -> None:
    facts = {"has_convictions": False, "permanent_residence": "12 Lê Lợi, phường Sài Gòn"}
    grant(ctx, ref, facts=json.dumps(facts).encode())
    assert ordered(ctx, ref)[1]["result"]["facts"]["permanent_residence"] == "12 Lê Lợi, phường Sài Gòn"


def test_the_facts_stand_on_the_paper_alone(ctx: CasesContext, ref: str) -> None:
    grant(ctx, ref, number="15/LLTP")
    _, entries = history(ctx, OFFICER, ref)
    told = json.loads(entries[-1][1])["data"]["result"]
    assert set(told) == {"number", "signer", "sha256"}
    assert "has_convictions" not in entries[-1][1].decode()


def test_whoever_decides_signs_as_the_agency_lists_them(ctx: CasesContext, ref: str) -> None:
    grant(ctx, ref)
    result = ordered(ctx, ref)[1]["result"]
    assert result["signer"] == {"lines": ["TL. GIÁM ĐỐC", "TRƯỞNG PHÒNG"], "name": OFFICER.name}
    case = shown(get(ctx, LAN, ref))
    assert (case.result.signer.authority, case.result.signer.position) == ("TL", "Trưởng phòng")
    assert (case.result.issued_on, case.result.number) == ("2026-03-02", "")
    issue(ctx, ref, "result")
    assert shown(get(ctx, LAN, ref)).result.number == "7/TB-KQ"


def test_somebody_the_agency_does_not_list_says_who_signs(ctx: CasesContext) -> None:
    filed = submit(ctx, LAN, sent(of(LAN, {**birth(), "procedure": "1.001193", "form": BIRTH, "attachments": []})))
    ref = filed[0].ref
    act(ctx, CLERK, ref, 0, actions.Accept())
    stranger = WARD_OFFICER.__class__("stranger", "Người Mới", frozenset({"officer"}), ("H29.035.00",))
    act(ctx, WARD_OFFICER, ref, 0, actions.Assign(stranger.subject))
    with pytest.raises(InvalidInput) as error:
        decide(ctx, stranger, ref, 0, "granted", given=GivenResult())
    assert faults(error) == {"/result/signer": "required"}


BIRTH = {
    "requester_name": "Nguyễn Thị Lan",
    "requester_personal_number": "079301000019",
    "relation": "mother",
    "child_name": "Trần Bảo An",
    "child_birth_date": "2026-02-20",
    "child_sex": "female",
    "birth_place": "Bệnh viện Từ Dũ",
    "mother_personal_number": "079301000019",
}


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"facts": b""}, {"/result/facts/has_convictions": "required"}),
        ({"facts": b'{"has_convictions": true}'}, {"/result/facts/convictions": "required"}),
        ({"facts": b'{"has_convictions": true, "convictions": []}'}, {"/result/facts/convictions": "minItems"}),
        ({"facts": _CLEAN_YET_CONVICTED}, {"/result/facts/convictions": "maxItems"}),
        ({"facts": b"[]"}, {"/result/facts": "json"}),
        ({"facts": b'{"has_convictions": false, "purpose": "x"}'}, {"/result/facts/purpose": "additionalProperties"}),
        ({"file_id": "file-1"}, {"/result/facts": "file-or-facts"}),
        ({"issued_on": date(2026, 3, 3)}, {"/result/issued_on": "range"}),
        ({"issued_on": date(2026, 2, 27)}, {"/result/issued_on": "range"}),
        ({"valid_until": date(2026, 3, 1)}, {"/result/valid_until": "range"}),
        ({"signer": Signatory("KT", "", "Võ Thành Công")}, {"/result/signer/position": "required"}),
        ({"number": "15/\N{SNOWMAN WITHOUT SNOW}\N{GRINNING FACE}"}, {"/result/number": "unprintable"}),
    ],
)
def test_everything_wrong_with_a_result_is_named(
    ctx: CasesContext, ref: str, given: dict[str, Any], named: dict[str, str]
) -> None:
    with pytest.raises(InvalidInput) as error:
        grant(ctx, ref, **given)
    assert faults(error) == named


def test_an_officer_draws_the_result_up_as_a_file(ctx: CasesContext, ref: str, files: FilesAtHand) -> None:
    files.owner = OFFICER.subject
    grant(ctx, ref, facts=b"", file_id="drawn-up", number="15/LLTP")
    paper, data = ordered(ctx, ref)
    assert (paper.template, paper.result_file_id, data["result_type"]["legal_value"]) == ("", "drawn-up", "original")
    assert [body.file_ids for kind, body in events(ctx, ref) if kind == "cases.decided"] == [["drawn-up"]]


def test_a_file_drawn_up_is_the_officers_own_and_clean(ctx: CasesContext, ref: str, files: FilesAtHand) -> None:
    with pytest.raises(InvalidInput) as error:
        grant(ctx, ref, facts=b"", file_id="somebody-elses")
    assert faults(error) == {"/result/file_id": "file-not-own"}
    files.owner, files.state = OFFICER.subject, documents_pb.FILE_STATE_QUARANTINED
    with pytest.raises(InvalidInput) as error:
        grant(ctx, ref, facts=b"", file_id="not-yet-scanned")
    assert faults(error) == {"/result/file_id": "file-in-quarantine"}


def test_a_file_that_takes_no_seal_is_refused_before_the_case_is_decided(
    ctx: CasesContext, ref: str, files: FilesAtHand
) -> None:
    files.owner, files.sealable = OFFICER.subject, False
    with pytest.raises(InvalidInput) as error:
        grant(ctx, ref, facts=b"", file_id="locked")
    assert faults(error) == {"/result/file_id": "file-takes-no-seal"}
    assert get(ctx, OFFICER, ref).case.decided_at is None


def test_a_grant_without_its_result_is_refused_with_an_example(ctx: CasesContext, ref: str) -> None:
    with pytest.raises(InvalidInput) as error:
        act(ctx, OFFICER, ref, 0, actions.Decide("granted"))
    [fault] = error.value.fields
    assert (fault.pointer, "ví dụ" in fault.vi, "e.g." in fault.en) == ("/result", True, True)


def test_a_corrected_result_is_given_anew(ctx: CasesContext, ref: str, clock: Clock) -> None:
    grant(ctx, ref)
    issue(ctx, ref, "result")
    clock.forward(days=1)
    act(ctx, LEADER, ref, 0, actions.Reopen("Sai nơi cư trú", "Luật Lý lịch tư pháp", 2))
    assert get(ctx, OFFICER, ref).case.result is None
    act(ctx, OFFICER, ref, 0, actions.Assign(OFFICER.subject))
    with pytest.raises(InvalidInput):
        decide(ctx, OFFICER, ref, 0, "granted")
    assert grant(ctx, ref).case.status is S.DECIDED


def test_a_decision_is_read_with_its_result(ctx: CasesContext, ref: str) -> None:
    signer = SignatoryMessage(authority="kt.", position="Phó Giám đốc", name="Võ Thành Công")
    result = ResultMessage(facts=CLEAN, number="16/LLTP", issued_on="2026-03-02", signer=signer)
    asked = pb.ActRequest(ref=ref, decide=DecideMessage(decision=DECISION_GRANTED, result=result))
    decided = take(ctx, OFFICER, asked).case
    assert decided.result is not None
    assert (decided.result.number, decided.result.signer.authority) == ("16/LLTP", "KT")
    asked.decide.result.signer.authority = "PP"
    with pytest.raises(InvalidInput) as error:
        take(ctx, OFFICER, asked)
    assert faults(error) == {"/result/signer/authority": "enum"}


def agency(**changes: Any) -> Agency:
    whole = {"code": "H29.035.00", "name_vi": "Ủy ban nhân dân phường Bến Thành", "name_en": "x", "place": "x",
             "counter": "x", "units": [{"code": "a", "name_vi": "a", "name_en": "a"}]}  # fmt: skip
    return Agency.model_validate(whole | changes)


@pytest.mark.parametrize(
    ("authority", "position", "collective", "lines"),
    [
        ("TM", "Chủ tịch", "Ủy ban nhân dân", ["TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"]),
        ("KT", "Phó Chủ tịch", "Ủy ban nhân dân", ["TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"]),
        ("KT", "Phó Giám đốc", "", ["KT. CHỦ TỊCH", "PHÓ GIÁM ĐỐC"]),
        ("TL", "Chánh Văn phòng", "Ủy ban nhân dân", ["TL. CHỦ TỊCH", "CHÁNH VĂN PHÒNG"]),
        ("TUQ", "Công chức tư pháp", "Ủy ban nhân dân", ["TUQ. CHỦ TỊCH", "CÔNG CHỨC TƯ PHÁP"]),
        ("Q", "Chủ tịch", "Ủy ban nhân dân", ["TM. ỦY BAN NHÂN DÂN", "Q. CHỦ TỊCH"]),
        ("", "Chủ tịch", "", ["CHỦ TỊCH"]),
    ],
)
def test_nd30_annex_1_the_lines_above_a_signature_say_by_what_authority_and_in_what_position(
    authority: Any, position: str, collective: str, lines: list[str]
) -> None:
    known = agency(head="Chủ tịch", collective=collective)
    assert signature_lines(Signatory(authority, position, "Ai Đó"), known) == lines


def test_a_granted_sample_fits_every_procedure() -> None:
    assert GRANTED.result is not None
    assert limits.RESULT_FILE_BYTES < limits.FILE_BYTES
