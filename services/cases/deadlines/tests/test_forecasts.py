"""When a case is likely to be decided: what others took, from enough of them, off every request's path."""

from datetime import date, datetime, timedelta
from typing import Any

import orjson
import pytest

from services.cases.core import actions
from services.cases.core.context import CasesContext
from services.cases.core.messages.clock import procedure_json
from services.cases.core.usecases import act
from services.cases.core.usecases.read import get
from services.cases.deadlines import store as forecasts
from services.cases.deadlines.domain.forecast import Forecast, Usual
from services.cases.deadlines.usecases.forecasting import refresh_forecasts
from services.cases.filing.usecases.submit import submit
from services.cases.testing.samples import CLERK, GRANTED, LAN, LEADER, OFFICER, criminal_record, sent
from services.cases.testing.stand_ins import Clock
from services.common import limits
from services.common.database import Database
from services.common.testing.plugin import MakeDatabase
from services.common.times import VIETNAM

START = datetime(2026, 3, 2, 9, 0, tzinfo=VIETNAM)
AGENCY = "G01.029.00"


@pytest.fixture
def database(fresh_database: MakeDatabase) -> Any:
    """One of its own, with no other test's cases in it."""
    database = Database(fresh_database("cases"), pool_size=5, name="cases-forecasts")
    yield database
    database.close()


def accepted(ctx: CasesContext, clock: Clock) -> str:
    clock.now = START
    application = criminal_record()
    application["form"]["fee_group"] = "exempt"
    ref = submit(ctx, LAN, sent(application))[0].ref
    act.act(ctx, CLERK, ref, 0, actions.Accept())
    act.act(ctx, OFFICER, ref, 0, actions.Assign(OFFICER.subject))
    return ref


def decided_after(ctx: CasesContext, clock: Clock, days: int) -> str:
    """A case decided on the n-th working day."""
    ref = accepted(ctx, clock)
    day = ctx.catalogue.calendar.shift(START.date(), days)
    clock.now = datetime.combine(day, START.time(), VIETNAM)
    act.act(ctx, OFFICER, ref, 0, GRANTED)
    return ref


def test_a_case_says_by_when_others_were_decided(ctx: CasesContext, clock: Clock) -> None:
    for days in (*range(1, 10), *range(1, 10), 2, 2):
        decided_after(ctx, clock, days)
    refresh_forecasts(ctx)
    assert ctx.forecasts.usual("2.000488", AGENCY) == Usual(4, 8, 20)
    seen = get(ctx, LAN, accepted(ctx, clock))
    assert seen.forecast == Forecast(date(2026, 3, 6), date(2026, 3, 12), 20)
    assert seen.case.clock.due == date(2026, 3, 16)  # beside the legal date, which it is not


def test_too_few_say_nothing(ctx: CasesContext, clock: Clock) -> None:
    for _ in range(limits.FORECAST_CASES - 1):
        decided_after(ctx, clock, 3)
    refresh_forecasts(ctx)
    assert get(ctx, LAN, accepted(ctx, clock)).forecast is None
    document = orjson.loads(procedure_json(ctx.catalogue.find("2.000488", START.date()), ctx.forecasts))
    assert (document["usual"], document["usual_by_agency"], document["days"]) == (None, {}, 10)


def test_a_procedure_tells_what_is_usual_and_where(ctx: CasesContext) -> None:
    ctx.forecasts.take_in({("2.000488", ""): Usual(4, 8, 60), ("2.000488", AGENCY): Usual(3, 7, 40)})
    document = orjson.loads(procedure_json(ctx.catalogue.find("2.000488", START.date()), ctx.forecasts))
    assert document["usual"] == {"median_days": 4, "p90_days": 8, "cases": 60}
    assert document["usual_by_agency"] == {AGENCY: {"median_days": 3, "p90_days": 7, "cases": 40}}
    assert ctx.forecasts.usual("2.000488", "H29.035.00") == Usual(4, 8, 60)  # too few there: everywhere


def test_what_a_case_waited_is_not_what_it_took(ctx: CasesContext, clock: Clock) -> None:
    ref = accepted(ctx, clock)
    clock.now = START + timedelta(days=1)
    act.act(ctx, LEADER, ref, 0, actions.Stop("Xác minh"))
    clock.now = START + timedelta(days=21)
    act.act(ctx, LEADER, ref, 0, actions.Resume())
    clock.now = START + timedelta(days=23)
    act.act(ctx, OFFICER, ref, 0, GRANTED)
    with ctx.database.autocommit() as conn:
        worked = conn.exec_driver_sql("SELECT worked FROM cases WHERE ref = %s", (ref,)).scalar_one()
    assert worked == 3


def test_a_forecast_takes_off_what_is_counted_already_and_is_never_past(ctx: CasesContext, clock: Clock) -> None:
    ctx.forecasts.take_in({("2.000488", ""): Usual(2, 8, 60)})
    ref = accepted(ctx, clock)
    clock.now = START + timedelta(days=1)
    act.act(ctx, LEADER, ref, 0, actions.Stop("Xác minh"))
    assert get(ctx, LAN, ref).forecast is None  # the clock does not run
    clock.now = START + timedelta(days=14)
    act.act(ctx, LEADER, ref, 0, actions.Resume())
    assert get(ctx, LAN, ref).forecast == Forecast(date(2026, 3, 17), date(2026, 3, 25), 60)
    clock.now = START + timedelta(days=18)
    assert get(ctx, LAN, ref).forecast == Forecast(date(2026, 3, 20), date(2026, 3, 25), 60)


def test_old_cases_say_nothing_and_what_lost_its_cases_is_forgotten(ctx: CasesContext, clock: Clock) -> None:
    for _ in range(limits.FORECAST_CASES):
        decided_after(ctx, clock, 3)
    refresh_forecasts(ctx)
    assert ctx.forecasts.usual("2.000488") == Usual(3, 3, 20)
    clock.now = START + limits.FORECAST_SPAN + timedelta(days=1)
    refresh_forecasts(ctx)
    assert ctx.forecasts.usual("2.000488") is None


def test_it_is_worked_out_once_in_a_while_by_one_replica_only(ctx: CasesContext, clock: Clock) -> None:
    for _ in range(limits.FORECAST_CASES):
        decided_after(ctx, clock, 3)
    with ctx.database.transaction() as first, ctx.database.transaction() as second:
        assert forecasts.compute(first, clock.now)
        assert not forecasts.compute(second, clock.now)
    with ctx.database.transaction() as conn:
        assert not forecasts.compute(conn, clock.now + limits.FORECAST_AGE / 2)
        assert forecasts.compute(conn, clock.now + 2 * limits.FORECAST_AGE)
