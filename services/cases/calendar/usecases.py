"""Working days: the decisions of administrators, and their effect on cases under way."""

from dataclasses import asdict, dataclass
from datetime import date, timedelta

import structlog
from sqlalchemy import Connection

from services.cases.calendar import store as days
from services.cases.calendar.domain import BilingualText, DayRule, Exceptional, WorkCalendar
from services.cases.calendar.store import DayChange
from services.cases.core.context import CasesContext
from services.cases.core.domain.command import check_text
from services.common import limits
from services.common.context import Caller
from services.common.errors import FieldError, InvalidInput

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
    """Returns the days of a year, and whether they may still be decided otherwise."""
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


def take_up(ctx: CasesContext) -> WorkCalendar:
    """Counts by the newest decisions, and wakes the cases whose terms they may change; by any replica.

    A failure is tried again by the next look: only a calendar whose cases were woken is kept.
    """
    before = ctx.catalogue.calendar
    with ctx.database.autocommit() as conn:
        if days.edition(conn) <= before.edition:
            return before
        calendar = _calendar(ctx.catalogue.general_calendar, days.newest(conn))
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
