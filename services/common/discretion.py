"""Discretion: the text of a failure, in a log line or kept with what failed, without anything that tells whose it
was."""

import re

from services.common.text import mask_numbers_in

# PostgreSQL's words quote the row that breaks a rule, and the value that is none of its type. A row may hold anything,
# so what is quoted ends where SQLAlchemy or a traceback goes on, or with the text; in a repr the lines are escaped.
_ROW = re.compile(r"(?:\n|\\n)(?:DETAIL|CONTEXT): .*?(?=\n\[SQL|\n\(Background|\n\n|\nHINT: |\Z)", re.DOTALL)
_VALUE = re.compile(r"(invalid input (?:syntax|value) for [^:\"]{1,60}: )\".*?\"", re.DOTALL)
_EMAIL = re.compile(r"[\w.+-]{1,64}@(?=\w)")


def discreet(text: str) -> str:
    """Returns the text without the rows and values that PostgreSQL quotes, its numbers and e-mail addresses masked."""
    return _EMAIL.sub("***@", mask_numbers_in(_VALUE.sub(r"\1…", _ROW.sub("", text))))
