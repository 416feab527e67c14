"""Who stands in for whom (ủy quyền xử lý): a worker on leave, a leader who lets another sign.

A delegation hands on a role somebody holds by their own account, never one delegated to them.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from services.cases.core.domain.texts import ROLES
from services.cases.forms.domain.forms import one_of
from services.common import limits
from services.common.access import WORKERS
from services.common.errors import (
    Conflict,
    FieldError,
    InvalidInput,
    NotFound,
)
from services.common.text import vn_date
from services.contracts.privacy import Neutral, Recorded


class TooManyFilters(Conflict):
    """An account keeps a limited number of searches."""

    code = "too-many-filters"
    vi = "Mỗi tài khoản lưu tối đa {most} bộ lọc. Hãy xóa bớt bộ lọc không dùng."
    en = "An account keeps at most {most} filters. Delete one that is not used."


class TooManyDelegations(Conflict):
    """An account grants a limited number of delegations that still hold."""

    code = "too-many-delegations"
    vi = "Bạn đang có {most} ủy quyền còn hiệu lực, là số nhiều nhất. Hãy kết thúc những ủy quyền không còn cần."
    en = "You have granted {most} delegations that still hold, the most there may be. End those not needed any more."


class DelegationNotFound(NotFound):
    """The delegation does not exist, or the caller has no say in it."""

    code = "delegation-not-found"
    vi = "Không tìm thấy ủy quyền này, hoặc ủy quyền đã kết thúc."
    en = "There is no such delegation, or it has ended."


class SearchTooBroad(InvalidInput):
    """More cases fit than can be sorted, or the search ran into its time limit."""

    code = "search-too-broad"
    vi = "Tìm kiếm quá rộng. Hãy nhập thêm từ (họ tên, số, địa chỉ) hoặc thêm điều kiện."
    en = "The search is too broad. Give more words (of name, number or address) or further conditions."


@dataclass(frozen=True, slots=True)
class Delegation:
    """`delegate` acts as `role` in place of `principal`, from the first to the last day, for `agencies` and below."""

    delegation_id: UUID
    principal: Neutral[str]
    principal_name: Recorded[str]
    delegate: Neutral[str]
    role: Neutral[str]
    agencies: Neutral[tuple[str, ...]]
    from_day: date
    to_day: date
    reason: Recorded[str]
    granted_by: Neutral[str]
    granted_at: datetime

    def in_force(self, day: date) -> bool:
        return self.from_day <= day <= self.to_day

    def covers(self, agency_code: str) -> bool:
        return within(agency_code, self.agencies)


class StandIns:
    """The delegations known here, as they were last read; looking one up asks nobody."""

    def __init__(self) -> None:
        self._known: tuple[Delegation, ...] = ()

    def adopt(self, delegations: Iterable[Delegation]) -> None:
        self._known = tuple(delegations)

    def of(self, delegate: str, day: date) -> list[Delegation]:
        """Lists in whose place this account may act on a day."""
        return [each for each in self._known if each.delegate == delegate and each.in_force(day)]


def within(agency_code: str, agencies: Iterable[str]) -> bool:
    """Returns whether the agency is, or is below, any of the agencies."""
    return any(agency_code == own or agency_code.startswith(own + ".") for own in agencies)


def check(delegation: Delegation, roles: Iterable[str], agencies: Sequence[str], today: date) -> None:
    """Raises InvalidInput naming everything that keeps it from being granted by a holder of these."""
    if errors := list(_errors(delegation, roles, agencies, today)):
        raise InvalidInput(fields=errors)


def _errors(given: Delegation, roles: Iterable[str], agencies: Sequence[str], today: date) -> Iterator[FieldError]:
    if given.delegate == given.principal:
        yield FieldError(
            "/delegate", "own-account", "Hãy chọn người khác để ủy quyền.", "Choose somebody else to stand in."
        )
    if given.role not in (allowed := [role for role in WORKERS if role in roles]):
        yield one_of("/role", [ROLES[role] for role in allowed])
    for position, agency in enumerate(given.agencies):
        if not within(agency, agencies):
            yield FieldError(
                f"/agencies/{position}",
                "out-of-scope",
                f"Cơ quan {agency} không thuộc phạm vi của bạn.",
                f"Agency {agency} is not among yours.",
            )
    last = given.from_day + timedelta(days=limits.DELEGATION_DAYS)
    if given.from_day < today:
        yield FieldError(
            "/from_day", "past", f"Không bắt đầu trước ngày {vn_date(today)}.", f"Not before {vn_date(today)}."
        )
    if not given.from_day <= given.to_day <= last:
        yield FieldError(
            "/to_day",
            "period",
            f"Từ ngày {vn_date(given.from_day)} đến không quá ngày {vn_date(last)}.",
            f"From {vn_date(given.from_day)} to {vn_date(last)} at the latest.",
        )
