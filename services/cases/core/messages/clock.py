"""The clock and the fees in a case's message."""

import orjson
from onestop.cases.v1 import case_clock_pb2
from onestop.cases.v1 import cases_service_pb2 as pb
from onestop.common.v1.text_pb2 import Text

from services.cases.calendar.domain import BilingualText
from services.cases.core.domain.case import Case
from services.cases.core.domain.case_rules import CaseRules
from services.cases.core.domain.procedure import Procedure
from services.cases.core.domain.procedure_parts import DueFee
from services.cases.deadlines.domain.forecast import Forecast, Forecasts
from services.common.declared import numbers_of
from services.common.moments import timestamp

_KINDS = numbers_of(case_clock_pb2.SpanKind.DESCRIPTOR)
_DUE = numbers_of(case_clock_pb2.FeeDue.DESCRIPTOR)
_STATES = numbers_of(case_clock_pb2.CaseFeeState.DESCRIPTOR)


def add_clock(
    message: pb.Case, case: Case, rules: CaseRules, told: list[BilingualText], forecast: Forecast | None
) -> pb.Case:
    """Adds to the message the law its clock runs by, its explanation and its costs."""
    message.rules.id = rules.rule_set.id
    message.rules.name.vi, message.rules.name.en = rules.rule_set.name_vi, rules.rule_set.name_en
    message.explanation.extend(Text(vi=line.vi, en=line.en) for line in told)
    message.spans.extend(_span(line) for line in told if line.start is not None)
    message.fees.extend(_fee(fee, case) for fee in case.fees)
    if forecast is not None:
        message.forecast.median_date = forecast.median_date.isoformat()
        message.forecast.p90_date = forecast.p90_date.isoformat()
        message.forecast.cases = forecast.cases
    return message


def procedure_json(procedure: Procedure, forecasts: Forecasts) -> bytes:
    """Returns the procedure as its file says, and how long its cases usually take, here and there."""
    usual, there = forecasts.usual(procedure.code), forecasts.by_agency(procedure.code)
    return orjson.dumps({**procedure.model_dump(mode="json"), "usual": usual, "usual_by_agency": there})


def _span(line: BilingualText) -> case_clock_pb2.Span:
    return case_clock_pb2.Span(
        kind=_KINDS[line.kind],
        start=timestamp(line.start),
        end=timestamp(line.end),
        text=Text(vi=line.vi, en=line.en),
    )


def _fee(fee: DueFee, case: Case) -> case_clock_pb2.CaseFee:
    """Returns the state of a fee; a fee stored before fees had states of their own is paid when all are."""
    paid = fee.state == "open" and case.fee_state == "paid"
    return case_clock_pb2.CaseFee(
        code=fee.code,
        name=Text(vi=fee.name_vi, en=fee.name_en),
        amount=fee.amount,
        legal_basis=fee.legal_basis,
        due=_DUE[fee.due],
        state=_STATES["paid" if paid else fee.state],
    )
