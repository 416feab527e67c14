"""Working days: the decisions of administrators, announced outages, and their effect on cases under way."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import Connection

from services.cases.calendar import store as days
from services.cases.calendar.domain import (
    BilingualText,
    DayRule,
    Exceptional,
    Outage,
    OutageNotFound,
    WorkCalendar,
    interrupted,
    takes,
)
from services.cases.calendar.store import DayChange, OutageChange
from services.cases.clock.domain.hours import Shifts
from services.cases.core.context import CasesContext
from services.cases.core.domain.command import check_text
from services.common import limits
from services.common.context import Caller
from services.common.errors import FieldError, InvalidInput
from services.common.events import uuid7
from services.common.text import vn_date
from services.common.times import local_day, local_time

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Day:
    """A day that is not as its weekday says, and the decision behind it, if it is one of this installation."""

    what: Exceptional
    decided: DayChange | None


@dataclass(frozen=True, slots=True)
class Year:
    """The days of a year that are not as their weekdays say, in order, and the decision they rest on, empty = no
    decision."""

    days: list[Day]
    decision: str
    estimated: bool


def of_year(ctx: CasesContext, year: int) -> Year:
    """Returns the days of a year, and whether they may still be decided otherwise.

    Raises:
        InvalidInput: nobody knows the public holidays of that year.
    """
    if year not in limits.CALENDAR_YEARS:
        raise InvalidInput(fields=[_not_a_year()])
    office_knows = take_up(ctx)
    with ctx.database.autocommit() as conn:
        decided = {change.day: change for change in days.newest(conn) if change.working is not None}
    listed = [Day(each, decided.get(each.day)) for each in office_knows.exceptions(year)]
    return Year(listed, office_knows.decided.get(year, ""), office_knows.estimated(year))


def journal(ctx: CasesContext) -> list[DayChange]:
    """Lists who decided what about which day, newest first."""
    with ctx.database.autocommit() as conn:
        return days.journal(conn)


def decide(ctx: CasesContext, who: Caller, day: date, *, working: bool, name: BilingualText, legal_ground: str) -> None:
    """Makes a day a working day or a day off, whatever the general calendar says; the same again changes nothing.

    Raises:
        InvalidInput: the day is too far away, or a text is missing.
    """
    for field, text in (("name_vi", name.vi), ("name_en", name.en), ("legal_ground", legal_ground)):
        check_text(field, text)
    now = ctx.now()
    _change(ctx, who, DayChange(0, day, working, name.vi, name.en, legal_ground, who.subject, who.name, now))


def withdraw(ctx: CasesContext, who: Caller, day: date, legal_ground: str) -> None:
    """Has the general calendar hold for a day again; where it does already, nothing changes.

    Raises:
        InvalidInput: the day is too far away, or the ground is missing.
    """
    check_text("legal_ground", legal_ground)
    _change(ctx, who, DayChange(0, day, None, "", "", legal_ground, who.subject, who.name, ctx.now()))


@dataclass(frozen=True, slots=True)
class Announced:
    """An outage as it was announced; times are Viet Nam's."""

    begins: datetime
    ends: datetime
    planned: bool
    announcement: str
    announced_on: date


def outages(ctx: CasesContext) -> list[OutageChange]:
    """Lists the outages announced, as they are known now, the newest first."""
    with ctx.database.autocommit() as conn:
        known = _as_last_said(days.outages(conn))
    return sorted(known, key=lambda each: each.begins, reverse=True)[: limits.OUTAGES_SHOWN]


def announce(ctx: CasesContext, who: Caller, said: Announced) -> UUID:
    """Enters an outage announced to everybody, for which all time limits stop; the same again changes nothing, be it
    that it has ended at another time since.

    Raises:
        InvalidInput: names what is wrong with it; a planned outage is announced 7 working days ahead.
    """
    check_text("announcement", said.announcement)
    _check_outage(said, ctx)
    with ctx.database.transaction() as conn:
        days.lock(conn)
        entered = days.outages(conn)
        first_said = {each.outage_id: each for each in reversed(entered)}
        for known in map(first_said.__getitem__, (each.outage_id for each in _as_last_said(entered))):
            if (known.begins, known.ends, known.announcement) == (said.begins, said.ends, said.announcement):
                return known.outage_id
        outage_id = uuid7()
        days.add_outage(conn, {"outage_id": outage_id, **asdict(said), "reason": "", **_by(ctx, who)})
    log.info("outage announced", outage=str(outage_id), by=who.subject)
    take_up(ctx)
    return outage_id


