"""Filing for another: with an authorisation paper or as an exempt relation, and named wherever it counts."""

from dataclasses import replace
from typing import Any

import orjson
import pytest
from onestop.cases.v1 import cases_events_pb2 as pb

from services.cases.core import actions
from services.cases.core.context import CasesContext
from services.cases.core.domain.case import Case
from services.cases.core.domain.case_parts import Pin
from services.cases.core.domain.errors import CaseNotFound
from services.cases.core.domain.proxy import Proxy
from services.cases.core.messages.cases import case_message
from services.cases.core.store import cases as store
from services.cases.core.usecases.act import act
from services.cases.core.usecases.read import get, history
from services.cases.deadlines.usecases.timers import run_timers
from services.cases.filing.usecases.check import check
from services.cases.filing.usecases.submit import submit
from services.cases.procedures.folder import load_catalogue
from services.cases.supplements import usecases as supplement
from services.cases.supplements.usecases import Sent
from services.cases.testing.samples import (
    CLERK,
    HUNG,
    LAN,
    WARD_OFFICER,
    birth,
    criminal_record,
    household_business,
    licence_exchange,
    sent,
)
from services.cases.testing.stand_ins import Clock, FilesAtHand
from services.common.context import Caller
from services.common.errors import InvalidInput
from services.contracts.application import AttachmentPart

PAPER = {"paper": "giay_uy_quyen", "file_id": "file-authorisation"}
TRAN_HUNG = {
    "full_name": "Trần Văn Hùng",
    "identifier": "001090000001",
    "address": "15 Lê Lai",
    "phone": "0912345678",
    "email": "hung@example.vn",
}
WITH_PAPER = TRAN_HUNG | {"authorisation": "giay_uy_quyen"}


@pytest.fixture
def files() -> FilesAtHand:
    return FilesAtHand(owner=CLERK.subject)


def by_proxy(proxy: dict[str, Any] = WITH_PAPER, *attachments: dict[str, str], **changes: Any) -> dict[str, Any]:
    return criminal_record(proxy=proxy, attachments=list(attachments or [PAPER]), **changes)


def certificate_2() -> dict[str, Any]:
    return {"form": criminal_record()["form"] | {"certificate_type": "2"}}


def faults(ctx: CasesContext, who: Caller, application: dict[str, Any]) -> set[tuple[str, str]]:
    """What filing refuses, which is what a check before it says."""
    with pytest.raises(InvalidInput) as caught:
        submit(ctx, who, sent(application))
    told = {(field.pointer, field.code) for field in check(ctx, who, orjson.dumps(application), "").errors}
    refused = {(field.pointer, field.code) for field in caught.value.fields}
    assert refused <= told
    return refused


def under(ctx: CasesContext, **proxy: Any) -> CasesContext:
    """An office whose criminal records are taken by proxy as `proxy` says."""
    catalogue = load_catalogue()
    versions = [
        each.model_copy(update={"proxy": each.proxy.model_copy(update=proxy)}) if each.code == "2.000488" else each
        for code in [each.code for each in catalogue.in_force(ctx.today())]
        for each in catalogue.versions(code)
    ]
    catalogue.adopt(versions, 1)
    return replace(ctx, catalogue=catalogue)


def case(ctx: CasesContext, ref: str) -> Case:
    with ctx.database.autocommit() as conn:
        return store.read(conn, ref)[0]


def paper_data(ctx: CasesContext, ref: str) -> Any:
    with ctx.database.autocommit() as conn:
        rows = conn.exec_driver_sql("SELECT data FROM outbox WHERE subject = %s ORDER BY aggregate_version", (ref,))
        changes = [pb.CaseChanged.FromString(bytes(data)) for (data,) in rows]
    return orjson.loads(next(each.paper.data_json for each in changes if each.HasField("paper")))


def test_a_case_filed_at_the_counter_names_the_proxy_in_view_history_and_receipt(ctx: CasesContext) -> None:
    application = by_proxy(form=criminal_record()["form"] | {"fee_group": "exempt"})
    ref = submit(ctx, CLERK, sent(application))[0].ref
    seen = get(ctx, CLERK, ref)
    shown = case_message(seen.case, seen.form, seen.rules, [])
    assert (shown.applicant.full_name, shown.proxy.full_name) == ("Nguyễn Thị Lan", "Trần Văn Hùng")
    assert (shown.proxy.phone, shown.proxy.authorisation) == ("0912345678", "giay_uy_quyen")
    [(_, entry, _)] = history(ctx, CLERK, ref)[1]
    assert orjson.loads(entry)["data"]["proxy"] == {
        "full_name": "Trần Văn Hùng",
        "identifier": "001090000001",
        "authorisation": "giay_uy_quyen",
    }
    act(ctx, CLERK, ref, 0, actions.Accept())
    data = paper_data(ctx, ref)
    assert data["proxy"] == TRAN_HUNG | {"paper": "Giấy ủy quyền"}
    assert {"name": "Giấy ủy quyền", "kind": "electronic", "copies": 1} in data["papers"]


