"""Why a due date is what it is, in sentences a citizen can check against a calendar."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import groupby

from services.cases.domain.calendar import Line, WorkCalendar
from services.common.text import vn_date

_WEEKDAYS_VI = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
_WEEKDAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def term(
    received: datetime, cutoff: time, effective: date, due: date, *, office_closes: time, calendar: WorkCalendar
) -> tuple[Line, ...]:
    """A whole term: receipt, days skipped, effective day, days counted, due date. `received` is local time."""
    return (
        _received(received, cutoff, effective, calendar),
        *(_not_counted(off, days) for off, days in _runs(received.date(), effective, calendar) if off),
        Line(
            f"Ngày bắt đầu {_day_vi(effective)}: ngày đầu tiên không tính (Bộ luật Dân sự 2015, Điều 147 khoản 2).",
            f"Effective day {_day_en(effective)}: the first day is not counted (Civil Code 2015, Article 147.2).",
        ),
        *_counted(effective, due, calendar),
        closes(due, office_closes),
    )


def closes(due: date, office_closes: time) -> Line:
    return Line(
        f"Hạn trả kết quả: {office_closes:%H:%M} {_day_vi(due)}.",
        f"Due at {office_closes:%H:%M} on {_day_en(due)}.",
    )


def reset(at: datetime) -> Line:
    return Line(
        f"Dừng từ {_moment_vi(at)} để chờ bổ sung; khi nhận đủ, thời hạn tính lại từ đầu.",
        f"Stopped at {_moment_en(at)} for a supplement; the term restarts from zero when it is complete.",
    )


def postponed(at: datetime, due: date) -> Line:
    return Line(
        f"Xin lỗi và hẹn lại lúc {_moment_vi(at)}: hạn mới là {_day_vi(due)}.",
        f"Apologised at {_moment_en(at)}: the new due date is {_day_en(due)}.",
    )


def moved(at: datetime, version: date, longer: int) -> Line:
    change_vi = (
        f"thời hạn {'thêm' if longer > 0 else 'bớt'} {abs(longer)} ngày làm việc" if longer else "thời hạn không đổi"
    )
    change_en = f"{abs(longer)} working days {'more' if longer > 0 else 'fewer'}" if longer else "the same term"
    return Line(
        f"Chuyển sang phiên bản thủ tục từ {_day_vi(version)} lúc {_moment_vi(at)}: {change_vi}.",
        f"Moved to the procedure's version from {_day_en(version)} at {_moment_en(at)}: {change_en}.",
    )


def extended(at: datetime, days: int, due: date) -> Line:
    return Line(
        f"Cần xác minh từ {_moment_vi(at)}: thêm {days} ngày làm việc, hạn mới là {_day_vi(due)}.",
        f"Verification needed at {_moment_en(at)}: {days} working days more, the new due date is {_day_en(due)}.",
    )


def suspended(at: datetime, remaining: int) -> Line:
    return Line(
        f"Tạm dừng từ {_moment_vi(at)}, {_left_vi(remaining)}.",
        f"Suspended at {_moment_en(at)}, {_left_en(remaining)}.",
    )


def resumed(at: datetime, remaining: int) -> Line:
    return Line(
        f"Tiếp tục từ {_moment_vi(at)}, {_left_vi(remaining)}.",
        f"Resumed at {_moment_en(at)}, {_left_en(remaining)}.",
    )


def _received(local: datetime, cutoff: time, effective: date, calendar: WorkCalendar) -> Line:
    off = calendar.day_off(local.date())
    vi, en = f"Đủ hồ sơ lúc {_moment_vi(local)}", f"Complete at {_moment_en(local)}"
    if effective == local.date():
        return Line(
            f"{vi}, không muộn hơn {cutoff:%H:%M}: tính từ ngày này.",
            f"{en}, not after {cutoff:%H:%M}: counts as this day.",
        )
    why_vi = f"sau {cutoff:%H:%M}" if off is None else f"không phải ngày làm việc ({off.vi})"
    why_en = f"after {cutoff:%H:%M}" if off is None else f"not a working day ({off.en})"
    return Line(f"{vi}, {why_vi}: tính từ ngày làm việc kế tiếp.", f"{en}, {why_en}: counts as the next working day.")


def _counted(start: date, end: date, calendar: WorkCalendar) -> Iterator[Line]:
    """The days after `start` up to `end`, the working ones numbered."""
    last = 0
    for off, days in _runs(start, end, calendar):
        if off is not None:
            yield _not_counted(off, days)
            continue
        first, last = last + 1, last + len(days)
        label = str(first) if first == last else f"{first}–{last}"
        yield Line(f"Ngày làm việc thứ {label}: {_span(days)}.", f"Working day {label}: {_span(days)}.")


def _runs(start: date, end: date, calendar: WorkCalendar) -> Iterator[tuple[Line | None, list[date]]]:
    """The days after `start` up to `end`, neighbours off for the same reason together; None = working."""
    days = [start + timedelta(days=n) for n in range(1, (end - start).days + 1)]
    return ((off, list(run)) for off, run in groupby(days, calendar.day_off))


def _not_counted(off: Line, days: list[date]) -> Line:
    return Line(f"Không tính {_span(days)}: {off.vi}.", f"Not counted {_span(days)}: {off.en}.")


def _left_vi(remaining: int) -> str:
    return f"còn {remaining} ngày làm việc" if remaining >= 0 else f"đã quá hạn {-remaining} ngày làm việc"


def _left_en(remaining: int) -> str:
    return f"{remaining} working days left" if remaining >= 0 else f"{-remaining} working days overdue"


def _moment_vi(local: datetime) -> str:
    return f"{local:%H:%M} {_day_vi(local.date())}"


def _moment_en(local: datetime) -> str:
    return f"{local:%H:%M} on {_day_en(local.date())}"


def _day_vi(day: date) -> str:
    return f"{_WEEKDAYS_VI[day.weekday()]} {vn_date(day)}"


def _day_en(day: date) -> str:
    return f"{_WEEKDAYS_EN[day.weekday()]} {vn_date(day)}"


def _span(days: list[date]) -> str:
    return vn_date(days[0]) if len(days) == 1 else f"{vn_date(days[0])}–{vn_date(days[-1])}"
