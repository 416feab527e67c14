"""`onestop due`: when a result is due, and why."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Annotated

import typer

from infra.cli import moments
from infra.cli.installation import Installation
from infra.cli.outbox import opened
from services.common import limits

if TYPE_CHECKING:
    from services.cases.calendar.domain import BilingualText
    from services.cases.core.domain.catalogue_models import RuleSet


def due(
    received: Annotated[
        datetime | None,
        typer.Option(parser=moments.moment, metavar="TIME", help="Viet Nam time at which everything was there."),
    ] = None,
    days: Annotated[int | None, typer.Option(min=0, max=3650, help="Working days allowed.")] = None,
    rules: Annotated[
        str, typer.Option(metavar="ID", help="Rule set to count by; left out, the one in force on that day.")
    ] = "",
    cutoff: Annotated[
        time | None,
        typer.Option(
            parser=moments.clock,
            metavar="HH:MM",
            help="Later counts as the next working day; left out, as the rule set says.",
        ),
    ] = None,
    closes: Annotated[
        time | None,
        typer.Option(
            parser=moments.clock, metavar="HH:MM", help="When the office closes; left out, as the rule set says."
        ),
    ] = None,
    case: Annotated[str, typer.Option(metavar="NUMBER", help="A case of this installation, instead of a time.")] = "",
    english: Annotated[bool, typer.Option("--en", help="Explain in English.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print an object for programs.")] = False,
) -> None:
    """Says when a result is due, and why, line by line (thời hạn giải quyết).

    Counted by the calendar that ships; days and outages decided on here are in what --case says.
    """
    if case and (received is not None or days is not None):
        raise typer.BadParameter("--case tells of a case as it is: leave out --received and --days")
    if case:
        law, effective, until, lines = _of_case(case)
    elif received is None or days is None:
        raise typer.BadParameter("say either --case, or --received and --days")
    elif received.year not in limits.CALENDAR_YEARS:
        years = f"{limits.CALENDAR_YEARS[0]} to {limits.CALENDAR_YEARS[-1]}"
        raise typer.BadParameter(f"say a time of the years {years}", param_hint="--received")
    else:
        law, effective, until, lines = _counted(received, days, rules, cutoff, closes)
    told = [line.en if english else line.vi for line in lines]
    if as_json:
        answer = {"rules": law, "effective": _iso(effective), "due": _iso(until), "lines": told}
        typer.echo(json.dumps(answer, ensure_ascii=False))
        return
    start, end = ("effective day", "due") if english else ("ngày bắt đầu", "hạn trả")
    typer.echo(f"{start:<14}{_iso(effective) or '–'}\n{end:<14}{_iso(until) or '–'}")
    for line in told:
        typer.echo(f"  {line}")


def _counted(
    received: datetime, days: int, name: str, cutoff: time | None, closes: time | None
) -> "tuple[str, date, date, Sequence[BilingualText]]":
    """Returns the rule set, the effective day, the due date and why."""
    from services.cases.clock.domain.clock import explain_due
    from services.cases.clock.domain.hours import OfficeHours
    from services.cases.core.domain.case_rules import cutoff_of, law_of
    from services.cases.procedures.folder import load_shared

    shared = load_shared()
    rule_set = _rule_set({each.id: each for each in shared.rules}, name, received.date())
    opens = rule_set.hours[0][0]
    if closes is not None and closes <= opens:
        raise typer.BadParameter(f"the office opens at {opens:%H:%M}: say a later time", param_hint="--closes")
    shifts = rule_set.hours if closes is None else ((opens, closes),)
    hours = OfficeHours(shifts, shared.calendar)
    last = cutoff_of(cutoff or rule_set.cutoff, hours)
    found = explain_due(received, days, last, shared.calendar, shifts[-1][1])
    return rule_set.id, found.effective, found.due, (law_of(rule_set), *found.lines)


def _rule_set(known: "Mapping[str, RuleSet]", name: str, day: date) -> "RuleSet":
    """Finds the rule set of that id, or of a family the one in force on a day; without a name, any in force then."""
    from services.cases.procedures.domain import law

    if name in known:
        return known[name]
    in_force = [each for each in known.values() if each.in_force(day)]
    if not name and in_force:
        return max(in_force, key=lambda each: each.effective_from)
    try:
        return law.in_force(known, name, day)
    except ValueError as error:
        named = ", ".join(known)
        told = f"no rule set {name!r} is in force on {day}" if name else f"no rule set is in force on {day}"
        raise typer.BadParameter(f"{told}; with --rules say one of {named}") from error


def _of_case(ref: str) -> "tuple[str, date | None, date | None, Sequence[BilingualText]]":
    """Returns rule set, effective day, due date and the whole of the case's time until now; None while its clock does
    not run."""
    from services.cases.core.context import adopt_published
    from services.cases.core.domain.errors import CaseNotFound
    from services.cases.core.store import cases
    from services.cases.deadlines.domain import spans
    from services.cases.procedures.folder import FOLDER, load_catalogue

    installation = Installation.find("cases")
    with opened(installation, "cases") as database, database.autocommit() as conn:
        try:
            case, _ = cases.read(conn, ref)
        except CaseNotFound as error:
            raise typer.BadParameter(f"there is no case {ref} here") from error
        catalogue = load_catalogue(installation.catalogue or FOLDER)
        adopt_published(conn, catalogue)
    rules = catalogue.case_rules(case.procedure_code, case.procedure_version, case.agency_code, case.rules)
    return rules.rule_set.id, case.clock.effective, case.clock.due, spans.told(case, rules, datetime.now(UTC))


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
