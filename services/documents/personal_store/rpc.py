"""StoreService over gRPC."""

from collections.abc import Callable
from datetime import date, datetime

import grpc
from onestop.common.v1.text_pb2 import Text
from onestop.documents.v1 import documents_service_pb2 as documents_pb
from onestop.documents.v1 import store_service_pb2 as pb
from onestop.documents.v1 import store_service_pb2_grpc
from onestop.documents.v1.store_service_pb2_grpc import add_StoreServiceServicer_to_server as add_to_server

from services.common import limits
from services.common.context import caller
from services.common.database import Database
from services.common.declared import numbers_of
from services.common.errors import FieldError, InvalidInput
from services.common.moments import timestamp
from services.documents.files.messages import file_message
from services.documents.personal_store import usecases
from services.documents.personal_store import usecases as personal_store
from services.documents.personal_store.domain import Access, Consent, StoredPaper
from services.documents.personal_store.usecases import Keeping, ListedPaper, Wanted

__all__ = ["SERVICE", "Servicer", "add_to_server", "paper_message"]

SERVICE = "onestop.documents.v1.StoreService"
_SIGNATURES = numbers_of(pb.Signature.DESCRIPTOR)
_LEGAL_VALUES = numbers_of(pb.LegalValue.DESCRIPTOR)
_ORIGINS = numbers_of(pb.Origin.DESCRIPTOR)
_KINDS = numbers_of(pb.AccessKind.DESCRIPTOR)


class Servicer(store_service_pb2_grpc.StoreServiceServicer):
    """Parses, calls one use case, serialises."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database, self._now = database, now

    def ListStoredPapers(
        self, request: pb.ListStoredPapersRequest, context: grpc.ServicerContext
    ) -> pb.ListStoredPapersResponse:
        wanted = Wanted(request.paper_codes, request.usable, request.page_token, request.page_size)
        page, next_token = usecases.list_papers(self._database, caller(), wanted, self._now())
        return pb.ListStoredPapersResponse(papers=map(_listed, page), next_page_token=next_token)

    def KeepPaper(self, request: pb.KeepPaperRequest, context: grpc.ServicerContext) -> pb.KeepPaperResponse:
        keeping = Keeping(
            request.file_id,
            request.paper_code,
            request.name,
            request.number,
            request.issuer_name,
            request.issued_on,
            request.expires_on,
        )
        kept = usecases.store_upload(self._database, caller(), keeping, self._now())
        return pb.KeepPaperResponse(paper=_listed(kept))

    def DeleteStoredPaper(
        self, request: pb.DeleteStoredPaperRequest, context: grpc.ServicerContext
    ) -> pb.DeleteStoredPaperResponse:
        usecases.delete(self._database, caller(), request.stored_paper_id)
        return pb.DeleteStoredPaperResponse()

    def WithdrawConsent(
        self, request: pb.WithdrawConsentRequest, context: grpc.ServicerContext
    ) -> pb.WithdrawConsentResponse:
        consent, closed = usecases.withdraw(self._database, caller(), request.consent_id, self._now())
        return pb.WithdrawConsentResponse(consent=_consent(consent), access_closed=closed)

    def ListPaperAccesses(
        self, request: pb.ListPaperAccessesRequest, context: grpc.ServicerContext
    ) -> pb.ListPaperAccessesResponse:
        found = usecases.list_accesses(self._database, caller(), request.stored_paper_id)
        return pb.ListPaperAccessesResponse(accesses=map(_access, found))


def paper_message(paper: StoredPaper) -> pb.StoredPaper:
    return pb.StoredPaper(
        stored_paper_id=str(paper.stored_paper_id),
        paper_code=paper.paper_code,
        name=Text(vi=paper.name_vi, en=paper.name_en),
        number=paper.number,
        issuer_code=paper.issuer_code,
        issuer_name=paper.issuer_name,
        issued_on=_day(paper.issued_on),
        expires_on=_day(paper.expires_on),
        file_id=str(paper.file_id),
        file_name=paper.file_name,
        media_type=paper.media_type,
        sha256=paper.sha256,
        signature=_SIGNATURES[paper.signature],
        signer=paper.signer,
        legal_value=_LEGAL_VALUES[paper.legal_value],
        origin=_ORIGINS[paper.origin],
        source_case=paper.source_case,
        owner_number=paper.owner_number,
        stored_at=timestamp(paper.stored_at),
        clean=paper.state == "clean",
        replaced=paper.replaced,
    )


def _listed(listed: ListedPaper) -> pb.StoredPaper:
    message = paper_message(listed.paper)
    message.consents.extend(map(_consent, listed.consents))
    return message


def _consent(consent: Consent) -> pb.ReuseConsent:
    return pb.ReuseConsent(
        consent_id=str(consent.consent_id),
        case_ref=consent.case_ref,
        procedure_code=consent.procedure_code,
        agency_code=consent.agency_code,
        text_version=consent.text_version,
        given_at=timestamp(consent.given_at),
        withdrawn_at=timestamp(consent.withdrawn_at),
        relied_on_at=timestamp(consent.relied_on_at),
    )


def _access(access: Access) -> pb.PaperAccess:
    return pb.PaperAccess(
        at=timestamp(access.at),
        actor_name=access.actor_name,
        agencies=access.agencies,
        kind=_KINDS[access.kind],
        case_ref=access.case_ref,
    )


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


class DescribingMethods:
    """The methods of DocumentsService about files and papers of a store together."""

    _database: Database
    _now: Callable[[], datetime]

    def DescribeFiles(
        self, request: documents_pb.DescribeFilesRequest, context: grpc.ServicerContext
    ) -> documents_pb.DescribeFilesResponse:
        _check_count(len(request.file_ids) + len(request.stored_paper_ids))
        found = personal_store.describe(
            self._database, caller(), request.file_ids, request.stored_paper_ids, self._now()
        )
        return documents_pb.DescribeFilesResponse(
            files=map(file_message, found.files), stored_papers=map(paper_message, found.papers)
        )


def _check_count(count: int) -> None:
    if not 1 <= count <= limits.FILES_PER_QUESTION:
        raise InvalidInput(
            fields=[
                FieldError(
                    "/file_ids",
                    "bad-count",
                    f"Hãy nêu từ 1 đến {limits.FILES_PER_QUESTION} mã tệp.",
                    f"Name 1 to {limits.FILES_PER_QUESTION} file ids.",
                )
            ]
        )
