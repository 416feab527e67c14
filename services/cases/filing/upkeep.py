"""Forgets what was filed long ago."""

from services.cases.core.context import CasesContext
from services.cases.filing.store import earlier
from services.common import limits


def forget_filings(ctx: CasesContext) -> None:
    """Forgets how many cases were filed on days gone by, and which applications became cases that have ended."""
    with ctx.database.autocommit() as conn:
        earlier.forget_filings(conn, ctx.today() - limits.FILING_COUNTS_KEPT)
