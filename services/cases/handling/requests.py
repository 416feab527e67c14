"""Reads over gRPC what is to be done to a case."""

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from typing import Any, get_args

from onestop.cases.v1 import returning_pb2
from onestop.cases.v1.decision_pb2 import Decision

from services.cases.core import actions
from services.cases.core.actions import COMMANDS, Command, check_date
from services.cases.core.domain.case_parts import Receiver
from services.cases.core.domain.catalogue_models import Authority
from services.cases.core.domain.result import Signatory
from services.cases.core.domain.transitions import Action
from services.cases.handling.domain.actions.returning import Return
from services.cases.handling.domain.results import GivenResult
from services.cases.supplements.requests import read_pins
from services.common import outside
from services.common.declared import words_of
from services.common.errors import FieldError, InvalidInput
from services.common.events import uuid7
from services.contracts.personal import identity_number

DECISIONS = words_of(Decision.DESCRIPTOR)
WAYS: Mapping[int, Any] = words_of(returning_pb2.ReturnWay.DESCRIPTOR)
CAPACITIES: Mapping[int, Any] = words_of(returning_pb2.ReceiverCapacity.DESCRIPTOR)
PROOFS = words_of(returning_pb2.IdentityProof.DESCRIPTOR)

READ: Mapping[str, Callable[[Any], Command]] = {
    "accept": lambda asked: actions.Accept(asked.note),
    "request_supplement": lambda asked: actions.RequestSupplement(*_asking(asked)),
    "propose_supplement": lambda asked: actions.ProposeSupplement(*_asking(asked)),
    "consult": lambda asked: actions.Consult(
        str(uuid7()), asked.agency_code, asked.subject, asked.content, asked.due_date
    ),
    "forward": lambda asked: actions.Forward(asked.note, DECISIONS[asked.decision], asked.reason),
    "request_payment": lambda asked: actions.RequestPayment(tuple(asked.fees), asked.reason),
    "postpone": lambda asked: actions.Postpone(asked.reason, check_date("due_date", asked.due_date)),
    "wait_on": lambda asked: actions.WaitOn(asked.reason, check_date("until", asked.until)),
    "close": lambda asked: actions.Close(because=asked.reason, legal_ground=asked.legal_ground),
}
"""How commands of ActRequest are read that are not, field by field, the command of the action of their name."""


def read(name: str, asked: Any) -> Command:
    """Reads a command that needs nothing but the case."""
    if (reader := READ.get(name)) is not None:
        return reader(asked)
    command = COMMANDS[Action(name)]
    return command(**{each.name: _plain(getattr(asked, each.name)) for each in fields(command)})


def _plain(value: Any) -> Any:
    """Returns a list as a command holds it."""
    return value if isinstance(value, str | bytes | int) else tuple(value)


def returned(asked: Any) -> Return:
    """Reads how a result goes back, and to whom."""
    number = outside.item_number(asked.tracking_number)
    return Return(asked.note, WAYS[asked.by], number, asked.carrier, read_receiver(asked))


def read_receiver(asked: Any) -> Receiver | None:
    """Reads who takes a result at the counter; None when nobody is named."""
    if not asked.HasField("receiver"):
        return None
    taken = asked.receiver
    return Receiver(
        taken.full_name,
        CAPACITIES[taken.capacity] or "applicant",
        PROOFS[taken.proof],
        identity_number(taken.proof_number),
        taken.authorisation,
        taken.authorisation_file,
    )


def read_signer(asked: Any, place: str = "/signer") -> Signatory | None:
    """Reads who signs; None when nobody is named."""
    signer, named = asked.signer, asked.HasField("signer")
    return Signatory(_authority(signer.authority, place), signer.position, signer.name) if named else None


def read_result(asked: Any) -> GivenResult | None:
    """Reads the result of a decision; None when there is none with it."""
    if not asked.HasField("result"):
        return None
    given = asked.result
    return GivenResult(
        file_id=given.file_id,
        facts=given.facts,
        number=given.number,
        issued_on=check_date("result/issued_on", given.issued_on) if given.issued_on else None,
        valid_until=check_date("result/valid_until", given.valid_until) if given.valid_until else None,
        signer=read_signer(given, "/result/signer"),
    )


def _authority(text: str, place: str) -> Authority:
    """Reads by what right somebody signs, with or without the dot it is written with."""
    written = text.strip().rstrip(".").upper()
    found: Authority | None = next((each for each in get_args(Authority) if each == written), None)
    if found is None:
        raise InvalidInput(fields=[replace(_NO_AUTHORITY, pointer=f"{place}/authority")])
    return found


_NO_AUTHORITY = FieldError(
    "/result/signer/authority",
    "enum",
    "Thẩm quyền ký là TM, KT, TL, TUQ hoặc Q; để trống nếu là người đứng đầu, ví dụ KT.",
    "Whoever signs does so as TM, KT, TL, TUQ or Q; leave it empty for the head, e.g. KT.",
)


def _asking(asked: Any) -> tuple[Any, ...]:
    return tuple(asked.items), asked.reason, read_pins(asked.pins), asked.legal_ground
