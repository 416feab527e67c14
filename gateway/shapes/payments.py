"""Money as JSON."""

from typing import Annotated, Literal

from onestop.payments.v1 import payments_service_pb2 as pb
from pydantic import Field
from typing_extensions import TypedDict

from gateway.shapes.common import Bilingual, Timestamp, Vnd, bilingual
from gateway.shapes.requests import Body

_STATES = {
    pb.DueState.DUE_STATE_NONE: "none",
    pb.DueState.DUE_STATE_OPEN: "open",
    pb.DueState.DUE_STATE_PAID: "paid",
    pb.DueState.DUE_STATE_CANCELLED: "cancelled",
    pb.DueState.DUE_STATE_REFUND_OWED: "refund_owed",
    pb.DueState.DUE_STATE_REFUNDED: "refunded",
}


class PaymentStart(Body):
    """Which provider to pay through."""

    provider: Literal["vnpay"]


class Cash(Body):
    """Cash taken at the counter; must equal what is due."""

    amount: Annotated[int, Field(gt=0, le=10**12, description="Whole VND.")]


class DueItemJson(TypedDict):
    """One fee (phí) or levy (lệ phí)."""

    code: str
    name: Bilingual
    amount: Vnd


class PaymentJson(TypedDict):
    """One attempt to pay."""

    payment_id: str
    method: Annotated[str, Field(description="vnpay or cash.")]
    state: Annotated[str, Field(description="started, settled, failed, review or refunded.")]
    amount: Vnd
    transaction_ref: str
    at: Timestamp


class DuesJson(TypedDict):
    """Everything due for one case and how far it is paid."""

    case_ref: str
    items: list[DueItemJson]
    total: Vnd
    state: Annotated[str, Field(description="none, open, paid, cancelled, refund_owed or refunded.")]
    payments: list[PaymentJson]


class PaymentStartedJson(TypedDict):
    """Where the payer goes."""

    payment_id: str
    pay_url: str


class PaymentReturnJson(TypedDict):
    """What the provider's page said; display only, the provider's notice is what counts."""

    case_ref: str
    outcome: Annotated[str, Field(description="success, failed or unknown: what the browser brought back.")]
    standing: Annotated[
        str,
        Field(
            description="received, surplus, handed_back, confirming, review, cancelled, failed or unknown: by what is "
            "booked first."
        ),
    ]


def dues(message: pb.Dues) -> DuesJson:
    return {
        "case_ref": message.case_ref,
        "items": [
            {"code": one.code, "name": bilingual(one.name_vi, one.name_en), "amount": one.amount}
            for one in message.items
        ],
        "total": message.total,
        "state": _STATES[message.state],
        "payments": [_payment(one) for one in message.payments],
    }


def _payment(message: pb.Payment) -> PaymentJson:
    return {
        "payment_id": message.payment_id,
        "method": message.method,
        "state": message.state,
        "amount": message.amount,
        "transaction_ref": message.transaction_ref,
        "at": message.at,
    }
