"""The logins that are printed and told of are the accounts that are loaded."""

import re

from infra.local.__main__ import DEMO_LOGINS
from infra.local.home import ROOT
from services.identity.seed import demo_accounts


def test_every_demo_account_is_printed_at_the_start_and_stands_in_the_reference() -> None:
    loaded = [account.username for account in demo_accounts()]
    assert [name for names in DEMO_LOGINS for name in names.split(", ")] == loaded
    accounts = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8").partition("## Demo data")[2]
    assert re.findall(r"^\| `([a-z.]+)` \|", accounts, re.MULTILINE) == loaded
