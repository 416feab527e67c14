"""The population and business registers: what may be asked of them and what they answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pydantic import BaseModel

from services.identity.register_calls import Call, Connection, Errand


@dataclass(frozen=True, slots=True)
class Verification:
    """Whether the register knows the number, and which declared facts agree."""

    found: bool
    matches: Mapping[str, bool]


class Firm(BaseModel):
    """An entry of the business register; status is active, suspended or dissolved."""

    tax_code: str
    name: str
    address: str = ""
    representative: str = ""
    status: str


class _VerifyAnswer(BaseModel):
    found: bool
    matches: dict[str, bool]


class _Person(BaseModel):
    """Texts by field name; other fields than these are dropped."""

    personal_number: str = ""
    full_name: str = ""
    birth_date: date | None = None
    sex: str = ""
    nationality: str = ""
    ethnicity: str = ""
    permanent_residence: str = ""
    current_residence: str = ""
    phone: str = ""
    email: str = ""


class _PersonAnswer(BaseModel):
    person: _Person


class _FirmAnswer(BaseModel):
    firm: Firm


class Population:
    """The population register (CSDLQG về dân cư)."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def verify(self, errand: Errand, number: str, declared: Mapping[str, str]) -> Call[Verification]:
        def read(content: bytes) -> Verification:
            answer = _VerifyAnswer.model_validate_json(content)
            return Verification(answer.found, {name: answer.matches.get(name, False) for name in declared})

        asked = {"personal_number": number, "declared": dict(declared)}
        return Call(self._connection, "/registers/population/verify", errand, asked, read)

    def fetch(self, errand: Errand, number: str, fields: Sequence[str]) -> Call[dict[str, str]]:
        """Asks for named fields; the answer holds those of them the register holds, and no other."""

        def read(content: bytes) -> dict[str, str]:
            person = _PersonAnswer.model_validate_json(content).person
            return {name: str(value) for name in fields if (value := getattr(person, name))}

        asked = {"personal_number": number, "fields": list(fields)}
        return Call(self._connection, "/registers/population/fetch", errand, asked, read)


class Business:
    """The business register."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def fetch(self, errand: Errand, tax_code: str) -> Call[Firm]:
        def read(content: bytes) -> Firm:
            return _FirmAnswer.model_validate_json(content).firm

        return Call(self._connection, "/registers/business/fetch", errand, {"tax_code": tax_code}, read)


@dataclass(frozen=True, slots=True)
class Registers:
    """Both registers, and the agency we ask as when a citizen asks for themselves."""

    population: Population
    business: Business
    agency: str
