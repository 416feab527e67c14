"""What a document is called."""

from services.exchange.envelopes.domain import document_id
from services.exchange.tests.samples import QUESTION


def test_a_document_is_called_by_organ_day_and_number() -> None:
    assert document_id("H29.01", QUESTION.day, "12", "UBND-VP") == "H29.01,2026/01/05,12/UBND-VP"
