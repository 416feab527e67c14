"""Filing: one case a key, numbers without gaps, evidence kept, nothing written when refused."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from onestop.cases.v1 import cases_events_pb2
from onestop.documents.v1 import documents_service_pb2 as documents_pb

from services.cases.chains.domain.errors import OnlyInAChain
from services.cases.core.context import CasesContext
from services.cases.core.domain.errors import AgencyOutOfScope, ProcedureNotFound
from services.cases.core.domain.status import CaseStatus
from services.cases.core.usecases.read import get, history
from services.cases.filing.domain import AssuranceTooLow, IdempotencyKeyReused, NumbersExhausted
from services.cases.filing.usecases.submit import SubmitRequest, submit
from services.cases.signatures.verifying import SignatureVerifier
from services.cases.testing.applicants import Authority
from services.cases.testing.samples import CLERK, HUNG, LAN, OFFICER, criminal_record, licence_exchange, of, sent
from services.cases.testing.stand_ins import Clock, FilesAtHand
from services.common import limits
from services.common.context import Caller
from services.common.errors import InvalidInput, OnestopError, TooLarge
from services.contracts import audit

COUNTS = """
SELECT (SELECT count(*) FROM submissions), (SELECT count(*) FROM cases), (SELECT count(*) FROM history),
    (SELECT count(*) FROM applications), (SELECT count(*) FROM outbox)
