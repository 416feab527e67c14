"""National agency codes and the directory of agencies we exchange documents with."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import yaml

_NEW = re.compile(r"[A-Y]\d{2}(\.[A-Z0-9]+)*")
_OLD = re.compile(r"(\d{3}\.)?\d{2}\.\d{2}\.[A-Y]\d{2}")
_OUTSIDE_LEVELS = re.compile(r"Z(?!00)\d{2}[A-Z0-9]{1,32}")
_BUSINESS = re.compile(r"\d{10}(-\d{3})?|\d{12}")
_NEW_LENGTH = 35


class BadDirectory(ValueError):
    """The file of agencies contradicts itself; the message says where."""


def is_agency_code(code: str) -> bool:
    """Returns whether `code` has a form agencies are met under.

    QĐ 20/2020/QĐ-TTg: `H29.001.00`, `Z01…` for bodies outside the levels, the registration number for a business;
    QCVN 102:2016: `000.00.00.H29`, also without its first group, `28.22.H17`.
    """
    if _NEW.fullmatch(code):
        return len(code) <= _NEW_LENGTH
    return any(form.fullmatch(code) for form in (_OLD, _OUTSIDE_LEVELS, _BUSINESS))


@dataclass(frozen=True, slots=True)
class Office:
    """How one of our own agencies numbers and signs what it sends."""

    notation: str
    place: str
    competence: str
    position: str


@dataclass(frozen=True, slots=True)
class Agency:
    """An agency by its canonical code. `office` is None unless it is one of ours."""

    code: str
    name: str
    address: str = ""
    aliases: tuple[str, ...] = ()
    office: Office | None = None


class Directory:
    """Finds an agency by its code or any alias."""

    def __init__(self, agencies: Iterable[Agency]) -> None:
        self._by_code: dict[str, Agency] = {}
        for agency in agencies:
            for code in (agency.code, *agency.aliases):
                if not is_agency_code(code):
                    raise BadDirectory(f"{code!r} is no agency code")
                if code in self._by_code:
                    raise BadDirectory(f"{code} names two agencies")
                self._by_code[code] = agency

    @classmethod
    def load(cls, path: Path) -> Self:
        """Reads the YAML file, shaped as `services/exchange/agencies.yaml`.

        Raises:
            BadDirectory: a code is malformed or used twice, or a field is unknown.
        """
        entries: list[dict[str, Any]] = yaml.safe_load(path.read_text("utf-8"))
        try:
            return cls(_agency(**entry) for entry in entries)
        except TypeError as error:
            raise BadDirectory(f"{path}: {error}") from error

    @property
    def all(self) -> tuple[Agency, ...]:
        return tuple(agency for code, agency in self._by_code.items() if code == agency.code)

    @property
    def own(self) -> tuple[Agency, ...]:
        """Our agencies, whose inboxes are ours to fetch."""
        return tuple(agency for agency in self.all if agency.office is not None)

    def knows(self, code: str) -> bool:
        return code in self._by_code

    def find(self, code: str) -> Agency:
        """Finds the agency met under `code`; an unlisted agency is known by its code alone."""
        return self._by_code.get(code) or Agency(code, code)


def _agency(
    *, code: str, name: str, address: str = "", aliases: Iterable[str] = (), office: dict[str, str] | None = None
) -> Agency:
    return Agency(code, name, address, tuple(aliases), None if office is None else Office(**office))
