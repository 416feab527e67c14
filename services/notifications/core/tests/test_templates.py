"""The words of notices say what happened, in both languages, with whatever is known."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
import yaml

from services.notifications.core.domain import ALWAYS, FIELDS, KINDS, Kind, Notice, facts_of
from services.notifications.core.templates import FILE, LANGUAGES, Templates, load

AT = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
LEAST = Notice(UUID(int=1), "H29-1", 1, Kind.ACCEPTED, AT, "Khai sinh", "Birth", "UBND phường", "The ward")
ALL = LEAST._replace(unit_vi="Phòng", unit_en="Unit", acted_by="Phạm Thị Mai", amount=135_000, received_at=AT, due=AT)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("event", KINDS)
def test_every_event_is_told_with_all_facts_and_with_those_alone_that_are_always_known(
    templates: Templates, event: str, language: str
) -> None:
    kind = KINDS[event]
    full = templates.tell(ALL._replace(kind=kind), language)
    least = templates.tell(LEAST._replace(kind=kind), language)
    named = templates.by_kind[kind].fields
    facts = facts_of(ALL, language)
    assert [name for name in named if facts[name] not in f"{full.title} {full.text}"] == []
    assert least.title == full.title
    assert full.text.startswith(least.text.split(". ")[0])
    for text in (*full, *least):
        assert text.strip() == text != ""
        assert "{" not in text
        assert "  " not in text
        assert ": ." not in text


def test_there_is_no_template_that_no_event_needs() -> None:
    assert set(KINDS.values()) == set(Kind)


def test_the_facts_of_a_notice_are_those_a_template_may_name() -> None:
    assert facts_of(ALL, "vi").keys() == FIELDS
    assert {name for name, text in facts_of(LEAST, "en").items() if text} == ALWAYS


def test_a_notice_of_acceptance_names_agency_receiver_unit_and_the_times_as_the_decree_asks(
    templates: Templates,
) -> None:
    told = templates.tell(ALL, "vi")
    assert told.title == "Hồ sơ H29-1 đã được tiếp nhận"
    assert told.text == (
        "UBND phường đã tiếp nhận hồ sơ H29-1 về thủ tục Khai sinh lúc 08:30 02/03/2026. "
        "Người tiếp nhận: Phạm Thị Mai. Đơn vị xử lý: Phòng. Hồ sơ được nhận lúc 08:30 02/03/2026. "
        "Hẹn trả kết quả: 08:30 02/03/2026."
    )


@pytest.mark.parametrize("kind", sorted(set(Kind) - {Kind.SUBMITTED, Kind.MESSAGE}))
def test_a_notice_of_a_step_says_when_the_case_was_received(templates: Templates, kind: Kind) -> None:
    assert "received_at" in templates.by_kind[kind].fields


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"fields": ["ref", "agency", "reason"]}, "reason"),
        ({"fields": ["ref"]}, "vi names"),
        ({"en": {"title": "{ref} is here", "text": ["{agency}"]}}, "en names"),
        ({"vi": {"title": "{ref}", "text": ["{acted_by}", "{agency} {at}"]}}, "acted_by"),
        ({"vi": {"title": "", "text": []}}, "vi"),
        ({"subject": "x"}, "subject"),
    ],
)
def test_a_template_that_cannot_be_told_is_refused_when_the_service_starts(
    tmp_path: Path, change: dict[str, object], said: str
) -> None:
    written = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    written["returned"] |= change
    file = tmp_path / "templates.yaml"
    file.write_text(yaml.safe_dump(written), encoding="utf-8")
    with pytest.raises(ValueError, match=said):
        load(file)


def test_a_kind_without_words_keeps_the_service_from_starting(tmp_path: Path) -> None:
    written = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    del written["overdue"]
    file = tmp_path / "templates.yaml"
    file.write_text(yaml.safe_dump(written), encoding="utf-8")
    with pytest.raises(ValueError, match="overdue"):
        load(file)
