"""Case numbers (mã số hồ sơ): strict in making, liberal in reading.

F1 is TT 01/2018 Điều 19, F2 and F3 are TT 03/2025 Điều 13 (F3 for nationwide systems, added by TT 04/2025 Điều 23).
"""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from services.common import limits

_LEAST_DIGITS = 4
_ANY = re.compile(r"(?P<agency>[0-9A-Z]+(?:\.[0-9A-Z]+)*)-(?P<day>[0-9]{6}|[0-9]{8})-(?P<sequence>[0-9]{4,})")


class NumberFormat(StrEnum):
    F1 = "F1"  # 000.00.00.H29-220101-0001
    F2 = "F2"  # H29.001.00-260105-0001
    F3 = "F3"  # H29.001.00-260209-010001: two digits of the system's owner, then at least four


_AGENCY = {
    NumberFormat.F1: re.compile(r"[0-9]{3}\.[0-9]{2}\.[0-9]{2}\.[A-Y][0-9]{2}"),
    NumberFormat.F2: re.compile(r"[A-Y][0-9]{2}\.[0-9]{3}\.[0-9]{2}"),
    NumberFormat.F3: re.compile(r"[A-Y][0-9]{2}\.[0-9]{3}\.[0-9]{2}"),
}


class NumberSyntax(ValueError):
    """Not a case number, or an agency code this format cannot carry."""


@dataclass(frozen=True, slots=True)
class NumberSeries:
    """How one procedure's cases are numbered. `owner` is the two digits F3 puts before the running number."""

    format: NumberFormat = NumberFormat.F2
    owner: str = ""

    def __post_init__(self) -> None:
        if (self.format is NumberFormat.F3) != (re.fullmatch(r"[0-9]{2}", self.owner) is not None):
            raise NumberSyntax(f"{self.format} with owner {self.owner!r}: F3, and only F3, names two digits")

    @property
    def last(self) -> int | None:
        """The last number of a day; None = grows as needed."""
        return None if self.format is NumberFormat.F3 else 9999

    @property
    def last_online(self) -> int | None:
        """The last number online filing gets; those after it are kept for the counter. None = grows as needed."""
        return None if self.last is None else self.last - self.last // limits.COUNTER_SHARE

    def prefix(self, agency: str, day: date) -> str:
        """Returns everything before the running number.

        Raises:
            NumberSyntax: the format cannot carry the agency's code.
        """
        if _AGENCY[self.format].fullmatch(agency) is None:
            raise NumberSyntax(f"{self.format} cannot carry the agency code {agency!r}")
        return f"{agency}-{day.year % 100:02d}{day.month:02d}{day.day:02d}-{self.owner}"

    def number(self, agency: str, day: date, sequence: int) -> str:
        """Returns the whole case number; the store's SQL does the same."""
        if sequence < 1 or (self.last is not None and sequence > self.last):
            raise NumberSyntax(f"{self.format} has no number {sequence}")
        return f"{self.prefix(agency, day)}{sequence:0{_LEAST_DIGITS}d}"


@dataclass(frozen=True, slots=True)
class CaseNumber:
    """A case number read. `sequence` keeps its digits: F3's owner cannot be told from the number itself."""

    agency: str
    day: date
    sequence: str


def parse(text: str) -> CaseNumber:
    """Reads any case number, F1 to F3 and the eight-digit dates of older systems.

    Raises:
        NumberSyntax: the text is no case number.
    """
    match = _ANY.fullmatch(text)
    if match is None:
        raise NumberSyntax(f"not a case number: {text!r}")
    digits = match["day"] if len(match["day"]) == 8 else "20" + match["day"]
    try:
        day = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError as error:
        raise NumberSyntax(f"no such day in {text!r}") from error
    return CaseNumber(match["agency"], day, match["sequence"])