def test_form_03_and_the_control_slip_name_who_handed_the_case_in(ctx: CasesContext) -> None:
    ref = submit(ctx, CLERK, sent(by_proxy()))[0].ref
    act(ctx, CLERK, ref, 0, actions.Refuse("Không đủ điều kiện"))
    assert paper_data(ctx, ref)["proxy"]["full_name"] == "Trần Văn Hùng"
    assert case(ctx, ref).handed_in_by == "Trần Văn Hùng"


def test_who_files_in_person_has_no_proxy_anywhere(ctx: CasesContext) -> None:
    ref = submit(ctx, CLERK, sent(criminal_record()))[0].ref
    seen = get(ctx, CLERK, ref)
    assert not case_message(seen.case, seen.form, seen.rules, []).HasField("proxy")
    assert "proxy" not in orjson.loads(history(ctx, CLERK, ref)[1][0][1])["data"]
    act(ctx, CLERK, ref, 0, actions.Refuse("Không đủ điều kiện"))
    assert "proxy" not in paper_data(ctx, ref)


MISSING = ("/proxy/authorisation", "authorisation-missing")


@pytest.mark.parametrize(
    ("application", "refused"),
    [
        (criminal_record(proxy=TRAN_HUNG), {MISSING}),
        (criminal_record(proxy=WITH_PAPER), {MISSING}),
        (by_proxy(TRAN_HUNG), {MISSING}),
        (by_proxy(TRAN_HUNG | {"authorisation": "giay_to_giam_phi"}), {("/proxy/authorisation", "enum")}),
        (criminal_record(proxy=TRAN_HUNG | {"relation": "spouse"}, **certificate_2()), {MISSING}),
        (household_business(proxy=WITH_PAPER | {"identifier": "001090000002", "authorisation": ""}), {MISSING}),
        (by_proxy(WITH_PAPER | {"identifier": "079301000019"}), {("/proxy/identifier", "same-person")}),
        (by_proxy(WITH_PAPER | {"identifier": "12345"}), {("/proxy/identifier", "personal-number")}),
        (by_proxy(WITH_PAPER | {"relation": "friend"}), {("/proxy/relation", "literal-error")}),
        (criminal_record(attachments=[PAPER]), {("/attachments/0/paper", "enum")}),
    ],
)
def test_what_is_wrong_with_a_proxy_is_named_and_nothing_is_filed(
    ctx: CasesContext, application: dict[str, Any], refused: set[tuple[str, str]]
) -> None:
    assert faults(ctx, CLERK, application) == refused


def test_a_refusal_for_the_missing_paper_says_who_needs_none(ctx: CasesContext) -> None:
    with pytest.raises(InvalidInput) as caught:
        submit(ctx, CLERK, sent(criminal_record(proxy=TRAN_HUNG)))
    [field] = caught.value.fields
    assert "Giấy ủy quyền, Văn bản ủy quyền yêu cầu cấp Phiếu lý lịch tư pháp" in field.vi
    assert "cha hoặc mẹ, vợ hoặc chồng, con của người yêu cầu" in field.vi


@pytest.mark.parametrize("relation", ["parent", "spouse", "child"])
def test_a_relation_the_procedure_exempts_needs_no_paper_and_the_receipt_says_why(
    ctx: CasesContext, relation: str
) -> None:
    proxy: dict[str, Any] = TRAN_HUNG | {"relation": relation}
    form = criminal_record()["form"] | {"fee_group": "exempt"}
    ref = submit(ctx, CLERK, sent(criminal_record(proxy=proxy, form=form)))[0].ref
    act(ctx, CLERK, ref, 0, actions.Accept())
    assert paper_data(ctx, ref)["proxy"]["paper"].startswith("Không cần: là ")
    assert get(ctx, CLERK, ref).case.proxy == Proxy(**proxy)


