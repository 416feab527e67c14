"""A finding: what is wrong with a procedure file, where, and what to do about it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """An error keeps the file from being used; a warning is for its author to judge."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found; `place` is a JSON pointer into the file, the texts say what is wrong and the mend."""

    severity: Severity
    rule: str
    place: str
    vi: str
    en: str


def error(rule: str, place: str, vi: str, en: str) -> Finding:
    return Finding(Severity.ERROR, rule, place, vi, en)


def warning(rule: str, place: str, vi: str, en: str) -> Finding:
    return Finding(Severity.WARNING, rule, place, vi, en)


def errors(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(each for each in findings if each.severity is Severity.ERROR)


class BadProcedure(ValueError):
    """A file that cannot be used as it is; `findings` say why."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(f"{each.place or 'file'}: {each.en}" for each in self.findings))


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is otherwise in the newer of two versions; `place` names the part."""

    place: str
    vi: str
    en: str
