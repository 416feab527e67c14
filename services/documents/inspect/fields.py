"""Follows the fields of a Word document far enough to find one that starts another program (DDE)."""

import re

from services.documents.inspect.refused import Refused

_DDE = re.compile(r"\s*DDE(?:AUTO)?\b", re.IGNORECASE)
_CODE_LENGTH = 64  # its name comes first


class Fields:
    """The codes of the fields that are open, the innermost last."""

    def __init__(self) -> None:
        self._open: list[str | None] = []  # None once its code has ended and its result is shown

    def simple(self, code: str) -> None:
        """A field written in one piece; raises Refused when it starts a program."""
        if _DDE.match(code):
            raise Refused("office-unsafe", "dde")

    def turn(self, to: str) -> None:
        """A field begins, shows its result, or ends; raises Refused when it starts a program."""
        if to == "begin":
            self._check_name_is_whole()
            self._open.append("")
        elif to in ("separate", "end") and self._open:
            self.simple(self._open[-1] or "")
            self._open[-1] = None
            if to == "end":
                self._open.pop()

    def code(self, text: str) -> None:
        """More of the innermost code."""
        if self._open and (known := self._open[-1]) is not None:
            self._open[-1] = (known + text)[:_CODE_LENGTH]

    def _check_name_is_whole(self) -> None:
        """Only who hides its name has it made by a field within."""
        around = self._open[-1] if self._open else None
        if around is not None and "DDEAUTO".startswith(around.strip().upper()):
            raise Refused("office-unsafe", "dde")
