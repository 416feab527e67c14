"""Nobody files, sees or receives in another's name: what the account that files must have to do with the applicant."""

from dataclasses import replace
from typing import Any

import orjson
import pytest
from onestop.cases.v1 import cases_events_pb2 as pb
from onestop.cases.v1.cases_service_pb2 import STANDING_SELF

from services.cases.core import actions
from services.cases.core.context import CasesContext
from services.cases.core.domain.case_parts import Pin
from services.cases.core.domain.filer import Filer, Standing
from services.cases.core.messages.shown import shown
from services.cases.core.usecases.act import act
from services.cases.core.usecases.read import get, history
from services.cases.drafts import usecases as drafts
from services.cases.filing.usecases.check import check
from services.cases.filing.usecases.submit import SubmitRequest, submit
from services.cases.signatures.errors import SignaturesNotTaken, SignerMismatch
from services.cases.signatures.verifying import SignatureVerifier
from services.cases.supplements import usecases as supplement
from services.cases.supplements.usecases import Sent
from services.cases.testing.applicants import Authority
from services.cases.testing.samples import (
    CLERK,
    GRANTED,
    HUNG,
    LAN,
    OFFICER,
    WARD_OFFICER,
    birth,
    criminal_record,
    household_business,
    licence_exchange,
    of,
    sent,
)
from services.cases.testing.stand_ins import FilesAtHand
from services.common.context import Caller
from services.common.errors import InvalidInput
from services.contracts.receipts import Receipt

HERS, HIS = LAN.personal_number, HUNG.personal_number
FIRM = {"kind": "firm", "full_name": "Công ty cổ phần Phương Nam", "identifier": "0314409058"}
PAPER = {"paper": "giay_uy_quyen", "file_id": "file-authorisation"}
PROXY = {"full_name": "Trần Văn Hùng", "identifier": HIS, "authorisation": "giay_uy_quyen"}
HUSBAND = {"full_name": "Trần Văn Hùng", "identifier": HIS, "relation": "spouse"}
CLAIMED = replace(LAN, assurance=1)


def about(number: str, **changes: Any) -> dict[str, Any]:
    """A criminal record whose form names this person."""
    return criminal_record(form=criminal_record()["form"] | {"personal_number": number}, **changes)


def person(number: str) -> dict[str, Any]:
    return {"full_name": "Nguyễn Thị Lan", "identifier": number}


def faults(ctx: CasesContext, who: Caller, application: dict[str, Any]) -> set[tuple[str, str]]:
    """What filing refuses, which is word for word what a check before it says."""
    with pytest.raises(InvalidInput) as caught:
        submit(ctx, who, sent(application))
    told = check(ctx, who, orjson.dumps(application), "").errors
    assert list(caught.value.fields) == list(told)
    return {(field.pointer, field.code) for field in told}


def changes_of(ctx: CasesContext, ref: str) -> list[pb.CaseChanged]:
    with ctx.database.autocommit() as conn:
        rows = conn.exec_driver_sql("SELECT data FROM outbox WHERE subject = %s ORDER BY aggregate_version", (ref,))
        return [pb.CaseChanged.FromString(bytes(data)) for (data,) in rows]


def represents(ctx: CasesContext, who: Caller, code: str, firm: str) -> CasesContext:
    """An office to which a receipt says that the business register names the caller for the firm."""
    receipt = Receipt(who.subject, code, "salt", {}, {}, {firm})
    return replace(ctx, read_receipt=lambda text: receipt if text == "receipt" else None)


@pytest.mark.parametrize(
    ("application", "refused"),
    [
        (about(HERS), {("/applicant/identifier", "not-the-account")}),
        (about(HIS), {("/applicant/identifier", "not-the-account")}),
        (about(HERS, applicant=person(HIS)), {("/form/personal_number", "another-person")}),
        (about(HERS, applicant=FIRM), {("/form/personal_number", "another-person")}),
        (about(HIS, applicant=FIRM | {"identifier": HERS}), {("/applicant/identifier", "not-the-account")}),
        (
            about(HIS, proxy=PROXY, attachments=[PAPER]),
            {("/form/personal_number", "another-person")},
        ),
        (
            about(HIS, proxy=PROXY | {"identifier": HERS}, applicant=person(HIS)),
            {("/proxy/identifier", "not-the-account"), ("/proxy/authorisation", "authorisation-missing")},
        ),
        (birth(), {("/applicant/identifier", "not-the-account")}),
    ],
    ids=[
        "hers",
        "hers with his form",
        "his with her form",
        "a firm with her form",
        "her business",
        "proxy for himself",
        "her as proxy",
        "a chain",
    ],
)
def test_online_nobody_files_in_anothers_name(
    ctx: CasesContext, files: FilesAtHand, application: dict[str, Any], refused: set[tuple[str, str]]
) -> None:
    files.owner = HUNG.subject
    assert faults(ctx, HUNG, application) == refused


