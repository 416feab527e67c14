"""Pages for applicants without an account at hand: how far a case is, and what became of a payment."""

import re
from datetime import date

from flask import Response, request
from onestop.cases.v1 import cases_service_pb2 as cases_pb
from onestop.payments.v1 import payments_service_pb2 as payments_pb

from gateway.pages import page
from gateway.payment_words import TOLD
from gateway.routing import Resource
from gateway.state import clients
from gateway.transcoding.encode import titles
from services.common import limits
from services.common.access import PUBLIC
from services.common.declared import words_of
from services.common.errors import DeadlineExceeded, NotFound, Unavailable
from services.common.text import vnd

resource = Resource("tracking", "Theo dõi · Follow", prefix="")
RETURN_PATH = "/payments/vnpay/return"
_STATUS_NAMES = titles(cases_pb.CaseStatus.DESCRIPTOR)
_STANDINGS = words_of(payments_pb.PaymentStanding.DESCRIPTOR)
_STATUS = {"unknown": 400, "unread": 503}
_LOOKS = re.compile(r"&looks=([0-9]{1,3})$")


@resource.operation("GET", "/cases/<ref>", access=PUBLIC, summary="Tình trạng hồ sơ · How far a case is")
def show_case(ref: str) -> Response:
    """How far a case is, for whoever has its number; nothing about the person."""
    try:
        case = clients().cases.GetPublicStatus(cases_pb.GetPublicStatusRequest(ref=ref))
    except NotFound:
        return page("unknown_case.html", status=404)
    due = date.fromisoformat(case.due_date) if case.due_date else None
    return page("case.html", case=case, named=_STATUS_NAMES[case.status], due=due)


@resource.operation("GET", RETURN_PATH, access=PUBLIC, summary="Trở về từ VNPAY · Back from VNPAY")
def show_payment() -> Response:
    """Where the payer's browser comes back: what is known now. It changes nothing: the provider's notice counts.

    While that is awaited the page looks again by itself, ever less often, and then leaves it to the reader.
    """
    query, looks = _without_looks(request.query_string.decode("latin-1"))
    asked = payments_pb.ReadReturnRequest(provider=payments_pb.PROVIDER_VNPAY, query_string=query)
    try:
        returned = clients().payments.ReadReturn(asked)
        standing = _STANDINGS[returned.standing]
    except (Unavailable, DeadlineExceeded):  # whoever has just paid is not to pay again because we are slow
        returned, standing = payments_pb.ReadReturnResponse(), "unread"
    told = TOLD[standing]
    again = f"{RETURN_PATH}?{query}&looks={looks + 1}" if told.waits and looks < limits.RETURN_LOOKS else ""
    return page(
        "payment.html",
        status=_STATUS.get(standing, 200),
        told=told,
        returned=returned,
        amount=vnd(returned.amount),
        here=f"{RETURN_PATH}?{query}" if told.waits else "",
        again=again,
        after=int(limits.RETURN_LOOK_FIRST * 2**looks),
    )


def _without_looks(query: str) -> tuple[str, int]:
    """What the provider sent, and how often this page has looked."""
    counted = _LOOKS.search(query)
    return (query[: counted.start()], int(counted[1])) if counted else (query, 0)
