"""A supplement nobody sends: the law of some procedures closes the case by itself, everywhere else a person decides."""

from datetime import date
from typing import Any

import orjson
import pytest

from services.cases.core import actions
from services.cases.core.context import CasesContext
from services.cases.core.domain.status import CaseStatus as S
from services.cases.core.usecases import act
from services.cases.core.usecases.read import get
from services.cases.deadlines.domain.errors import ClosesByItself, StillAwaited
from services.cases.deadlines.domain.waiting import closes_after, last_day
from services.cases.deadlines.tests.test_timers import accepted, asleep, local, pass_until, recorded
from services.cases.filing.usecases.submit import submit
from services.cases.handling.tests.test_act import events
from services.cases.history.domain.outlook import outlook
from services.cases.testing.samples import CLERK, HUNG, LEADER, OFFICER, karaoke, sent
from services.cases.testing.stand_ins import Clock, FilesAtHand
from services.common.errors import InvalidInput

__all__ = ["asleep"]


@pytest.fixture
def persons_decide(ctx: CasesContext, monkeypatch: pytest.MonkeyPatch) -> CasesContext:
    """As under a rule set that closes nothing by itself."""
    for rule_set in ctx.catalogue.rules.values():
        monkeypatch.setitem(rule_set.__dict__, "supplement_days", None)
    return ctx


def asked(ctx: CasesContext, clock: Clock) -> str:
    clock.now = local("2026-03-02T09:00")
    ref = accepted(ctx)
    act.act(ctx, CLERK, ref, 2, actions.RequestSupplement(("Bản sao hộ chiếu",)))
    return ref


def letter(ctx: CasesContext, ref: str) -> dict[str, Any]:
    [order] = [body.paper for _, body in events(ctx, ref) if body.paper.form == "closure"]
    data: dict[str, Any] = orjson.loads(order.data_json)
    return data


def test_without_a_law_of_its_own_the_office_is_reminded_before_and_after_and_nothing_is_closed(
    persons_decide: CasesContext, clock: Clock
) -> None:
    ctx, ref = persons_decide, asked(persons_decide, clock)
    pass_until(ctx, clock, "2026-03-20T07:30")
    assert recorded(ctx, ref)[3:] == ["supplement_nearly_due"]
    pass_until(ctx, clock, "2026-03-23T23:59")
    with pytest.raises(StillAwaited, match="23/03/2026"):
        act.act(ctx, OFFICER, ref, 0, actions.Close(because="Không liên hệ được"))
    pass_until(ctx, clock, "2026-04-30T09:00")
    assert recorded(ctx, ref)[3:] == ["supplement_nearly_due", "supplement_overdue"]
    seen = get(ctx, OFFICER, ref)
    assert seen.case.status is S.SUPPLEMENT_REQUESTED
    assert {"close", "wait-on"} <= set(seen.allowed_actions)


def test_a_person_closes_it_with_a_letter_that_says_what_was_asked_until_when_and_how_to_complain(
    persons_decide: CasesContext, clock: Clock
) -> None:
    ctx, ref = persons_decide, asked(persons_decide, clock)
    pass_until(ctx, clock, "2026-03-24T09:00")
    closed = act.act(ctx, OFFICER, ref, 0, actions.Close(because="Người nộp không bổ sung và không trả lời.")).case
    assert (closed.status, closed.stopped_from) == (S.STOPPED, S.SUPPLEMENT_REQUESTED)
    shown = letter(ctx, ref)
    assert (shown["last_day"], shown["items"]) == ("2026-03-23", ["Bản sao hộ chiếu"])
    assert shown["reason"] == "Người nộp không bổ sung và không trả lời."
    assert shown["asked_at"].startswith("2026-03-02T02:00:00")
    assert shown["complaint"]["days"] == 90
    assert shown["complaint"]["to"] == "người đứng đầu Công an Thành phố Hồ Chí Minh"
    assert "Luật Khiếu nại" in shown["complaint"]["legal_basis"]

    resumed = act.act(ctx, OFFICER, ref, 0, actions.Resume())
    assert last_day(resumed.case, resumed.rules) == date(2026, 4, 14)  # a wait of its own


def test_a_person_waits_on_and_is_reminded_of_the_new_day(persons_decide: CasesContext, clock: Clock) -> None:
    ctx, ref = persons_decide, asked(persons_decide, clock)
    pass_until(ctx, clock, "2026-03-24T09:00")
    for wrong in (date(2026, 3, 24), date(2026, 3, 28), date(2027, 3, 25)):  # not later; a Saturday; a year
        with pytest.raises(InvalidInput) as refused:
            act.act(ctx, CLERK, ref, 0, actions.WaitOn("Đang chờ nước ngoài cấp", wrong))
        assert [field.pointer for field in refused.value.fields] == ["/until"]
    waits = act.act(ctx, CLERK, ref, 0, actions.WaitOn("Đang chờ nước ngoài cấp", date(2026, 3, 31)))
    assert "31/03/2026" in " ".join(line.en for line in outlook(waits.case, waits.rules))
    with pytest.raises(StillAwaited):
        act.act(ctx, OFFICER, ref, 0, actions.Close(because="Không liên hệ được"))
    pass_until(ctx, clock, "2026-04-01T09:00")
    reminders = ["supplement_nearly_due", "supplement_overdue"]
    assert recorded(ctx, ref)[3:] == [*reminders, "wait_on", *reminders]
    assert act.act(ctx, LEADER, ref, 0, actions.Close(because="Không liên hệ được")).case.status is S.STOPPED


def test_nd297_6_4_the_karaoke_chain_closes_by_itself_after_15_working_days(
    persons_decide: CasesContext, files: FilesAtHand
) -> None:
    ctx, files.owner = persons_decide, HUNG.subject
    whole = get(ctx, HUNG, submit(ctx, HUNG, sent(karaoke()))[0].ref)
    assert closes_after(whole.case, whole.rules) == 15


def test_where_the_law_closes_nobody_else_does(ctx: CasesContext, clock: Clock) -> None:
    """Under NĐ 118/2025 as it was read until August 2026: every case after 15 working days."""
    ref = asked(ctx, clock)
    with pytest.raises(ClosesByItself):
        act.act(ctx, OFFICER, ref, 0, actions.Close(because="Không liên hệ được"))
    with pytest.raises(ClosesByItself):
        act.act(ctx, CLERK, ref, 0, actions.WaitOn("Chờ", date(2026, 3, 31)))
    pass_until(ctx, clock, "2026-03-24T00:00")
    assert recorded(ctx, ref)[3:] == ["supplement_nearly_due", "close"]
    assert letter(ctx, ref)["last_day"] == "2026-03-23"
