"""The sentences about what happened to a case, for the applicant, each from its history entry."""

from collections.abc import Callable, Mapping
from typing import Any

from services.cases.calendar.domain import BilingualText
from services.cases.core.domain.status import CaseStatus
from services.cases.core.domain.transitions import Action, ActionDefinition

Entry = Mapping[str, Any]
"""A history entry: `action`, `status`, `data` as the engine wrote them."""

_DECISIONS = {
    "granted": ("đồng ý", "granted"),
    "denied": ("không đồng ý", "not granted"),
}
_REPORTS = {
    "failed": ("gói tin không gửi được", "the envelope could not be delivered"),
    "sent-back": (
        "đã trả lời nhưng tệp kết quả không nhận được nên đã trả lại",
        "answered, but its result could not be kept and was sent back",
    ),
    "unclear": ("đã trả lời nhưng không nêu kết quả", "answered, without a decision"),
    "01": ("đã đến", "arrived"),
    "02": ("từ chối tiếp nhận", "refused"),
    "03": ("đã tiếp nhận", "registered"),
    "04": ("đã phân công", "assigned"),
    "05": ("đang xử lý", "in progress"),
    "06": ("đã hoàn thành", "done"),
}
_NOT_ALWAYS = {"requested_via": ""}
"""What only some entries of an action say, and what their sentence has in its place."""
_REQUESTS = {
    "": ("", ""),
    "counter": (" theo đơn nộp tại quầy", " on a request in writing at the counter"),
    "post": (" theo đơn gửi qua bưu chính", " on a request in writing by post"),
}
_SHOWN: Mapping[str, Callable[[Any], tuple[str, str]]] = {
    "decision": lambda value: _DECISIONS[value],
    "requested_via": lambda value: _REQUESTS[value],
    "items": lambda value: ("; ".join(value),) * 2,
    "status_code": lambda value: _REPORTS.get(value, (value, value)),
    "child_status": lambda value: (CaseStatus(value).vi, CaseStatus(value).en),
}


def told(entry: Entry, actions: Mapping[Action, ActionDefinition]) -> BilingualText:
    """Puts what an entry holds into the sentence of its action."""
    sentence = actions[Action(entry["action"])].sentence
    data = _NOT_ALWAYS | entry["data"]
    places = {name: _SHOWN[name](value) if name in _SHOWN else (value, value) for name, value in data.items()}
    return BilingualText(
        sentence.vi.format_map({name: _ended(shown[0]) for name, shown in places.items()}),
        sentence.en.format_map({name: _ended(shown[1]) for name, shown in places.items()}),
    )


def _ended(value: Any) -> Any:
    """Returns a text fit to be put into a sentence: it ends where the sentence does."""
    return value.rstrip(". ") if isinstance(value, str) else value
