"""Reads over gRPC what is to be done to a case."""

from collections.abc import Callable, Mapping
from typing import Any

from onestop.cases.v1.decision_pb2 import Decision

from services.cases.core import actions
from services.cases.core.actions import Command, check_date
from services.cases.supplements.requests import read_pins
from services.common.declared import words_of
from services.common.events import uuid7

DECISIONS = words_of(Decision.DESCRIPTOR)

READ: Mapping[str, Callable[[Any], Command]] = {
    "accept": lambda asked: actions.Accept(asked.note),
    "request_supplement": lambda asked: actions.RequestSupplement(*_asking(asked)),
    "propose_supplement": lambda asked: actions.ProposeSupplement(*_asking(asked)),
    "approve_supplement": lambda asked: actions.ApproveSupplement(asked.note),
    "decline_supplement": lambda asked: actions.DeclineSupplement(asked.reason),
    "refuse": lambda asked: actions.Refuse(asked.reason),
    "consult": lambda asked: actions.Consult(
        str(uuid7()), asked.agency_code, asked.subject, asked.content, asked.due_date
    ),
    "forward": lambda asked: actions.Forward(asked.note, DECISIONS[asked.decision], asked.reason),
    "send_back": lambda asked: actions.SendBack(asked.reason, asked.step),
    "transfer": lambda asked: actions.Transfer(asked.reason, asked.unit),
    "verify": lambda asked: actions.Verify(asked.reason),
    "request_payment": lambda asked: actions.RequestPayment(tuple(asked.fees), asked.reason),
    "postpone": lambda asked: actions.Postpone(asked.reason, check_date("due_date", asked.due_date)),
    "stop": lambda asked: actions.Stop(asked.reason),
    "resume": lambda asked: actions.Resume(asked.reason),
    "decide": lambda asked: actions.Decide(DECISIONS[asked.decision], asked.reason),
    "return_result": lambda asked: actions.Return(asked.note),
    "reopen": lambda asked: actions.Reopen(asked.reason, asked.legal_ground, asked.days),
    "withdraw": lambda asked: actions.Withdraw(asked.reason),
    "reissue_paper": lambda asked: actions.ReissuePaper(asked.reason, asked.paper_id),
    "resend": lambda asked: actions.Resend(asked.note),
    "call_off": lambda asked: actions.CallOff(asked.reason),
    "hold": lambda asked: actions.Hold(asked.reason),
    "lift_hold": lambda asked: actions.LiftHold(asked.reason),
}
"""What becomes of each command of ActRequest that needs nothing but the case."""


def _asking(asked: Any) -> tuple[Any, ...]:
    return tuple(asked.items), asked.reason, read_pins(asked.pins), asked.legal_ground
