"""Forms over gRPC."""

from datetime import UTC, datetime

import grpc
from onestop.identity.v1 import identity_service_pb2 as pb
from onestop.identity.v1 import registers_service_pb2 as registers_pb

from services.common.context import caller
from services.identity.look_ups.context import LookUpContext
from services.identity.look_ups.messages import ANSWERS, firm_message, purpose_of
from services.identity.look_ups.registers import PaperEntry
from services.identity.prefilling import usecases
from services.identity.prefilling.usecases import Wanted


class PrefillingMethods:
    """The methods of IdentityService about forms."""

    _ctx: LookUpContext

    def Prefill(self, request: pb.PrefillRequest, context: grpc.ServicerContext) -> pb.PrefillResponse:
        wanted = Wanted(
            request.code,
            {field.form_field: field.register_field for field in request.fields},
            {paper.paper: paper.register for paper in request.papers},
            request.firm,
        )
        filled = usecases.prefill_form(self._ctx, caller(), wanted, purpose_of(request.purpose), datetime.now(UTC))
        papers = [_confirmed(code, wanted.papers[code], entry) for code, entry in filled.papers.items()]
        firm = firm_message(filled.firm) if filled.firm else None
        answers = [
            pb.PaperAnswer(paper=code, register=wanted.papers[code], answer=ANSWERS[said])
            for code, said in filled.answers.items()
        ]
        return pb.PrefillResponse(
            values=filled.values,
            papers=papers,
            receipt=filled.receipt,
            firm=firm,
            answers=answers,
            representation=ANSWERS[filled.representation or ""],
        )


def _confirmed(code: str, register: str, entry: PaperEntry) -> pb.ConfirmedPaper:
    return pb.ConfirmedPaper(
        paper=code,
        register=register,
        number=entry.number,
        issuer=entry.issuer,
        issued_on=entry.issued_on.isoformat() if entry.issued_on else "",
        expires_on=entry.expires_on.isoformat() if entry.expires_on else "",
    )


class MethodsAtCounter:
    """The methods of RegistersService about forms."""

    _ctx: LookUpContext

    def PrefillAtCounter(
        self, request: registers_pb.PrefillAtCounterRequest, context: grpc.ServicerContext
    ) -> registers_pb.PrefillAtCounterResponse:
        filled = usecases.prefill_at_counter(
            self._ctx,
            caller(),
            number=request.personal_number,
            procedure_code=request.code,
            reason=request.purpose,
            now=datetime.now(UTC),
        )
        return registers_pb.PrefillAtCounterResponse(values=filled.values, receipt=filled.receipt)