@pytest.mark.parametrize("mistyped", ["00109000001", "0010900000011", "012345678", "o01090000001"])
def test_whoever_mistypes_their_own_number_hears_that_and_is_not_taken_for_another(
    ctx: CasesContext, mistyped: str
) -> None:
    application = of(HUNG, criminal_record()) | {"applicant": person(mistyped)}
    with pytest.raises(InvalidInput) as caught:
        submit(ctx, HUNG, sent(application))
    assert [(field.pointer, field.code) for field in caught.value.fields] == [
        ("/applicant/identifier", "personal-number")
    ]
    assert caught.value.security_event == ""
    begun = {"procedure": "2.000488", "applicant": {"identifier": mistyped}, "form": {}}
    kept = drafts.save(ctx, HUNG, "0191d6f0-0000-7000-8000-000000000003", 0, orjson.dumps(begun))
    drafts.delete(ctx, HUNG, "0191d6f0-0000-7000-8000-000000000003")
    assert "not-the-account" not in {hint.code for hint in kept.hints}


def test_the_refusal_tells_of_the_proxy_and_of_the_counter_in_both_languages(ctx: CasesContext) -> None:
    with pytest.raises(InvalidInput) as caught:
        submit(ctx, HUNG, sent(criminal_record()))
    [field] = caught.value.fields
    assert "ủy quyền" in field.vi
    assert "Bộ phận Một cửa" in field.vi
    assert "proxy" in field.en
    assert "counter" in field.en


def test_only_what_is_asked_in_anothers_name_is_told_to_the_security_log(ctx: CasesContext) -> None:
    for application, event in (
        (criminal_record(), "anothers_name_refused"),
        (of(HUNG, criminal_record(form={})), ""),
    ):
        with pytest.raises(InvalidInput) as caught:
            submit(ctx, HUNG, sent(application))
        assert caught.value.security_event == event


def test_an_account_without_a_number_files_for_no_person(ctx: CasesContext) -> None:
    nobody = replace(LAN, personal_number="")
    assert faults(ctx, nobody, criminal_record()) == {("/applicant/identifier", "not-the-account")}


def test_at_the_counter_the_clerk_sees_who_it_is_and_the_form_still_names_one_person(ctx: CasesContext) -> None:
    assert submit(ctx, CLERK, sent(criminal_record()))[0].ref
    assert faults(ctx, CLERK, about(HIS)) == {("/form/personal_number", "another-person")}


def test_a_draft_hints_at_what_filing_will_refuse_whole_or_not(ctx: CasesContext) -> None:
    whole = criminal_record()
    begun = {"procedure": "2.000488", "applicant": {"identifier": HERS}, "form": {"personal_number": HERS}}
    for draft in (whole, begun):
        kept = drafts.save(ctx, HUNG, "0191d6f0-0000-7000-8000-000000000001", 0, orjson.dumps(draft))
        assert ("/applicant/identifier", "not-the-account") in {(hint.pointer, hint.code) for hint in kept.hints}
        drafts.delete(ctx, HUNG, "0191d6f0-0000-7000-8000-000000000001")
        kept = drafts.save(ctx, LAN, "0191d6f0-0000-7000-8000-000000000002", 0, orjson.dumps(draft))
        assert "not-the-account" not in {hint.code for hint in kept.hints}
        drafts.delete(ctx, LAN, "0191d6f0-0000-7000-8000-000000000002")


@pytest.mark.parametrize("who", [LAN, CLERK])
def test_a_supplement_cannot_make_the_form_another_persons(ctx: CasesContext, files: FilesAtHand, who: Caller) -> None:
    files.owner = who.subject
    ref = submit(ctx, who, sent(criminal_record()))[0].ref
    pin = Pin("/form/personal_number", "mismatch")
    act(ctx, CLERK, ref, 0, actions.RequestSupplement(pins=(pin,)))
    with pytest.raises(InvalidInput) as caught:
        supplement.resubmit(ctx, who, ref, 0, Sent(form=orjson.dumps({"personal_number": HIS})))
    assert ("/form/personal_number", "another-person") in {(each.pointer, each.code) for each in caught.value.fields}


def test_a_firms_proxy_files_about_himself_and_cannot_turn_it_to_her(ctx: CasesContext, files: FilesAtHand) -> None:
    files.owner = HUNG.subject
    ref = submit(ctx, HUNG, sent(about(HIS, applicant=FIRM, proxy=PROXY, attachments=[PAPER])))[0].ref
    act(ctx, CLERK, ref, 0, actions.RequestSupplement(pins=(Pin("/form/personal_number", "mismatch"),)))
    with pytest.raises(InvalidInput) as caught:
        supplement.resubmit(ctx, HUNG, ref, 0, Sent(form=orjson.dumps({"personal_number": HERS})))
    assert ("/form/personal_number", "another-person") in {(each.pointer, each.code) for each in caught.value.fields}


