"""Why a due date is what it is, in sentences a citizen can check against a calendar.

Each line that is about a stretch of time carries it, so that a program can check that no stretch is left unexplained.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import groupby

from services.cases.calendar.domain import BilingualText, Kind, Outage, WorkCalendar
from services.cases.clock.domain.phrases import day_en, day_vi, days_span, left_en, left_vi, moment_en, moment_vi
from services.common.text import vn_date
from services.common.times import midnight

_DAY = timedelta(days=1)
_DAYS = {Kind.NOTE: ("là ngày nghỉ", "is a day off"), Kind.SUSPENDED: ("không tính", "is not counted")}
CAUSES = {
    "stopped": ("do dừng xử lý hồ sơ", "while processing is stopped"),
    "payment": ("chờ nộp phí, lệ phí", "waiting for payment"),
}


def term(
    received: datetime, cutoff: time, effective: date, due: date, *, office_closes: time, calendar: WorkCalendar
) -> tuple[BilingualText, ...]:
    """Explains a whole time limit: receipt, days skipped, effective day, days counted, due date. `received` is local
    time."""
    began = max(received, midnight(effective))
    return (
        _received(received, cutoff, effective, calendar),
        *_days_off(received.date(), effective, calendar),
        BilingualText(
            f"Ngày bắt đầu {day_vi(effective)}: ngày đầu tiên không tính (Bộ luật Dân sự 2015, Điều 147 khoản 2).",
            f"Effective day {day_en(effective)}: the first day is not counted (Civil Code 2015, Article 147.2).",
            Kind.NOT_COUNTED,
            began,
            midnight(effective + _DAY),
        ),
        *counted(effective, due, calendar, 0),
        *estimated(received.date(), due, calendar),
        *outages(received.date(), due, calendar),
        closes(due, office_closes),
    )


def continued(
    at: datetime,
    begins: date,
    due: date,
    *,
    before: int,
    office_closes: time,
    calendar: WorkCalendar,
) -> Iterator[BilingualText]:
    """Explains the rest of a time limit that runs on at `at`, local time, with the days after `begins`.

    Args:
        before: how many days of it were counted earlier.
    """
    for line in counted(begins, due, calendar, before):
        if line.start is not None and line.end is not None and line.start < at:
            if line.end <= at:
                continue  # it is part of the wait
            yield replace(line, start=at)
        else:
            yield line
    yield from estimated(at.date(), due, calendar)
    yield from outages(at.date(), due, calendar)
    yield closes(due, office_closes)


@lru_cache(maxsize=8_192)
def counted(start: date, end: date, calendar: WorkCalendar, before: int) -> tuple[BilingualText, ...]:
    """Explains the days after `start` up to `end`, the working days numbered from `before` on."""
    return tuple(_counted(start, end, calendar, before))


@lru_cache(maxsize=64)
def law(vi: str, en: str) -> BilingualText:
    return BilingualText(f"Áp dụng {vi}.", f"Under {en}.")


def estimated(first: date, last: date, calendar: WorkCalendar) -> Iterator[BilingualText]:
    """Yields a remark for each year of the time limit whose days off are not decided yet."""
    for year in range(first.year, last.year + 1):
        if calendar.estimated(year):
            yield BilingualText(
                f"Ngày nghỉ năm {year} là dự kiến vì chưa có quyết định: hạn này có thể thay đổi.",
                f"The days off of {year} are estimated, for they are not decided yet: this date may still move.",
            )


def outages(first: date, last: date, calendar: WorkCalendar) -> Iterator[BilingualText]:
    """Yields a remark for each announced outage inside the time limit that took no working day of it."""
    for outage in calendar.outages:
        if not _within(outage, first, last):
            continue
        name, lost = outage.name, [day for day in outage.days if day in calendar.lost]
        if lost == [first]:
            yield BilingualText(
                f"Có lúc {name.vi}: vào ngày đầu tiên, vốn không tính, nên không trừ ngày nào.",
                f"For a while {name.en}: on the first day, which is not counted anyway, so no day is left out.",
            )
        elif not lost:
            yield BilingualText(
                f"Có lúc {name.vi}: chưa đến nửa ngày làm việc nên không trừ ngày nào.",
                f"For a while {name.en}: less than half a working day, so no day is left out.",
            )


def closes(due: date, office_closes: time) -> BilingualText:
    return BilingualText(
        f"Hạn trả kết quả: {office_closes:%H:%M} {day_vi(due)}.",
        f"Due at {office_closes:%H:%M} on {day_en(due)}.",
    )


def void(start: datetime, at: datetime) -> BilingualText:
    return BilingualText(
        f"Không tính từ {moment_vi(start)} đến {moment_vi(at)}: thời hạn tính lại từ đầu.",
        f"Not counted from {moment_en(start)} to {moment_en(at)}: the term restarts from zero.",
        Kind.NOT_COUNTED,
        start,
        at,
    )


def reset(at: datetime, until: datetime | None = None) -> BilingualText:
    """Says that the case waits for a supplement, and for its payment, from `at` on."""
    ended_vi, ended_en = (f" đến {moment_vi(until)}", f" to {moment_en(until)}") if until else ("", "")
    return BilingualText(
        f"Dừng từ {moment_vi(at)}{ended_vi} để chờ bổ sung; khi nhận đủ, thời hạn tính lại từ đầu.",
        f"Stopped from {moment_en(at)}{ended_en} for a supplement; the term restarts from zero when it is complete.",
        Kind.WAITING,
        at,
        until,
    )


def postponed(at: datetime, due: date) -> BilingualText:
    return BilingualText(
        f"Xin lỗi và hẹn lại lúc {moment_vi(at)}: hạn mới là {day_vi(due)}.",
        f"Apologised at {moment_en(at)}: the new due date is {day_en(due)}.",
    )


def moved(at: datetime, version: date, longer: int) -> BilingualText:
    change_vi = (
        f"thời hạn {'thêm' if longer > 0 else 'bớt'} {abs(longer)} ngày làm việc" if longer else "thời hạn không đổi"
    )
    change_en = f"{abs(longer)} working days {'more' if longer > 0 else 'fewer'}" if longer else "the same term"
    return BilingualText(
        f"Chuyển sang phiên bản thủ tục từ {day_vi(version)} lúc {moment_vi(at)}: {change_vi}.",
        f"Moved to the procedure's version from {day_en(version)} at {moment_en(at)}: {change_en}.",
    )


def extended(at: datetime, days: int, due: date) -> BilingualText:
    return BilingualText(
        f"Cần xác minh từ {moment_vi(at)}: thêm {days} ngày làm việc, hạn mới là {day_vi(due)}.",
        f"Verification needed at {moment_en(at)}: {days} working days more, the new due date is {day_en(due)}.",
    )


def recounted(at: datetime, was: date, due: date, vi: str, en: str) -> BilingualText:
    return BilingualText(
        f"Lịch làm việc thay đổi, tính lại lúc {moment_vi(at)}: {vi}. Hạn chuyển từ {day_vi(was)} sang {day_vi(due)}.",
        f"The calendar changed; counted again at {moment_en(at)}: {en}. "
        f"The due date moved from {day_en(was)} to {day_en(due)}.",
    )


def hour_recounted(at: datetime, was: datetime, due: datetime, vi: str, en: str) -> BilingualText:
    """Says that the moment a term in hours ends moved with the calendar."""
    return BilingualText(
        f"Lịch làm việc thay đổi, tính lại lúc {moment_vi(at)}: {vi}. "
        f"Hạn chuyển từ {moment_vi(was)} sang {moment_vi(due)}.",
        f"The calendar changed; counted again at {moment_en(at)}: {en}. "
        f"It is due no longer at {moment_en(was)} but at {moment_en(due)}.",
    )


def days_changed(calendar: WorkCalendar, edition: int, first: date, last: date) -> tuple[str, str]:
    """Says in both languages which days of a time limit changed after an edition of the calendar, and what they are
    now; and which outages are known since."""
    days = [day for day, changed in sorted(calendar.changes.items()) if changed > edition and first <= day <= last]
    told = [(vn_date(day), calendar.day_off(day)) for day in days]
    vi = "; ".join(f"{day} {_DAYS[off.kind][0]} ({off.vi})" if off else f"{day} là ngày làm việc" for day, off in told)
    en = "; ".join(f"{day} {_DAYS[off.kind][1]} ({off.en})" if off else f"{day} is a working day" for day, off in told)
    if told:
        return vi, en
    out = [each.name for each in calendar.outages if each.edition > edition and _within(each, first, last)]
    if not out:  # one known before ended otherwise, or did not take place
        return "thời gian ngừng hệ thống không như đã thông báo", "an outage was not as announced"
    return "; ".join(name.vi for name in out), "; ".join(name.en for name in out)


def _within(outage: Outage, first: date, last: date) -> bool:
    return first <= outage.last and outage.first <= last


def suspended(at: datetime, remaining: int, cause: str, until: datetime | None = None) -> BilingualText:
    """Says that the clock is suspended; `cause` is stopped or payment."""
    why_vi, why_en = CAUSES[cause]
    if until is None:
        vi, en = f"{why_vi}, {left_vi(remaining)}", f"{why_en}, {left_en(remaining)}"
        return BilingualText(
            f"Tạm dừng từ {moment_vi(at)} {vi}.", f"Suspended from {moment_en(at)} {en}.", Kind.SUSPENDED, at
        )
    return BilingualText(
        f"Tạm dừng từ {moment_vi(at)} đến {moment_vi(until)} {why_vi}.",
        f"Suspended from {moment_en(at)} to {moment_en(until)} {why_en}.",
        Kind.SUSPENDED,
        at,
        until,
    )


def overdue(start: datetime, until: datetime | None) -> BilingualText:
    ended_vi, ended_en = (f" đến {moment_vi(until)}", f" to {moment_en(until)}") if until else ("", "")
    vi, en = f"Quá hạn từ {moment_vi(start)}{ended_vi}.", f"Overdue from {moment_en(start)}{ended_en}."
    return BilingualText(vi, en, Kind.OVERDUE, start, until)


def waiting(start: datetime, until: datetime | None, vi: str, en: str) -> BilingualText:
    ended_vi, ended_en = (f" đến {moment_vi(until)}", f" to {moment_en(until)}") if until else ("", "")
    return BilingualText(
        f"Chưa tính từ {moment_vi(start)}{ended_vi}: {vi}.",
        f"Not started from {moment_en(start)}{ended_en}: {en}.",
        Kind.WAITING,
        start,
        until,
    )


def resumed(at: datetime, begins: date, remaining: int, waited: int) -> BilingualText:
    """Says that the clock runs on at `at`, local time, after a wait that cost so many working days."""
    later = begins > at.date()
    as_vi = f", tính như {day_vi(begins)}" if later else f", thời gian chờ không tính {waited} ngày làm việc"
    as_en = f", which counts as {day_en(begins)}" if later else f", the wait left out {waited} working days"
    if not later and not waited:
        as_vi, as_en = ", thời gian chờ không mất ngày làm việc nào", ", the wait cost no working day"
    vi, en = (
        f"Tiếp tục từ {moment_vi(at)}{as_vi}, {left_vi(remaining)}.",
        f"Resumed at {moment_en(at)}{as_en}, {left_en(remaining)}.",
    )
    if begins < at.date():  # the day itself is counted
        return BilingualText(vi, en)
    return BilingualText(vi, en, Kind.NOT_COUNTED, at, midnight(begins + _DAY))


def corrected(decided: datetime, at: datetime, days: int) -> BilingualText:
    """Says that nothing is counted between the decision and the reopening; then the days given for the correction
    are."""
    return BilingualText(
        f"Đã có kết quả từ {moment_vi(decided)}; mở lại để đính chính lúc {moment_vi(at)}: "
        f"lãnh đạo cho {days} ngày làm việc, tính từ đầu.",
        f"Decided from {moment_en(decided)} on; opened again for a correction at {moment_en(at)}: "
        f"the leader gave {days} working days, counted anew.",
        Kind.WAITING,
        decided,
        at,
    )


def _received(local: datetime, cutoff: time, effective: date, calendar: WorkCalendar) -> BilingualText:
    off = calendar.day_off(local.date())
    vi, en = f"Đủ hồ sơ lúc {moment_vi(local)}", f"Complete at {moment_en(local)}"
    if effective == local.date():
        return BilingualText(
            f"{vi}, không muộn hơn {cutoff:%H:%M}: coi là nhận trong ngày này.",
            f"{en}, not after {cutoff:%H:%M}: counts as received that day.",
        )
    why_vi = f"sau {cutoff:%H:%M}" if off is None else f"ngày không tính ({off.vi})"
    why_en = f"after {cutoff:%H:%M}" if off is None else f"a day not counted ({off.en})"
    return BilingualText(
        f"{vi}, {why_vi}: coi là nhận trong ngày làm việc kế tiếp.",
        f"{en}, {why_en}: counts as the next working day.",
        Kind.NOT_COUNTED,
        local,
        midnight(local.date() + _DAY),
    )


@lru_cache(maxsize=4_096)
def _days_off(after: date, until: date, calendar: WorkCalendar) -> tuple[BilingualText, ...]:
    """Explains the days off between a day and a later day."""
    return tuple(_not_counted(off, days) for off, days in _runs(after, until, calendar) if off)


def _counted(start: date, end: date, calendar: WorkCalendar, before: int) -> Iterator[BilingualText]:
    last = before
    for off, days in _runs(start, end, calendar):
        if off is not None:
            yield _not_counted(off, days)
            continue
        first, last = last + 1, last + len(days)
        label, span = str(first) if first == last else f"{first}–{last}", days_span(days)
        vi, en = f"Ngày làm việc thứ {label}: {span}.", f"Working day {label}: {span}."
        yield BilingualText(vi, en, Kind.COUNTED, midnight(days[0]), midnight(days[-1] + _DAY))


def _runs(start: date, end: date, calendar: WorkCalendar) -> Iterator[tuple[BilingualText | None, list[date]]]:
    """Groups the days after `start` up to `end`, neighbours off for the same reason together; None = working."""
    days = [start + timedelta(days=n) for n in range(1, (end - start).days + 1)]
    return ((off, list(run)) for off, run in groupby(days, calendar.day_off))


def _not_counted(off: BilingualText, days: list[date]) -> BilingualText:
    vi, en = f"Không tính {days_span(days)}: {off.vi}.", f"Not counted {days_span(days)}: {off.en}."
    return BilingualText(vi, en, off.kind or Kind.NOT_COUNTED, midnight(days[0]), midnight(days[-1] + _DAY))
