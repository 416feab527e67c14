"""Pages for people: what is running, the interface's documentation, and the check of a paper's QR code."""

from datetime import date
from pathlib import Path

from flask import Response
from onestop.documents.v1 import documents_service_pb2 as pb
from onestop.documents.v1.store_service_pb2 import LEGAL_VALUE_ORIGINAL

from gateway.pages import local_time, page
from gateway.routing import Resource
from gateway.state import clients, state
from services.common.access import PUBLIC
from services.common.errors import NotFound

resource = Resource("home", "Trang · Pages", prefix="")
_STYLE = Path(__file__).parents[1] / "static" / "style.css"


@resource.operation("GET", "/", access=PUBLIC, summary="Trang chủ · Home")
def show_home() -> Response:
    """What is running, where the documentation is and, with demo data, who may log in."""
    settings = state().settings
    return page("home.html", services=clients().health(), demo=settings.demo, public_url=settings.public_url)


@resource.operation("GET", "/docs", access=PUBLIC, summary="Tài liệu · Documentation")
def show_docs() -> Response:
    """The OpenAPI document for reading."""
    return page("docs.html", api=state().openapi())


@resource.operation("GET", "/check/<paper_id>", access=PUBLIC, summary="Kiểm tra giấy tờ · Check a paper")
def show_check(paper_id: str) -> Response:
    """The page a paper's QR code leads to: whether it was issued here, and the digest its file must have."""
    try:
        paper = clients().documents.CheckPaper(pb.CheckPaperRequest(paper_id=paper_id))
    except NotFound:
        return page("unknown_paper.html", status=404)
    issued, replaced = local_time(paper.issued_at), local_time(paper.replaced_by.issued_at)
    original = paper.legal_value == LEGAL_VALUE_ORIGINAL
    until = date.fromisoformat(paper.valid_until) if paper.valid_until else None
    return page("check.html", paper=paper, issued=issued, replaced=replaced, original=original, valid_until=until)


@resource.operation("GET", "/static/style.css", access=PUBLIC, summary="Kiểu dáng · Style")
def show_style() -> Response:
    """The one style sheet."""
    return Response(
        _STYLE.read_bytes(), content_type="text/css; charset=utf-8", headers={"Cache-Control": "max-age=3600"}
    )
