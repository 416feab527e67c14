"""The questions identity asks of cases, with the caller's own token: whose business a look-up is, and what a form
needs."""

from collections.abc import Mapping
from typing import Any, Protocol

import grpc
import orjson
from onestop.cases.v1 import cases_service_pb2, cases_service_pb2_grpc, look_ups_service_pb2, look_ups_service_pb2_grpc

from services.common.outside import case_number


class Cases(Protocol):
    """Cases, as the caller may ask it."""

    def check_involved(self, ref: str, number: str) -> str:
        """Returns the case number as stored; raises NotFound or PermissionDenied when it is not the caller's
        business."""

    def procedure(self, code: str) -> Mapping[str, Any]:
        """Returns the procedure in force today; raises NotFound."""


class CasesOverGrpc:
    """Cases over gRPC: without its answer nobody is looked up."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._look_ups = look_ups_service_pb2_grpc.LookUpsServiceStub(channel)
        self._cases = cases_service_pb2_grpc.CasesServiceStub(channel)

    def check_involved(self, ref: str, number: str) -> str:
        question = look_ups_service_pb2.CheckInvolvementRequest(ref=case_number(ref), number=number)
        stored: str = self._look_ups.CheckInvolvement(question).ref
        return stored

    def procedure(self, code: str) -> Mapping[str, Any]:
        answer = self._cases.GetProcedure(cases_service_pb2.GetProcedureRequest(code=code))
        procedure: Mapping[str, Any] = orjson.loads(answer.procedure)
        return procedure
