"""The outlook for the applicant: why a case waits, stands still or has ended, what they may do, what becomes of the
money."""

from collections.abc import Iterator

from services.cases.calendar.domain import BilingualText
from services.cases.core.domain.case import Case
from services.cases.core.domain.case_rules import CaseRules
from services.cases.core.domain.status import CaseStatus as S
from services.cases.core.domain.texts import on_its_way
from services.cases.deadlines.domain.waiting import closes_after, last_day
from services.common.text import vn_date

_FILE_AGAIN = BilingualText("Bạn có thể nộp hồ sơ mới bất cứ lúc nào.", "You may file a new application at any time.")
_PAYS_NOTHING_NOW = BilingualText(
    "Khoản phí, lệ phí chưa nộp không phải nộp nữa.", "What was not paid yet need not be paid any more."
)
_REFUNDED = BilingualText(
    "Khoản phí, lệ phí đã nộp được hoàn trả tại quầy của cơ quan; hãy mang theo giấy tờ tùy thân.",
    "What you paid is handed back at the agency's counter; bring your identity card.",
)
_CHARGED_AGAIN = BilingualText(
    "Nếu hồ sơ được tiếp tục, phí, lệ phí lại phải nộp; khoản chưa hoàn trả được tính là đã nộp.",
    "If the case resumes, the fees are due again; what was not handed back counts as paid.",
)
_AT_THE_COUNTER = BilingualText(
    "Hệ thống chưa xác minh được bạn có quyền nhận kết quả thay người đứng tên: kết quả trả tại Bộ phận Một cửa, hãy "
    "mang theo giấy tờ tùy thân và giấy tờ chứng minh.",
    "Nothing here proves yet that you may receive the result for the applicant: it is handed over at the counter; "
    "bring your identity card and what proves it.",
)
_WITHDRAW = BilingualText("Bạn có thể rút hồ sơ.", "You may withdraw the case.")


def outlook(case: Case, rules: CaseRules) -> tuple[BilingualText, ...]:
    """Lists the lines for a case that waits, stands still or has ended; empty for a case that simply goes its way and
    was filed by whoever may receive its result."""
    waits = case.unproven and case.status not in (S.WITHDRAWN, S.REFUSED)
    return (*_lines(case, rules), *_on_its_way(case, rules), *((_AT_THE_COUNTER,) if waits else ()))


def _on_its_way(case: Case, rules: CaseRules) -> Iterator[BilingualText]:
    """Yields from when the term counts, for a case on its way to the competent agency (NĐ 309/2026, Điều 17.3)."""
    if case.awaits_receipt and case.accepted_at is not None and not case.status.closed:
        yield on_its_way(rules.agency)


def _lines(case: Case, rules: CaseRules) -> Iterator[BilingualText]:
    match case.status:
        case S.WITHDRAWN:
            yield BilingualText("Hồ sơ đã kết thúc vì bạn rút hồ sơ.", "The case ended because you withdrew it.")
            yield from _reason(case)
            yield from _money(case)
            yield _FILE_AGAIN
        case S.REFUSED:
            yield BilingualText("Hồ sơ không được tiếp nhận.", "The case was refused at intake.")
            yield from _reason(case)
            yield from _money(case)
            yield _FILE_AGAIN
        case S.STOPPED:
            yield from _stopped(case)
        case S.SUPPLEMENT_REQUESTED:
            yield from _supplement(case, rules)
        case S.PAYMENT_REQUESTED:
            yield BilingualText("Hồ sơ chờ bạn nộp phí, lệ phí.", "The case waits for you to pay the fees.")
            yield _WITHDRAW
        case S.PROCESSING if case.corrections and not case.corrections[-1].corrected_paper_id:
            yield _corrected(case)


def _stopped(case: Case) -> Iterator[BilingualText]:
    yield BilingualText("Cơ quan đã dừng giải quyết hồ sơ.", "The agency stopped work on the case.")
    yield from _reason(case)
    yield BilingualText(
        "Cơ quan tiếp tục giải quyết khi lý do dừng không còn; hãy liên hệ cơ quan để biết cần làm gì.",
        "The agency resumes when the reason is gone; ask it what is needed.",
    )
    yield from _money(case)
    if case.fee_state != "none":
        yield _CHARGED_AGAIN
    if not case.corrections:
        yield _WITHDRAW


def _supplement(case: Case, rules: CaseRules) -> Iterator[BilingualText]:
    yield BilingualText(
        "Hãy bổ sung đúng những nội dung được nêu, hoặc nói vì sao không bổ sung được.",
        "Send exactly what is asked for, or say why you cannot.",
    )
    last = vn_date(last_day(case, rules))
    if closes_after(case, rules) is not None:
        yield BilingualText(
            f"Hết ngày {last} mà chưa bổ sung thì hồ sơ bị đóng.",
            f"If it has not come by the end of {last}, the case is closed.",
        )
    else:
        yield BilingualText(
            f"Hãy bổ sung đến hết ngày {last}; sau đó cơ quan quyết định chờ thêm hoặc đóng hồ sơ, và báo cho bạn.",
            f"Send it by the end of {last}; after that the agency decides whether to wait on or to close the case, and "
            "tells you.",
        )
    yield _WITHDRAW


def _corrected(case: Case) -> BilingualText:
    correction = case.corrections[-1]
    return BilingualText(
        f"Kết quả đã cấp đang được đính chính: {correction.reason} Bạn không phải nộp thêm phí.",
        f"The result you have is being corrected: {correction.reason} You pay nothing more.",
    )


def _reason(case: Case) -> Iterator[BilingualText]:
    if case.reason:
        yield BilingualText(f"Lý do: {case.reason}", f"Reason: {case.reason}")


def _money(case: Case) -> Iterator[BilingualText]:
    """Yields what becomes of the money of a case that has ended: open fees are cancelled, paid fees are owed."""
    if case.fee_state == "open":
        yield _PAYS_NOTHING_NOW
    elif case.fee_state == "paid":
        yield _REFUNDED
