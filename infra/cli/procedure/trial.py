"""`onestop procedure simulate`: every way a case can take, before anybody has filed one."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from infra.cli import moments
from infra.cli.procedure.options import AsJson, English, File, Shared
from infra.cli.procedure.reading import read, shared_of, siblings_of

if TYPE_CHECKING:
    from services.cases.procedures.authoring.simulation.run import Situation, Trial
    from services.cases.procedures.authoring.simulation.walk import Filing, Occurrence, Way

_ROLES = {
    "citizen": "người nộp", "clerk": "tiếp nhận", "officer": "giải quyết", "leader": "lãnh đạo", "system": "hệ thống",
}  # fmt: skip
_DECISIONS = {"granted": "đồng ý", "denied": "không đồng ý"}


def simulate(
    file: File,
    start: Annotated[
        datetime | None,
        typer.Option(parser=moments.moment, metavar="TIME", help="When the case is filed, Viet Nam time."),
    ] = None,
    agency: Annotated[str, typer.Option(help="The agency that decides; the first of the file when left out.")] = "",
    detours: Annotated[
        int, typer.Option(min=0, max=5, help="How many of supplement, stop, send back, new date, withdrawal a way has.")
    ] = 1,
    catalogue: Shared = None,
    english: English = False,
    as_json: AsJson = False,
) -> None:
    """Walks every way a case can take: who acts, until when, which paper is issued, which fee is due.

    Everybody acts at the last moment the rules leave them. Exit code 1 when a case can come where it cannot end.
    """
    from services.cases.procedures.authoring.simulation.run import simulate as walk
    from services.cases.procedures.authoring.simulation.walk import DeadEnd, TooManyWays

    filing = _filing(file, agency, start, catalogue)
    try:
        trial = walk(filing.rules, filing.at, detours, filing.children)
    except (DeadEnd, TooManyWays) as error:
        typer.echo(str(error) or "too many ways: allow fewer --detours", err=True)
        raise typer.Exit(1) from error
    if as_json:
        typer.echo(json.dumps(_to_json(trial), ensure_ascii=False, indent=2))
        return
    for line in _told(trial, filing, english):
        typer.echo(line)


def _filing(file: Path, agency: str, start: datetime | None, folder: Path | None) -> "Filing":
    """Makes the filing to try out; a draft that cannot be filed ends the command."""
    from datetime import UTC

    from services.cases.chains.domain.planning import planned
    from services.cases.procedures.authoring.simulation.run import nine_o_clock
    from services.cases.procedures.authoring.simulation.walk import Filing
    from services.cases.procedures.domain.catalogue import Catalogue
    from services.common.times import local_time

    procedure, shared = read(file).procedure, shared_of(folder)
    at = local_time(start) if start else nine_o_clock(shared.calendar, procedure, datetime.now(UTC))
    parts = [each for each in siblings_of(folder) if each.code in procedure.chained and each.code != procedure.code]
    code = agency or procedure.agencies[0]
    if code not in procedure.agencies:
        raise typer.BadParameter(f"{code} is none of {', '.join(procedure.agencies)}", param_hint="--agency")
    try:
        catalogue = Catalogue([procedure, *parts], shared.rules, shared.agencies, shared.calendar)
    except ValueError as error:
        typer.echo(f"{error}: see `onestop procedure check {file}`", err=True)
        raise typer.Exit(1) from error
    rules = catalogue.case_rules(procedure.code, procedure.effective_from, code)
    return Filing(rules, "online", at, children=planned(procedure, code, at.date(), catalogue))


def _told(trial: "Trial", filing: "Filing", english: bool) -> Iterator[str]:
    procedure = filing.rules.procedure
    yield f"{procedure.code} {procedure.name_en if english else procedure.name_vi}"
    yield from (_fee(each, english) for each in trial.situations)
    for number, way in enumerate(trial.ways, 1):
        end = way.end.en if english else way.end.vi
        yield ""
        yield f"{'Way' if english else 'Đường đi'} {number} ({way.channel}): {end}"
        yield from (_line(each, filing, english) for each in way.occurrences)
    yield ""
    yield (
        f"{len(trial.ways)} ways, {trial.states} states, an end from every one"
        if english
        else f"{len(trial.ways)} đường đi, {trial.states} trạng thái, trạng thái nào cũng đi được đến kết thúc"
    )


def _fee(situation: "Situation", english: bool) -> str:
    from services.common.text import vnd

    total = vnd(sum(fee.amount for fee in situation.fees))
    when = f" ({situation.when})" if situation.when else ""
    return f"  {'fee' if english else 'phí, lệ phí'} {situation.channel}{when}: {total}"


def _line(one: "Occurrence", filing: "Filing", english: bool) -> str:
    from services.cases.core.actions import ACTIONS
    from services.common.text import vn_date, vnd

    unit = filing.rules.unit(one.unit) if one.unit else None
    part = next((child for child in filing.children if child.code == one.part), None)
    named = f" “{part.name_en if english else part.name_vi}”" if part else ""
    who = one.role if english else _ROLES.get(one.role, one.role)
    where = f", {unit.name_en if english else unit.name_vi}" if unit else ""
    what = ACTIONS[one.action].name.en if english else ACTIONS[one.action].name.vi
    decided = f" ({one.decision if english else _DECISIONS[one.decision]})" if one.decision else ""
    parts = [f"  {one.at:%d/%m/%Y %H:%M}  {what}{named}{decided}: {who}{where}"]
    parts.append(f"→ {int(one.status)} {one.status.en if english else one.status.vi}")
    if one.step_due or one.due:
        parts.append(f"[{'due' if english else 'hạn'} {vn_date(one.step_due or one.due or one.at.date())}]")
    if one.paper:
        parts.append(f"[{'paper' if english else 'giấy tờ'} {one.paper}]")
    if one.fees:
        parts.append(f"[{'fee' if english else 'nộp'} {vnd(sum(fee.amount for fee in one.fees))}]")
    return "  ".join(parts)


def _to_json(trial: "Trial") -> dict[str, Any]:
    return {
        "start": trial.start.isoformat(),
        "states": trial.states,
        "fees": [
            {"channel": s.channel, "when": s.when, "fees": {fee.code: fee.amount for fee in s.fees}}
            for s in trial.situations
        ],
        "ways": [_way_json(way) for way in trial.ways],
    }


def _way_json(way: "Way") -> dict[str, Any]:
    return {
        "channel": way.channel,
        "end": int(way.end),
        "occurrences": [
            {
                "at": one.at.isoformat(), "action": one.action.value, "role": one.role, "unit": one.unit,
                "status": int(one.status), "step": one.step, "due": one.due and one.due.isoformat(),
                "step_due": one.step_due and one.step_due.isoformat(), "paper": one.paper, "decision": one.decision,
                "fee": sum(fee.amount for fee in one.fees),
            }
            for one in way.occurrences
        ],
    }  # fmt: skip
