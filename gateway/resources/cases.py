"""Filing a case."""

from onestop.cases.v1 import cases_service_pb2 as pb

from gateway import parsing
from gateway.state import clients
from gateway.transcoding.routes import by_hand
from services.common import limits
from services.contracts.application import Application


@by_hand("onestop.cases.v1.CasesService.SubmitCase", takes=parsing.JSON, schema=Application, also=(200,))
def submit_case(request: pb.SubmitCaseRequest) -> tuple[pb.SubmitCaseResponse, int]:
    """The application goes on byte for byte, since a signature is over these; what was filed before answers 200."""
    request.application = parsing.raw_body(parsing.JSON, limits.JSON_BODY_BYTES)
    answer = clients().cases.SubmitCase(request)
    return answer, 200 if answer.replayed or answer.same_as_open else 201
