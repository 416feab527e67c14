"""Wrong data of a register as a reason to supplement: which register, and whom to ask to correct it (NĐ 118/2025, Điều
17.2.a as amended by NĐ 309/2026)."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from services.cases.core.domain.case_parts import Pin
from services.cases.core.domain.case_rules import CaseRules
from services.cases.core.domain.catalogue_models import DB_MISMATCH
from services.common.errors import FieldError

_POPULATION = "population"
"""Code of the register that fills what applicants say of themselves."""


def register_of(pin: Pin, rules: CaseRules) -> Pin:
    """Returns the pin with the register whose data is wrong, and whom to ask about it: as the pin says, else as the
    procedure and registers.yaml do."""
    if pin.reason != DB_MISMATCH:
        return replace(pin, register="", correct_at="")
    said = pin.register or _source(pin, rules)
    known = rules.register_named(said)
    name = known.name_vi if known else said
    return replace(pin, register=name, correct_at=pin.correct_at or (known.correct_at_vi if known else ""))


def faults(pin: Pin, place: str, rules: CaseRules) -> Iterator[FieldError]:
    """Yields what the officer must say about wrong data, since nothing here says it."""
    if pin.reason != DB_MISMATCH:
        return
    whole = register_of(pin, rules)
    if not whole.register:
        named = "; ".join(each.name_vi for each in rules.registers)
        yield FieldError(
            f"{place}/register",
            "required",
            f"Nêu cơ sở dữ liệu có dữ liệu sai, ví dụ: {named}.",
            f"Name the database whose data is wrong, e.g. {'; '.join(each.name_en for each in rules.registers)}.",
        )
    elif not whole.correct_at:
        yield FieldError(
            f"{place}/correct_at",
            "required",
            f"Nêu nơi người nộp đề nghị chỉnh sửa {whole.register}, ví dụ Công an cấp xã nơi cư trú.",
            f"Say whom the applicant asks to correct {whole.register}, e.g. the commune police where they live.",
        )


def told(pin: Pin) -> str:
    """Returns what form 02 says of wrong data."""
    return f"dữ liệu trong {pin.register} chưa đúng; đề nghị liên hệ {pin.correct_at} để chỉnh sửa"


def recorded(pin: Pin) -> dict[str, Any]:
    """Returns what the history keeps of a pin."""
    asked = {"target": pin.target, "reason": pin.reason, "ask": pin.ask}
    wrong = {"register": pin.register, "correct_at": pin.correct_at}
    return asked | {name: value for name, value in wrong.items() if value}


def _source(pin: Pin, rules: CaseRules) -> str:
    """Returns the register that holds what the pin asks for: a paper's, or that a field is filled from."""
    if pin.paper:
        paper = rules.procedure.paper(pin.paper)
        return paper.register_source if paper else ""
    if not pin.field.startswith("/form/"):
        return _POPULATION if pin.field else ""
    source = rules.procedure.prefill.get(pin.field.split("/")[2], "")
    register, dot, _ = source.partition(".")
    return register if dot else (_POPULATION if source else "")
