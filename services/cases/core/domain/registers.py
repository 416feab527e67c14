"""The registers (cơ sở dữ liệu) whose data takes the place of papers, and whom to ask to have them corrected."""

import re
from collections.abc import Iterable

from services.cases.calendar.domain import BilingualText
from services.cases.core.domain.catalogue_models import CatalogueModel, PaperText, Text
from services.common.text import fold

_OF_ANY = re.compile(r"\b(?:csdl(?:qg)?|co so du lieu|quoc gia|dien tu|ve)\b")
"""What names of databases have in common, and their abbreviations; it tells none from another."""


class Register(CatalogueModel):
    """A register as registers.yaml has it: its names, who owns it, and where somebody has wrong data corrected."""

    code: Text
    name_vi: PaperText
    name_en: Text
    owner_vi: PaperText
    owner_en: Text
    correct_at_vi: PaperText
    correct_at_en: Text

    @property
    def name(self) -> BilingualText:
        return BilingualText(self.name_vi, self.name_en)

    @property
    def correct_at(self) -> BilingualText:
        return BilingualText(self.correct_at_vi, self.correct_at_en)


def register_named(registers: Iterable[Register], name: str) -> Register | None:
    """Finds a register by its code or by one of its names; None for any other text."""
    if not name.strip():
        return None
    known = list(registers)
    by_code = (each for each in known if each.code == name)
    by_name = (each for each in known if same_database(each.name_vi, name) or each.name_en == name)
    return next(by_code, None) or next(by_name, None)


def same_database(one: str, other: str) -> bool:
    """Returns whether two names are of one database, as far as names tell: whole words, and not only what all share."""
    first, second = _database(one), _database(other)
    return bool(first and second) and (f" {first} " in f" {second} " or f" {second} " in f" {first} ")


def plain(text: str) -> str:
    """Returns a text as names are compared: without accents, case and punctuation."""
    return " ".join(re.findall(r"\w+", fold(text)))


def _database(name: str) -> str:
    return " ".join(_OF_ANY.sub(" ", plain(name)).split())
