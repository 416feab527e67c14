"""Reads the catalogue folder: a YAML file for each version of a procedure, and what they share."""

import csv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError, model_validator

from services.cases.calendar.domain import BilingualText, DayRule, WorkCalendar
from services.cases.core.domain.catalogue_models import Agency, CatalogueModel, Dated, RuleSet, Text
from services.cases.core.domain.procedure import Procedure
from services.cases.core.domain.registers import Register
from services.cases.procedures.authoring import plain_yaml, source
from services.cases.procedures.authoring.finding import BadProcedure
from services.cases.procedures.domain.catalogue import Catalogue
from services.cases.procedures.domain.replaced_papers import ListedPaper, PaperList
from services.cases.procedures.store import Published

FOLDER = Path(__file__).parents[1] / "catalogue"
_LISTS, _REGISTERS = "replaced-papers.yaml", "registers.yaml"
_SHARED = frozenset({"agencies.yaml", "calendar.yaml", "rules.yaml", _LISTS, _REGISTERS})
T = TypeVar("T")


class BadCatalogue(OSError):
    """A catalogue file cannot be used; the message names the file, the place in it and what is wrong."""


class DayOff(CatalogueModel):
    """One line of calendar.yaml."""

    day: date
    working: bool
    vi: str
    en: str


class Decided(CatalogueModel):
    """A year whose decision on days off is in."""

    year: int
    ground: Text


class Days(CatalogueModel):
    """calendar.yaml; a bare list is one of days, as it was before years were named."""

    decided: tuple[Decided, ...] = ()
    days: tuple[DayOff, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, said: object) -> object:
        return {"days": said} if isinstance(said, list) else said


class ListFile(Dated):
    """One entry of replaced-papers.yaml; `file` is a CSV of the folder with the list's rows."""

    id: Text
    name_vi: Text
    name_en: Text
    file: Text


@dataclass(frozen=True, slots=True)
class Shared:
    """The rule sets, agencies, days, registers and lists of replaced papers that the procedures of a folder share."""

    rules: list[RuleSet]
    agencies: list[Agency]
    calendar: WorkCalendar
    paper_lists: Sequence[PaperList]
    registers: Sequence[Register]


def load_shared(folder: Path = FOLDER) -> Shared:
    """Reads what procedures refer to.

    Raises:
        BadCatalogue: names the first file that is wrong.
    """
    written = _read(folder / "calendar.yaml", Days)
    calendar = WorkCalendar(
        {each.day: DayRule(each.working, BilingualText(each.vi, each.en)) for each in written.days},
        decided={each.year: each.ground for each in written.decided},
    )
    calendar.is_working(datetime.now(UTC).date())  # reads the public holidays now, not under somebody's request
    rules, agencies = _read(folder / "rules.yaml", list[RuleSet]), _read(folder / "agencies.yaml", list[Agency])
    known = folder if (folder / _REGISTERS).exists() else FOLDER
    return Shared(rules, agencies, calendar, paper_lists(folder), _read(known / _REGISTERS, list[Register]))


def paper_lists(folder: Path = FOLDER) -> list[PaperList]:
    """Reads the lists of papers that data replaces; a folder without any of its own has those built in: they are law
    everywhere."""
    if not (folder / _LISTS).exists():
        folder = FOLDER
    return [_paper_list(folder, each) for each in _read(folder / _LISTS, list[ListFile])]


def procedure_files(folder: Path) -> list[Path]:
    """Returns the files of a folder that are procedures, or should be."""
    return [path for path in sorted(folder.glob("*.yaml")) if path.name not in _SHARED]


def load_catalogue(folder: Path = FOLDER) -> Catalogue:
    """Reads and checks everything in `folder`.

    Raises:
        BadCatalogue: names the first file that is wrong.
    """
    written = procedure_files(folder)
    procedures = [_read(path, Procedure, _procedure) for path in written]
    files = {(p.code, p.effective_from): path.read_bytes() for p, path in zip(procedures, written, strict=True)}
    shared = load_shared(folder)
    try:
        return Catalogue(
            procedures, shared.rules, shared.agencies, shared.calendar, files, shared.paper_lists, shared.registers
        )
    except ValueError as error:
        raise BadCatalogue(f"{folder.name}: {error}") from error


@dataclass(frozen=True, slots=True)
class Readable:
    """The published versions that can be used; why the rest takes no cases, by code and first day."""

    procedures: list[Procedure]
    set_aside: dict[tuple[str, date], str]


def read_published(rows: Iterable[Published]) -> Readable:
    """Reads published files as procedures. A file that cannot be used keeps no other from being read.

    Where only the form of a file is at fault, the cases filed under it go on by its steps and papers.
    """
    readable = Readable([], {})
    for row in rows:
        named = (row.code, row.effective_from)
        try:
            procedure: Procedure | None = source.read(row.code, row.content).procedure
        except BadProcedure as error:
            readable.set_aside[named] = str(error)
            procedure = source.read_without_form(row.content)
        if procedure is not None and (procedure.code, procedure.effective_from) != named:
            readable.set_aside[named] = "the file is of another code or day than it was published for"
        elif procedure is not None:
            readable.procedures.append(procedure)
    return readable


def _paper_list(folder: Path, entry: ListFile) -> PaperList:
    try:
        with (folder / entry.file).open(encoding="utf-8", newline="") as file:
            rows = [
                ListedPaper(
                    row=number,
                    procedure=row["code"],
                    name_vi=row["name_vi"],
                    paper=row["paper_replaced"],
                    database=row["database"],
                    owner=row["owner"],
                    legal_text=row["legal_text"],
                    clause=row["clause"],
                )
                for number, row in enumerate(csv.DictReader(file), start=1)
            ]
        return PaperList(**entry.model_dump(exclude={"file"}), rows=tuple(rows))
    except (OSError, KeyError, ValueError) as error:
        raise BadCatalogue(f"{entry.file}: {error}") from error


@lru_cache(maxsize=256)
def _procedure(content: bytes) -> Procedure:
    """Reads a procedure's file; YAML takes tens of milliseconds, so a process reads the same text once. Nothing changes
    a procedure after that."""
    return Procedure.model_validate(plain_yaml.load(content)[0])


def _read(path: Path, shape: type[T], parse: Callable[[bytes], T] | None = None) -> T:
    """Reads a file as `shape`, by `parse` where there is a quicker way."""
    try:
        written = path.read_bytes()
        return parse(written) if parse else TypeAdapter(shape).validate_python(plain_yaml.load(written)[0])
    except (OSError, yaml.YAMLError) as error:
        raise BadCatalogue(f"{path.name}: {error}") from error
    except ValidationError as error:
        lines = (f"{path.name}: {'.'.join(map(str, e['loc'])) or 'file'}: {e['msg']}" for e in error.errors())
        raise BadCatalogue("\n".join(lines)) from error
