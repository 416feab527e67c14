"""Papers issued for a case."""

from onestop.documents.v1 import documents_service_pb2 as pb

from gateway.routing import Resource
from gateway.shapes.files import PapersJson, paper
from gateway.state import clients
from services.common.access import AUTHENTICATED

resource = Resource("papers", "Giấy tờ đã cấp · Issued papers")


@resource.operation(
    "GET", "/cases/<ref>/papers", access=AUTHENTICATED, summary="Giấy tờ của hồ sơ · Papers", returns=PapersJson
)
def list_papers(ref: str) -> PapersJson:
    """Sealed PDFs issued for the case, oldest first; read one by its `file_id`."""
    answer = clients().documents.ListPapers(pb.ListPapersRequest(case_ref=ref))
    return {"papers": [paper(one) for one in answer.papers]}
