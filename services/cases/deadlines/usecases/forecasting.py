"""Keeps what is usual for each procedure at hand, off every request's path."""

from services.cases.core.context import CasesContext
from services.cases.deadlines import store as forecasts


def refresh_forecasts(ctx: CasesContext) -> None:
    """Works out what is usual when that is due, by whichever replica comes first, and takes it in."""
    with ctx.database.transaction() as conn:
        forecasts.compute(conn, ctx.now())
        ctx.forecasts.take_in(forecasts.read(conn))
