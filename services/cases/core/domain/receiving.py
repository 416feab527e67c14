"""Who may be given the result of a case: the applicant, or whoever is shown to receive it for them.

A relation that exempts from the authorisation paper when filing does not when receiving: who says to be a relative may
ask, and is not one for saying so (docs/adr/0029).
"""

from collections.abc import Iterator

from services.cases.core.domain.case import Case, Receiver
from services.cases.core.domain.procedure import CaseRules
from services.common.errors import FieldError
from services.contracts.personal import is_personal_number

PROOFS_WITH_NUMBER = frozenset({"identity_card", "vneid"})
"""What proves who somebody is by their personal number."""


def right_faults(receiver: Receiver, case: Case, rules: CaseRules) -> Iterator[FieldError]:
    """Yields what keeps somebody whose identity was seen from being given the result in the capacity they name."""
    applicant = case.applicant
    if receiver.capacity == "representative" and applicant.kind != "firm":
        yield FieldError(
            "/receiver/capacity",
            "not-a-firm",
            "Chỉ tổ chức mới có người đại diện. Hãy chọn người được ủy quyền.",
            "Only a firm has a representative. Choose proxy.",
        )
    if receiver.capacity == "applicant" and not _is_applicant(receiver, case):
        yield FieldError(
            "/receiver/capacity",
            "another-person",
            "Người nhận không phải người đứng tên hồ sơ: hãy chọn người được ủy quyền và ghi giấy ủy quyền.",
            "Whoever took it is not the applicant: choose proxy, and give the authorisation.",
        )
    if receiver.capacity == "proxy" and not _is_authorised(receiver, case, rules):
        yield FieldError(
            "/receiver/authorisation",
            "authorisation-missing",
            "Thiếu giấy ủy quyền nhận kết quả: ghi giấy ủy quyền đã nộp trong hồ sơ, hoặc tải bản chụp giấy ủy quyền "
            "lên.",
            "The authorisation to receive the result is missing: name the authorisation paper of the case, or upload a "
            "scan of it.",
        )


def _is_applicant(receiver: Receiver, case: Case) -> bool:
    """Returns whether it is the person the case is for, by name, and by number where their card shows it."""
    applicant = case.applicant
    shown = receiver.proof in PROOFS_WITH_NUMBER and is_personal_number(applicant.identifier)
    same = receiver.proof_number == applicant.identifier
    return receiver.full_name in ("", applicant.full_name) and (same or not shown or not receiver.proof_number)


def _is_authorised(receiver: Receiver, case: Case, rules: CaseRules) -> bool:
    """Returns whether a proxy brought an authorisation paper, or is the proxy who handed one in with the case."""
    if receiver.authorisation_file:
        return True
    papers = {each.paper for each in case.attachments if not each.superseded} | {each.paper for each in case.handed_in}
    if receiver.authorisation:
        return receiver.authorisation in papers and receiver.authorisation in rules.procedure.proxy.authorising
    proxy = case.proxy
    if proxy is None or not proxy.authorisation or receiver.full_name != proxy.full_name:
        return False
    return receiver.proof not in PROOFS_WITH_NUMBER or receiver.proof_number == proxy.identifier
