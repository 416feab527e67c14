"""Tries out a procedure at an agency: each channel, with a fee and without, in every way."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.cases.calendar.domain import WorkCalendar
from services.cases.core.domain.case_rules import CaseRules
from services.cases.core.domain.children import Child
from services.cases.core.domain.procedure import Procedure
from services.cases.core.domain.procedure_parts import Channel, DueFee
from services.cases.procedures.authoring.simulation.walk import Filing, Way, check_every_state, ways
from services.common.times import VIETNAM, local_day

_CHANNELS: tuple[Channel, ...] = ("online", "counter")


@dataclass(frozen=True, slots=True)
class Situation:
    """A channel, and what a case filed there owes when its form fields have the values of `when`."""

    channel: Channel
    when: str
    fees: tuple[DueFee, ...]


@dataclass(frozen=True, slots=True)
class Trial:
    """The outcome of a trial. `ways` are those of a case with a fee and of a case without, where there are both."""

    start: datetime
    states: int
    situations: tuple[Situation, ...]
    ways: tuple[Way, ...]


def simulate(rules: CaseRules, start: datetime, detours: int = 1, children: tuple[Child, ...] = ()) -> Trial:
    """Walks every way with at most so many detours (supplement, stop, send back, new date, withdrawal).

    Args:
        children: the planned parts of a chained procedure.

    Raises:
        DeadEnd: a case can come where it has no way to an end.
        TooManyWays.
    """
    found = tuple(_situations(rules.procedure, start))
    # How much is due changes no way, only whether anything is.
    typical: dict[tuple[Channel, bool], Situation] = {}
    for each in found:
        typical.setdefault((each.channel, bool(each.fees)), each)
    filings = [Filing(rules, each.channel, start, each.fees, children) for each in typical.values()]
    states = sum(map(check_every_state, filings))
    walked = [way for filing in filings for way in ways(filing, detours)]
    return Trial(start, states, found, tuple(dict.fromkeys(walked)))


def nine_o_clock(calendar: WorkCalendar, procedure: Procedure, now: datetime) -> datetime:
    """Returns when a trial starts by default: 09:00 of the first working day on which the version is in force."""
    day = max(local_day(now), procedure.effective_from)
    return datetime.combine(calendar.shift(day - timedelta(days=1), 1), datetime.min.time(), VIETNAM).replace(hour=9)


def _situations(procedure: Procedure, start: datetime) -> Iterator[Situation]:
    day = local_day(start)
    conditions = [{}, *(dict(row.when) for fee in procedure.fees for row in fee.amounts if row.when)]
    for channel in _CHANNELS:
        if channel == "online" and not procedure.filed_online:
            continue
        for when in {tuple(sorted(each.items())): each for each in conditions}.values():
            named = ", ".join(f"{name} = {value}" for name, value in when.items())
            yield Situation(channel, named, procedure.fees_due(channel, day, when))
