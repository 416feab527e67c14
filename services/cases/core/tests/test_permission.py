"""What a caller may do is worked out once a request, and holds for the case as the request leaves it."""

from collections import Counter
from typing import Any

import pytest

from services.cases.core import actions, engine, visibility
from services.cases.core.context import CasesContext
from services.cases.core.usecases.act import act
from services.cases.core.usecases.read import get
from services.cases.filing.usecases.submit import submit
from services.cases.testing.samples import CLERK, LAN, criminal_record, sent


def test_a_request_asks_once_who_the_caller_is_to_the_case_and_what_they_may_do_then(
    ctx: CasesContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref = submit(ctx, LAN, sent(criminal_record()))[0].ref
    asked: Counter[str] = Counter()
    for module, name in ((visibility, "capacities"), (engine, "role_for"), (engine, "allowed_actions")):
        monkeypatch.setattr(module, name, _counted(getattr(module, name), asked))
    seen = act(ctx, CLERK, ref, 0, actions.Accept())
    assert asked == {"capacities": 1, "role_for": 1, "allowed_actions": 1}
    assert get(ctx, CLERK, ref) == seen


def _counted(function: Any, asked: Counter[str]) -> Any:
    def counting(*given: Any) -> Any:
        asked[function.__name__] += 1
        return function(*given)

    return counting
