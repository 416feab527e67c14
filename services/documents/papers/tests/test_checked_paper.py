"""What anyone hears who knows a paper's id, which stands on it."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from onestop.documents.v1 import documents_service_pb2 as pb

from services.documents.files.intake import Intake
from services.documents.papers import usecases as papers
from services.documents.papers.domain import Paper
from services.documents.rpc import documents

PAPER = Paper(
    "p-2", "G01.029.00-261122-0001", "01", "2/TTPVHCC", "G01.029.00", "Công an", datetime(2026, 11, 22, tzinfo=UTC),
    UUID(int=1), b"\1" * 32, "lan", (), "tt03-2025", "p-1", "Số điện thoại của bà Lan in mờ", None, None, None,
    "", "", "notice", None,
)  # fmt: skip


def test_neither_the_file_nor_why_it_was_issued_again_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(papers, "check_paper", lambda *_: PAPER)
    servicer = documents.Servicer(None, Intake(None, None, None), None, None)  # type: ignore[arg-type]
    told = servicer.CheckPaper(pb.CheckPaperRequest(paper_id="p-2"), None)  # type: ignore[arg-type]
    assert (told.number, told.sealed_by) == ("2/TTPVHCC", "Công an")
    assert str(PAPER.file_id) not in str(told)
    assert PAPER.reissue_reason not in str(told)
