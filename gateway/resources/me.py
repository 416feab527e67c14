"""The caller's own account, and who looked the caller up."""

from onestop.identity.v1 import identity_service_pb2 as pb

from gateway.routing import Resource
from gateway.shapes.auth import AccountJson, account
from gateway.shapes.registers import LookUpPageJson, look_up_page
from gateway.shapes.requests import Paging
from gateway.state import clients
from services.common.access import AUTHENTICATED

resource = Resource("me", "Tài khoản · Own account")


@resource.operation("GET", "/me", access=AUTHENTICATED, summary="Tài khoản của tôi · My account", returns=AccountJson)
def read_me() -> AccountJson:
    """The account logged in."""
    return account(clients().identity.GetMe(pb.GetMeRequest()).account)


@resource.operation(
    "GET",
    "/me/look-ups",
    access=AUTHENTICATED,
    summary="Ai đã tra cứu tôi · Who looked me up",
    query=Paging,
    returns=LookUpPageJson,
)
def list_look_ups(query: Paging) -> LookUpPageJson:
    """Every access to a register about the caller, newest first; an administrator sees all."""
    request = pb.ListLookUpsRequest(page_token=query.page_token, page_size=query.page_size)
    return look_up_page(clients().identity.ListLookUps(request))
