"""Originals shown at the counter, and how a result went back, as protobuf."""

from onestop.cases.v1 import cases_service_pb2 as pb
from onestop.cases.v1 import returning_pb2

from services.cases.core.domain.case_parts import Original, ResultReturn
from services.common.declared import numbers_of
from services.common.moments import read_timestamp

RETURN_WAYS = numbers_of(returning_pb2.ReturnWay.DESCRIPTOR)
_CAPACITIES = numbers_of(returning_pb2.ReceiverCapacity.DESCRIPTOR)
_PROOFS = numbers_of(returning_pb2.IdentityProof.DESCRIPTOR)


def original_message(original: Original) -> pb.Original:
    return pb.Original(
        paper=original.paper,
        name=original.name,
        at=read_timestamp(original.at),
        kept=original.kept,
        handed_back_at=read_timestamp(original.handed_back_at),
        handed_back_by=original.handed_back_by,
        handed_back_to=original.handed_back_to,
    )


def return_message(returned: ResultReturn) -> returning_pb2.ResultReturn:
    message = returning_pb2.ResultReturn(
        by=RETURN_WAYS[returned.by],
        tracking_number=returned.tracking_number,
        carrier=returned.carrier,
        returned_by=returned.returned_by,
    )
    if (receiver := returned.receiver) is not None:
        message.receiver.full_name = receiver.full_name
        message.receiver.capacity = _CAPACITIES[receiver.capacity]
        message.receiver.proof = _PROOFS[receiver.proof]
        message.receiver.proof_number = receiver.proof_number
        message.receiver.authorisation = receiver.authorisation
        message.receiver.authorisation_file = receiver.authorisation_file
    return message