def test_whoever_handles_a_case_sees_the_account_that_filed_it_and_the_applicant_does_not(ctx: CasesContext) -> None:
    ref = submit(ctx, LAN, sent(criminal_record()))[0].ref
    filer = shown(get(ctx, OFFICER, ref)).filer
    assert (filer.account, filer.full_name, filer.personal_number) == (LAN.subject, LAN.name, HERS)
    assert (filer.assurance_level, filer.standing) == (2, STANDING_SELF)
    assert not shown(get(ctx, LAN, ref)).HasField("filer")
    assert orjson.loads(history(ctx, LAN, ref)[1][0][1])["data"]["filed_by"] == {"standing": "self"}
    at_the_counter = submit(ctx, CLERK, sent(criminal_record()))[0].ref
    assert not shown(get(ctx, OFFICER, at_the_counter)).HasField("filer")


@pytest.mark.parametrize(
    ("who", "application", "standing", "store"),
    [
        (LAN, criminal_record(), Standing.SELF, HERS),
        (HUNG, criminal_record(proxy=PROXY, attachments=[PAPER]), Standing.PROXY, ""),
        (HUNG, criminal_record(proxy=HUSBAND), Standing.UNPROVEN, ""),
        (HUNG, criminal_record(applicant=FIRM, proxy=PROXY, attachments=[PAPER]), Standing.UNPROVEN, ""),
        (HUNG, about(HIS, applicant=FIRM, proxy=PROXY, attachments=[PAPER]), Standing.PROXY, ""),
        (LAN, criminal_record(applicant=FIRM), Standing.UNPROVEN, ""),
        (HUNG, household_business(applicant=FIRM | {"identifier": HIS}), Standing.SELF, HIS),
        (HUNG, household_business(applicant=FIRM), Standing.UNPROVEN, ""),
        (CLERK, criminal_record(), None, HERS),
        (CLERK, criminal_record(proxy=PROXY, attachments=[PAPER]), None, HERS),
    ],
    ids=[
        "herself",
        "her proxy",
        "who says to be her husband",
        "a firm's proxy, about her",
        "a firm's proxy, about himself",
        "a firm",
        "his business",
        "another firm",
        "counter",
        "proxy at the counter",
    ],
)
def test_a_result_enters_a_store_by_number_only_when_its_owner_was_proven_or_seen(
    ctx: CasesContext,
    files: FilesAtHand,
    who: Caller,
    application: dict[str, Any],
    standing: Standing | None,
    store: str,
) -> None:
    files.owner = who.subject
    ref = submit(ctx, who, sent(application))[0].ref
    case = get(ctx, who, ref).case
    assert case.filer == (standing and Filer(who.subject, who.name, who.personal_number, 2, standing))
    assert case.store_number == store
    assert changes_of(ctx, ref)[0].unproven == (standing is Standing.UNPROVEN)


def test_whoever_is_unproven_is_told_that_the_result_is_handed_over_at_the_counter(ctx: CasesContext) -> None:
    unproven = submit(ctx, HUNG, sent(criminal_record(proxy=HUSBAND)))[0].ref
    assert ["counter" in line.en for line in shown(get(ctx, HUNG, unproven)).outlook] == [True]
    proven = submit(ctx, LAN, sent(criminal_record()))[0].ref
    assert not shown(get(ctx, LAN, proven)).outlook


def test_the_order_of_a_result_says_whose_store_it_enters(ctx: CasesContext) -> None:
    form = criminal_record()["form"] | {"fee_group": "exempt"}
    ref = submit(ctx, LAN, sent(criminal_record(form=form)))[0].ref
    act(ctx, CLERK, ref, 0, actions.Accept())
    act(ctx, OFFICER, ref, 0, actions.Assign(OFFICER.subject))
    act(ctx, OFFICER, ref, 0, GRANTED)
    assert orjson.loads(changes_of(ctx, ref)[-1].paper.data_json)["result_type"]["owner"] == HERS


