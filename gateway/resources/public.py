"""What anyone may know."""

from onestop.cases.v1 import cases_service_pb2 as cases_pb
from onestop.documents.v1 import documents_service_pb2 as documents_pb

from gateway.routing import Resource
from gateway.shapes.files import CheckedPaperJson, checked_paper
from gateway.shapes.public import PublicCaseJson, public_case
from gateway.state import clients
from services.common.access import PUBLIC

resource = Resource("public", "Tra cứu công khai · Public look-up")


@resource.operation(
    "GET",
    "/public/cases/<ref>",
    access=PUBLIC,
    summary="Tình trạng hồ sơ · How far a case is",
    returns=PublicCaseJson,
)
def read_public_case(ref: str) -> PublicCaseJson:
    """How far a case is; nothing about the person."""
    return public_case(clients().cases.GetPublicStatus(cases_pb.GetPublicStatusRequest(ref=ref)))


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
