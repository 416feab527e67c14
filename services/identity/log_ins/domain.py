"""Logging in: how often a password may be tried, by account and address together, by account, and by address.

A try counts before its password is looked at, so that sixty at once are no more than sixty one after the other. What
was tried too often is slowed by a delay that doubles; nothing is shut for good, and strangers never slow an account at
a place from which it has logged in before.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from ipaddress import IPv6Address, ip_address, ip_network
from math import ceil

from services.common import limits
from services.common.errors import RateLimited, Unauthenticated
from services.common.limits import Slowing
from services.common.text import nfc

_NETWORK_OF_ONE = 64  # bits of an IPv6 address that a household or office is given


class Scope(Enum):
    """The scope by which tries are counted, and how they are slowed."""

    PAIR = limits.LOG_INS_OF_ACCOUNT_AND_ADDRESS
    ACCOUNT = limits.LOG_INS_OF_ACCOUNT
    ADDRESS = limits.LOG_INS_OF_ADDRESS


@dataclass(frozen=True, slots=True)
class Tries:
    """How many were counted within the window, and when the last."""

    count: int
    last_at: datetime

    def wait(self, slowing: Slowing, now: datetime) -> timedelta:
        """Returns how long until the next try may be made; zero or less = now."""
        over = self.count - slowing.free
        if over < 0:
            return timedelta()
        delay: timedelta = min(slowing.first * (1 << min(over, 30)), slowing.longest)
        return self.last_at + delay - now


def seconds_to_wait(tries: Mapping[Scope, Tries], *, known: bool, now: datetime) -> int:
    """Returns whole seconds until a password may be tried; 0 = now.

    Args:
        known: the account has logged in from this address before; then only what was tried there counts.
    """
    counted = [Scope.PAIR] if known else list(Scope)
    longest = max(tries[scope].wait(scope.value, now) for scope in counted)
    return max(ceil(longest.total_seconds()), 0)


def place_of(address: str) -> str:
    """Returns the place that an address counts as: an IPv4 address, the network of an IPv6 address; anything else as it
    is."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv6Address):
        return str(found.ipv4_mapped or ip_network((found, _NETWORK_OF_ONE), strict=False))
    return str(found)


class BadCredentials(Unauthenticated):
    """User name and password do not belong together; which of them is wrong is not said."""

    code = "bad-credentials"
    security_event = ""  # told by the use case, which knows more
    vi = "Tên đăng nhập hoặc mật khẩu không đúng. Hãy kiểm tra rồi nhập lại."
    en = "The user name or password is wrong. Check them and try again."


class TooManyLogIns(RateLimited):
    """Too many log-ins were tried of this name, whether it exists or not, or from this address."""

    code = "too-many-log-ins"
    security_event = ""  # told by the use case, which knows more
    vi = "Đăng nhập sai quá nhiều lần. Hãy chờ {seconds} giây rồi thử lại."
    en = "Too many failed log-ins. Try again in {seconds} s."


def username_key(username: str) -> str:
    """Returns the form user names are compared in."""
    return nfc(username).strip().casefold()
