"""What anyone may know."""

from onestop.documents.v1 import documents_service_pb2 as documents_pb

from gateway.routing import Resource
from gateway.shapes.files import CheckedPaperJson, checked_paper
from gateway.state import clients
from services.common.access import PUBLIC

resource = Resource("public", "Tra cứu công khai · Public look-up")


@resource.operation(
    "GET",
    "/public/papers/<paper_id>",
    access=PUBLIC,
    summary="Kiểm tra giấy tờ · Check a paper",
    returns=CheckedPaperJson,
)
def check_paper(paper_id: str) -> CheckedPaperJson:
    """Whether a paper was issued here, and the digest its file must have."""
    return checked_paper(clients().documents.CheckPaper(documents_pb.CheckPaperRequest(paper_id=paper_id)))
