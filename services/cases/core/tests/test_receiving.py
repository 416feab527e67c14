"""Who may be given a result: the applicant, a firm's representative, a proxy with the paper; nobody for saying so."""

from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from uuid import UUID

import pytest

from services.cases.core.domain.case import Case
from services.cases.core.domain.case_parts import Applicant, Attachment, Receiver
from services.cases.core.domain.case_rules import CaseRules
from services.cases.core.domain.filer import Filer, Standing
from services.cases.core.domain.proxy import Proxy
from services.cases.core.domain.receiving import right_faults
from services.cases.procedures.folder import load_catalogue

LAN, HUNG, FIRM = "079301000019", "001090000001", "0314409058"
CARD = Receiver("", "applicant", "identity_card", LAN)
HIM = Receiver("Trần Văn Hùng", "proxy", "identity_card", HUNG)
AUTHORISED = Proxy("Trần Văn Hùng", HUNG, authorisation="giay_uy_quyen")
HUSBAND = Proxy("Trần Văn Hùng", HUNG, relation="spouse")


@cache
def rules() -> CaseRules:
    catalogue = load_catalogue()
    procedure = catalogue.find("2.000488", date(2026, 3, 2))
    return catalogue.case_rules(procedure.code, procedure.effective_from, "G01.029.00")


def case(
    proxy: Proxy | None = None, *papers: str, firm: str = "", passport: str = "", filer: Filer | None = None
) -> Case:
    applicant = Applicant("firm" if firm else "person", "Nguyễn Thị Lan", firm or passport or LAN)
    attachments = tuple(Attachment(paper, "file") for paper in papers)
    at = datetime(2026, 3, 2, tzinfo=UTC)
    procedure = rules().procedure
    return Case(
        UUID(int=1), procedure.code, procedure.effective_from, "G01.029.00", "counter", applicant, at, proxy,
        attachments=attachments, filer=filer,
    )  # fmt: skip


HUNG_OF_FIRM = Filer("hung", "Trần Văn Hùng", HUNG, 2, Standing.REPRESENTATIVE)


def faults(receiver: Receiver, one: Case) -> list[str]:
    return [each.code for each in right_faults(receiver, one, rules())]


@pytest.mark.parametrize(
    ("receiver", "one"),
    [
        (CARD, case()),
        (replace(CARD, proof="passport", proof_number="C1234567"), case()),
        (replace(HIM, authorisation_file="file-9"), case()),
        (replace(HIM, authorisation="giay_uy_quyen"), case(AUTHORISED, "giay_uy_quyen")),
        (HIM, case(AUTHORISED, "giay_uy_quyen")),
        (replace(HIM, capacity="representative"), case(firm=FIRM, filer=HUNG_OF_FIRM)),
        (replace(HIM, capacity="representative", authorisation_file="file-9"), case(firm=FIRM)),
        (replace(HIM, capacity="representative"), case(firm=HUNG)),
        (replace(HIM, capacity="applicant", full_name=""), case(firm=HUNG)),
    ],
    ids=[
        "herself", "by passport", "a new paper", "the paper of the case", "the proxy of the case",
        "whom the register named for the firm", "whom a paper names for the firm", "whose household it is",
        "whose household it is, without more",
    ],
)  # fmt: skip
def test_the_applicant_or_whoever_is_shown_to_receive_it_is_given_it(receiver: Receiver, one: Case) -> None:
    assert faults(receiver, one) == []


@pytest.mark.parametrize(
    ("receiver", "one", "code"),
    [
        (replace(CARD, full_name="Nguyễn Thị Lan", proof_number=HUNG), case(), "another-person"),
        (replace(CARD, full_name="Trần Văn Hùng"), case(), "another-person"),
        (HIM, case(), "authorisation-missing"),
        (HIM, case(HUSBAND), "authorisation-missing"),
        (replace(HIM, authorisation="giay_to_giam_phi"), case(None, "giay_to_giam_phi"), "authorisation-missing"),
        (replace(HIM, proof_number=LAN), case(AUTHORISED, "giay_uy_quyen"), "authorisation-missing"),
        (replace(HIM, capacity="representative"), case(), "not-a-firm"),
        (replace(HIM, capacity="representative"), case(firm=FIRM), "representation-missing"),
        (
            replace(HIM, capacity="representative", proof_number=LAN),
            case(firm=FIRM, filer=HUNG_OF_FIRM),
            "representation-missing",
        ),
        (
            replace(HIM, capacity="representative"),
            case(firm=FIRM, filer=replace(HUNG_OF_FIRM, standing=Standing.UNPROVEN)),
            "representation-missing",
        ),
        (CARD, case(firm=FIRM), "a-firm"),
        (replace(HIM, full_name="", authorisation_file="file-9"), case(), "required"),
        (replace(CARD, proof="passport", proof_number="TR7654321"), case(passport="JPNTR1234567"), "another-person"),
    ],
    ids=[
        "somebody of her name", "somebody else", "a stranger", "a husband, as he says", "with another paper",
        "of the proxy's name", "of no firm", "of a firm, as he says", "of the representative's name",
        "who filed for a firm without proof", "a firm as if it were a person", "a proxy without a name",
        "with another passport",
    ],
)  # fmt: skip
def test_nobody_is_given_it_for_saying_so(receiver: Receiver, one: Case, code: str) -> None:
    assert faults(receiver, one) == [code]
