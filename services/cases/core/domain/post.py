"""Numbers of postal items, of what comes in by post and of what goes back by it (S10 of the Universal Postal Union, and
those that carriers here give)."""

import re
from collections.abc import Iterator

from services.common import limits
from services.common.errors import FieldError

_NUMBER = re.compile(r"(?=[A-Z]*[0-9])[A-Z0-9]+")


def number_faults(place: str, number: str) -> Iterator[FieldError]:
    """Yields what keeps a text, as `outside.item_number` has it, from being the number of a postal item."""
    if len(number) > limits.ITEM_NUMBER_LENGTH or not _NUMBER.fullmatch(number):
        yield FieldError(
            place,
            "item-number",
            "Số hiệu bưu gửi gồm chữ cái không dấu và chữ số, ví dụ EB123456789VN.",
            "The number of a postal item is of Latin letters and digits, e.g. EB123456789VN.",
        )
