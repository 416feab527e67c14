"""Checks that what an application says of people can stand on a paper."""

from collections.abc import Iterator, Mapping
from typing import Any

from services.common.errors import FieldError, pointer
from services.contracts import printable

_NAMES: Mapping[str, tuple[str, str]] = {
    "full_name": ("Họ tên hoặc tên tổ chức", "Name"),
    "identifier": ("Số định danh, mã số thuế", "Personal number or tax code"),
    "address": ("Địa chỉ", "Address"),
    "phone": ("Điện thoại", "Telephone"),
    "email": ("Thư điện tử", "E-mail"),
}
"""What papers show of an applicant and a proxy; a form stays as it was filled in, since no paper shows it."""


def errors(**people: Mapping[str, Any] | None) -> Iterator[FieldError]:
    """Yields the texts about these people that cannot be printed, each by its part of the application."""
    for part, person in people.items():
        for name, titles in _NAMES.items():
            text = (person or {}).get(name)
            if isinstance(text, str) and (fault := printable.fault(pointer(part, name), text, *titles)):
                yield fault
