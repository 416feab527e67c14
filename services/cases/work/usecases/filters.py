"""Searches a worker comes back to."""

from services.cases.core.context import CasesContext
from services.cases.core.domain.command import check_text
from services.cases.work.domain import TooManyFilters
from services.cases.work.store import work as work_store
from services.common import limits
from services.common.context import Caller
from services.common.errors import FieldError, InvalidInput


def kept(ctx: CasesContext, who: Caller) -> list[tuple[str, bytes]]:
    """Lists the name and the serialised search of each filter, by name."""
    with ctx.database.autocommit() as conn:
        return work_store.filters(conn, who.subject)


def save(ctx: CasesContext, who: Caller, name: str, search: bytes) -> None:
    """Keeps a search under a name.

    Raises:
        InvalidInput: the name is empty or too long.
        TooManyFilters: the account keeps as many as it may.
    """
    check_text("name", name, printed=False)
    if len(name) > limits.FILTER_NAME_LENGTH:
        most = limits.FILTER_NAME_LENGTH
        wrong = FieldError("/name", "maxLength", f"Không quá {most} ký tự.", f"At most {most} characters.")
        raise InvalidInput(fields=[wrong])
    with ctx.database.transaction() as conn:
        if work_store.count_other_filters(conn, who.subject, name) >= limits.FILTERS_PER_ACCOUNT:
            raise TooManyFilters(most=limits.FILTERS_PER_ACCOUNT)
        work_store.save_filter(conn, who.subject, name, search)


def delete(ctx: CasesContext, who: Caller, name: str) -> None:
    with ctx.database.transaction() as conn:
        work_store.delete_filter(conn, who.subject, name)
