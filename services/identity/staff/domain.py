"""Who keeps the accounts of which staff, and what may stand in one.

The system's administrator belongs to no agency and keeps the accounts of every agency; an agency's, a
staff_administrator, those of its subtree. Nobody keeps their own account, or one with a role they may not give.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from services.common import limits
from services.common.access import ADMINISTRATOR, AGENCY_SYSTEM, REGISTER_READER, STAFF_ADMINISTRATOR, WORKERS
from services.common.errors import Conflict, FieldError, InvalidInput, NotFound, PermissionDenied, PreconditionFailed
from services.identity.core.accounts import Account

_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{2,}", re.ASCII)
_AGENCY = re.compile(r"([0-9]{2,3}\.){0,3}[A-Z][0-9]{2}(\.[0-9]{2,3}){0,3}", re.ASCII)
_BY_AGENCIES = frozenset({*WORKERS, STAFF_ADMINISTRATOR})
_BY_THE_SYSTEM = _BY_AGENCIES | {REGISTER_READER}


class StaffAccountNotFound(NotFound):
    """There is no such account, or it is not the caller's to keep."""

    code = "staff-account-not-found"
    vi = "Không có tài khoản này trong các cơ quan bạn quản trị."
    en = "There is no such account in the agencies you administer."


class NoAdministratorOfStaff(PermissionDenied):
    """The caller's account keeps no accounts any more."""

    vi = "Tài khoản của bạn không còn quyền quản trị cán bộ. Hãy đăng nhập lại."
    en = "Your account no longer administers staff. Log in again."


class StaffAccountChanged(PreconditionFailed):
    """The account changed since the caller read it."""

    code = "staff-account-changed"
    vi = "Tài khoản đã thay đổi từ lúc bạn mở. Hãy tải lại rồi thử lại."
    en = "The account changed since you opened it. Reload it and try again."


class UsernameTaken(Conflict):
    """Another account has the user name."""

    code = "username-taken"
    vi = "Tên đăng nhập này đã có người dùng. Hãy chọn tên khác, ví dụ thêm họ: mai.pham."
    en = "Somebody else has this user name. Choose another, e.g. with the family name: mai.pham."


class AccountDisabled(Conflict):
    """The account is disabled, so nobody gets a code for it."""

    code = "account-disabled"
    vi = "Tài khoản đang bị khóa. Hãy mở lại tài khoản rồi cấp mã."
    en = "The account is disabled. Enable it, then issue a code."


class AdministratorExists(Conflict):
    """The installation has an administrator already, who makes all further accounts."""

    code = "administrator-exists"
    vi = "Hệ thống đã có người quản trị. Hãy nhờ người đó cấp tài khoản."
    en = "The system has an administrator already. Ask them for an account."


@dataclass(frozen=True, slots=True)
class StaffAccount:
    """An account as whoever keeps it sees it."""

    account: Account
    disabled: bool = False
    version: int = 1
    code_good_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Keeper:
    """Whoever keeps accounts: which roles they may give, and at which agencies; `agencies` None = at every one."""

    account_id: str
    gives: frozenset[str]
    agencies: tuple[str, ...] | None

    @classmethod
    def of(cls, account: Account) -> "Keeper":
        """Raises NoAdministratorOfStaff for any other account."""
        if ADMINISTRATOR in account.roles:
            return cls(account.account_id, _BY_THE_SYSTEM, None)
        if STAFF_ADMINISTRATOR in account.roles and account.agencies:
            return cls(account.account_id, _BY_AGENCIES, account.agencies)
        raise NoAdministratorOfStaff

    def reaches(self, agency: str) -> bool:
        """Returns whether the agency is one of theirs, or below it."""
        return self.agencies is None or any(f"{agency}.".startswith(f"{own}.") for own in self.agencies)

    def keeps(self, account: Account) -> bool:
        """Returns whether the account is theirs to change."""
        return (
            account.account_id != self.account_id
            and self.gives.issuperset(account.roles)
            and (self.agencies is None or (bool(account.agencies) and all(map(self.reaches, account.agencies))))
        )


