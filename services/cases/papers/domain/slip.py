"""The rows of the control slip (phiếu kiểm soát): who handed the case to whom, when, and whether in time.

Everything comes from the history. A row is a handover between units or people, a stop, or a question to another agency.
The giver of what happens by itself is whoever had the case; the taker is whoever acts first where it came to, and of
what leaves it where it was (a stop, an apology) whoever does that. Work on a step is in time when it ends within the
step's share of the term and by the day first named to the applicant: an apology names another day and makes nothing
punctual.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from services.cases.clock.domain.clock import ClockEffect, effective_day
from services.cases.core.domain.case import Case
from services.cases.core.domain.case_rules import CaseRules
from services.cases.core.domain.procedure_parts import Step
from services.cases.core.domain.status import CaseStatus
from services.cases.core.domain.transitions import CITIZEN, SYSTEM, Action, ActionDefinition
from services.common.text import vn_date
from services.common.times import local_day

NOTE_LENGTH = 160
APPLICANT = "Người nộp hồ sơ"
BY_AXIS = "Qua trục liên thông văn bản"
"""Who hands over between two agencies: no person does."""


@dataclass(frozen=True, slots=True)
class Handover:
    """One row; `at` is RFC 3339, `result` before, on_time, late or empty."""

    from_unit: str
    to_unit: str
    at: str
    giver: str = ""
    taker: str = ""
    result: str = ""
    note: str = ""

    def shown(self) -> dict[str, str]:
        """Returns the row as the template has it."""
        return {name: getattr(self, name) for name in self.__slots__}


def handovers(
    entries: Iterable[Mapping[str, Any]], case: Case, rules: CaseRules, actions: Mapping[Action, ActionDefinition]
) -> tuple[Handover, ...]:
    """Returns the rows of a case's whole history, its entries parsed, oldest first."""
    walk = _Walk(case, rules, actions)
    for entry in entries:
        walk.on(entry)
    return tuple(walk.rows)


