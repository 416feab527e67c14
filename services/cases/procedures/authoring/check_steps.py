"""Whether a case can go through the steps to its end, and by whose hand.

Works on the steps as written, whatever state they are in: the model refuses wrong steps, this says what to do.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from services.cases.core.actions import ACTIONS
from services.cases.core.domain.transitions import Action
from services.cases.procedures.authoring.finding import Finding, error, warning
from services.common.errors import pointer

# What a step must be able to do so that the case goes on.
_NEEDED: Mapping[str, tuple[Action, str, str]] = {
    "intake": (Action.ACCEPT, "tiếp nhận hồ sơ", "accept a case"),
    "handling": (Action.FORWARD, "chuyển bước tiếp theo", "forward a case"),
    "return": (Action.RETURN, "trả kết quả", "return a result"),
}
_DECIDING = (Action.DECIDE, "quyết định hồ sơ", "decide a case")


def step_findings(written: Mapping[str, Any]) -> Iterator[Finding]:
    """Yields what is wrong with the steps of a procedure as its file has them."""
    listed = written.get("steps")
    steps = [step for step in listed if isinstance(step, Mapping)] if isinstance(listed, Sequence) else []
    if not (written.get("immediate") is True and [step.get("phase") for step in steps] == ["handling"]):
        yield from _order(steps)
    yield from _hands(steps)
    yield from _approval(steps)
    yield from _days(steps, written.get("days"))


def _order(steps: Sequence[Mapping[str, Any]]) -> Iterator[Finding]:
    """Yields steps out of order: intake first, then handling, return last; a case never comes to any other step, or
    never leaves it."""
    phases = [str(step.get("phase")) for step in steps]
    for missing in (phase for phase in _NEEDED if phase not in phases):
        yield error(
            "dead-end",
            "/steps",
            f"Chưa có bước nào thuộc phase {missing} nên hồ sơ không thể đi đến kết quả; hãy thêm bước.",
            f"No step is of phase {missing}, so no case comes to its end; add one.",
        )
    for position, phase in enumerate(phases):
        first_of_two = phase in ("intake", "return") and phase in phases[:position]
        early_return = phase == "return" and position != len(phases) - 1
        late_intake = phase == "intake" and position != 0
        if first_of_two or early_return or late_intake:
            yield error(
                "unreachable-step",
                pointer("steps", position),
                "Hồ sơ không đi đến bước này được: intake là bước đầu duy nhất, return là bước cuối duy nhất.",
                "No case comes to this step: intake is the one first step, return the one last step.",
            )


def _hands(steps: Sequence[Mapping[str, Any]]) -> Iterator[Finding]:
    last = max((n for n, step in enumerate(steps) if step.get("phase") == "handling"), default=-1)
    for position, step in enumerate(steps):
        phase, role = str(step.get("phase")), step.get("role")
        if phase not in _NEEDED:
            continue
        action, vi, en = _DECIDING if position == last else _NEEDED[phase]
        allowed = sorted(ACTIONS[action].roles)
        if role not in allowed:
            yield error(
                "nobody-may",
                pointer("steps", position, "role"),
                f"“{role}” không được {vi}. Hãy chọn: {', '.join(allowed)}.",
                f"{role} may not {en}. Choose: {', '.join(allowed)}.",
            )


def _approval(steps: Sequence[Mapping[str, Any]]) -> Iterator[Finding]:
    handling = [n for n, step in enumerate(steps) if step.get("phase") == "handling"]
    for position, step in enumerate(steps):
        if step.get("approves") and (len(handling) < 2 or position != handling[-1]):
            yield error(
                "approval",
                pointer("steps", position, "approves"),
                "Chỉ bước xử lý cuối cùng, sau một bước khác, mới phê duyệt đề xuất; hãy bỏ approves hoặc đổi thứ tự.",
                "Only the last of several steps of handling approves a proposal; drop approves or reorder the steps.",
            )


def _days(steps: Sequence[Mapping[str, Any]], term: object) -> Iterator[Finding]:
    """Checks that the shares of the steps make up the time limit, when every step of handling has a share."""
    shares = [step.get("days") for step in steps if step.get("phase") == "handling"]
    known = [days for days in shares if isinstance(days, int)]
    if not known or not isinstance(term, int):
        return
    total = sum(known)
    if total > term:
        yield error(
            "days",
            "/steps",
            f"Các bước cộng lại {total} ngày, quá thời hạn {term} ngày của thủ tục; hãy giảm days của các bước.",
            f"The steps take {total} days, more than the term of {term}; give them fewer days.",
        )
    elif len(known) == len(shares) and total < term:
        yield warning(
            "days",
            "/steps",
            f"Các bước cộng lại {total} ngày, còn dư {term - total} ngày so với thời hạn {term} ngày của thủ tục.",
            f"The steps take {total} days and leave {term - total} of the term of {term} to nobody.",
        )
