"""IdentityService over gRPC: every story answers for its own RPCs."""

from functools import partial

from onestop.identity.v1.identity_service_pb2_grpc import IdentityServiceServicer
from onestop.identity.v1.identity_service_pb2_grpc import add_IdentityServiceServicer_to_server as add_to_server

from services.identity.colleagues import rpc as colleagues
from services.identity.log_ins import rpc as log_ins
from services.identity.log_ins.passwords import Passwords
from services.identity.look_ups import rpc as look_ups
from services.identity.look_ups.context import LookUpContext
from services.identity.prefilling import rpc as prefilling
from services.identity.representing import rpc as representing
from services.identity.representing.usecases import with_firms
from services.identity.sessions import rpc as sessions
from services.identity.signing_keys import rpc as signing_keys

__all__ = ["SERVICE", "Servicer", "add_to_server"]

SERVICE = "onestop.identity.v1.IdentityService"


class Servicer(
    log_ins.LogInMethods,
    sessions.SessionMethods,
    signing_keys.SigningKeyMethods,
    colleagues.ColleagueMethods,
    look_ups.LookUpMethods,
    prefilling.PrefillingMethods,
    representing.RepresentingMethods,
    IdentityServiceServicer,
):
    """Holds what the stories' methods need."""

    def __init__(self, ctx: LookUpContext, passwords: Passwords) -> None:
        self._ctx = ctx
        self._database = ctx.database
        self._vault = ctx.vault
        self._passwords = passwords
        self._with_firms = partial(with_firms, ctx)
