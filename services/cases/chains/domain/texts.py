"""Sentences about a chained case: the time each child takes, and its outcome."""

from collections.abc import Sequence
from datetime import date, datetime, time

from services.cases.calendar.domain import BilingualText, Kind
from services.cases.clock.domain import texts
from services.cases.core.domain.children import Child
from services.cases.core.domain.status import CaseStatus as S
from services.common.text import vn_date


def began(day: date, start: datetime, closing: datetime | None) -> BilingualText:
    """Returns the stretch in which the whole chain runs, to its end as far as that is known; held while it is not."""
    return BilingualText(
        f"Hồ sơ liên thông, tính từ {vn_date(day)}; hạn chung là hạn của thủ tục thành phần xong sau cùng.",
        f"A chained case, counted from {vn_date(day)}; the whole is due when the last of its procedures is.",
        Kind.SUSPENDED if closing is None else Kind.COUNTED,
        start,
        closing,
    )


def ends(child: Child, day: date | None, follows: Sequence[Child]) -> BilingualText:
    """Says when a child ends, as far as that is known."""
    name_vi, name_en = _named(child)
    if day is None:
        return BilingualText(
            f"{name_vi}: chưa xác định được hạn vì đang chờ, khi tiếp tục sẽ tính lại.",
            f"{name_en}: no due date while it is held; it is worked out again when it goes on.",
        )
    if child.final:
        return outcome(child, blocked=False)
    if child.apart:
        name_vi, name_en = f"{name_vi}, tính hạn riêng", f"{name_en}, counted by itself"
    if child.ref:
        return BilingualText(f"{name_vi}: hạn {vn_date(day)}.", f"{name_en}: due {vn_date(day)}.")
    return BilingualText(
        f"{name_vi}: {_days_vi(child.days)}{_after(' sau ', follows)}, dự kiến xong {vn_date(day)}.",
        f"{name_en}: {_days_en(child.days)}{_after(' after ', follows, en=True)}, expected {vn_date(day)}.",
    )


def plan(child: Child, follows: Sequence[Child], *, blocked: bool) -> BilingualText:
    """Says why a child has not started."""
    if blocked:
        return not_started(child)
    if not follows:
        return BilingualText(
            "Bắt đầu khi hồ sơ liên thông được tiếp nhận.", "Starts when the chained case is accepted."
        )
    return BilingualText(
        f"Bắt đầu khi có kết quả của: {', '.join(each.name_vi for each in follows)}.",
        f"Starts when these are granted: {', '.join(each.name_en for each in follows)}.",
    )


def not_started(child: Child) -> BilingualText:
    return BilingualText(
        f"{child.name_vi}: không thực hiện vì thủ tục trước đó không được giải quyết.",
        f"{child.name_en}: not started, since a procedure before it was not granted.",
    )


def law(days: int, days_verify: int | None, day: date) -> BilingualText:
    """Names the time limit of the procedure itself, for comparison."""
    vi, en = (f" ({days_verify} khi cần xác minh)", f" ({days_verify} when verifying)") if days_verify else ("", "")
    return BilingualText(
        f"Thời hạn chung theo quy định của thủ tục: {_days_vi(days)}{vi}, tức đến {vn_date(day)}.",
        f"The term the procedure names for the whole: {_days_en(days)}{en}, which is {vn_date(day)}.",
    )


def due(day: date | None, closes: time) -> BilingualText:
    if day is None:
        return BilingualText("Hạn trả kết quả chung: tạm dừng.", "The whole is not due while a part of it is held.")
    return texts.closes(day, closes)


def outcome(child: Child, *, blocked: bool) -> BilingualText:
    """Says how a child ended."""
    if blocked or child.progress is None:
        return not_started(child)
    name_vi, name_en = _named(child)
    why = child.progress.reason.rstrip(". ")
    reason = f": {why}" if why else ""
    match child.progress.status:
        case S.REFUSED:
            return BilingualText(f"{name_vi}: không được tiếp nhận{reason}.", f"{name_en}: refused at intake{reason}.")
        case S.WITHDRAWN:
            return BilingualText(f"{name_vi}: người nộp đã rút.", f"{name_en}: withdrawn by the applicant.")
        case _ if child.granted:
            return BilingualText(f"{name_vi}: đã giải quyết, có kết quả.", f"{name_en}: granted.")
        case _:
            return BilingualText(f"{name_vi}: không được giải quyết{reason}.", f"{name_en}: not granted{reason}.")


def _named(child: Child) -> tuple[str, str]:
    number = f" ({child.ref})" if child.ref else ""
    return child.name_vi + number, child.name_en + number


def _after(word: str, follows: Sequence[Child], *, en: bool = False) -> str:
    names = ", ".join(child.name_en if en else child.name_vi for child in follows)
    return f"{word}{names}" if names else ""


def _days_vi(days: int) -> str:
    return f"{days} ngày làm việc" if days else "trong ngày"


def _days_en(days: int) -> str:
    return f"{days} working day{'s' * (days > 1)}" if days else "the same day"
