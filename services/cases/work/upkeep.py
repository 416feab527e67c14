"""Has cases found by their words as they are now."""

from services.cases.core.context import CasesContext
from services.cases.work.store import search_index
from services.common import limits


def fill_search_index(ctx: CasesContext) -> None:
    """Works out the words of every case that was corrected or disposed of, or stored by code without search words."""
    filled = limits.FILL_BATCH
    while filled == limits.FILL_BATCH:
        with ctx.database.transaction() as conn:
            filled = search_index.fill(conn, limits.FILL_BATCH)
