"""Has cases found that were stored by code that knew nothing of their words."""

from services.cases.core.context import CasesContext
from services.cases.work.store import search_index
from services.common import limits


def fill_search_index(ctx: CasesContext) -> None:
    """Has every case found by its words that was stored by code that knew nothing of them."""
    filled = limits.FILL_BATCH
    while filled == limits.FILL_BATCH:
        with ctx.database.transaction() as conn:
            filled = search_index.fill(conn, limits.FILL_BATCH)
