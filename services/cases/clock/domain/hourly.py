"""A term in hours (thời hạn tính bằng giờ): where a run of it begins and ends, and why, in the law's own words.

It begins at the very moment the case is complete (Bộ luật Dân sự 2015, Điều 147 khoản 1) and runs through the night, an
hour being an hour; a case complete after the cut-off or on a day off begins when the office opens on the next working
day. A term whose last moment falls on a day off ends with the working day after it (Điều 148 khoản 5).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from services.cases.calendar.domain import BilingualText, Kind, WorkCalendar
from services.cases.clock.domain import texts
from services.cases.clock.domain.phrases import moment_en, moment_vi
from services.common.times import VIETNAM

_HOUR = timedelta(hours=1)
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class HourlyRun:
    """A run of hours: counted from `begins` until `full`, and over at `ends`, later only where that is a day off."""

    at: datetime
    begins: datetime
    full: datetime
    ends: datetime


def run_from(
    at: datetime, effective: date, left: timedelta, *, opens: time, closes: time, calendar: WorkCalendar
) -> HourlyRun:
    """Works out a run of `left` hours from `at`, local time, which counts as the day `effective`."""
    begins = at if effective == at.date() else datetime.combine(effective, opens, VIETNAM)
    full = calendar.after(begins, left)
    if calendar.is_open(full.date()):
        return HourlyRun(at, begins, full, full)
    return HourlyRun(at, begins, full, datetime.combine(calendar.shift(full.date(), 1), closes, VIETNAM))


def so_far(run: HourlyRun, until: datetime, calendar: WorkCalendar, *, resumed: bool) -> tuple[BilingualText, ...]:
    """Explains a run that came to an end at `until`, by its last moment at the latest."""
    return (
        *_begun(run, calendar, resumed=resumed),
        *_counted(run.begins, min(run.full, until), calendar),
        *(_moved_end(run, calendar) if until > run.full else ()),
    )


def explained(run: HourlyRun, calendar: WorkCalendar, *, resumed: bool) -> tuple[BilingualText, ...]:
    """Explains a run: when it begins, the hours counted, a last moment that moves, the due moment."""
    return (
        *_begun(run, calendar, resumed=resumed),
        *_counted(run.begins, run.full, calendar),
        *_moved_end(run, calendar),
        *texts.estimated(run.at.date(), run.ends.date(), calendar),
        texts.closes(run.ends.date(), run.ends.time()),
    )


def suspended(at: datetime, left: timedelta, cause: str) -> BilingualText:
    """Says that the clock is suspended with so many hours left; negative when overdue."""
    why_vi, why_en = texts.CAUSES[cause]
    rest_vi = f"còn {spell_vi(left)}" if left >= timedelta() else f"đã quá hạn {spell_vi(-left)}"
    rest_en = f"{spell_en(left)} left" if left >= timedelta() else f"{spell_en(-left)} overdue"
    return BilingualText(
        f"Tạm dừng từ {moment_vi(at)} {why_vi}, {rest_vi}.",
        f"Suspended from {moment_en(at)} {why_en}, {rest_en}.",
        Kind.SUSPENDED,
        at,
    )


def spell_vi(span: timedelta) -> str:
    """Words a span in hours and minutes."""
    hours, minutes = _parts(span)
    return " ".join(
        part for part in (f"{hours} giờ" if hours or not minutes else "", f"{minutes} phút" if minutes else "") if part
    )


def spell_en(span: timedelta) -> str:
    """Words a span in hours and minutes."""
    hours, minutes = _parts(span)
    told = [f"{hours} hour{'s' * (hours != 1)}"] if hours or not minutes else []
    return " ".join([*told, *([f"{minutes} minute{'s' * (minutes != 1)}"] if minutes else [])])


def _parts(span: timedelta) -> tuple[int, int]:
    return span // _HOUR, (span % _HOUR) // _MINUTE


def _begun(run: HourlyRun, calendar: WorkCalendar, *, resumed: bool) -> Iterator[BilingualText]:
    vi, en = ("Tiếp tục", "Resumed") if resumed else ("Đủ hồ sơ", "Complete")
    vi, en = f"{vi} lúc {moment_vi(run.at)}", f"{en} at {moment_en(run.at)}"
    if run.begins == run.at:
        yield BilingualText(
            f"{vi}: tính ngay từ thời điểm này (Bộ luật Dân sự 2015, Điều 147 khoản 1).",
            f"{en}: counted from this very moment (Civil Code 2015, Article 147.1).",
        )
        return
    off = None if calendar.is_open(run.at.date()) else calendar.day_off(run.at.date())
    why_vi = "sau giờ chốt nhận" if off is None else f"không phải ngày làm việc ({off.vi})"
    why_en = "after the cut-off" if off is None else f"not a working day ({off.en})"
    yield BilingualText(
        f"{vi}, {why_vi}: tính từ {moment_vi(run.begins)}, đầu ngày làm việc kế tiếp.",
        f"{en}, {why_en}: counted from {moment_en(run.begins)}, the start of the next working day.",
        Kind.NOT_COUNTED,
        run.at,
        run.begins,
    )


def _counted(begins: datetime, until: datetime, calendar: WorkCalendar) -> Iterator[BilingualText]:
    """Yields the hours counted, and the announced outages between and after them."""
    at = begins
    for start, end in calendar.without_outages(begins, until):
        yield from _out(at, start, calendar)
        yield BilingualText(
            f"Tính liên tục {spell_vi(end - start)}, cả ban đêm, đến {moment_vi(end)}.",
            f"Counted through day and night for {spell_en(end - start)}, to {moment_en(end)}.",
            Kind.COUNTED,
            start,
            end,
        )
        at = end
    yield from _out(at, until, calendar)


def _out(start: datetime, end: datetime, calendar: WorkCalendar) -> Iterator[BilingualText]:
    if start >= end:
        return
    names = [out.name for out in calendar.outages if start < out.ends and out.begins < end]
    vi, en = "; ".join(name.vi for name in names), "; ".join(name.en for name in names)
    yield BilingualText(
        f"Không tính từ {moment_vi(start)} đến {moment_vi(end)}: {vi}.",
        f"Not counted from {moment_en(start)} to {moment_en(end)}: {en}.",
        Kind.SUSPENDED,
        start,
        end,
    )


def _moved_end(run: HourlyRun, calendar: WorkCalendar) -> Iterator[BilingualText]:
    if run.ends == run.full:
        return
    off = calendar.day_off(run.full.date())
    vi, en = (off.vi, off.en) if off else ("", "")
    yield BilingualText(
        f"Giờ cuối rơi vào ngày nghỉ ({vi}): thời hạn kết thúc khi hết ngày làm việc tiếp theo "
        "(Bộ luật Dân sự 2015, Điều 148 khoản 5).",
        f"The last hour falls on a day off ({en}): the term ends with the next working day (Civil Code 2015, "
        "Article 148.5).",
        Kind.NOT_COUNTED,
        run.full,
        run.ends,
    )
