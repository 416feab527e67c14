"""A paper of one's own store instead of an upload: by consent, still good, of a kind that serves."""

from dataclasses import replace
from typing import Any

import pytest
from onestop.cases.v1 import cases_events_pb2
from onestop.common.v1.register_pb2 import REGISTER_ANSWER_MATCH, REGISTER_ANSWER_NO_DATA
from onestop.common.v1.text_pb2 import Text
from onestop.documents.v1.store_service_pb2 import SIGNATURE_BROKEN, SIGNATURE_NONE, StoredPaper
from prometheus_client import REGISTRY

from services.cases.core import actions
from services.cases.core.context import CasesContext
from services.cases.core.messages.cases import case_message
from services.cases.core.usecases.act import act
from services.cases.core.usecases.read import get, history
from services.cases.filing.usecases.submit import submit
from services.cases.supplements.usecases import Sent, resubmit
from services.cases.testing.samples import CLERK, LAN, licence_exchange, sent
from services.cases.testing.stand_ins import Clock, FilesAtHand
from services.common.errors import InvalidInput
from services.common.moments import read_timestamp
from services.contracts.application import AttachmentPart
from services.contracts.receipts import Receipt, digest_of
from services.contracts.reuse import REUSE_CONSENT

STORED = {"paper": "giay_kham_suc_khoe", "stored_paper_id": "s1", "consent": REUSE_CONSENT.version}


def certificate(**changes: Any) -> StoredPaper:
    facts: dict[str, Any] = {
        "stored_paper_id": "s1",
        "paper_code": "giay_kham_suc_khoe",
        "name": Text(vi="Giấy khám", en="Health certificate"),
        "issued_on": "2026-02-01",
        "file_id": "file-9",
        "file_name": "kham.pdf",
        "sha256": b"\x01" * 32,
        "media_type": "application/pdf",
        "signature": SIGNATURE_NONE,
        "clean": True,
    }
    return StoredPaper(**facts | changes)


@pytest.fixture
def shelf(files: FilesAtHand) -> dict[str, StoredPaper]:
    files.stored["s1"] = certificate()
    return files.stored


def events_of(ctx: CasesContext, ref: str) -> dict[str, cases_events_pb2.CaseChanged]:
    with ctx.database.autocommit() as conn:
        rows = conn.exec_driver_sql("SELECT type, data FROM outbox WHERE subject = %s", (ref,)).all()
    return {row.type: cases_events_pb2.CaseChanged.FromString(bytes(row.data)) for row in rows}


def refusals(ctx: CasesContext, *attachments: dict[str, str]) -> set[tuple[str, str]]:
    with pytest.raises(InvalidInput) as refused:
        submit(ctx, LAN, sent(licence_exchange(attachments=attachments)))
    return {(field.pointer, field.code) for field in refused.value.fields}


def test_a_stored_paper_serves_as_the_required_one_and_is_asked_for_in_one_question(
    ctx: CasesContext, files: FilesAtHand, shelf: dict[str, StoredPaper]
) -> None:
    photograph = {"paper": "anh_chan_dung", "file_id": "file-2"}
    filed, _ = submit(ctx, LAN, sent(licence_exchange(attachments=[photograph, STORED])))
    assert files.asked == [["file-2", "s1"]]
    upload, reused = get(ctx, LAN, filed.ref).case.attachments
    assert (upload.file_id, upload.stored_paper_id) == ("file-2", "")
    assert (reused.file_id, reused.stored_paper_id, reused.sha256) == ("file-9", "s1", "01" * 32)
    event = events_of(ctx, filed.ref)["cases.submitted_with_files"]
    assert (list(event.file_ids), [each.stored_paper_id for each in event.reused]) == (["file-2"], ["s1"])
    entry = history(ctx, LAN, filed.ref)[1][0][1]
    assert f'"consent":"{REUSE_CONSENT.version}"'.encode() in entry


