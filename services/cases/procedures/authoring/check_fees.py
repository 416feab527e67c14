"""Whether every day and channel has exactly one amount of a fee."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from services.cases.core.domain.procedure import Procedure
from services.cases.core.domain.procedure_parts import Channel, Fee, FeeAmount, holds_for
from services.cases.procedures.authoring.finding import Finding, error, warning
from services.common.errors import pointer
from services.common.text import vn_date

CHANNELS: Mapping[Channel, tuple[str, str]] = {
    "online": ("trực tuyến", "online"),
    "counter": ("trực tiếp", "at the counter"),
    "post": ("qua bưu chính", "by post"),
}
_DAY = timedelta(days=1)
Row = tuple[int, FeeAmount]


def fee_findings(procedure: Procedure) -> Iterator[Finding]:
    for position, fee in enumerate(procedure.fees):
        place = pointer("fees", position)
        yield from _wrong_dates(fee, place)
        yield from _never_reached(fee, place)
        yield from _overlaps(fee, place)
        for n, row in enumerate(fee.amounts):
            yield from impossible("fee-condition", row.when, place + pointer("amounts", n, "when"), procedure)
        for channel in CHANNELS:
            rows = [(n, row) for n, row in enumerate(fee.amounts) if holds_for(channel, row.channels)]
            yield from _cover(rows, channel, procedure, place)


def _wrong_dates(fee: Fee, place: str) -> Iterator[Finding]:
    for n, row in enumerate(fee.amounts):
        if row.effective_to is not None and row.effective_to < row.effective_from:
            yield error(
                "fee-dates",
                place + pointer("amounts", n, "effective_to"),
                "Mức thu hết hiệu lực trước khi có hiệu lực; hãy sửa ngày.",
                "The amount ends before it begins; correct the dates.",
            )


def impossible(rule: str, when: Mapping[str, str], place: str, procedure: Procedure) -> Iterator[Finding]:
    """Yields a finding for a condition on a value that its form field can never have; `place` is the condition's."""
    fields = procedure.form_schema.get("properties", {})
    for name, value in when.items():
        allowed = fields.get(name, {}).get("enum")
        if allowed is not None and value not in allowed:
            shown = ", ".join(map(str, allowed))
            yield error(
                rule,
                place + pointer(name),
                f"Mục “{name}” không thể là “{value}”; hãy chọn một trong: {shown}.",
                f"The field {name!r} can never be {value!r}; choose one of: {shown}.",
            )


def _never_reached(fee: Fee, place: str) -> Iterator[Finding]:
    """Yields amounts that are never taken: the first amount that applies is taken, so a wider amount before it hides
    it."""
    for n, row in enumerate(fee.amounts):
        wider = next((m for m, earlier in enumerate(fee.amounts[:n]) if _covers(earlier, row)), None)
        if wider is not None:
            yield error(
                "fee-never-reached",
                place + pointer("amounts", n),
                f"Mức thu này không bao giờ được áp dụng: dòng {wider + 1} đứng trước bao trùm nó; hãy đổi thứ tự.",
                f"This amount never applies: entry {wider + 1} comes first and covers it; put it before that one.",
            )


def _covers(wide: FeeAmount, narrow: FeeAmount) -> bool:
    return (
        narrow.channels <= wide.channels
        and wide.when.items() <= narrow.when.items()
        and wide.effective_from <= narrow.effective_from
        and _last(wide) >= _last(narrow)
    )


def _cover(rows: list[Row], channel: Channel, procedure: Procedure, place: str) -> Iterator[Finding]:
    """Yields whether the amounts that ask for no form field follow each other without a gap from the procedure's first
    day."""
    name_vi, name_en = CHANNELS[channel]
    general = sorted(((n, row) for n, row in rows if not row.when), key=lambda each: each[1].effective_from)
    if not general:
        yield warning(
            "fee-channel",
            place,
            f"Không có mức thu chung khi nộp {name_vi}; hồ sơ không khớp điều kiện nào sẽ không phải nộp.",
            f"There is no general amount {name_en}; a case that fits no condition pays nothing.",
        )
        return
    covered = procedure.effective_from
    for n, row in general:
        if row.effective_from > covered:
            until = row.effective_from - _DAY
            yield error(
                "fee-gap",
                place + pointer("amounts", n),
                f"Từ {vn_date(covered)} đến {vn_date(until)} không có mức thu khi nộp {name_vi}; hãy bổ sung.",
                f"From {covered} to {until} there is no amount {name_en}; add one.",
            )
        covered = max(covered, _after(row))


def _overlaps(fee: Fee, place: str) -> Iterator[Finding]:
    """Yields amounts for the same channels and conditions that are in force on the same day."""
    for n, row in enumerate(fee.amounts):
        for m, later in enumerate(fee.amounts[n + 1 :], n + 1):
            same = (row.channels, row.when) == (later.channels, later.when)
            if same and _overlap(row, later) and not _covers(row, later):
                yield error(
                    "fee-overlap",
                    place + pointer("amounts", m),
                    f"Có ngày trùng hiệu lực với dòng {n + 1}; hãy ghi ngày hết hiệu lực cho mức cũ.",
                    f"On some days entry {n + 1} is in force too; give the older one a last day in force.",
                )


def _overlap(one: FeeAmount, other: FeeAmount) -> bool:
    return one.effective_from <= _last(other) and other.effective_from <= _last(one)


def _last(row: FeeAmount) -> date:
    return row.effective_to or date.max


def _after(row: FeeAmount) -> date:
    return date.max if row.effective_to is None else row.effective_to + _DAY
