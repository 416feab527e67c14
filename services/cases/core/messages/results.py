"""The result itself as protobuf."""

from onestop.cases.v1 import cases_service_pb2 as pb
from onestop.cases.v1.decision_pb2 import Signatory

from services.cases.core.domain.result import Result, day_text


def result_message(result: Result) -> pb.CaseResult:
    return pb.CaseResult(
        number=result.number,
        issued_on=day_text(result.issued_on),
        valid_until=day_text(result.valid_until),
        signer=Signatory(authority=result.signer.authority, position=result.signer.position, name=result.signer.name),
    )
