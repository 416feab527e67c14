"""Who is calling, may they, and how often."""

import re

from flask import request

from gateway import edge
from gateway.state import state
from services.common.access import Access
from services.common.context import Caller, Trace
from services.common.errors import Unauthenticated

_CASE_REF = re.compile(r"[A-Za-z0-9.-]{1,64}")


def trace_of(case_ref: str) -> Trace:
    ids = edge.ids()
    if not _CASE_REF.fullmatch(case_ref):
        return ids
    return Trace(ids.request_id, ids.traceparent, case_ref)


def admit(access: Access) -> Caller | None:
    """The caller, once the rule and the rate allow the request.

    Raises:
        Unauthenticated, PermissionDenied, RateLimited.
    """
    limiter = state().limiter
    address = request.remote_addr or ""
    try:
        who = None if access.anonymous else _caller()
    except Unauthenticated:
        limiter.take(address)
        raise
    limiter.take(who.subject if who else address)
    access.check(who)
    return who


def _caller() -> Caller:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthenticated
    return state().tokens.verify(token)
