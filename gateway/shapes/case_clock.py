"""The time of a case and its fees as JSON."""

from typing import Annotated

from onestop.cases.v1.case_clock_pb2 import CaseFee, Forecast, Span
from pydantic import Field
from typing_extensions import TypedDict

from gateway.shapes.common import Bilingual, Day, Timestamp, Vnd, bilingual


class SpanJson(TypedDict):
    """A stretch of a case's time; each begins where the one before it ends."""

    kind: Annotated[str, Field(description="counted, not_counted, suspended, waiting or overdue.")]
    start: Timestamp
    end: Annotated[str, Field(description="The first moment after it, RFC 3339; empty when it goes on.")]
    text: Bilingual


class CaseFeeJson(TypedDict):
    """A fee (phí) or levy (lệ phí) of a case."""

    code: str
    name: Bilingual
    amount: Vnd
    legal_basis: str
    due: Annotated[str, Field(description="When it falls due: intake, supplement, handling or return.")]
    state: Annotated[str, Field(description="later, open, paid or refunded.")]


class ForecastJson(TypedDict):
    """By when a case is likely to be decided, by what became of others of its procedure."""

    median_date: Annotated[Day, Field(description="Half of the others were decided by then.")]
    p90_date: Annotated[Day, Field(description="Nine in ten were.")]
    cases: Annotated[int, Field(description="How many others, decided within the last year.")]


def span(message: Span) -> SpanJson:
    return {
        "kind": message.kind,
        "start": message.start,
        "end": message.end,
        "text": bilingual(message.vi, message.en),
    }


def fee(message: CaseFee) -> CaseFeeJson:
    return {
        "code": message.code,
        "name": bilingual(message.name_vi, message.name_en),
        "amount": message.amount,
        "legal_basis": message.legal_basis,
        "due": message.due,
        "state": message.state,
    }


def forecast(message: Forecast) -> ForecastJson:
    return {"median_date": message.median_date, "p90_date": message.p90_date, "cases": message.cases}
