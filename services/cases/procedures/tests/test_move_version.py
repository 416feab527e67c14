"""A leader puts a running case under another version: what does not fit is named, the clock says what it did."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import orjson
import pytest

from services.cases.core import actions
from services.cases.core.context import CasesContext
from services.cases.core.domain.command import Command
from services.cases.core.usecases import read
from services.cases.core.usecases.act import act
from services.cases.core.visibility import CaseView
from services.cases.filing.usecases.submit import submit
from services.cases.procedures.tests.test_publish import ADMIN, CODE, edited
from services.cases.procedures.usecases import publish
from services.cases.procedures.usecases.move_version import move
from services.cases.testing.samples import CLERK, LAN, LEADER, OFFICER, criminal_record, sent
from services.cases.testing.stand_ins import Clock
from services.common.context import Caller
from services.common.database import Database
from services.common.errors import InvalidInput, NotFound, PermissionDenied, Unprocessable
from services.common.testing.plugin import MakeDatabase

NEW = date(2026, 3, 4)
REASON = "Nghị quyết rút ngắn thời hạn áp dụng cho cả hồ sơ đang giải quyết"


@pytest.fixture
def database(fresh_database: MakeDatabase) -> Iterator[Database]:
    database = Database(fresh_database("cases"), pool_size=5, name="move-tests")
    yield database
    database.close()


@pytest.fixture
def ref(ctx: CasesContext) -> str:
    """A case accepted on Monday 2 March, due on the 16th, 10 working days on."""
    form = criminal_record()["form"] | {"fee_group": "exempt"}
    ref = submit(ctx, LAN, sent(criminal_record(form=form)))[0].ref
    does(ctx, CLERK, ref, actions.Accept())
    return ref


def does(ctx: CasesContext, who: Caller, ref: str, command: Command) -> CaseView:
    return act(ctx, who, ref, 0, command)


def publish_version(ctx: CasesContext, clock: Clock, **changes: Any) -> None:
    publish.publish(ctx, ADMIN, edited(effective_from=NEW, **changes))
    clock.forward(days=2)


def test_the_term_shrinks_by_what_the_versions_differ_and_the_clock_says_so(
    ctx: CasesContext, clock: Clock, ref: str
) -> None:
    publish_version(ctx, clock, days=8)
    assert "move-version" in read.get(ctx, LEADER, ref).allowed_actions
    moved = move(ctx, LEADER, ref, 0, NEW, REASON)
    assert (moved.case.procedure_version, moved.case.clock.due) == (NEW, date(2026, 3, 12))
    assert moved.rules.procedure.days == 8
    assert any("bớt 2 ngày làm việc" in line.vi for line in moved.case.clock.lines)
    entry = orjson.loads(read.history(ctx, LEADER, ref)[1][-1][1])
    assert (entry["action"], entry["actor"]["role"]) == ("move_version", "leader")
    assert entry["data"] == {"reason": REASON, "version": "2026-03-04"}
    assert does(ctx, LEADER, ref, actions.Stop("Chờ xác minh")).rules.procedure.days == 8


def test_a_case_is_not_made_late_by_it(ctx: CasesContext, clock: Clock, ref: str) -> None:
    publish_version(ctx, clock, days=1)
    assert move(ctx, LEADER, ref, 0, NEW, REASON).case.clock.due == date(2026, 3, 4)


def test_a_suspended_clock_keeps_what_is_left_and_changes_by_the_difference(
    ctx: CasesContext, clock: Clock, ref: str
) -> None:
    left = does(ctx, LEADER, ref, actions.Stop("Chờ xác minh")).case.clock.remaining
    publish_version(ctx, clock, days=12)
    assert move(ctx, LEADER, ref, 0, NEW, REASON).case.clock.remaining == (left or 0) + 2


def test_what_does_not_fit_is_named(ctx: CasesContext, clock: Clock, ref: str) -> None:
    schema = orjson.loads(ctx.catalogue.find(CODE, date(2026, 3, 2)).model_dump_json(include={"form_schema"}))
    form = schema["form_schema"]
    form["required"].append("email")
    papers = [{"code": "anh", "name_vi": "Ảnh", "name_en": "Photograph", "required": ["online"]}]
    publish_version(ctx, clock, form_schema=form, papers=papers, proxy={})
    with pytest.raises(Unprocessable) as caught:
        move(ctx, LEADER, ref, 0, NEW, REASON)
    assert {field.pointer for field in caught.value.fields} == {"/form/email", "/attachments"}


def test_a_step_the_version_lacks_keeps_the_case_where_it_is(ctx: CasesContext, clock: Clock, ref: str) -> None:
    steps = [
        {"code": "tiep_nhan", "name_vi": "A", "name_en": "a", "phase": "intake", "unit": "mot_cua", "role": "clerk"},
        {"code": "khac", "name_vi": "B", "name_en": "b", "phase": "handling", "unit": "ho_so", "role": "officer"},
        {"code": "tra", "name_vi": "C", "name_en": "c", "phase": "return", "unit": "mot_cua", "role": "clerk"},
    ]
    publish_version(ctx, clock, steps=steps)
    with pytest.raises(Unprocessable) as caught:
        move(ctx, LEADER, ref, 0, NEW, REASON)
    assert [field.pointer for field in caught.value.fields] == ["/step"]


def test_only_a_leader_moves_and_only_to_a_version_in_force(ctx: CasesContext, clock: Clock, ref: str) -> None:
    assert "move-version" not in read.get(ctx, LEADER, ref).allowed_actions
    publish.publish(ctx, ADMIN, edited(effective_from=NEW, days=8))
    with pytest.raises(NotFound):
        move(ctx, LEADER, ref, 0, NEW, REASON)
    with pytest.raises(NotFound):
        move(ctx, LEADER, ref, 0, date(2026, 1, 1), REASON)
    with pytest.raises(InvalidInput):
        move(ctx, LEADER, ref, 0, date(2025, 7, 1), REASON)
    clock.forward(days=2)
    with pytest.raises(PermissionDenied):
        move(ctx, OFFICER, ref, 0, NEW, REASON)
    with pytest.raises(InvalidInput):
        move(ctx, LEADER, ref, 0, NEW, " ")


def test_a_version_comes_on_request_only_while_it_is_in_force(ctx: CasesContext, clock: Clock, ref: str) -> None:
    publish_version(ctx, clock, on_request="Nghị định X, Điều 18")
    assert "move-version" in read.get(ctx, LAN, ref).allowed_actions
    publish.publish(ctx, ADMIN, edited(effective_from=date(2026, 3, 6)))
    clock.forward(days=2)
    assert "move-version" not in read.get(ctx, LAN, ref).allowed_actions
    with pytest.raises(NotFound):
        move(ctx, LAN, ref, 0, NEW, "Tôi đề nghị")