def test_a_paper_of_the_procedure_that_authorises_serves_as_well(ctx: CasesContext) -> None:
    proxy = TRAN_HUNG | {"authorisation": "van_ban_uy_quyen"}
    paper = {"paper": "van_ban_uy_quyen", "file_id": "file-2"}
    ref = submit(ctx, CLERK, sent(by_proxy(proxy, paper)))[0].ref
    act(ctx, CLERK, ref, 0, actions.Refuse("Không đủ điều kiện"))
    assert paper_data(ctx, ref)["proxy"]["paper"] == "Văn bản ủy quyền yêu cầu cấp Phiếu lý lịch tư pháp"


def test_online_the_proxy_is_whoever_is_logged_in(ctx: CasesContext, files: FilesAtHand) -> None:
    files.owner = HUNG.subject
    ref = submit(ctx, HUNG, sent(by_proxy()))[0].ref
    assert get(ctx, HUNG, ref).case.applicant.account == HUNG.subject
    with pytest.raises(CaseNotFound):
        get(ctx, LAN, ref)
    someone = by_proxy(WITH_PAPER | {"identifier": "001090000002"})
    assert faults(ctx, HUNG, someone) == {("/proxy/identifier", "not-the-account")}


def test_a_procedure_may_take_no_proxy_or_at_the_counter_only(ctx: CasesContext, files: FilesAtHand) -> None:
    never, at_the_counter = under(ctx, allowed=False), under(ctx, online=False)
    assert faults(never, CLERK, by_proxy()) == {("/proxy", "proxy-not-allowed")}
    assert faults(at_the_counter, HUNG, by_proxy()) == {("/proxy", "proxy-at-the-counter")}
    assert submit(at_the_counter, CLERK, sent(by_proxy()))[0].ref


def test_another_authorisation_paper_can_be_asked_for_and_takes_the_place_of_the_first(ctx: CasesContext) -> None:
    form = licence_exchange()["form"]
    health = licence_exchange()["attachments"][0]
    ref = submit(ctx, CLERK, sent(licence_exchange(proxy=WITH_PAPER, form=form, attachments=[health, PAPER])))[0].ref
    act(ctx, CLERK, ref, 0, actions.RequestSupplement(pins=(Pin("giay_uy_quyen", "expired"),)))
    assert case(ctx, ref).supplement_items[0].startswith("Giấy tờ “Giấy ủy quyền”")
    answer = Sent(attachments=[AttachmentPart(paper="giay_uy_quyen", file_id="file-newer")])
    supplement.resubmit(ctx, CLERK, ref, 0, answer)
    in_force = {each.file_id for each in case(ctx, ref).attachments if not each.superseded}
    assert in_force == {health["file_id"], "file-newer"}


def test_no_authorisation_paper_is_asked_of_who_filed_in_person(ctx: CasesContext) -> None:
    ref = submit(ctx, CLERK, sent(criminal_record()))[0].ref
    with pytest.raises(InvalidInput) as caught:
        act(ctx, CLERK, ref, 0, actions.RequestSupplement(pins=(Pin("giay_uy_quyen", "expired"),)))
    assert [field.pointer for field in caught.value.fields] == ["/pins/0/paper"]


def test_every_part_of_a_chain_knows_the_proxy_and_has_the_authorisation(ctx: CasesContext) -> None:
    papers = [*birth()["attachments"], PAPER]
    ref = submit(ctx, CLERK, sent(birth(proxy=WITH_PAPER, attachments=papers)))[0].ref
    act(ctx, CLERK, ref, 0, actions.Accept())
    child = get(ctx, WARD_OFFICER, case(ctx, ref).children[0].ref).case
    assert child.proxy == case(ctx, ref).proxy
    assert ("giay_uy_quyen", PAPER["file_id"]) in {(each.paper, each.file_id) for each in child.attachments}


def test_the_disposal_forgets_where_the_proxy_is_reached(ctx: CasesContext, clock: Clock) -> None:
    ref = submit(ctx, CLERK, sent(by_proxy()))[0].ref
    act(ctx, CLERK, ref, 0, actions.Refuse("Không đủ điều kiện"))
    clock.now = clock.now.replace(year=clock.now.year + 20)
    run_timers(ctx)
    proxy = case(ctx, ref).proxy
    assert proxy is not None
    assert (proxy.full_name, proxy.identifier) == ("Trần Văn Hùng", "001090000001")
    assert (proxy.address, proxy.phone, proxy.email) == ("", "", "")


def test_a_case_stored_before_there_were_proxies_loads(ctx: CasesContext) -> None:
    ref = submit(ctx, CLERK, sent(criminal_record()))[0].ref
    with ctx.database.autocommit() as conn:
        conn.exec_driver_sql("UPDATE cases SET state = state - 'proxy' WHERE ref = %s", (ref,))
    assert case(ctx, ref).proxy is None
