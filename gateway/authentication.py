"""Authentication: who is calling, whether they may, and how often."""

from flask import request

from gateway import middleware
from gateway.state import state
from services.common import security_log
from services.common.access import Access
from services.common.context import Caller, Trace
from services.common.errors import Unauthenticated


def trace_of(case_ref: str) -> Trace:
    """Returns the ids of the request, with the case in its address when that is a case number and not just anything
    typed."""
    ids = middleware.ids()
    if not security_log.is_identifier(case_ref):
        return ids
    return Trace(ids.request_id, ids.traceparent, case_ref)


def authenticate(access: Access) -> Caller | None:
    """Authenticates the caller; None where that does not matter. A call with a bad token counts for its address.

    Raises:
        Unauthenticated, RateLimited.
    """
    try:
        return None if access.anonymous else _caller()
    except Unauthenticated:
        state().limiter.take(request.remote_addr or "")
        raise


def admit(who: Caller | None, access: Access, *, counted: bool = True) -> None:
    """Lets the request pass once rate (where it is `counted`) and rule allow it: RateLimited, PermissionDenied."""
    if counted:
        state().limiter.take(who.subject if who else request.remote_addr or "")
    access.check(who)


def _caller() -> Caller:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthenticated
    return state().tokens.verify(token)
