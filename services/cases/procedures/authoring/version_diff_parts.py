"""Differences between the parts of two versions: papers, fees, steps and form fields, each known by its code."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from services.cases.core.domain.procedure import Procedure
from services.cases.core.domain.procedure_parts import Fee, FeeAmount, FeeMoment, Step
from services.cases.procedures.authoring.check_fees import CHANNELS
from services.cases.procedures.authoring.finding import Difference
from services.common.errors import pointer
from services.common.text import vn_date, vnd

_MOMENTS: Mapping[FeeMoment, str] = {
    "intake": "khi tiếp nhận",
    "supplement": "khi bổ sung",
    "handling": "khi giải quyết",
    "return": "khi trả kết quả",
}
_ROLES = {"clerk": "cán bộ tiếp nhận", "officer": "cán bộ giải quyết", "leader": "lãnh đạo"}


class Part(Protocol):
    """A part of a procedure with a code and names."""

    @property
    def code(self) -> str: ...
    @property
    def name_vi(self) -> str: ...
    @property
    def name_en(self) -> str: ...


P = TypeVar("P", bound=Part)
Told = Iterator[tuple[str, str]]


def part_changes(
    group: str, vi: str, en: str, before: Sequence[P], after: Sequence[P], changed: Callable[[P, P], Told]
) -> Iterator[Difference]:
    """Yields parts that go, come, are renamed, or change as `changed` says."""
    was, now = {part.code: part for part in before}, {part.code: part for part in after}
    title = en.capitalize()
    for code, part in was.items():
        if code not in now:
            yield Difference(pointer(group, code), f"Bỏ {vi} “{part.name_vi}”", f"{title} dropped: {part.name_en}")
    for code, part in now.items():
        place, old = pointer(group, code), was.get(code)
        if old is None:
            yield Difference(place, f"Thêm {vi} “{part.name_vi}”", f"{title} added: {part.name_en}")
            continue
        if (old.name_vi, old.name_en) != (part.name_vi, part.name_en):
            renamed = f"Đổi tên {vi} “{old.name_vi}” thành “{part.name_vi}”"
            yield Difference(place, renamed, f"{title} renamed: {old.name_en} → {part.name_en}")
        told = list(changed(old, part))
        if not told and old != part and (old.name_vi, old.name_en) == (part.name_vi, part.name_en):
            told = [("đổi nội dung", "changed")]
        for told_vi, told_en in told:
            yield Difference(place, f"{vi.capitalize()} “{part.name_vi}”: {told_vi}", f"{part.name_en}: {told_en}")


def changes_of_fees(old: Procedure, new: Procedure) -> Iterator[Difference]:
    yield from part_changes("fees", "phí, lệ phí", "fee", old.fees, new.fees, _fee)
    for fee in new.fees:
        if fee.code not in {each.code for each in old.fees}:
            for told_vi, told_en in _amounts(fee, set()):
                place = pointer("fees", fee.code)
                yield Difference(place, f"“{fee.name_vi}”: {told_vi}", f"{fee.name_en}: {told_en}")


def _fee(old: Fee, new: Fee) -> Told:
    if old.due != new.due:
        yield f"thu {_MOMENTS[old.due]} → {_MOMENTS[new.due]}", f"due at {old.due} → at {new.due}"
    was, now = {_key(row): row for row in old.amounts}, {_key(row): row for row in new.amounts}
    for key, row in was.items():
        if key not in now:
            vi, en = _of(row)
            yield f"bỏ mức {vnd(row.amount)}{vi}", f"{vnd(row.amount)}{en} dropped"
        elif now[key].amount != row.amount:
            vi, en = _of(row)
            yield f"{vnd(row.amount)} → {vnd(now[key].amount)}{vi}", f"{vnd(row.amount)} → {vnd(now[key].amount)}{en}"
        elif now[key].effective_to != row.effective_to:
            until = now[key].effective_to
            yield (
                f"mức {vnd(row.amount)} áp dụng đến {vn_date(until) if until else 'khi có quy định khác'}",
                f"{vnd(row.amount)} applies until {until or 'another rule'}",
            )
    yield from _amounts(new, set(was))


def _amounts(fee: Fee, known: set[Any]) -> Told:
    for row in fee.amounts:
        if _key(row) not in known:
            vi, en = _of(row)
            yield f"mức {vnd(row.amount)}{vi}", f"{vnd(row.amount)}{en}"


def _key(row: FeeAmount) -> tuple[object, ...]:
    return row.effective_from, row.channels, tuple(sorted(row.when.items())), row.per, row.beyond, row.upto


def _of(row: FeeAmount) -> tuple[str, str]:
    """Says for whom an amount is, and from when."""
    channels = [names for channel, names in CHANNELS.items() if channel in row.channels]
    some = len(channels) < len(CHANNELS)
    when = ", ".join(f"{name} = {value}" for name, value in row.when.items())
    each = " × ".join(row.per)
    vi = (
        (f" × {each}" if each else "")
        + (" nộp " + ", ".join(vi for vi, _ in channels) if some else "")
        + (f" khi {when}" if when else "")
    )
    en = (
        (f" × {each}" if each else "")
        + (" " + ", ".join(en for _, en in channels) if some else "")
        + (f" when {when}" if when else "")
    )
    return f"{vi}, từ {vn_date(row.effective_from)}", f"{en}, from {row.effective_from}"


def changes_of_steps(old: Procedure, new: Procedure) -> Iterator[Difference]:
    yield from part_changes("steps", "bước", "step", old.steps, new.steps, _step)
    kept = [step.code for step in old.steps if step.code in {each.code for each in new.steps}]
    order = [step.code for step in new.steps if step.code in kept]
    if order != kept:
        names = {step.code: step for step in new.steps}
        yield Difference(
            "/steps",
            "Thứ tự các bước: " + " → ".join(names[code].name_vi for code in order),
            "Order of the steps: " + " → ".join(names[code].name_en for code in order),
        )


def _step(old: Step, new: Step) -> Told:
    if old.role != new.role:
        yield f"do {_ROLES[old.role]} → {_ROLES[new.role]} thực hiện", f"done by {old.role} → {new.role}"
    if old.unit != new.unit:
        yield f"đơn vị {old.unit} → {new.unit}", f"unit {old.unit} → {new.unit}"
    if old.days != new.days:
        yield (
            f"thời hạn {old.days or '–'} → {new.days or '–'} ngày làm việc",
            f"{old.days or '–'} → {new.days or '–'} working days",
        )
    if old.approves != new.approves:
        yield (
            ("phê duyệt đề xuất của người khác", "approves what somebody else proposes")
            if new.approves
            else ("không còn phê duyệt đề xuất", "no longer approves a proposal")
        )


def changes_of_form(old: Procedure, new: Procedure) -> Iterator[Difference]:
    was, now = _fields(old), _fields(new)
    required_before, required_now = (set(each.form_schema.get("required", ())) for each in (old, new))
    for name in was:
        if name not in now:
            vi, en = _labels(was[name], name)
            yield Difference(_at(name), f"Biểu mẫu bỏ mục “{vi}”", f"Form field dropped: {en}")
    for name, field in now.items():
        vi, en = _labels(field, name)
        must_vi, must_en = ("bắt buộc", "required") if name in required_now else ("không bắt buộc", "optional")
        if name not in was:
            yield Difference(_at(name), f"Biểu mẫu thêm mục “{vi}” ({must_vi})", f"Form field added: {en} ({must_en})")
            continue
        if (name in required_before) != (name in required_now):
            yield Difference(_at(name), f"Mục “{vi}” nay {must_vi}", f"The field {en} is now {must_en}")
        if any(was[name].get(key) != field.get(key) for key in {*was[name], *field} - _LABELS):
            yield Difference(_at(name), f"Mục “{vi}” đổi cách điền", f"What {en} takes has changed")


_LABELS = {"title", "description", "x-hint"}


def _fields(procedure: Procedure) -> Mapping[str, Any]:
    fields: Mapping[str, Any] = procedure.form_schema.get("properties", {})
    return fields


def _labels(field: Mapping[str, Any], name: str) -> tuple[str, str]:
    return field.get("title", name), field.get("description", name)


def _at(name: str) -> str:
    return pointer("form_schema", "properties", name)
