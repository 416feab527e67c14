"""The population and business registers: what may be asked of them and what they answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import structlog
from pydantic import BaseModel, ConfigDict, model_validator

from services.common.outside import one_line
from services.common.outside import tax_code as written_tax_code
from services.contracts.answers import RegisterAnswer, together
from services.contracts.personal import PERSONAL_NUMBER, identity_number
from services.identity.look_ups.register_calls import Call, Connection, Errand, RegisterUnavailable
from services.identity.look_ups.register_fields import Lenient, person_field, readable_day

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Verification:
    """The answer of the register about a person, and about each fact declared of them."""

    answer: RegisterAnswer
    facts: Mapping[str, RegisterAnswer]


_STATUSES = frozenset({"active", "suspended", "dissolved"})


class Firm(BaseModel):
    """An entry of the business register; status is active, suspended or dissolved.

    `representative_number` is the personal number of whoever represents the firm by law; empty when not entered.
    """

    tax_code: str
    name: str
    address: Lenient = ""
    representative: Lenient = ""
    representative_number: Lenient = ""
    status: str

    def of_representative(self, number: str) -> RegisterAnswer:
        """Returns what the entry says of somebody as the firm's representative."""
        if self.status not in _STATUSES:
            return RegisterAnswer.INCONCLUSIVE
        if self.status != "active":
            return RegisterAnswer.MISMATCH
        if not self.representative_number or not number:
            return RegisterAnswer.INCONCLUSIVE
        named = identity_number(self.representative_number)
        return RegisterAnswer.MATCH if named == number else RegisterAnswer.MISMATCH


class _VerifyAnswer(BaseModel):
    answer: RegisterAnswer
    facts: dict[str, RegisterAnswer]


class _PersonAnswer(BaseModel):
    person: dict[str, Any]


class _FirmAnswer(BaseModel):
    firm: Firm


def _check_whose(answered: str, asked: str) -> None:
    """Raises RegisterUnavailable for an entry of somebody else than was asked about: nothing in it is of use."""
    if answered != asked:
        log.error("register answered about somebody else")
        raise RegisterUnavailable


class Population:
    """The population register (CSDLQG về dân cư)."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def verify(self, errand: Errand, number: str, declared: Mapping[str, str]) -> Call[Verification]:
        def read(content: bytes) -> Verification:
            said = _VerifyAnswer.model_validate_json(content)
            facts = {name: said.facts.get(name, RegisterAnswer.INCONCLUSIVE) for name in declared}
            matches = said.answer is RegisterAnswer.MATCH
            return Verification(together(facts.values()) if matches else said.answer, facts)

        asked = {"personal_number": number, "declared": dict(declared)}
        return Call(self._connection, "/registers/population/verify", errand, asked, read)

    def fetch(self, errand: Errand, number: str, fields: Sequence[str]) -> Call[dict[str, str]]:
        """Asks for named fields; the answer holds those of them the register holds, and no other."""

        def read(content: bytes) -> dict[str, str]:
            person = _PersonAnswer.model_validate_json(content).person
            found = {name: value for name in fields if (value := person_field(name, person.get(name)))}
            _check_whose(found.get(PERSONAL_NUMBER, number), number)
            return found

        asked = {"personal_number": number, "fields": list(fields)}
        return Call(self._connection, "/registers/population/fetch", errand, asked, read)


class Business:
    """The business register."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def fetch(self, errand: Errand, tax_code: str) -> Call[Firm]:
        def read(content: bytes) -> Firm:
            firm = _FirmAnswer.model_validate_json(content).firm
            _check_whose(written_tax_code(firm.tax_code), tax_code)
            return firm.model_copy(update={"tax_code": tax_code})  # written as everywhere here

        return Call(self._connection, "/registers/business/fetch", errand, {"tax_code": tax_code}, read)


class PaperEntry(BaseModel):
    """The entry of a register about a paper of a person; other facts than `number` and days are the register's own.

    A last day that cannot be read is `unclear`: then nobody can say that the paper is still good.
    """

    model_config = ConfigDict(extra="allow")

    number: str
    issuer: Lenient = ""
    issued_on: date | None = None
    expires_on: date | None = None
    unclear: bool = False

    @model_validator(mode="before")
    @classmethod
    def _readable(cls, entry: Any) -> Any:
        if not isinstance(entry, dict):
            return entry
        days = {name: readable_day(name, entry.get(name)) for name in ("issued_on", "expires_on")}
        return {**entry, **days, "unclear": bool(entry.get("expires_on")) and days["expires_on"] is None}

    def on(self, day: date) -> RegisterAnswer:
        """Returns what the entry says of the paper on a day: one that has expired is no match."""
        if self.unclear:
            return RegisterAnswer.INCONCLUSIVE
        good = self.expires_on is None or self.expires_on >= day
        return RegisterAnswer.MATCH if good else RegisterAnswer.MISMATCH

    def facts(self) -> dict[str, str]:
        """Returns texts by name, as a form may take them."""
        return {name: one_line(str(value)) for name, value in self if value and isinstance(value, str | date)}


class _PaperAnswer(BaseModel):
    paper: PaperEntry


class PaperRegister:
    """A register whose data replaces a paper, e.g. of driving licences; asked for one person's entry."""

    def __init__(self, connection: Connection, path: str) -> None:
        self._connection = connection
        self._path = path

    def fetch(self, errand: Errand, number: str) -> Call[PaperEntry]:
        def read(content: bytes) -> PaperEntry:
            return _PaperAnswer.model_validate_json(content).paper

        return Call(self._connection, f"/registers/{self._path}/fetch", errand, {"personal_number": number}, read)


PAPER_REGISTERS = {"driving_licence": "driving-licences", "health": "health-records"}
"""Code in the catalogue to path of the register."""


@dataclass(frozen=True, slots=True)
class Registers:
    """The registers, and the agency we ask as when a citizen asks for themselves; `papers` are those connected."""

    population: Population
    business: Business
    agency: str
    papers: Mapping[str, PaperRegister] = field(default_factory=dict)
