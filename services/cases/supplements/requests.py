"""Reads over gRPC what is to be supplemented."""

from collections.abc import Iterable

from onestop.cases.v1 import corrections_pb2

from services.cases.core.domain.case_parts import Pin
from services.common.errors import FieldError, InvalidInput, pointer


def read_pins(sent: Iterable[corrections_pb2.SupplementPin]) -> tuple[Pin, ...]:
    """Reads the items of a supplement, each a field or a paper.

    Raises:
        InvalidInput: one names both, or neither, or a field outside the form.
    """
    pins = list(sent)
    wrong = [
        FieldError(
            pointer("pins", position),
            "one-target",
            "Nêu đúng một mục của biểu mẫu hoặc đúng một giấy tờ.",
            "Name exactly one field of the form or one paper.",
        )
        for position, pin in enumerate(pins)
        if not _one_target(pin)
    ]
    if wrong:
        raise InvalidInput(fields=wrong)
    return tuple(Pin(pin.field or pin.paper, pin.reason, pin.ask, pin.register, pin.correct_at) for pin in pins)


def _one_target(pin: corrections_pb2.SupplementPin) -> bool:
    return pin.field.startswith("/") if not pin.paper else not pin.field and not pin.paper.startswith("/")