def end(ctx: CasesContext, who: Caller, outage_id: UUID, ends: datetime, reason: str) -> None:
    """Says that an outage ended at another time than announced; at its beginning = it did not take place. The same
    again changes nothing.

    Raises:
        OutageNotFound: no such outage was announced.
        InvalidInput: the time or the reason is wrong.
    """
    check_text("reason", reason)
    with ctx.database.transaction() as conn:
        days.lock(conn)
        known = {each.outage_id: each for each in days.outages(conn)}.get(outage_id)
        if known is None:
            raise OutageNotFound
        _check_span(known.begins, ends)
        if known.ends == ends:
            return
        days.add_outage(conn, asdict(known) | {"ends": ends, "reason": reason, **_by(ctx, who)})
    log.info("outage ended", outage=str(outage_id), by=who.subject)
    take_up(ctx)


def take_up(ctx: CasesContext) -> WorkCalendar:
    """Counts by the newest decisions, and wakes the cases whose terms they may change; by any replica.

    A failure is tried again by the next look: only a calendar whose cases were woken is kept.
    """
    before = ctx.catalogue.calendar
    with ctx.database.autocommit() as conn:
        if days.edition(conn) <= before.edition:
            return before
        calendar = as_decided(conn, ctx.catalogue.general_calendar)
        if said := days.outages(conn):
            newest_law = max(ctx.catalogue.rules.values(), key=lambda each: each.effective_from)
            calendar = _interrupted(calendar, said, newest_law.hours)
        ctx.catalogue.count_by(calendar)
        try:
            woken = sum(days.wake_moved(conn, before.edition, ctx.now()))
        except BaseException:
            ctx.catalogue.count_by(before)
            raise
    log.info("calendar taken up", edition=calendar.edition, cases_woken=woken)
    return calendar


def _change(ctx: CasesContext, who: Caller, change: DayChange) -> None:
    with ctx.database.transaction() as conn:
        _check_day(change.day, ctx.today(), days.first_received(conn))
        days.lock(conn)
        if _holds(conn, change):
            return
        days.add(conn, asdict(change))
    log.info("day decided", day=change.day.isoformat(), working=change.working, by=who.subject)
    take_up(ctx)


def _holds(conn: Connection, change: DayChange) -> bool:
    """Returns whether the change is what holds already."""
    now = days.of_day(conn, change.day)
    if now is None:
        return change.working is None
    return (now.working, now.name_vi, now.name_en) == (change.working, change.name_vi, change.name_en)


def as_decided(conn: Connection, general: WorkCalendar) -> WorkCalendar:
    """Returns the calendar with all that administrators have decided."""
    newest = days.newest(conn)
    return _calendar(general, newest) if newest else general


def _calendar(general: WorkCalendar, newest: list[DayChange]) -> WorkCalendar:
    decided = {
        each.day: DayRule(each.working, BilingualText(each.name_vi, each.name_en))
        for each in newest
        if each.working is not None
    }
    return WorkCalendar(
        {**general.overrides, **decided},
        edition=max(each.edition for each in newest),
        changed_at=max(newest, key=lambda each: each.edition).changed_at,
        changes={each.day: each.edition for each in newest},
        # Whoever enters a year's decision enters days of it, be they as the general calendar has them.
        decided={
            **{each.day.year: each.legal_ground for each in newest if each.working is not None},
            **general.decided,
        },
    )


def _by(ctx: CasesContext, who: Caller) -> dict[str, Any]:
    return {"changed_by": who.subject, "changed_by_name": who.name, "changed_at": ctx.now()}


def _as_last_said(said: Iterable[OutageChange]) -> list[OutageChange]:
    """Returns the outages as they are known last, without those that did not take place."""
    return [each for each in {each.outage_id: each for each in said}.values() if each.begins < each.ends]


def _interrupted(calendar: WorkCalendar, said: Sequence[OutageChange], shifts: Shifts) -> WorkCalendar:
    """Returns the calendar with the outages as they are known now, and the edition in which each day was lost or given
    back."""
    changes, lost, known = dict(calendar.changes), set[date](), dict[UUID, Outage]()
    for row in said:
        was = known.pop(row.outage_id, None)
        if row.begins < row.ends:
            known[row.outage_id] = Outage(local_time(row.begins), local_time(row.ends), row.announcement, row.edition)
        touched = {day for each in (was, known.get(row.outage_id)) if each for day in each.days}
        now = {day for day in touched if takes(calendar, day, known.values(), shifts)}
        changes |= dict.fromkeys((lost & touched) ^ now, row.edition)
        lost = lost - touched | now
    calendar = interrupted(calendar, list(known.values()), shifts)
    if said[-1].edition > calendar.edition:
        calendar = replace(calendar, edition=said[-1].edition, changed_at=said[-1].changed_at)
    return replace(calendar, changes=changes)


