"""Papers as protobuf, and the facts told of them."""

from onestop.common.v1.text_pb2 import Text
from onestop.documents.v1 import documents_events_pb2, documents_service_pb2, store_service_pb2

from services.common.declared import numbers_of
from services.common.events import Event
from services.common.moments import timestamp
from services.documents.papers.domain import Paper, PaperOrder, Words, form_of
from services.documents.papers.forms import CURRENT, Form

_LEGAL_VALUES = numbers_of(store_service_pb2.LegalValue.DESCRIPTOR)


def paper_issued(paper: Paper) -> Event:
    return Event(
        type="documents.paper_issued",
        subject=paper.case_ref,
        aggregate_id=paper.paper_id,
        aggregate_version=1,
        data=documents_events_pb2.PaperIssued(paper=paper_message(paper)).SerializeToString(),
    )


def paper_failed(order: PaperOrder, reason: Words) -> Event:
    form = form_of(order.form, order.family)
    body = documents_events_pb2.PaperFailed(
        case_ref=order.case_ref,
        paper_id=order.paper_id,
        form=form.code,
        title=Text(vi=form.title_vi, en=form.title_en),
        reason=Text(vi=reason.vi, en=reason.en),
    )
    return Event(
        type="documents.paper_failed",
        subject=order.case_ref,
        aggregate_id=order.paper_id,
        aggregate_version=1,
        data=body.SerializeToString(),
    )


def paper_message(paper: Paper) -> documents_service_pb2.Paper:
    form = form_of(paper.form, paper.family)
    return documents_service_pb2.Paper(
        paper_id=paper.paper_id,
        case_ref=paper.case_ref,
        form=form.code,
        number=paper.number,
        title=_title(paper, form),
        file_id=str(paper.file_id),
        sha256=paper.sha256,
        agency_code=paper.agency_code,
        issued_at=timestamp(paper.issued_at),
        family=paper.family or CURRENT,
        replaces=paper.replaces or "",
        reissue_reason=paper.reissue_reason,
        replaced_by=_successor(paper),
        legal_value=_LEGAL_VALUES[paper.legal_value],
        valid_until=paper.valid_until.isoformat() if paper.valid_until else "",
    )


def checked_message(paper: Paper) -> documents_service_pb2.CheckPaperResponse:
    """Makes what anyone may know of a paper."""
    form = form_of(paper.form, paper.family)
    return documents_service_pb2.CheckPaperResponse(
        paper_id=paper.paper_id,
        case_ref=paper.case_ref,
        family=paper.family or CURRENT,
        form=form.code,
        number=paper.number,
        title=_title(paper, form),
        sha256=paper.sha256,
        agency_code=paper.agency_code,
        issued_at=timestamp(paper.issued_at),
        replaced_by=_successor(paper),
        sealed_by=paper.sealed_by,
        legal_value=_LEGAL_VALUES[paper.legal_value],
        valid_until=paper.valid_until.isoformat() if paper.valid_until else "",
    )


def _title(paper: Paper, form: Form) -> Text:
    """Returns what a paper is called: a certificate by its own name."""
    return Text(vi=paper.title_vi or form.title_vi, en=paper.title_en or form.title_en)


def _successor(paper: Paper) -> documents_service_pb2.Successor | None:
    if paper.replaced_by is None:
        return None
    return documents_service_pb2.Successor(
        paper_id=paper.replaced_by, number=paper.replaced_by_number or "", issued_at=timestamp(paper.replaced_at)
    )
