"""Loads the demo accounts: `python -m services.identity.seed`. Running it again changes nothing."""

import sys
import uuid

from pydantic import SecretStr

from services.common.database import Database
from services.common.settings import BadSettings, Settings
from services.identity.core import store as accounts
from services.identity.core.accounts import Account
from services.identity.log_ins.passwords import Passwords

DEMO_PASSWORD = "onestop-demo"  # noqa: S105  # printed by `make run`, known to everybody
_NAMESPACE = uuid.UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")  # RFC 9562, URL
_WARD = "H29.035.00"
_COMMUNE = "H29.036.00"
_WARD_POLICE = "G01.029.35"
_POLICE = "G01.029.00"
_CENTRE = "H29"


class SeedSettings(Settings):
    """Where to load."""

    database_url: SecretStr


def demo_accounts() -> tuple[Account, ...]:
    """Returns the accounts of docs/reference.md, without passwords; ids stay the same on every machine."""
    return (
        _account("lan", "Nguyễn Thị Lan", "citizen", number="079301000019", level=2),
        _account("hung", "Trần Văn Hùng", "citizen", number="001090000001", level=2),
        _account("clerk", "Phạm Thị Mai", "clerk", _POLICE, _CENTRE),
        _account("officer", "Lê Minh Đức", "officer", _POLICE),
        _account("leader", "Võ Thành Công", "leader", _POLICE, _CENTRE),
        _account("ward.officer", "Đặng Thị Hạnh", "officer", _WARD),
        _account("ward.deputy", "Ngô Văn Bình", "officer", _WARD),
        _account("commune.clerk", "Lý Thị Hoa", "clerk", _COMMUNE),
        _account("ward.police", "Trương Văn Nam", "clerk officer", _WARD_POLICE),
        _account("inspector", "Bùi Quang Huy", "register_reader", _POLICE),
        _account("admin", "Quản trị hệ thống", "administrator"),
        _account("agency", "Cục Hồ sơ nghiệp vụ", "agency_system", "G01.001.00"),
    )


def _account(username: str, name: str, roles: str, *agencies: str, number: str = "", level: int = 0) -> Account:
    account_id = str(uuid.uuid5(_NAMESPACE, f"onestop-demo:{username}"))
    return Account(account_id, username, name, tuple(roles.split()), agencies, number, level)


def seed(database: Database, passwords: Passwords) -> int:
    """Adds the demo accounts that are not there yet; returns how many that were."""
    hashed = passwords.hash(DEMO_PASSWORD)
    with database.transaction() as conn:
        return sum(accounts.add_account(conn, account, hashed) for account in demo_accounts())


def main() -> None:
    try:
        settings = SeedSettings.load()
    except BadSettings as error:
        sys.exit(f"identity seed: {error}")
    database = Database(settings.database_url.get_secret_value(), pool_size=1, name="identity-seed")
    added = seed(database, Passwords())
    database.close()
    print(f"identity: {added} demo accounts added")


if __name__ == "__main__":
    main()
