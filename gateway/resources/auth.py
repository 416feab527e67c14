"""Logging in, and setting a password with a code, which tell identity from where."""

from flask import request as request_
from onestop.identity.v1 import accounts_service_pb2 as accounts_pb
from onestop.identity.v1 import identity_service_pb2 as pb

from gateway.state import clients
from gateway.transcoding.routes import by_hand
from services.common import limits
from services.common.channels import CLIENT_ADDRESS_KEY, CLIENT_DEVICE_KEY


@by_hand("onestop.identity.v1.IdentityService.LogIn")
def log_in(request: pb.LogInRequest) -> pb.LogInResponse:
    """Passes on the address that wrong passwords are counted by, and the device the session is listed under."""
    metadata = (_seen_at(), (CLIENT_DEVICE_KEY, _device()))
    answer: pb.LogInResponse = clients().identity.LogIn(request, metadata=metadata)
    return answer


def _device() -> str:
    """Returns what the client says of itself, as metadata of gRPC may hold it: printable ASCII."""
    said = request_.user_agent.string[: limits.DEVICE_LENGTH]
    return "".join(each if " " <= each <= "~" else "?" for each in said).strip()


@by_hand("onestop.identity.v1.AccountsService.SetPassword")
def set_password(request: accounts_pb.SetPasswordRequest) -> accounts_pb.SetPasswordResponse:
    """Passes on the address that wrong codes are counted by."""
    answer: accounts_pb.SetPasswordResponse = clients().accounts.SetPassword(request, metadata=(_seen_at(),))
    return answer


def _seen_at() -> tuple[str, str]:
    return (CLIENT_ADDRESS_KEY, request_.remote_addr or "")
