"""Whether what a procedure is called, and calls its parts, can stand on a paper."""

from collections.abc import Iterator
from typing import Any

from services.cases.core.domain.procedure import Procedure
from services.cases.procedures.authoring.finding import Finding, error
from services.common.errors import pointer
from services.contracts.printable import unprintable

_NOT_WORDS = frozenset({"pattern", "enum", "const", "default", "examples", "when"})
"""Of a form: what its values are compared with, which no paper shows."""


def text_findings(procedure: Procedure) -> Iterator[Finding]:
    yield from _findings(procedure.model_dump(mode="json"), "")


def _findings(value: Any, place: str) -> Iterator[Finding]:
    match value:
        case str() if character := unprintable(value):
            yield error(
                "unprintable",
                place,
                f"“{value}” có ký tự “{character}” không in được lên giấy; hãy bỏ ký tự này.",
                f"“{value}” holds the character “{character}”, which no paper can show; leave it out.",
            )
        case dict():
            for name, each in value.items():
                if name not in _NOT_WORDS:
                    yield from _findings(each, place + pointer(name))
        case list():
            for position, each in enumerate(value):
                yield from _findings(each, place + pointer(position))
