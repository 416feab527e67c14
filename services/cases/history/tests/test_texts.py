"""Every entry a case may have in its history is told to the applicant in both languages."""

from dataclasses import replace

import pytest

from services.cases.core import actions
from services.cases.core.domain.case_parts import Pin, Supplement
from services.cases.core.domain.transitions import Action
from services.cases.core.tests.test_engine import COMMANDS, opened, rules
from services.cases.history.domain.texts import told


def test_there_are_words_for_every_action() -> None:
    assert set(actions.ACTIONS) == set(Action)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.action)
def test_what_an_action_writes_down_can_be_told(command: actions.Command) -> None:
    asked = Supplement((Pin("/form/phone", "missing"),), "", "", "c", "Mai", "", 2)
    case = replace(opened()[0], supplement_items=("Giấy tờ",), supplement_proposal=asked)
    data = command.record() | command.outcome(case, rules())
    line = told({"action": command.action.value, "status": 4, "data": data}, actions.ACTIONS)
    assert line.vi.endswith(".")
    assert line.en.endswith(".")
    assert "{" not in line.vi + line.en


def test_a_text_inside_a_sentence_ends_with_it() -> None:
    entry = {"action": "refuse", "status": 3, "data": {"reason": "Sai thẩm quyền."}}
    assert told(entry, actions.ACTIONS).vi == "Không được tiếp nhận: Sai thẩm quyền."