OPERATOR = Keeper("", _BY_THE_SYSTEM | {ADMINISTRATOR, AGENCY_SYSTEM}, None)
"""Whoever has the rights of identity's database, on the server; they alone make administrators of the system and
accounts of agencies' own systems."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """An account as somebody wants it to be."""

    full_name: str
    roles: tuple[str, ...]
    agencies: tuple[str, ...]
    unit: str = ""

    @classmethod
    def of(cls, full_name: str, roles: Iterable[str], agencies: Iterable[str], unit: str = "") -> "Wanted":
        """Takes every role and agency once."""
        return cls(full_name, tuple(dict.fromkeys(roles)), tuple(dict.fromkeys(agencies)), unit)

    def applied_to(self, account: Account) -> Account:
        return replace(account, full_name=self.full_name, roles=self.roles, agencies=self.agencies, unit=self.unit)


def check_wanted(keeper: Keeper, wanted: Wanted) -> list[FieldError]:
    """Lists everything the keeper may not want of an account."""
    wrong = [
        _text("/full_name", wanted.full_name, "Nguyễn Thị Mai", least=1),
        _text("/unit", wanted.unit, "Bộ phận Một cửa"),
    ]
    faults = [each for each in wrong if each is not None]
    if not wanted.roles or not keeper.gives.issuperset(wanted.roles):
        faults.append(_roles())
    elif ADMINISTRATOR in wanted.roles:
        faults += [_administrator_alone()] if wanted.agencies or len(wanted.roles) > 1 else []
        return faults
    elif AGENCY_SYSTEM in wanted.roles and len(wanted.roles) > 1:
        faults.append(_system_alone())
    if not 0 < len(wanted.agencies) <= limits.AGENCIES_OF_ACCOUNT:
        faults.append(_agency_count())
    return faults + [fault for n, each in enumerate(wanted.agencies) if (fault := _agency(keeper, n, each))]


def check_username(username: str) -> list[FieldError]:
    if len(username) <= limits.USERNAME_LENGTH and _USERNAME.fullmatch(username):
        return []
    return [
        FieldError(
            "/username",
            "username",
            f"Hãy nhập từ 3 đến {limits.USERNAME_LENGTH} chữ thường không dấu, chữ số, dấu chấm hoặc dấu gạch, "
            "ví dụ mai.pham.",
            f"Enter 3 to {limits.USERNAME_LENGTH} small letters without accents, digits, dots or dashes, "
            "e.g. mai.pham.",
        )
    ]


def raise_if(faults: Collection[FieldError]) -> None:
    if faults:
        raise InvalidInput(fields=list(faults))


def _text(pointer: str, text: str, example: str, least: int = 0) -> FieldError | None:
    if least <= len(text) <= limits.TEXT_LENGTH:
        return None
    return FieldError(
        pointer,
        "length",
        f"Hãy nhập nhiều nhất {limits.TEXT_LENGTH} ký tự, ví dụ {example}.",
        f"Enter at most {limits.TEXT_LENGTH} characters, e.g. {example}.",
    )


def _roles() -> FieldError:
    return FieldError(
        "/roles",
        "role-not-yours-to-give",
        "Bạn không được giao một trong các vai trò này. Hãy chọn vai trò khác, ví dụ cán bộ tiếp nhận.",
        "One of these roles is not yours to give. Choose another, e.g. clerk.",
    )


def _administrator_alone() -> FieldError:
    return FieldError(
        "/roles",
        "administrator-alone",
        "Người quản trị hệ thống không thuộc cơ quan nào và không có vai trò nào khác. Hãy bỏ cơ quan và vai trò kia.",
        "The system's administrator belongs to no agency and has no other role. Leave out agency and other role.",
    )


def _system_alone() -> FieldError:
    return FieldError(
        "/roles",
        "agency-system-alone",
        "Hệ thống của cơ quan không phải cán bộ và không có vai trò nào khác. Hãy bỏ các vai trò kia.",
        "An agency's own system is no member of staff and has no other role. Leave out the other roles.",
    )


def _agency_count() -> FieldError:
    return FieldError(
        "/agencies",
        "agencies",
        f"Hãy chọn từ 1 đến {limits.AGENCIES_OF_ACCOUNT} cơ quan, ví dụ H29.035.00.",
        f"Choose 1 to {limits.AGENCIES_OF_ACCOUNT} agencies, e.g. H29.035.00.",
    )


def _agency(keeper: Keeper, position: int, code: str) -> FieldError | None:
    pointer = f"/agencies/{position}"
    if not _AGENCY.fullmatch(code):
        return FieldError(
            pointer,
            "agency-code",
            "Hãy nhập mã định danh của cơ quan, ví dụ H29.035.00.",
            "Enter the national code of the agency, e.g. H29.035.00.",
        )
    if not keeper.reaches(code):
        return FieldError(
            pointer,
            "agency-not-yours",
            f"Cơ quan {code} không thuộc phạm vi bạn quản trị. Hãy chọn cơ quan của bạn hoặc cấp dưới.",
            f"You do not administer the agency {code}. Choose your own or one below it.",
        )
    return None
