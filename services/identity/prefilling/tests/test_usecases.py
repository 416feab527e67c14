"""What registers know fills the form and spares the paper; what they do not, or cannot say now, is asked for."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from onestop.identity.v1 import identity_service_pb2 as pb

from services.common import limits
from services.common.errors import InvalidInput
from services.common.tokens import KeySource
from services.contracts import receipts
from services.contracts.receipts import Receipt
from services.identity.conftest import API_KEY, Client, LogIn
from services.identity.look_ups import usecases as look_ups
from services.identity.look_ups.context import LookUpContext
from services.identity.look_ups.domain import LevelTooLow, Purpose
from services.identity.look_ups.register_calls import Connection
from services.identity.look_ups.registers import Business, PaperRegister
from services.identity.prefilling.usecases import Prefilled, Wanted, prefill_form
from services.identity.signing_keys import usecases as signing

PURPOSE = Purpose("prefill 3.000347", "draft-3.000347")
WANTED = Wanted(
    "3.000347",
    {"full_name": "full_name", "licence_number": "driving_licence.number", "class": "driving_licence.licence_class"},
    {"gplx_cu": "driving_licence", "giay_kham": "health"},
)


def filled(ctx: LookUpContext, log_in: LogIn, username: str, now: datetime, wanted: Wanted = WANTED) -> Prefilled:
    return prefill_form(ctx, log_in(username), wanted, PURPOSE, now)


def receipt_of(ctx: LookUpContext, prefilled: Prefilled, now: datetime) -> Receipt | None:
    return receipts.reader(KeySource(lambda: signing.list_signing_keys(ctx.database, ctx.vault, now)))(
        prefilled.receipt
    )


def test_registers_of_papers_fill_fields_and_confirm_the_papers_they_hold(
    ctx: LookUpContext, log_in: LogIn, now: datetime
) -> None:
    hung = filled(ctx, log_in, "hung", now)
    assert hung.values == {"full_name": "Trần Văn Hùng", "licence_number": "010987654321", "class": "C1"}
    assert set(hung.papers) == {"gplx_cu", "giay_kham"}
    lan = filled(ctx, log_in, "lan", now)
    assert (lan.values["licence_number"], set(lan.papers)) == ("790123456789", {"gplx_cu"})
    assert hung.answers == {"gplx_cu": "match", "giay_kham": "match"}
    assert lan.answers == {"gplx_cu": "match", "giay_kham": "no_data"}


def test_an_entry_that_has_expired_confirms_no_paper(ctx: LookUpContext, log_in: LogIn, now: datetime) -> None:
    mai = replace(log_in("clerk"), assurance=2, personal_number="079180000123")
    prefilled = prefill_form(ctx, mai, WANTED, PURPOSE, now)
    assert (prefilled.papers, prefilled.answers) == ({}, {"gplx_cu": "no_data", "giay_kham": "mismatch"})


def test_the_receipt_vouches_for_values_and_papers_and_discloses_neither(
    ctx: LookUpContext, log_in: LogIn, now: datetime
) -> None:
    prefilled = filled(ctx, log_in, "hung", now)
    receipt = receipt_of(ctx, prefilled, now)
    assert receipt is not None
    assert (receipt.subject, receipt.procedure) == (log_in("hung").subject, "3.000347")
    assert receipt.papers == {"gplx_cu": "driving_licence", "giay_kham": "health"}
    assert receipt.answers == {"gplx_cu": "match", "giay_kham": "match"}
    assert receipt.prefilled({**prefilled.values, "class": "B", "reason": "expiring"}) == 2
    assert "010987654321" not in str(receipt)


def test_a_register_that_does_not_answer_or_is_not_connected_leaves_its_paper_to_be_asked_for(
    ctx: LookUpContext, log_in: LogIn, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "REGISTER_ATTEMPTS", 1)
    alone = replace(ctx, registers=replace(ctx.registers, papers={}))
    unconnected = filled(alone, log_in, "hung", now)
    assert (unconnected.papers, set(unconnected.answers.values())) == ({}, {"inconclusive"})
    nowhere = Connection("http://127.0.0.1:1", API_KEY, "VN-TEST/GOV/H29/MOTCUA")
    away = {**ctx.registers.papers, "health": PaperRegister(nowhere, "health-records")}
    half = replace(ctx, registers=replace(ctx.registers, papers=away))
    assert filled(half, log_in, "hung", now).answers == {"gplx_cu": "match", "giay_kham": "inconclusive"}


def test_every_register_asked_is_on_the_record(ctx: LookUpContext, log_in: LogIn, now: datetime) -> None:
    filled(ctx, log_in, "lan", now)
    entries, _ = look_ups.list_look_ups(ctx, log_in("lan"), page_token="", page_size=0)
    assert {(entry.register, entry.answer) for entry in entries} == {
        ("population", "match"),
        ("driving_licence", "match"),
        ("health", "no_data"),
    }


def test_whose_number_is_only_claimed_gets_nothing(ctx: LookUpContext, log_in: LogIn, now: datetime) -> None:
    with pytest.raises(LevelTooLow):
        prefill_form(ctx, replace(log_in("lan"), assurance=1), WANTED, PURPOSE, now)
    with pytest.raises(InvalidInput):
        filled(ctx, log_in, "lan", now, replace(WANTED, fields={"a": "shoe_size"}))


def test_over_grpc_the_receipt_and_the_confirmed_papers_come_along(client: Client) -> None:
    request = pb.PrefillRequest(
        fields=[pb.PrefillField(form_field="name", register_field="full_name")],
        purpose=pb.Purpose(text="prefill", case_reference="draft"),
        code="3.000347",
        papers=[pb.PaperSource(paper="giay_kham", register="health")],
    )
    answer = client.call("hung", "Prefill", request)
    [paper] = answer.papers
    assert (paper.paper, paper.register, paper.number, paper.issued_on) == (
        "giay_kham",
        "health",
        "KSK-2026-00118",
        "2026-01-10",
    )
    assert answer.receipt.count(".") == 2


def test_a_receipt_expires(ctx: LookUpContext, log_in: LogIn, now: datetime) -> None:
    early = now - limits.PREFILL_LIFE - timedelta(minutes=5)
    assert receipt_of(ctx, filled(ctx, log_in, "lan", early), now) is None


@pytest.mark.parametrize(
    ("who", "tax_code", "name", "said"),
    [
        ("lan", "0314409058-001", "Chi nhánh Bến Thành Công ty cổ phần Phương Nam", "match"),
        ("hung", "001090000001", "Hộ kinh doanh Trần Văn Hùng", "match"),
        ("hung", "0314409058-001", "", "mismatch"),
        ("lan", "0314409058", "", "mismatch"),
        ("hung", "0314409058-002", "", "mismatch"),
        ("lan", "0100112437-005", "", "no_data"),
    ],
    ids=["hers", "his own business", "somebody else's", "of which hers is a part", "suspended", "unknown"],
)
def test_the_receipt_vouches_for_a_firm_to_whom_the_business_register_names_for_it_and_to_nobody_else(
    ctx: LookUpContext, log_in: LogIn, now: datetime, who: str, tax_code: str, name: str, said: str
) -> None:
    prefilled = filled(ctx, log_in, who, now, replace(WANTED, firm=tax_code))
    receipt = receipt_of(ctx, prefilled, now)
    assert receipt is not None
    assert (prefilled.firm.name if prefilled.firm else "", prefilled.representation) == (name, said)
    assert set(receipt.firms) == ({tax_code} if name else set())
    entries, _ = look_ups.list_look_ups(ctx, log_in("admin"), page_token="", page_size=0)
    assert "business" in {entry.register for entry in entries}


def test_while_the_business_register_is_away_nobody_is_vouched_for(
    ctx: LookUpContext, log_in: LogIn, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "REGISTER_ATTEMPTS", 1)
    nowhere = Business(Connection("http://127.0.0.1:1", API_KEY, "VN-TEST/GOV/H29/MOTCUA"))
    away = replace(ctx, registers=replace(ctx.registers, business=nowhere))
    prefilled = filled(away, log_in, "lan", now, replace(WANTED, firm="0314409058-001"))
    receipt = receipt_of(ctx, prefilled, now)
    assert receipt is not None
    assert (prefilled.firm, set(receipt.firms)) == (None, set())
