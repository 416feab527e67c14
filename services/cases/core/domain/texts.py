"""The names of roles as people read them, and the refusal of an action that belongs to other statuses."""

from collections.abc import Iterable, Mapping

from services.cases.calendar.domain import BilingualText
from services.cases.core.domain.catalogue_models import Agency
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


def on_its_way(agency: Agency) -> BilingualText:
    """Says from when the term counts for a case that another agency took in for this one (NĐ 309/2026, Điều 17.3)."""
    return BilingualText(
        f"Hồ sơ được chuyển đến {agency.name_vi}; thời hạn giải quyết tính từ khi cơ quan này nhận hồ sơ.",
        f"The case goes to {agency.name_en}; the term counts from when that agency has received it.",
    )
