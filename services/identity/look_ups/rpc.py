"""Look-ups over gRPC."""

from datetime import UTC, datetime

import grpc
from onestop.common.v1.text_pb2 import Text
from onestop.identity.v1 import identity_service_pb2 as pb

from services.common.context import caller
from services.common.moments import timestamp
from services.identity.look_ups import usecases
from services.identity.look_ups.context import LookUpContext
from services.identity.look_ups.domain import LookUp, Operation, declared_facts
from services.identity.look_ups.messages import (
    ANSWERS,
    field_names,
    firm_message,
    person_message,
    purpose_of,
    sex_of,
)

_OPERATIONS = {str(each): pb.LookUpOperation.Value(f"LOOK_UP_OPERATION_{each.upper()}") for each in Operation}


class LookUpMethods:
    """The methods of IdentityService about look-ups."""

    _ctx: LookUpContext

    def VerifyPerson(self, request: pb.VerifyPersonRequest, context: grpc.ServicerContext) -> pb.VerifyPersonResponse:
        verified = usecases.verify_person(
            self._ctx,
            caller(),
            number=request.personal_number,
            declared=declared_facts(request.full_name, request.birth_date, sex_of(request.sex)),
            purpose=purpose_of(request.purpose),
            now=datetime.now(UTC),
        )
        return pb.VerifyPersonResponse(
            answer=ANSWERS[verified.verification.answer],
            facts={name: ANSWERS[said] for name, said in verified.verification.facts.items()},
            warnings=[pb.Warning(code=doubt.code, message=Text(vi=doubt.vi, en=doubt.en)) for doubt in verified.doubts],
        )

    def LookUpPerson(self, request: pb.LookUpPersonRequest, context: grpc.ServicerContext) -> pb.LookUpPersonResponse:
        person = usecases.look_up_person(
            self._ctx,
            caller(),
            number=request.personal_number,
            fields=field_names(request.fields),
            purpose=purpose_of(request.purpose),
            now=datetime.now(UTC),
        )
        return pb.LookUpPersonResponse(person=person_message(person))

    def LookUpFirm(self, request: pb.LookUpFirmRequest, context: grpc.ServicerContext) -> pb.LookUpFirmResponse:
        firm = usecases.look_up_firm(
            self._ctx, caller(), tax_code=request.tax_code, purpose=purpose_of(request.purpose), now=datetime.now(UTC)
        )
        return pb.LookUpFirmResponse(firm=firm_message(firm))

    def ListLookUps(self, request: pb.ListLookUpsRequest, context: grpc.ServicerContext) -> pb.ListLookUpsResponse:
        page, next_token = usecases.list_look_ups(
            self._ctx, caller(), page_token=request.page_token, page_size=request.page_size
        )
        return pb.ListLookUpsResponse(look_ups=[_look_up(entry) for entry in page], next_page_token=next_token)


def _look_up(entry: LookUp) -> pb.LookUp:
    return pb.LookUp(
        look_up_id=entry.look_up_id,
        at=timestamp(entry.at),
        register=entry.register,
        operation=_OPERATIONS[entry.operation],
        actor=entry.actor,
        subject_masked=entry.subject_masked,
        purpose=entry.purpose.text,
        case_reference=entry.purpose.case_reference,
        legal_basis=entry.purpose.legal_basis,
        answer=ANSWERS[entry.answer],
        fields=entry.fields,
    )
