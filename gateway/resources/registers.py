"""Questions to the population and business registers, each for a stated purpose and case."""

from onestop.identity.v1 import identity_service_pb2 as pb

from gateway.routing import Resource
from gateway.shapes.registers import (
    FirmJson,
    FirmLookUp,
    PersonJson,
    PersonLookUp,
    PersonVerification,
    VerificationJson,
    firm,
    person,
    verification,
)
from gateway.state import clients
from services.common.access import CITIZEN, CLERK, OFFICER, roles

resource = Resource("registers", "Cơ sở dữ liệu · Registers")


@resource.operation(
    "POST",
    "/persons/verify",
    access=roles(CITIZEN, CLERK, OFFICER),
    summary="Đối chiếu thông tin cá nhân · Verify a person",
    body=PersonVerification,
    returns=VerificationJson,
)
def verify_person(body: PersonVerification) -> VerificationJson:
    """Says which of the given facts agree with the population register; discloses nothing. A worker may verify whoever
    occurs in a case they handle, a citizen their own number only.
    """
    request = pb.VerifyPersonRequest(
        personal_number=body.personal_number,
        full_name=body.full_name,
        birth_date=body.birth_date,
        sex=body.sex,
        purpose=body.purpose.message(),
    )
    return verification(clients().identity.VerifyPerson(request))


@resource.operation(
    "POST",
    "/persons/look-up",
    access=roles(CLERK, OFFICER),
    summary="Tra cứu cá nhân · Look a person up",
    body=PersonLookUp,
    returns=PersonJson,
)
def look_up_person(body: PersonLookUp) -> PersonJson:
    """Fetches the named fields from the population register, of somebody who occurs in a case the caller handles; the
    person sees that it was done.
    """
    request = pb.LookUpPersonRequest(
        personal_number=body.personal_number, fields=body.fields, purpose=body.purpose.message()
    )
    return person(clients().identity.LookUpPerson(request).person)


@resource.operation(
    "POST",
    "/firms/look-up",
    access=roles(CLERK, OFFICER),
    summary="Tra cứu doanh nghiệp · Look a firm up",
    body=FirmLookUp,
    returns=FirmJson,
)
def look_up_firm(body: FirmLookUp) -> FirmJson:
    """Fetches a firm that occurs in a case the caller handles from the business register."""
    request = pb.LookUpFirmRequest(tax_code=body.tax_code, purpose=body.purpose.message())
    return firm(clients().identity.LookUpFirm(request).firm)