def test_what_cannot_be_reused_is_refused_by_its_place_and_reason(
    ctx: CasesContext, shelf: dict[str, StoredPaper], clock: Clock
) -> None:
    place = "/attachments/0/stored_paper_id"
    assert refusals(ctx, STORED | {"consent": ""}) == {("/attachments/0/consent", "consent")}
    assert refusals(ctx, STORED | {"consent": "reuse-2020"}) == {("/attachments/0/consent", "consent")}
    assert refusals(ctx, STORED | {"file_id": "f"}) == {("/attachments/0", "file-or-stored-paper")}
    assert refusals(ctx, {"paper": "giay_kham_suc_khoe"}) == {("/attachments/0", "file-or-stored-paper")}
    for wrong, code in (
        ({"expires_on": "2026-03-01"}, "paper-expired"),
        ({"issued_on": "2025-02-28"}, "paper-expired"),
        ({"issued_on": "", "stored_at": read_timestamp("2025-03-01T20:00:00+00:00")}, ""),
        ({"issued_on": "", "stored_at": read_timestamp("2025-03-01T10:00:00+00:00")}, "paper-expired"),
        ({"paper_code": "anh_chan_dung"}, "paper-does-not-fit"),
        ({"signature": SIGNATURE_BROKEN}, "paper-not-usable"),
        ({"clean": False}, "paper-not-usable"),
        ({"expires_on": "2026-03-02"}, ""),
    ):
        shelf["s1"] = certificate(**wrong)
        if code:
            assert refusals(ctx, STORED) == {(place, code)}
        else:
            submit(ctx, LAN, sent(licence_exchange(attachments=[STORED])))


def test_a_result_of_another_case_serves_where_the_procedure_says_so(
    ctx: CasesContext, shelf: dict[str, StoredPaper]
) -> None:
    shelf["s1"] = certificate(paper_code="giay_phep_lai_xe", issued_on="1999-01-01")
    old_licence = STORED | {"paper": "gplx_cu"}
    health = {"paper": "giay_kham_suc_khoe", "file_id": "file-1"}
    filed, _ = submit(ctx, LAN, sent(licence_exchange(attachments=[old_licence, health])))
    assert get(ctx, LAN, filed.ref).case.attachments[0].file_name == "kham.pdf"


def test_accepted_uploads_are_announced_as_papers_and_reused_ones_when_the_case_is_decided_on(
    ctx: CasesContext, shelf: dict[str, StoredPaper]
) -> None:
    photograph = {"paper": "anh_chan_dung", "file_id": "file-2"}
    filed, _ = submit(ctx, LAN, sent(licence_exchange(attachments=[photograph, STORED])))
    act(ctx, CLERK, filed.ref, 0, actions.Accept())
    [paper] = events_of(ctx, filed.ref)["cases.accepted"].handed_in
    assert (paper.paper_code, paper.name_vi, paper.file_id) == ("anh_chan_dung", "Ảnh chân dung", "file-2")
    assert events_of(ctx, filed.ref)["cases.accepted"].applicant_identifier == "079301000019"


@pytest.mark.parametrize(("handed_in", "consented"), [([], []), ([STORED], ["s1"])])
def test_a_resubmission_consents_only_to_what_comes_with_it(
    ctx: CasesContext, shelf: dict[str, StoredPaper], handed_in: list[dict[str, str]], consented: list[str]
) -> None:
    filed, _ = submit(ctx, LAN, sent(licence_exchange(attachments=[STORED])))
    act(ctx, CLERK, filed.ref, 0, actions.RequestSupplement(("Giấy khám",), "Mờ"))
    resubmit(ctx, LAN, filed.ref, 0, Sent(b"{}", [AttachmentPart(**each) for each in handed_in], note="Gửi lại"))
    event = events_of(ctx, filed.ref)["cases.resubmitted"]
    assert [each.stored_paper_id for each in event.reused] == consented


def test_a_refused_case_says_which_stored_papers_it_relied_on_and_keeps_no_upload_as_a_paper(
    ctx: CasesContext, shelf: dict[str, StoredPaper]
) -> None:
    filed, _ = submit(ctx, LAN, sent(licence_exchange(attachments=[STORED])))
    act(ctx, CLERK, filed.ref, 0, actions.Refuse("Không đủ điều kiện"))
    event = events_of(ctx, filed.ref)["cases.refused"]
    assert ([each.stored_paper_id for each in event.reused], list(event.handed_in)) == (["s1"], [])


