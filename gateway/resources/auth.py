"""Logging in, which tells identity from where."""

from flask import request as request_
from onestop.identity.v1 import identity_service_pb2 as pb

from gateway.state import clients
from gateway.transcoding.routes import by_hand
from services.common.channels import CLIENT_ADDRESS_KEY


@by_hand("onestop.identity.v1.IdentityService.LogIn")
def log_in(request: pb.LogInRequest) -> pb.LogInResponse:
    """Passes on the address that wrong passwords are counted by."""
    seen_at = (CLIENT_ADDRESS_KEY, request_.remote_addr or "")
    answer: pb.LogInResponse = clients().identity.LogIn(request, metadata=(seen_at,))
    return answer
