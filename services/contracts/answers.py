"""The answers of a register: what it says of what it was asked (TT 136/2026/TT-BCA). None of them is yes or no."""

from collections.abc import Iterable
from enum import StrEnum


class RegisterAnswer(StrEnum):
    """The answer of a register about a person, a fact, a firm or a paper."""

    MATCH = "match"  # trùng khớp
    MISMATCH = "mismatch"  # không trùng khớp
    NO_DATA = "no_data"  # không có thông tin
    INCONCLUSIVE = "inconclusive"  # chưa đủ căn cứ xác thực


def together(answers: Iterable[RegisterAnswer]) -> RegisterAnswer:
    """Returns what the answers about several facts of somebody amount to: a match only if every one is one.

    Nothing asked settles nothing: a number that is known says not whose it is.
    """
    said = set(answers)
    if RegisterAnswer.MISMATCH in said:
        return RegisterAnswer.MISMATCH
    return said.pop() if len(said) == 1 else RegisterAnswer.INCONCLUSIVE
