"""The names of roles as people read them, and the refusal of an action that belongs to other statuses."""

from collections.abc import Iterable, Mapping

from services.cases.calendar.domain import BilingualText
from services.cases.core.domain.errors import ActionNotAllowed
from services.cases.core.domain.status import CaseStatus
from services.cases.core.domain.transitions import CITIZEN, CLERK, LEADER, OFFICER, ActionDefinition

ROLES: Mapping[str, BilingualText] = {
    CITIZEN: BilingualText("người nộp hồ sơ", "citizen"),
    CLERK: BilingualText("cán bộ tiếp nhận", "clerk"),
    OFFICER: BilingualText("cán bộ giải quyết", "officer"),
    LEADER: BilingualText("lãnh đạo", "leader"),
}


def not_now(action: ActionDefinition, status: CaseStatus, only_in: Iterable[CaseStatus]) -> ActionNotAllowed:
    """Returns the refusal of an action that belongs to other statuses."""
    name, wanted = action.name, _statuses(only_in)
    return ActionNotAllowed(
        action_vi=name.vi,
        action_en=name.en,
        sources_vi=wanted.vi,
        sources_en=wanted.en,
        status_vi=status.vi,
        status_en=status.en,
    )


def _statuses(those: Iterable[CaseStatus]) -> BilingualText:
    """Names statuses, in the order of their codes."""
    named = sorted(those)
    return BilingualText(", ".join(f"“{each.vi}”" for each in named), ", ".join(f"“{each.en}”" for each in named))
