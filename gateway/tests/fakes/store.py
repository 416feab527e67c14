"""A StoreService with one paper."""

from typing import Any

from onestop.common.v1.text_pb2 import Text
from onestop.documents.v1 import store_service_pb2 as pb
from onestop.documents.v1 import store_service_pb2_grpc as grpc

from gateway.tests.fakes.common import AT, REF, Asked
from services.common.errors import NotFound


class Store(grpc.StoreServiceServicer):
    """One paper in everybody's store, which a case has used; there is no other."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.consent = pb.ReuseConsent(consent_id="k1", case_ref=REF, given_at=AT)
        self.paper = pb.StoredPaper(
            stored_paper_id="s1",
            paper_code="giay_phep_lai_xe",
            name=Text(vi="Giấy phép lái xe"),
            stored_at=AT,
            sha256=b"\xcd" * 32,
            consents=[self.consent],
        )

    def ListStoredPapers(self, request: Any, context: Any) -> Any:
        self.asked.note(request)
        return pb.ListStoredPapersResponse(papers=[self.paper])

    def KeepPaper(self, request: Any, context: Any) -> Any:
        self.asked.note(request)
        return pb.KeepPaperResponse(paper=self.paper)

    def DeleteStoredPaper(self, request: Any, context: Any) -> Any:
        self._check(request.stored_paper_id, "s1")
        return pb.DeleteStoredPaperResponse()

    def WithdrawConsent(self, request: Any, context: Any) -> Any:
        self._check(request.consent_id, "k1")
        return pb.WithdrawConsentResponse(consent=self.consent, access_closed=True)

    def ListPaperAccesses(self, request: Any, context: Any) -> Any:
        self._check(request.stored_paper_id, "s1")
        access = pb.PaperAccess(at=AT, actor_name="Lê Minh Đức", agencies=["G01.029.00"], kind=pb.ACCESS_KIND_READ)
        return pb.ListPaperAccessesResponse(accesses=[access])

    @staticmethod
    def _check(asked: str, held: str) -> None:
        if asked != held:
            raise NotFound
