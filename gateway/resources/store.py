"""The caller's own store: papers, the consents to their use, who has looked."""

from flask import Response
from onestop.documents.v1 import store_service_pb2 as pb

from gateway.routing import Resource
from gateway.shapes.requests import Paging
from gateway.shapes.store import (
    KeepBody,
    PaperAccessesJson,
    StoredPaperJson,
    StoredPapersJson,
    WithdrawnJson,
    access,
    consent,
    stored_paper,
)
from gateway.state import clients
from services.common.access import CITIZEN, roles

resource = Resource("store", "Kho dữ liệu của tôi · Own store")


@resource.operation(
    "GET",
    "/me/papers",
    access=roles(CITIZEN),
    summary="Giấy tờ trong kho · Papers kept",
    query=Paging,
    returns=StoredPapersJson,
)
def list_stored_papers(query: Paging) -> StoredPapersJson:
    """Results issued to the caller, papers accepted with their cases, and what they keep; with every consent given."""
    request = pb.ListStoredPapersRequest(page_token=query.page_token, page_size=query.page_size)
    answer = clients().store.ListStoredPapers(request)
    return {"papers": [stored_paper(one) for one in answer.papers], "next_page_token": answer.next_page_token}


@resource.operation(
    "POST",
    "/me/papers",
    access=roles(CITIZEN),
    summary="Lưu giấy tờ · Keep a paper",
    body=KeepBody,
    returns=StoredPaperJson,
    status=201,
)
def keep_paper(body: KeepBody) -> StoredPaperJson:
    """Keeps a file uploaded before. `paper_code` says what it is; a procedure that wants it will offer it."""
    return stored_paper(clients().store.KeepPaper(pb.KeepPaperRequest(**body.model_dump())).paper)


@resource.operation(
    "DELETE", "/me/papers/<paper_id>", access=roles(CITIZEN), summary="Xóa giấy tờ · Delete a paper", status=204
)
def delete_stored_paper(paper_id: str) -> Response:
    """Takes a paper out of the store and disposes of its file; refused while a case needs it."""
    clients().store.DeleteStoredPaper(pb.DeleteStoredPaperRequest(stored_paper_id=paper_id))
    return Response(status=204)


@resource.operation(
    "GET",
    "/me/papers/<paper_id>/accesses",
    access=roles(CITIZEN),
    summary="Ai đã mở giấy tờ · Who opened a paper",
    returns=PaperAccessesJson,
)
def list_paper_accesses(paper_id: str) -> PaperAccessesJson:
    """Who read the paper or used it in a case, newest first."""
    answer = clients().store.ListPaperAccesses(pb.ListPaperAccessesRequest(stored_paper_id=paper_id))
    return {"accesses": [access(one) for one in answer.accesses]}


@resource.operation(
    "POST",
    "/me/consents/<consent_id>/withdraw",
    access=roles(CITIZEN),
    summary="Rút lại sự đồng ý · Withdraw a consent",
    returns=WithdrawnJson,
)
def withdraw_consent(consent_id: str) -> WithdrawnJson:
    """From now on. An undecided case loses sight of the file and may have to ask for it; what was done stays lawful."""
    answer = clients().store.WithdrawConsent(pb.WithdrawConsentRequest(consent_id=consent_id))
    return {"consent": consent(answer.consent), "access_closed": answer.access_closed}
