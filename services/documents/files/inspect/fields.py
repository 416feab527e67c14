"""Follows the fields of a Word document far enough to find a field that starts another program (DDE) or fetches
something.

Word shows what a field fetched last and fetches anew when it is opened, printed or updated; from a share of another
computer it does so with the reader's own password.
"""

import re

from services.documents.files.inspect.links import fetches, reaches_out
from services.documents.files.inspect.refused import Refused

_NAME = re.compile(r"\s*([A-Z]+)\b", re.IGNORECASE)
_WORD = re.compile(r'"([^"]*)"?|(\S+)')
_STARTS = frozenset({"DDE", "DDEAUTO", "LINK"})
_FETCHES = frozenset({"INCLUDEPICTURE", "INCLUDETEXT", "INCLUDE", "IMPORT", "DATABASE", "RD"})
_CODE_LENGTH = 4_096  # its name and what it fetches come first


class Fields:
    """The codes of the fields that are open, the innermost last."""

    def __init__(self) -> None:
        self._open: list[str | None] = []  # None once its code has ended and its result is shown

    def simple(self, code: str) -> None:
        """Takes a field written in a single piece; raises Refused when it starts a program or fetches from another
        computer."""
        found = _NAME.match(code)
        if not found:
            return
        name = found[1].upper()
        if name in _STARTS:
            raise Refused("office-unsafe", "dde")
        words = ((quoted or bare).replace("\\\\", "\\") for quoted, bare in _WORD.findall(code, found.end()))
        is_elsewhere = fetches if name in _FETCHES else reaches_out
        if (name in _FETCHES or name == "HYPERLINK") and any(map(is_elsewhere, words)):
            raise Refused("office-unsafe", "elsewhere")

    def turn(self, to: str) -> None:
        """Takes the beginning, the result or the end of a field; raises Refused when it starts a program."""
        if to == "begin":
            self._check_name_is_whole()
            self._open.append("")
        elif to in ("separate", "end") and self._open:
            self.simple(self._open[-1] or "")
            self._open[-1] = None
            if to == "end":
                self._open.pop()

    def code(self, text: str) -> None:
        """Takes more of the innermost field's code."""
        if self._open and (known := self._open[-1]) is not None:
            self._open[-1] = (known + text)[:_CODE_LENGTH]

    def _check_name_is_whole(self) -> None:
        """Checks that a field's name is not made by a field within: only who hides the name, or what it fetches, does
        so."""
        around = self._open[-1] if self._open else None
        if around is None:
            return
        written = around.strip().upper()
        if "DDEAUTO".startswith(written) or written in _STARTS:
            raise Refused("office-unsafe", "dde")
        if written in _FETCHES:
            raise Refused("office-unsafe", "elsewhere")
