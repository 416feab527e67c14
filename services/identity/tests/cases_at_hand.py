"""Stands for cases: which numbers occur in which case, and who handles it; in the process, or over gRPC."""
# ruff: noqa: N802, ARG002  # methods and parameters are named by the protos

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import grpc
import orjson
from onestop.cases.v1 import cases_service_pb2, cases_service_pb2_grpc, look_ups_service_pb2, look_ups_service_pb2_grpc

from services.common.channels import PROBLEM_KEY
from services.common.errors import NotFound, OnestopError, PermissionDenied
from services.common.rpc_errors import status_of, to_problem

REF = "H29.001.00-261102-0001"
INVOLVED = frozenset(
    {
        "079301000019",
        "001090000001",
        "790090000099",
        "079180000123",
        "079095000077",
        "0314409058-002",
        "0314409058-003",
        "0314409058",
        "0100112437",
        "0100233488",
    }
)
PROCEDURE = {
    "code": "3.000347",
    "agencies": ["G01.029.00"],
    "legal_basis": ["Luật Cư trú 2020, Điều 21"],
    "prefill": {"owner": "full_name", "sex": "sex", "licence": "driving_licence.number"},
    "papers": [],
}


class NumberNotInCase(PermissionDenied):
    """The number occurs nowhere in the case."""

    code = "number-not-in-case"


@dataclass
class CasesAtHand:
    """One case everybody handles, and one procedure."""

    involved: dict[str, frozenset[str]] = field(default_factory=lambda: {REF: INVOLVED})
    asked: list[tuple[str, str]] = field(default_factory=list)

    def check_involved(self, ref: str, number: str) -> str:
        self.asked.append((ref, number))
        if ref not in self.involved:
            raise NotFound
        if number not in self.involved[ref]:
            raise NumberNotInCase
        return ref

    def procedure(self, code: str) -> Mapping[str, Any]:
        if code != PROCEDURE["code"]:
            raise NotFound
        return PROCEDURE

    @contextmanager
    def over_grpc(self) -> Iterator[str]:
        """Its address while it answers."""
        server = grpc.server(ThreadPoolExecutor(4))
        look_ups_service_pb2_grpc.add_LookUpsServiceServicer_to_server(_LookUps(self), server)
        cases_service_pb2_grpc.add_CasesServiceServicer_to_server(_Cases(self), server)  # type: ignore[abstract]
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        yield f"127.0.0.1:{port}"
        server.stop(None).wait()


class _LookUps(look_ups_service_pb2_grpc.LookUpsServiceServicer):
    def __init__(self, cases: CasesAtHand) -> None:
        self.cases = cases

    def CheckInvolvement(self, request: Any, context: grpc.ServicerContext) -> Any:
        try:
            ref = self.cases.check_involved(request.ref, request.number)
        except OnestopError as error:
            context.set_trailing_metadata(((PROBLEM_KEY, to_problem(error).SerializeToString()),))
            context.abort(status_of(error), error.message_en)
        return look_ups_service_pb2.CheckInvolvementResponse(ref=ref)


class _Cases(cases_service_pb2_grpc.CasesServiceServicer):
    def __init__(self, cases: CasesAtHand) -> None:
        self.cases = cases

    def GetProcedure(self, request: Any, context: grpc.ServicerContext) -> Any:
        procedure = orjson.dumps(self.cases.procedure(request.code))
        return cases_service_pb2.GetProcedureResponse(procedure=procedure)
