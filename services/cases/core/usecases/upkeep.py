"""Makes room for new cases."""

from services.cases.core.context import CasesContext
from services.cases.core.store import cases as store


def prepare_years(ctx: CasesContext) -> None:
    """Makes room for the cases of this year and the next."""
    year = ctx.today().year
    with ctx.database.autocommit() as conn:
        for each in (year, year + 1):
            store.ensure_partitions(conn, each)
