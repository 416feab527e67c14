"""Applications that are sent as they are: kept as a draft, or checked before filing."""

from onestop.cases.v1 import drafts_service_pb2 as pb

from gateway import parsing
from gateway.state import clients
from gateway.transcoding.routes import by_hand
from services.common import limits
from services.contracts.application import Application
from services.contracts.draft import ApplicationDraft


@by_hand("onestop.cases.v1.DraftsService.SaveDraft", takes=parsing.JSON, schema=ApplicationDraft, also=(200,))
def save_draft(request: pb.SaveDraftRequest) -> tuple[pb.SaveDraftResponse, int]:
    """Passes the draft on as far as it is one, and answers 201 for a new one."""
    request.content = parsing.json_body(ApplicationDraft).model_dump_json().encode()
    saved = clients().drafts.SaveDraft(request)
    return saved, 200 if saved.draft.line.version > 1 else 201


@by_hand("onestop.cases.v1.DraftsService.CheckApplication", takes=parsing.JSON, schema=Application)
def check_application(request: pb.CheckApplicationRequest) -> pb.CheckApplicationResponse:
    """Passes the application on unread, as it would be filed."""
    request.application = parsing.raw_body(parsing.JSON, limits.JSON_BODY_BYTES)
    answer: pb.CheckApplicationResponse = clients().drafts.CheckApplication(request)
    return answer
