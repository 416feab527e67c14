"""Who works with whom, and which accounts are workers' at all."""

from collections.abc import Collection, Sequence

from services.common import limits
from services.common.context import Caller
from services.common.database import Database
from services.identity.colleagues import store
from services.identity.colleagues.domain import ColleagueNotFound
from services.identity.core import store as accounts
from services.identity.core.accounts import Account
from services.identity.core.ids import read_id


def get_colleague(database: Database, who: Caller, account_id: str) -> Account:
    """Finds a worker with whom the caller shares an agency, or an agency below or above it.

    Raises:
        ColleagueNotFound: the account is nobody's, disabled, no worker's, or of other agencies only.
    """
    known_as = read_id(account_id)
    if known_as is None:
        raise ColleagueNotFound
    with database.autocommit() as conn:
        account = accounts.account(conn, known_as)
    if account is None or not account.works_with(who.agencies):
        raise ColleagueNotFound
    return account


def list_colleagues(database: Database, who: Caller, role: str) -> Sequence[Account]:
    """Returns the workers the caller works with, by name; `role` empty = of any role."""
    with database.autocommit() as conn:
        return store.of_agencies(conn, who.agencies, role, limits.COLLEAGUES_SHOWN)


def known_workers(database: Database, account_ids: Collection[str]) -> set[str]:
    """Returns which of the accounts belong to workers who may log in."""
    asked = {each: known for each in account_ids if (known := read_id(each))}
    with database.autocommit() as conn:
        workers = store.workers(conn, list(asked.values()))
    return {each for each, known in asked.items() if known in workers}
