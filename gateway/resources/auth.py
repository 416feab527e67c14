"""Sessions: log in, refresh, log out."""

from flask import Response
from flask import request as request_
from onestop.identity.v1 import identity_service_pb2 as pb

from gateway.routing import Resource
from gateway.shapes.auth import LogIn, Refresh, TokenPairJson, token_pair
from gateway.state import clients
from services.common.access import AUTHENTICATED, PUBLIC
from services.common.channels import CLIENT_ADDRESS_KEY

resource = Resource("auth", "Đăng nhập · Sessions")


@resource.operation(
    "POST", "/auth/login", access=PUBLIC, summary="Đăng nhập · Log in", body=LogIn, returns=TokenPairJson
)
def log_in(body: LogIn) -> TokenPairJson:
    """Opens a session. The access token lives at most 15 minutes; refresh it with the refresh token.

    Wrong passwords are counted by account and address; who tried too many is told how long to wait (429).
    """
    request = pb.LogInRequest(username=body.username, password=body.password)
    seen_at = (CLIENT_ADDRESS_KEY, request_.remote_addr or "")
    return token_pair(clients().identity.LogIn(request, metadata=(seen_at,)).tokens)


@resource.operation(
    "POST", "/auth/refresh", access=PUBLIC, summary="Làm mới phiên · Refresh", body=Refresh, returns=TokenPairJson
)
def refresh(body: Refresh) -> TokenPairJson:
    """Gives a new pair of tokens. A refresh token works once; used twice it ends the whole session."""
    request = pb.RefreshSessionRequest(refresh_token=body.refresh_token)
    return token_pair(clients().identity.RefreshSession(request).tokens)


@resource.operation("POST", "/auth/logout", access=AUTHENTICATED, summary="Đăng xuất · Log out", status=204)
def log_out() -> Response:
    """Ends the caller's session."""
    clients().identity.LogOut(pb.LogOutRequest())
    return Response(status=204)