def test_what_the_business_register_confirms_by_receipt_is_proven_and_good_for_that_firm_only(
    ctx: CasesContext,
) -> None:
    application = household_business(applicant=FIRM, prefill="receipt")
    ref = submit(represents(ctx, HUNG, "1.001612", "0314409058"), HUNG, sent(application))[0].ref
    for_firm = replace(HUNG, firms=("0314409058",))  # as his next token says
    case = get(ctx, for_firm, ref).case
    assert (case.filer and case.filer.standing, case.store_number) == (Standing.REPRESENTATIVE, "0314409058")
    entry = orjson.loads(history(ctx, for_firm, ref)[1][0][1])
    assert entry["data"]["filed_by"] == {"standing": "representative", "number": HIS}
    by_token = submit(ctx, for_firm, sent(household_business(applicant=FIRM | {"phone": "0901234567"})))[0].ref
    assert get(ctx, for_firm, by_token).case.owner == FIRM["identifier"]
    for elsewhere in (
        represents(ctx, HUNG, "1.001612", "0100233488"),
        represents(ctx, LAN, "1.001612", "0314409058"),
    ):
        ref = submit(elsewhere, HUNG, sent(application))[0].ref
        assert get(ctx, HUNG, ref).case.unproven


def claims_are_taken(ctx: CasesContext) -> None:
    """Has a criminal record filed by accounts whose number is only claimed."""
    catalogue = ctx.catalogue
    versions = [
        each.model_copy(update={"min_assurance": 1}) if each.code == "2.000488" else each
        for code in [each.code for each in catalogue.in_force(ctx.today())]
        for each in catalogue.versions(code)
    ]
    catalogue.adopt(versions, 1)


def test_a_number_only_claimed_proves_nothing(ctx: CasesContext) -> None:
    claims_are_taken(ctx)
    ref = submit(ctx, CLAIMED, sent(criminal_record()))[0].ref
    case = get(ctx, CLAIMED, ref).case
    assert (case.unproven, case.store_number) == (True, "")


def test_uploads_enter_the_applicants_store_when_the_applicant_handed_them_in(
    ctx: CasesContext, files: FilesAtHand
) -> None:
    entering = {}
    health = licence_exchange()["attachments"]
    for name, who, more in (
        ("herself", LAN, {}),
        ("her proxy", HUNG, {"proxy": PROXY, "attachments": [*health, PAPER]}),
        ("a firm", LAN, {"applicant": FIRM}),
        ("at the counter", CLERK, {}),
        ("her proxy there", CLERK, {"proxy": PROXY, "attachments": [*health, PAPER]}),
    ):
        files.owner = who.subject
        ref = submit(ctx, who, sent(licence_exchange(**more)))[0].ref
        act(ctx, CLERK, ref, 0, actions.Accept())
        entering[name] = [
            (change.applicant_identifier, len(change.handed_in)) for change in changes_of(ctx, ref) if change.handed_in
        ]
    assert entering == {
        "herself": [(HERS, 1)],
        "her proxy": [],
        "a firm": [],
        "at the counter": [(HERS, 1)],
        "her proxy there": [],
    }


def test_every_part_of_a_chain_knows_the_account_that_filed_the_whole(ctx: CasesContext) -> None:
    ref = submit(ctx, LAN, sent(birth()))[0].ref
    act(ctx, CLERK, ref, 0, actions.Accept())
    whole = get(ctx, LAN, ref).case
    part = get(ctx, WARD_OFFICER, whole.children[0].ref).case
    assert part.filer == whole.filer
    assert part.store_number == HERS


def test_a_case_stored_before_accounts_were_kept_loads_and_proves_nothing(ctx: CasesContext) -> None:
    ref = submit(ctx, LAN, sent(criminal_record()))[0].ref
    with ctx.database.autocommit() as conn:
        conn.exec_driver_sql("UPDATE cases SET state = state - 'filer' WHERE ref = %s", (ref,))
    case = get(ctx, LAN, ref).case
    assert (case.filer, case.store_number) == (None, "")


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


def test_a_signature_is_the_applicants_or_the_proxys_and_nobody_elses(
    ctx: CasesContext, files: FilesAtHand, authority: Authority
) -> None:
    ctx = replace(ctx, signatures=SignatureVerifier([authority.certificate]))
    files.owner = HUNG.subject
    own, by_proxy = sent(criminal_record()), sent(criminal_record(proxy=PROXY, attachments=[PAPER]))
    for who, what, signer in ((LAN, own, HERS), (HUNG, by_proxy, HIS), (CLERK, own, HERS)):
        signature = authority.holder(signer).sign(what.content)
        assert submit(ctx, who, SubmitRequest(what.content, f"{who.subject}-{what.key}", signature))[0].ref
    for who, what, signer in ((LAN, own, HIS), (HUNG, by_proxy, HERS), (CLERK, own, HIS)):
        signature = authority.holder(signer).sign(what.content)
        with pytest.raises(SignerMismatch):
            submit(ctx, who, SubmitRequest(what.content, f"{who.subject}-{what.key}-2", signature))


def test_what_nobody_can_verify_is_not_stored_as_signed(ctx: CasesContext) -> None:
    with pytest.raises(SignaturesNotTaken):
        submit(ctx, LAN, SubmitRequest(orjson.dumps(criminal_record()), "invented", "header..signature"))
