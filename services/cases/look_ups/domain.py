"""Who occurs in a case: whose number stands in it, wherever that may be."""

from collections.abc import Iterator
from typing import Any

from services.cases.core.domain.case import Case
from services.common.errors import PermissionDenied
from services.common.outside import bare_number


class NumberNotInCase(PermissionDenied):
    """The number asked about occurs nowhere in the case, so asking a register about it is nobody's business there."""

    code = "number-not-in-case"
    vi = "Số này không có trong hồ sơ {ref}. Chỉ được tra cứu người và tổ chức có trong hồ sơ bạn đang xử lý."
    en = "This number does not occur in case {ref}. Only whoever is in a case you handle may be looked up."


def check_involved(case: Case, form: Any, number: str) -> None:
    """Raises NumberNotInCase unless the number is of applicant, proxy or filer, or stands somewhere in the form."""
    wanted = bare_number(number)
    if not wanted or wanted not in map(bare_number, _numbers(case, form)):
        raise NumberNotInCase(ref=case.ref)


def _numbers(case: Case, form: Any) -> Iterator[str]:
    yield case.applicant.identifier
    if case.proxy:
        yield case.proxy.identifier
    if case.filer:
        yield case.filer.number
    yield from _texts(form)


def _texts(part: Any) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict):
        for value in part.values():
            yield from _texts(value)
    elif isinstance(part, list):
        for value in part:
            yield from _texts(value)
