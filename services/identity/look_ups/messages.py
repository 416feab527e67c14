"""A person, a firm and a purpose as protobuf."""

from collections.abc import Iterable, Mapping, Sequence

from onestop.common.v1.register_pb2 import RegisterAnswer
from onestop.identity.v1 import identity_service_pb2 as pb

from services.common.declared import numbers_of
from services.contracts.personal import REGISTER_FIELDS, SEXES
from services.identity.look_ups.domain import Purpose
from services.identity.look_ups.registers import Firm

_FIELDS = {name: pb.PersonField.Value(f"PERSON_FIELD_{name.upper()}") for name in REGISTER_FIELDS}
ANSWERS = numbers_of(RegisterAnswer.DESCRIPTOR)
"""Each answer of a register as messages hold it."""
_NAMES = {number: name for name, number in _FIELDS.items()}
_SEXES: Mapping[str, pb.Sex.ValueType] = {sex: pb.Sex.Value(f"SEX_{sex.upper()}") for sex in SEXES}
_SEX_WORDS = {number: sex for sex, number in _SEXES.items()}


def field_names(fields: Iterable[pb.PersonField.ValueType]) -> Sequence[str]:
    """Reads the register fields asked for; an unknown field is empty."""
    return [_NAMES.get(field, "") for field in fields]


def field_messages(names: Iterable[str]) -> Sequence[pb.PersonField.ValueType]:
    return [_FIELDS[name] for name in names]


def sex_of(sex: pb.Sex.ValueType) -> str:
    """Reads the sex declared; empty when it is not declared."""
    return _SEX_WORDS.get(sex, "")


def person_message(person: Mapping[str, str]) -> pb.Person:
    """Sets the fields the register gave, and no other."""
    texts = {name: value for name, value in person.items() if value and name != "sex"}
    return pb.Person(**texts, sex=_SEXES.get(person.get("sex", "")))


def purpose_of(purpose: pb.Purpose) -> Purpose:
    return Purpose.stated(purpose.text, purpose.case_reference, purpose.legal_basis)


def firm_message(firm: Firm) -> pb.Firm:
    return pb.Firm(
        tax_code=firm.tax_code,
        name=firm.name,
        address=firm.address,
        representative=firm.representative,
        status=firm.status,
    )