@dataclass
class _Walk:
    """Goes through the history keeping where the case is: unit, step, and since when the step's time runs."""

    case: Case
    rules: CaseRules
    actions: Mapping[Action, ActionDefinition]
    rows: list[Handover] = field(default_factory=list)
    place: str = ""
    step: str = ""
    unit: str = ""
    since: datetime | None = None
    received: bool = False  # by the competent agency, where another took the case in
    waiting: bool = False  # the last row has no taker yet
    holder: str = ""  # who had it last
    people: dict[str, str] = field(default_factory=dict)

    def on(self, entry: Mapping[str, Any]) -> None:
        action, at = Action(entry["action"]), datetime.fromisoformat(entry["at"])
        data, actor, definition = entry["data"], entry["actor"], self.actions[action]
        if action is Action.POST_MESSAGE:
            return  # who only says something hands nothing over
        gave = self.holder
        if actor["role"] not in (SYSTEM, CITIZEN) and action is not Action.SUBMIT:
            self._acted(actor)
        left, left_step = self.place, self.step
        self.received |= action is Action.RECEIVE
        self.step, self.unit = data.get("step", self.step), data.get("unit", self.unit)
        self.place = self._place(CaseStatus(entry["status"]))
        if action is Action.SUBMIT:
            filed_by = "" if actor["role"] == CITIZEN else actor["name"]
            whoever = {"name": self.case.handed_in_by, "role": CITIZEN}
            self._row(action, at, whoever, left, self.place, data, filed_by)
        elif action is Action.RECEIVE:
            self._row(action, at, {"name": gave, "role": ""}, left, self.place, data, actor["name"])
        elif action is Action.CONSULT:
            self._row(action, at, actor, self.place, self._asked(data), data, BY_AXIS)
        elif action is Action.ANSWER_RECEIVED:
            self._row(action, at, actor, self._asked(data), self.place, data, self.holder)
        elif action is Action.ASSIGN and data["officer"] != actor["id"]:
            self._row(action, at, actor, left, self.place, data, self.people.get(data["officer"], ""))
        elif definition.slip.always_told and self.place == left:
            self._row(action, at, actor, left, left, data, self.holder)
        elif self.place != left or self.step != left_step or definition.slip.always_told:
            self._row(action, at, actor, left, self.place, data, result=self._judged(definition, left_step, at))
        if _starts_time(definition) or self.step != left_step:
            self.since = at

    def _acted(self, actor: Mapping[str, str]) -> None:
        """Notes who acts first where the case came to: they took it."""
        self.people[actor["id"]] = self.holder = actor["name"]
        if self.waiting and self.rows[-1].giver != actor["name"]:
            self.rows[-1] = replace(self.rows[-1], taker=actor["name"])
            self.waiting = False

    def _place(self, status: CaseStatus) -> str:
        step = self.rules.procedure.step(status, self.step)
        if step is None:
            return APPLICANT
        if self.rules.intake is not None and not self.received:
            return self.rules.intake.name_vi
        handled = step in self.rules.procedure.handling and self.unit
        return self.rules.unit(self.unit if handled else step.unit).name_vi

    def _asked(self, data: Mapping[str, Any]) -> str:
        """Returns the agency that a question went to, by name where the document axis has said it."""
        named = {each.consultation_id: each.agency_name for each in self.case.consultations}
        return named.get(data["consultation_id"]) or f"Cơ quan {data['agency_code']}"

    def _row(
        self,
        action: Action,
        at: datetime,
        actor: Mapping[str, str],
        left: str,
        to: str,
        data: Mapping[str, Any],
        taker: str = "",
        result: str = "",
    ) -> None:
        told = self.actions[action].slip.vi
        if action is Action.POSTPONE:
            told += f" {vn_date(date.fromisoformat(data['due']))}"
        note = ": ".join(part for part in (told, data.get("reason") or data.get("note", "")) if part)
        giver = actor["name"]
        if actor["role"] == SYSTEM:
            giver = BY_AXIS if action is Action.ANSWER_RECEIVED else self.holder
        if to == APPLICANT:
            taker = self.case.handed_in_by
        self.rows.append(Handover(left or APPLICANT, to, at.isoformat(), giver, taker, result, _short(note)))
        self.waiting = not taker and action is not Action.CONSULT

    def _judged(self, definition: ActionDefinition, left: str, at: datetime) -> str:
        if not definition.slip.ends_step:
            return ""
        due, day = self._step_due(self.rules.procedure.handling_step(left)), local_day(at)
        if due is None:
            return ""
        ends = self._hour()
        if ends is not None and due == day == local_day(ends):
            return "late" if at > ends else "on_time"
        return "on_time" if day == due else "before" if day < due else "late"

    def _hour(self) -> datetime | None:
        """Returns when a term in hours ends, without any apology; None for a term in days."""
        clock = self.case.clock
        return clock.due_at or (self.case.promised_at if clock.granted else None)

    def _step_due(self, step: Step) -> date | None:
        clock, end = self.rules.time_limit, first_due(self.case, self.rules)
        if step.days is None or self.since is None:
            return end
        starts = effective_day(self.since, clock.cutoff, clock.calendar)
        share = clock.calendar.shift(max(starts, self.case.clock.effective or starts), step.days)
        return share if end is None else min(share, end)


def first_due(case: Case, rules: CaseRules) -> date | None:
    """Returns the day it would be due without any apology for the present term.

    A clock stored before clocks knew what an apology granted has the day that was named before it.
    """
    put_off = case.postponed_from is not None and case.clock.days is None and not case.clock.granted
    return case.postponed_from if put_off else case.clock.promised(rules.time_limit)


def _starts_time(definition: ActionDefinition) -> bool:
    return definition.slip.starts_time or definition.clock_effect in (ClockEffect.START, ClockEffect.RESUME)


def _short(note: str) -> str:
    return note if len(note) <= NOTE_LENGTH else note[: NOTE_LENGTH - 1].rstrip() + "…"