def receipt(**changes: Any) -> Receipt:
    """For Lan's form, with a digest of her name and of another class of licence, as identity would make it."""
    fields = {name: digest_of("salt", name, value) for name, value in (("full_name", "Nguyễn Thị Lan"), ("x", "y"))}
    facts: dict[str, Any] = {"subject": LAN.subject, "procedure": "3.000347", "salt": "salt", "fields": fields}
    given = {
        "papers": {"giay_kham_suc_khoe": "health"},
        "answers": {"giay_kham_suc_khoe": "match", "gplx_cu": "no_data"},
    }
    return Receipt(**facts | given | changes)


def with_receipt(ctx: CasesContext, good: Receipt | None) -> CasesContext:
    return replace(ctx, read_receipt=lambda text: good if text == "receipt" else None)


def test_a_paper_whose_data_a_register_holds_is_not_asked_for_and_the_case_says_so(ctx: CasesContext) -> None:
    ctx = with_receipt(ctx, receipt())
    filed, _ = submit(ctx, LAN, sent(licence_exchange(attachments=[], prefill="receipt")))
    seen = get(ctx, LAN, filed.ref)
    case = seen.case
    assert (case.reuse.registers, case.reuse.prefilled) == ({"giay_kham_suc_khoe": "health"}, 1)
    told = case_message(case, seen.form, seen.rules, []).reuse.papers
    assert [(each.paper, each.database, each.answer) for each in told] == [
        ("giay_kham_suc_khoe", "Sổ sức khỏe điện tử", REGISTER_ANSWER_MATCH),
        ("gplx_cu", "Cơ sở dữ liệu giấy phép lái xe", REGISTER_ANSWER_NO_DATA),
    ]
    assert case.reuse.fields == len(licence_exchange()["form"])
    assert b'"registers":{"giay_kham_suc_khoe":"health"}' in history(ctx, LAN, filed.ref)[1][0][1]


@pytest.mark.parametrize(
    "bad",
    [
        None,
        receipt(subject="somebody else"),
        receipt(procedure="2.000488"),
        receipt(papers={}),
        receipt(papers={"giay_kham_suc_khoe": "driving_licence"}),
    ],
)
def test_without_a_good_receipt_of_ones_own_the_paper_is_asked_for(ctx: CasesContext, bad: Receipt | None) -> None:
    application = licence_exchange(attachments=[], prefill="receipt")
    with pytest.raises(InvalidInput) as refused:
        submit(with_receipt(ctx, bad), LAN, sent(application))
    codes = {(field.pointer, field.code) for field in refused.value.fields}
    assert codes == {("/attachments", "paper-missing"), ("/prefill", "not-confirmed")}


def test_a_register_confirms_papers_of_the_caller_in_person_only(ctx: CasesContext) -> None:
    application = licence_exchange(attachments=[], prefill="receipt")
    application["applicant"] |= {"full_name": "Trần Văn Hùng", "identifier": "001090000001"}
    with pytest.raises(InvalidInput):
        submit(with_receipt(ctx, receipt()), LAN, sent(application))


def test_a_submission_repeated_after_its_receipt_expired_is_still_the_same_case(ctx: CasesContext) -> None:
    again = sent(licence_exchange(attachments=[], prefill="receipt"))
    filed, _ = submit(with_receipt(ctx, receipt()), LAN, again)
    found, replayed = submit(with_receipt(ctx, None), LAN, again)
    assert (found.ref, replayed) == (filed.ref, True)


def test_a_paper_handed_in_all_the_same_is_not_counted_as_spared(
    ctx: CasesContext, shelf: dict[str, StoredPaper]
) -> None:
    before = REGISTRY.get_sample_value("onestop_papers_reused_total", {"procedure": "3.000347"}) or 0
    application = licence_exchange(attachments=[STORED], prefill="receipt")
    filed, _ = submit(with_receipt(ctx, receipt()), LAN, sent(application))
    case = get(ctx, LAN, filed.ref).case
    assert (case.reuse.registers, case.papers_reused, case.reuse.prefilled) == ({}, 1, 1)
    assert REGISTRY.get_sample_value("onestop_papers_reused_total", {"procedure": "3.000347"}) == before + 1
