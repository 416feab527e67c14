"""A case as whoever asks may see it."""

from onestop.cases.v1 import cases_service_pb2 as pb

from services.cases.core.messages import cases as messages
from services.cases.core.messages.clock import add_clock
from services.cases.core.messages.people import acting_message, filer_message
from services.cases.core.visibility import CaseView


def shown(seen: CaseView) -> pb.Case:
    message = messages.case_message(seen.case, seen.form, seen.rules, seen.allowed_actions)
    if seen.handled and seen.case.filer is not None:
        message.filer.CopyFrom(filer_message(seen.case.filer))
    message.acting.extend(acting_message(each, handled=seen.handled) for each in seen.case.acting)
    return add_clock(message, seen.case, seen.rules, seen.told, seen.forecast)
