"""A firm and a purpose as protobuf."""

from onestop.identity.v1 import identity_service_pb2 as pb

from services.identity.look_ups.domain import Purpose
from services.identity.look_ups.registers import Firm


def purpose_of(purpose: pb.Purpose) -> Purpose:
    return Purpose.stated(purpose.text, purpose.case_reference, purpose.legal_basis)


def firm_message(firm: Firm) -> pb.Firm:
    return pb.Firm(
        tax_code=firm.tax_code,
        name=firm.name,
        address=firm.address,
        representative=firm.representative,
        status=firm.status,
    )
