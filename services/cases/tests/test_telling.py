"""Every entry a case may have in its history is told to the applicant in both languages."""

import pytest

from services.cases.domain import actions
from services.cases.domain.telling import WORDS, told
from services.cases.domain.transitions import Action
from services.cases.tests.test_engine import COMMANDS


def test_there_are_words_for_every_action() -> None:
    assert set(WORDS) == set(Action)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.action)
def test_what_an_action_writes_down_can_be_told(command: actions.Command) -> None:
    line = told({"action": command.action.value, "status": 4, "data": command.record()})
    assert line.vi.endswith(".")
    assert line.en.endswith(".")
    assert "{" not in line.vi + line.en


def test_a_text_inside_a_sentence_ends_with_it() -> None:
    entry = {"action": "refuse", "status": 3, "data": {"reason": "Sai thẩm quyền."}}
    assert told(entry).vi == "Không được tiếp nhận: Sai thẩm quyền."
