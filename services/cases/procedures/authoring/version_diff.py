"""Lists the changes between two versions of a procedure, in words a clerk understands."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from services.cases.core.domain.procedure import Procedure
from services.cases.core.domain.procedure_parts import RequiredPaper
from services.cases.core.domain.proxy import ProxyRule
from services.cases.procedures.authoring.check_fees import CHANNELS
from services.cases.procedures.authoring.finding import Difference
from services.cases.procedures.authoring.version_diff_parts import (
    changes_of_fees,
    changes_of_form,
    changes_of_steps,
    part_changes,
)
from services.common.text import vn_date
from services.contracts.application import RELATIONS, Relation

_LEVELS = {
    "toan_trinh": ("toàn trình", "end to end"),
    "mot_phan": ("một phần", "partial"),
    "cung_cap_thong_tin": ("cung cấp thông tin", "information only"),
}
_CHANNELS = {
    "online": ("trực tuyến", "online"),
    "counter": ("trực tiếp", "at the counter"),
    "post": ("bưu chính", "by post"),
}


def differences(old: Procedure, new: Procedure) -> list[Difference]:
    """Lists everything that changes for applicants and workers, the law's own numbers first; empty when nothing
    changes."""
    return [
        *_plain(old, new),
        *_lists(old, new),
        *part_changes("papers", "giấy tờ", "paper", old.papers, new.papers, _paper),
        *_proxy(old.proxy, new.proxy),
        *changes_of_fees(old, new),
        *changes_of_steps(old, new),
        *changes_of_form(old, new),
        *_rest(old, new),
    ]


def _plain(old: Procedure, new: Procedure) -> Iterator[Difference]:
    for place, vi, en, shown in _SINGLE:
        before, after = getattr(old, place), getattr(new, place)
        if before != after:
            (before_vi, before_en), (after_vi, after_en) = shown(before), shown(after)
            yield Difference(f"/{place}", f"{vi}: {before_vi} → {after_vi}", f"{en}: {before_en} → {after_en}")


def _lists(old: Procedure, new: Procedure) -> Iterator[Difference]:
    for place, vi, en in (
        ("legal_basis", "căn cứ pháp lý", "legal basis"),
        ("agencies", "cơ quan giải quyết", "agency"),
    ):
        before, after = getattr(old, place), getattr(new, place)
        for gone in (each for each in before if each not in after):
            yield Difference(f"/{place}", f"Bỏ {vi}: {gone}", f"{en.capitalize()} dropped: {gone}")
        for added in (each for each in after if each not in before):
            yield Difference(f"/{place}", f"Thêm {vi}: {added}", f"{en.capitalize()} added: {added}")


def _proxy(old: ProxyRule, new: ProxyRule) -> Iterator[Difference]:
    for name, vi, en, shown in _PROXY:
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            (before_vi, before_en), (after_vi, after_en) = shown(before), shown(after)
            yield Difference(
                f"/proxy/{name}",
                f"Nộp theo ủy quyền, {vi}: {before_vi} → {after_vi}",
                f"Filing by proxy, {en}: {before_en} → {after_en}",
            )


def _rest(old: Procedure, new: Procedure) -> Iterator[Difference]:
    """Yields whatever else differs, so that nothing changes unsaid."""
    for place in sorted(set(Procedure.model_fields) - _TOLD):
        before, after = (each.model_dump(mode="json")[place] for each in (old, new))
        if before != after:
            yield Difference(
                f"/{place}",
                f"Đổi {place}: {_brief(before)} → {_brief(after)}",
                f"{place} changed: {_brief(before)} → {_brief(after)}",
            )


def _brief(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False) if value not in (None, "", [], {}) else "–"


def _paper(old: RequiredPaper, new: RequiredPaper) -> Iterator[tuple[str, str]]:
    for channel, (vi, en) in CHANNELS.items():
        if (channel in old.required) != (channel in new.required):
            asked = channel in new.required
            yield (
                f"{'bắt buộc' if asked else 'không còn bắt buộc'} khi nộp {vi}",
                f"{'required' if asked else 'no longer required'} {en}",
            )
    for name, vi, en, shown in _PAPER:
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            yield f"{vi}: {shown(before)[0]} → {shown(after)[0]}", f"{en}: {shown(before)[1]} → {shown(after)[1]}"


_LISTED = (("legal_basis", "căn cứ pháp lý", "legal basis"), ("agencies", "cơ quan giải quyết", "agency"))
Shown = Callable[[Any], tuple[str, str]]


def _as_is(value: Any) -> tuple[str, str]:
    shown = ", ".join(value) if isinstance(value, tuple) else str(value)
    return (shown, shown) if value not in (None, "", ()) else ("–", "–")


def _whether(value: bool) -> tuple[str, str]:
    return ("có", "yes") if value else ("không", "no")


def _related(value: Sequence[Relation]) -> tuple[str, str]:
    names = [RELATIONS[each] for each in value]
    return ", ".join(vi for vi, _ in names) or "–", ", ".join(en for _, en in names) or "–"


def _conditions(value: Mapping[str, str]) -> tuple[str, str]:
    return _as_is(tuple(f"{name} = {asked}" for name, asked in value.items()))


def _days(value: int | None) -> tuple[str, str]:
    return ("–", "–") if value is None else (f"{value} ngày làm việc", f"{value} working days")


def _day(value: Any) -> tuple[str, str]:
    return (vn_date(value), value.isoformat()) if value else ("không thời hạn", "open")


def _named(names: Mapping[str, tuple[str, str]]) -> Shown:
    return lambda value: names[value]


_SINGLE: tuple[tuple[str, str, str, Shown], ...] = (
    ("effective_from", "Có hiệu lực từ", "In force from", _day),
    ("name_vi", "Tên thủ tục", "Vietnamese name", _as_is),
    ("name_en", "Tên tiếng Anh", "Name", _as_is),
    ("days", "Thời hạn giải quyết", "Time limit", _days),
    ("hours", "Thời hạn tính bằng giờ", "Time limit in hours", _as_is),
    ("immediate", "Trả kết quả ngay", "Result given at once", _whether),
    (
        "on_request",
        "Áp dụng cho hồ sơ đang giải quyết khi người nộp yêu cầu, theo",
        "For running cases on request, by",
        _as_is,
    ),
    ("cutoff", "Giờ chốt nhận trong ngày", "Daily cut-off", _as_is),
    ("supplement_days", "Tự đóng hồ sơ không được bổ sung sau", "Closes by itself without the supplement after", _days),
    ("rules", "Bộ quy định một cửa", "Rule set", _as_is),
    ("service_level", "Mức độ dịch vụ công", "Service level", _named(_LEVELS)),
    ("min_assurance", "Mức định danh tối thiểu", "Least identity level", _as_is),
    ("number_format", "Định dạng mã hồ sơ", "Case number format", _as_is),
    ("boundary_free", "Tiếp nhận không phụ thuộc địa giới hành chính", "Taken in anywhere", _whether),
)
_PAPER: tuple[tuple[str, str, str, Shown], ...] = (
    ("register_source", "dữ liệu thay thế", "replaced by data of", _as_is),
    ("fits", "giấy tờ dùng thay", "papers that serve as it", _as_is),
    ("valid_months", "số tháng còn giá trị", "months it is taken for", _as_is),
    ("optional", "chỉ một số người phải nộp", "asked of some only", _whether),
)
_PROXY: tuple[tuple[str, str, str, Shown], ...] = (
    ("allowed", "được nhận", "taken", _whether),
    ("online", "cả trực tuyến", "also online", _whether),
    ("papers", "giấy tờ dùng làm giấy ủy quyền", "papers that authorise", _as_is),
    ("exempt_relations", "không cần giấy ủy quyền nếu là", "no authorisation paper asked of", _related),
    ("exempt_when", "điều kiện không cần giấy ủy quyền", "none asked only when", _conditions),
    ("legal_basis", "căn cứ không cần giấy ủy quyền", "legal basis of asking none", _as_is),
)
_TOLD = {place for place, *_ in (*_SINGLE, *_LISTED)} | {
    "papers",
    "proxy",
    "fees",
    "steps",
    "form_schema",
    "effective_to",
}