"""


def rows(ctx: CasesContext, statement: str, *values: Any) -> list[Any]:
    with ctx.database.autocommit() as conn:
        return list(conn.exec_driver_sql(statement, values))


def counts(ctx: CasesContext) -> list[int]:
    return list(rows(ctx, COUNTS)[0])


def pointers(error: InvalidInput) -> set[str]:
    return {field.pointer for field in error.fields}


def test_a_case_filed_online_is_registered_under_a_number_of_the_day(ctx: CasesContext) -> None:
    filed, replayed = submit(ctx, LAN, sent(licence_exchange()))
    seen = get(ctx, LAN, filed.ref)
    assert not replayed
    assert filed.ref.startswith("G01.029.00-260302-")
    assert seen.case.status is CaseStatus.REGISTERED
    assert (seen.case.channel, seen.case.applicant.account, seen.case.fee_state) == ("online", LAN.subject, "open")
    assert [fee.amount for fee in seen.case.fees] == [115_000]
    assert orjson.loads(seen.form)["licence_class"] == "B"
    assert seen.case.attachments[0].file_name == "file-1.pdf"


def test_the_exact_bytes_and_their_signature_are_kept(ctx: CasesContext) -> None:
    content = orjson.dumps(criminal_record(), option=orjson.OPT_INDENT_2)
    authority = Authority()
    holder = authority.holder()
    ctx = replace(ctx, signatures=SignatureVerifier([authority.certificate]))
    filed, _ = submit(ctx, LAN, SubmitRequest(content, "signed-1", signature := holder.sign(content)))
    [row] = rows(
        ctx,
        "SELECT content, signature, signer_subject, signer_fingerprint FROM applications WHERE case_id = %s",
        filed.case_id,
    )
    assert (bytes(row.content), *row[1:]) == (
        content,
        signature,
        holder.certificate.subject.rfc4514_string(),
        holder.certificate.fingerprint(SHA256()).hex(),
    )


def test_the_first_history_entry_binds_number_and_application(ctx: CasesContext) -> None:
    submission = sent(criminal_record())
    filed, _ = submit(ctx, LAN, submission)
    ref, [(seq, entry, hashed)] = history(ctx, LAN, filed.ref)
    assert hashed == filed.head == audit.link(audit.genesis(ref), entry)
    assert seq == 1
    assert orjson.loads(entry)["data"]["sha256"] == filed.request_hash.hex()


def test_one_event_says_what_is_due_and_which_files_came(ctx: CasesContext) -> None:
    filed, _ = submit(ctx, LAN, sent(licence_exchange()))
    [event] = rows(ctx, "SELECT type, aggregate_id, aggregate_version, data FROM outbox WHERE subject = %s", filed.ref)
    body = cases_events_pb2.CaseChanged.FromString(bytes(event.data))
    assert event.type == "cases.submitted_with_files"
    assert (event.aggregate_id, event.aggregate_version) == (str(filed.case_id), 1)
    assert [(fee.code, fee.amount) for fee in body.fees] == [("le_phi_gplx", 115_000)]
    assert list(body.file_ids) == ["file-1"]
    assert body.applicant_account == LAN.subject


def test_the_same_key_twice_is_one_case(ctx: CasesContext) -> None:
    submission = sent(licence_exchange())
    first, _ = submit(ctx, LAN, submission)
    before = counts(ctx)
    second, replayed = submit(ctx, LAN, submission)
    assert replayed
    assert second == first
    assert counts(ctx) == before


def test_the_same_key_twenty_times_at_once_is_one_case(ctx: CasesContext) -> None:
    submission = sent(criminal_record())
    before = counts(ctx)
    with ThreadPoolExecutor(20) as threads:
        outcomes = list(threads.map(lambda _: submit(ctx, LAN, submission), range(20)))
    assert len({filed.ref for filed, _ in outcomes}) == 1
    assert [replayed for _, replayed in outcomes].count(False) == 1
    assert counts(ctx) == [count + 1 for count in before]


def test_two_people_may_use_the_same_key(ctx: CasesContext) -> None:
    first, _ = submit(ctx, LAN, sent(criminal_record(), "same"))
    second, _ = submit(ctx, HUNG, sent(of(HUNG, criminal_record()), "same"))
    assert first.ref != second.ref


def test_a_key_used_for_something_else_is_refused_and_nothing_is_written(ctx: CasesContext) -> None:
    submit(ctx, LAN, sent(criminal_record(), "reused"))
    before = counts(ctx)
    other = criminal_record(applicant={"full_name": "Nguyễn Thị Lan Anh", "identifier": "079301000019"})
    with pytest.raises(IdempotencyKeyReused):
        submit(ctx, LAN, sent(other, "reused"))
    assert counts(ctx) == before


def test_numbers_of_a_day_have_no_gap_under_concurrency(ctx: CasesContext, clock: Clock) -> None:
    clock.now = datetime(2026, 3, 3, 2, 0, tzinfo=UTC)
    with ThreadPoolExecutor(8) as threads:
        refs = list(threads.map(lambda _: submit(ctx, LAN, sent(criminal_record()))[0].ref, range(24)))
    assert sorted(refs) == [f"G01.029.00-260303-{number:04d}" for number in range(1, 25)]


def test_the_day_of_the_number_is_the_day_in_viet_nam(ctx: CasesContext, clock: Clock) -> None:
    clock.now = datetime(2026, 3, 4, 17, 30, tzinfo=UTC)  # 00:30 on 5 March
    assert submit(ctx, LAN, sent(criminal_record()))[0].ref == "G01.029.00-260305-0001"


def test_number_9999_is_the_last_of_a_day_and_nothing_is_written_after_it(ctx: CasesContext, clock: Clock) -> None:
    clock.now = datetime(2026, 3, 6, 2, 0, tzinfo=UTC)
    with ctx.database.autocommit() as conn:
        conn.exec_driver_sql("INSERT INTO counters VALUES ('G01.029.00', '2026-03-06', 9998, 9999)")
    assert submit(ctx, CLERK, sent(criminal_record()))[0].ref == "G01.029.00-260306-9999"
    before = counts(ctx)
    with pytest.raises(NumbersExhausted):
        submit(ctx, CLERK, sent(criminal_record()))
    assert counts(ctx) == before


def test_a_clerk_files_at_the_counter_for_somebody_without_an_account(ctx: CasesContext) -> None:
    filed, _ = submit(ctx, CLERK, sent(licence_exchange(attachments=[])))
    case = get(ctx, CLERK, filed.ref).case
    assert (case.channel, case.applicant.account) == ("counter", "")
    assert [fee.amount for fee in case.fees] == [135_000]


def test_a_student_pays_the_reduced_fee(ctx: CasesContext) -> None:
    form = criminal_record()["form"] | {"fee_group": "student"}
    filed, _ = submit(ctx, LAN, sent(criminal_record(form=form)))
    assert [fee.amount for fee in get(ctx, LAN, filed.ref).case.fees] == [100_000]


def test_who_is_exempt_owes_nothing(ctx: CasesContext) -> None:
    form = criminal_record()["form"] | {"fee_group": "exempt"}
    filed, _ = submit(ctx, LAN, sent(criminal_record(form=form)))
    assert get(ctx, LAN, filed.ref).case.fee_state == "none"


def test_every_fault_of_an_application_is_named_at_once(ctx: CasesContext) -> None:
    application = licence_exchange(
        agency="H29.035.00",
        applicant={"full_name": "Lan", "identifier": "07930100001"},
        form=licence_exchange()["form"] | {"phone": "12", "shoe_size": 38},
        attachments=[{"paper": "anh_cuoi", "file_id": "f"}],
    )
    with pytest.raises(InvalidInput) as caught:
        submit(ctx, LAN, sent(application))
    assert pointers(caught.value) == {
        "/agency",
        "/applicant/identifier",
        "/form/phone",
        "/form/shoe_size",
        "/attachments/0/paper",
        "/attachments",
    }
    assert all(field.vi and field.en for field in caught.value.fields)


@pytest.mark.parametrize(
    ("content", "pointer"),
    [
        (b"", ""),
        (b"{", ""),
        (b"[]", ""),
        (b"{}", "/procedure"),
        (orjson.dumps(criminal_record(extra=1)), "/extra"),
        (orjson.dumps(criminal_record(form="text")), "/form"),
        (
            orjson.dumps(criminal_record(applicant={"full_name": " ", "identifier": "079301000019"})),
            "/applicant/full_name",
        ),
        (b'{"procedure": "\xff"}', ""),
    ],
)
def test_what_is_not_an_application_is_refused(ctx: CasesContext, content: bytes, pointer: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        submit(ctx, LAN, SubmitRequest(content, "any"))
    assert pointer in pointers(caught.value)


@pytest.mark.parametrize("key", ["", "k" * 129])
def test_a_key_has_one_to_128_characters(ctx: CasesContext, key: str) -> None:
    with pytest.raises(InvalidInput):
        submit(ctx, LAN, SubmitRequest(orjson.dumps(criminal_record()), key))


def test_text_is_stored_composed_even_when_it_came_in_pieces_or_escapes(ctx: CasesContext) -> None:
    content = orjson.dumps(criminal_record()).replace("Nguyễn".encode(), "Nguye\\u0302\u0303n".encode())
    filed, _ = submit(ctx, LAN, SubmitRequest(content, "decomposed"))
    seen = get(ctx, LAN, filed.ref)
    assert seen.case.applicant.full_name == "Nguyễn Thị Lan"
    assert orjson.loads(seen.form)["full_name"] == "Nguyễn Thị Lan"


@pytest.mark.parametrize(
    ("who", "application", "error"),
    [
        (LAN, {"procedure": "9.999999"}, ProcedureNotFound),
        (LAN, {"procedure": "1.004222", "agency": "G01.029.35"}, OnlyInAChain),
        (Caller("x", "Người Mới", frozenset({"citizen"}), assurance=1), {}, AssuranceTooLow),
        (Caller("y", "Cán Bộ", frozenset({"clerk"}), ("H29.035.00",)), {}, AgencyOutOfScope),
        (OFFICER, {}, AgencyOutOfScope),
    ],
)
def test_who_may_not_file_what_is_told_why(
    ctx: CasesContext, who: Caller, application: dict[str, str], error: type[OnestopError]
) -> None:
    before = counts(ctx)
    with pytest.raises(error):
        submit(ctx, who, sent(criminal_record(**application)))
    assert counts(ctx) == before


def test_files_are_asked_about_only_when_there_are_any(ctx: CasesContext, files: FilesAtHand) -> None:
    submit(ctx, LAN, sent(criminal_record()))
    assert files.asked == []
    submit(ctx, LAN, sent(licence_exchange()))
    assert files.asked == [["file-1"]]


@pytest.mark.parametrize(
    ("owner", "state", "code"),
    [
        ("somebody", documents_pb.FILE_STATE_CLEAN, "file-not-own"),
        (LAN.subject, documents_pb.FILE_STATE_INFECTED, "file-infected"),
    ],
)
def test_a_foreign_or_infected_file_is_refused(
    ctx: CasesContext, files: FilesAtHand, owner: str, state: documents_pb.FileState.ValueType, code: str
) -> None:
    files.owner, files.state = owner, state
    with pytest.raises(InvalidInput) as caught:
        submit(ctx, LAN, sent(licence_exchange()))
    assert [(field.pointer, field.code) for field in caught.value.fields] == [("/attachments/0/file_id", code)]


def test_what_became_of_a_file_later_does_not_change_a_replay(ctx: CasesContext, files: FilesAtHand) -> None:
    submission = sent(licence_exchange())
    first, _ = submit(ctx, LAN, submission)
    files.state = documents_pb.FILE_STATE_INFECTED
    assert submit(ctx, LAN, submission) == (first, True)


def test_more_than_the_limit_is_not_read(ctx: CasesContext) -> None:
    with pytest.raises(TooLarge):
        submit(ctx, LAN, SubmitRequest(b" " * (limits.JSON_BODY_BYTES + 1), "large"))


def test_a_nul_character_is_refused_before_the_database_meets_it(ctx: CasesContext) -> None:
    content = orjson.dumps(criminal_record(applicant={"full_name": "Lan\x00", "identifier": "079301000019"}))
    with pytest.raises(InvalidInput):
        submit(ctx, LAN, SubmitRequest(content, "nul"))
    with pytest.raises(InvalidInput):
        submit(ctx, LAN, SubmitRequest(orjson.dumps(criminal_record()), "k\x00"))


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        (b'"applicant":{', b'"applicant":{"identifier":"001090000001",', "/applicant/identifier"),
        (b'"form":{', b'"form":{"personal_number":"001090000001",', "/form/personal_number"),
        (b'"form":{', b'"agency":"G01.029.00","form":{', "/agency"),
    ],
)
def test_an_application_that_can_be_read_two_ways_is_refused_signed_or_not(
    ctx: CasesContext, old: bytes, new: bytes, place: str
) -> None:
    content = orjson.dumps(criminal_record()).replace(old, new, 1)
    with pytest.raises(InvalidInput) as caught:
        submit(ctx, LAN, SubmitRequest(content, "twice"))
    assert [(each.pointer, each.code) for each in caught.value.fields] == [(place, "given-twice")]
