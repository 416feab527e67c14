"""Who may be given the result of a case: the applicant, or whoever is shown to receive it for them.

A relation that exempts from the authorisation paper when filing does not when receiving: who says to be a relative may
ask, and is not one for saying so (docs/adr/0029).
"""

from collections.abc import Iterator

from services.cases.core.domain.case import Case
from services.cases.core.domain.case_parts import Receiver
from services.cases.core.domain.case_rules import CaseRules
from services.cases.core.domain.filer import Standing
from services.common.errors import FieldError
from services.common.text import same_name
from services.contracts.personal import is_passport, is_personal_number, names_a_person, number_of

PROOFS_WITH_NUMBER = frozenset({"identity_card", "vneid"})
"""What proves who somebody is by their personal number."""


def right_faults(receiver: Receiver, case: Case, rules: CaseRules) -> Iterator[FieldError]:
    """Yields what keeps somebody whose identity was seen from being given the result in the capacity they name."""
    if receiver.capacity == "representative" and case.applicant.kind != "firm":
        yield FieldError(
            "/receiver/capacity",
            "not-a-firm",
            "Chỉ tổ chức mới có người đại diện. Hãy chọn người được ủy quyền.",
            "Only a firm has a representative. Choose proxy.",
        )
    elif receiver.capacity != "applicant" and not receiver.full_name.strip():
        yield FieldError(
            "/receiver/full_name",
            "required",
            "Ghi họ tên người nhận như trên giấy tờ tùy thân, ví dụ Nguyễn Thị Lan.",
            "Give the name of whoever takes it, as their identity paper shows it, e.g. Nguyễn Thị Lan.",
        )
    elif receiver.capacity == "representative":
        yield from _representative_faults(receiver, case, rules)
    elif receiver.capacity == "applicant":
        yield from _applicant_faults(receiver, case)
    elif not _has_paper(receiver, case, rules) and not _is_proxy_who_filed(receiver, case):
        yield FieldError(
            "/receiver/authorisation",
            "authorisation-missing",
            "Thiếu giấy ủy quyền nhận kết quả: ghi giấy ủy quyền đã nộp trong hồ sơ, hoặc tải bản chụp giấy ủy quyền "
            "lên, ví dụ tệp PDF.",
            "The authorisation to receive the result is missing: name the authorisation paper of the case, or upload a "
            "scan of it, e.g. a PDF.",
        )


def _applicant_faults(receiver: Receiver, case: Case) -> Iterator[FieldError]:
    """Yields an error unless it is the person the case is for; a firm goes nowhere, somebody goes for it."""
    applicant = case.applicant
    if applicant.kind == "firm" and not names_a_person(applicant.identifier):
        yield FieldError(
            "/receiver/capacity",
            "a-firm",
            "Người đứng tên là tổ chức: chọn người đại diện hoặc người được ủy quyền, và ghi họ tên người nhận.",
            "The applicant is a firm: choose representative or proxy, and give the name of whoever takes it.",
        )
    elif not (receiver.full_name == "" or same_name(receiver.full_name, applicant.full_name)) or _shows_another(
        receiver, applicant.identifier
    ):
        yield FieldError(
            "/receiver/capacity",
            "another-person",
            "Người nhận không phải người đứng tên hồ sơ: hãy chọn người được ủy quyền và ghi giấy ủy quyền.",
            "Whoever took it is not the applicant: choose proxy, and give the authorisation.",
        )


def _representative_faults(receiver: Receiver, case: Case, rules: CaseRules) -> Iterator[FieldError]:
    """Yields an error unless the register named them for the firm when they filed, a household's number is theirs, or a
    paper shows it."""
    if not (_is_named_by_register(receiver, case) or _has_paper(receiver, case, rules)):
        yield FieldError(
            "/receiver/authorisation_file",
            "representation-missing",
            "Chưa có gì cho thấy người này đại diện cho tổ chức: tải lên bản chụp giấy tờ đã xem, ví dụ giấy chứng "
            "nhận đăng ký doanh nghiệp ghi tên họ, hoặc giấy giới thiệu của tổ chức.",
            "Nothing shows that they represent the firm: upload a scan of the paper you saw, e.g. the certificate of "
            "business registration that names them, or a letter of the firm.",
        )


def _is_named_by_register(receiver: Receiver, case: Case) -> bool:
    """Returns whether they are who filed as the firm's representative by the register, or whose number a household
    bears; only a paper with a number shows it."""
    if receiver.proof not in PROOFS_WITH_NUMBER:
        return False
    if names_a_person(case.applicant.identifier):
        return receiver.proof_number == case.applicant.identifier
    filer = case.filer
    if filer is None or filer.standing is not Standing.REPRESENTATIVE:
        return False
    return receiver.proof_number == filer.number and same_name(receiver.full_name, filer.name)


def _has_paper(receiver: Receiver, case: Case, rules: CaseRules) -> bool:
    """Returns whether they brought a paper, scanned now, or one was handed in with the case."""
    if receiver.authorisation_file:
        return True
    papers = {each.paper for each in case.attachments if not each.superseded} | {each.paper for each in case.handed_in}
    return receiver.authorisation in papers and receiver.authorisation in rules.procedure.proxy.authorising


def _is_proxy_who_filed(receiver: Receiver, case: Case) -> bool:
    """Returns whether they are the proxy who handed an authorisation paper in with the case."""
    proxy = case.proxy
    if receiver.authorisation or proxy is None or not proxy.authorisation:
        return False
    return same_name(receiver.full_name, proxy.full_name) and not _shows_another(receiver, proxy.identifier)


def _shows_another(receiver: Receiver, number: str) -> bool:
    """Returns whether what they proved themselves with bears another number than this, which is of its kind."""
    if not receiver.proof_number:
        return False
    if receiver.proof in PROOFS_WITH_NUMBER:
        return is_personal_number(number) and receiver.proof_number != number
    return (
        receiver.proof == "passport"
        and is_passport(number)
        and receiver.proof_number not in (number, number_of(number))
    )
