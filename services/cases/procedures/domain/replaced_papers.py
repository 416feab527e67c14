"""Papers that data takes the place of (dữ liệu thay giấy tờ): the lists published, each in force for some time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from services.cases.core.domain.catalogue_models import CatalogueModel, Dated, Text
from services.cases.core.domain.procedure import Procedure
from services.cases.core.domain.procedure_parts import RequiredPaper
from services.cases.core.domain.registers import plain, same_database


class ListedPaper(CatalogueModel):
    """A row of a list: a paper of a procedure, the database whose data takes its place, who owns that, and the article
    that asked for the paper.

    `row` is the number of the row in the list's file, from 1.
    """

    row: int
    procedure: Text
    name_vi: Text
    paper: Text
    database: Text
    owner: Text
    legal_text: str = ""
    clause: str = ""

    def is_called(self, name: str) -> bool:
        """Returns whether a paper of this name is the paper of the row, or one of several that the row names."""
        own, other = f" {plain(self.paper)} ", f" {plain(name)} "
        return bool(other.strip()) and (other in own or own in other)

    def is_named(self, paper: RequiredPaper) -> bool:
        """Returns whether a paper of a procedure is the paper of the row: as `listed_as` says, else by its name.

        What bears the very name of the row is its paper, whatever `listed_as` says.
        """
        called = paper.name_vi if paper.listed_as is None else paper.listed_as
        return self.is_called(called) or plain(paper.name_vi) == plain(self.paper)


class PaperList(Dated):
    """A list of such papers, in force from its first day to its last (both included)."""

    id: Text
    name_vi: Text
    name_en: Text
    rows: tuple[ListedPaper, ...]

    @cached_property
    def by_procedure(self) -> Mapping[str, tuple[ListedPaper, ...]]:
        found: dict[str, tuple[ListedPaper, ...]] = {}
        for row in self.rows:
            found[row.procedure] = (*found.get(row.procedure, ()), row)
        return found

    def concerns(self, procedure: Procedure) -> bool:
        """Returns whether there is a day on which both the list and the version are in force."""
        begins_after = procedure.effective_to is not None and procedure.effective_to < self.effective_from
        ends_before = self.effective_to is not None and self.effective_to < procedure.effective_from
        return not begins_after and not ends_before


@dataclass(frozen=True, slots=True)
class Row:
    """A row, and the list it stands in."""

    listed_in: PaperList
    listed: ListedPaper


@dataclass(frozen=True, slots=True)
class Replaced:
    """A paper of a procedure that is the paper of these rows."""

    position: int
    paper: RequiredPaper
    rows: tuple[Row, ...]

    @property
    def row(self) -> Row:
        """The row that names the database the file names; else the first."""
        named = (row for row in self.rows if same_database(self.paper.register_source, row.listed.database))
        return next(named, self.rows[0]) if self.paper.register_source else self.rows[0]


def rows_of(procedure: Procedure, lists: Iterable[PaperList]) -> list[Row]:
    """Lists the rows about a procedure, and of a chain those about its parts; of an own variant (1.001612.GP) also
    those of the national code."""
    own = (procedure.code, *(link.procedure for link in procedure.chain))
    codes = dict.fromkeys(code for each in own for code in (each, ".".join(each.split(".")[:2])))
    return [
        Row(each, listed)
        for each in lists
        if each.concerns(procedure)
        for code in codes
        for listed in each.by_procedure.get(code, ())
    ]


def replaced(procedure: Procedure, rows: Iterable[Row]) -> list[Replaced]:
    """Lists the papers of a procedure that are papers of these rows."""
    known = list(rows)
    found = (
        Replaced(position, paper, tuple(row for row in known if row.listed.is_named(paper)))
        for position, paper in enumerate(procedure.papers)
    )
    return [each for each in found if each.rows]
