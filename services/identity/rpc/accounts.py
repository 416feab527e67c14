"""AccountsService over gRPC."""

from onestop.identity.v1.accounts_service_pb2_grpc import AccountsServiceServicer
from onestop.identity.v1.accounts_service_pb2_grpc import add_AccountsServiceServicer_to_server as add_to_server

from services.identity.log_ins.passwords import Passwords
from services.identity.look_ups.context import LookUpContext
from services.identity.staff import rpc as staff

__all__ = ["SERVICE", "Servicer", "add_to_server"]

SERVICE = "onestop.identity.v1.AccountsService"


class Servicer(staff.StaffMethods, staff.PasswordMethods, AccountsServiceServicer):
    """Holds what the story's methods need."""

    def __init__(self, ctx: LookUpContext, passwords: Passwords) -> None:
        self._database = ctx.database
        self._vault = ctx.vault
        self._passwords = passwords
