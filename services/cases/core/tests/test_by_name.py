"""What is the same thing has the same name, from the application to the case and from the case to its message."""

from dataclasses import dataclass
from typing import get_type_hints

from onestop.cases.v1 import cases_service_pb2 as pb

from services.cases.core.domain.case import Case
from services.cases.core.domain.case_parts import Applicant
from services.cases.core.messages.cases import SHOWN_AS_KEPT
from services.contracts.application import ApplicantPart, Strict
from services.contracts.privacy import Neutral, OwnUse, alike


class Filed(Strict):
    remark: OwnUse[str] = ""
    form: Neutral[str] = ""
    applicant: ApplicantPart


@dataclass(frozen=True)
class Kept:
    applicant: Applicant
    ref: Neutral[str] = ""
    remark: OwnUse[str] = ""


def test_what_both_have_is_kept_as_filed_and_what_is_made_of_parts_is_not() -> None:
    assert alike(Filed, Kept) == ("remark",)


def test_texts_numbers_and_flags_are_shown_as_they_are_kept() -> None:
    shown = {"ref", "procedure_code", "agency_code", "version", "assigned_to", "reason", "result_file_id"}
    assert shown | {"legal_hold", "verifying"} <= set(SHOWN_AS_KEPT)


def test_what_the_message_says_in_another_way_is_not_shown_by_name() -> None:
    kept = get_type_hints(Case)
    other = {field.name for field in pb.Case.DESCRIPTOR.fields if field.name in kept} - set(SHOWN_AS_KEPT)
    assert {"case_id", "status", "decision", "history_head", "rules", "received_at", "attachments"} <= other