def _check_outage(said: Announced, ctx: CasesContext) -> None:
    """Raises InvalidInput for an outage that is no stretch of time, or was not announced as it should be."""
    _check_span(said.begins + timedelta.resolution, said.ends)
    today, first = ctx.today(), local_day(said.begins)
    if said.announced_on > today:
        raise _wrong(
            "/announced_on",
            f"Chỉ ghi nhận thông báo đã đưa ra, muộn nhất là hôm nay {vn_date(today)}.",
            f"Enter only what was announced, at the latest today, {vn_date(today)}.",
        )
    calendar = replace(ctx.catalogue.calendar, lost={})  # other outages make no day less a working day
    soonest = calendar.shift(said.announced_on, limits.OUTAGE_AHEAD)
    if said.planned and first < soonest:
        raise _wrong(
            "/announced_on",
            f"Ngừng theo kế hoạch phải thông báo trước ít nhất {limits.OUTAGE_AHEAD} ngày làm việc: thông báo ngày "
            f"{vn_date(said.announced_on)} thì sớm nhất là {vn_date(soonest)}.",
            f"A planned outage is announced {limits.OUTAGE_AHEAD} working days ahead: announced on "
            f"{vn_date(said.announced_on)}, it begins on {vn_date(soonest)} at the soonest.",
        )
    if not said.planned and (said.begins > ctx.now() or said.announced_on > local_day(said.ends)):
        raise _wrong(
            "/planned",
            "Sự cố ngoài kế hoạch là việc đã bắt đầu và được thông báo trước khi hệ thống hoạt động lại.",
            "An outage not planned has begun, and was announced before the system worked again.",
        )
    if not -limits.CALENDAR_DAYS_BACK <= (first - today).days <= limits.CALENDAR_DAYS_AHEAD:
        raise _wrong(
            "/begins",
            f"Chỉ ghi nhận được việc ngừng không quá {limits.CALENDAR_DAYS_BACK} ngày trước hoặc 2 năm tới.",
            f"Only outages of the last {limits.CALENDAR_DAYS_BACK} days or the next two years can be entered.",
        )


def _check_span(begins: datetime, ends: datetime) -> None:
    if not begins <= ends <= begins + limits.OUTAGE_MOST:
        most = limits.OUTAGE_MOST.days
        raise _wrong(
            "/ends",
            f"Thời điểm kết thúc phải sau khi bắt đầu và không quá {most} ngày, ví dụ 2026-12-10T11:30.",
            f"It ends after it began, within {most} days, e.g. 2026-12-10T11:30.",
        )


def _not_a_year() -> FieldError:
    first, last = limits.CALENDAR_YEARS[0], limits.CALENDAR_YEARS[-1]
    return FieldError(
        "/year",
        "range",
        f"Chỉ xem được lịch các năm từ {first} đến {last}, ví dụ 2026.",
        f"Only the years {first} to {last} can be looked at, e.g. 2026.",
    )


def _wrong(pointer: str, vi: str, en: str) -> InvalidInput:
    return InvalidInput(fields=[FieldError(pointer, "range", vi, en)])


def _check_day(day: date, today: date, running_since: date | None) -> None:
    """Raises InvalidInput for a day too far ahead to have been decided on, or too long ago for it to matter.

    A day matters for as long as a case is under way that was received before it, and for some weeks in any case.
    """
    recent = today - timedelta(days=limits.CALENDAR_DAYS_BACK)
    earliest = today - timedelta(days=limits.CALENDAR_DAYS_BACK_RUNNING)
    first = min(recent, max(earliest, running_since or recent))
    last = today + timedelta(days=limits.CALENDAR_DAYS_AHEAD)
    if not first <= day <= last:
        wrong = FieldError(
            "/day",
            "range",
            f"Chỉ thay đổi được các ngày từ {first.isoformat()} đến {last.isoformat()}.",
            f"Only days from {first.isoformat()} to {last.isoformat()} can be changed.",
        )
        raise InvalidInput(fields=[wrong])
