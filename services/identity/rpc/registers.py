"""RegistersService over gRPC: every story answers for its own RPCs."""

from onestop.identity.v1.registers_service_pb2_grpc import RegistersServiceServicer
from onestop.identity.v1.registers_service_pb2_grpc import add_RegistersServiceServicer_to_server as add_to_server

from services.identity.look_ups.context import LookUpContext
from services.identity.prefilling import rpc as prefilling
from services.identity.without_case import rpc as without_case

__all__ = ["SERVICE", "Servicer", "add_to_server"]

SERVICE = "onestop.identity.v1.RegistersService"


class Servicer(prefilling.MethodsAtCounter, without_case.WithoutCaseMethods, RegistersServiceServicer):
    """Holds what the stories' methods need."""

    def __init__(self, ctx: LookUpContext) -> None:
        self._ctx = ctx
