"""The birth chain from 1 September 2026 (NĐ 301/2026): 24 hours, a card apart if asked for, older cases on request."""

from datetime import date, datetime

import orjson
import pytest

from services.cases.chains.tests.test_chains import case, decide, do, opened, part
from services.cases.core import actions
from services.cases.core.context import CasesContext
from services.cases.core.domain.errors import RoleNotAllowed
from services.cases.core.domain.status import CaseStatus as S
from services.cases.core.usecases.read import get, history
from services.cases.filing.usecases.submit import submit
from services.cases.procedures.domain.errors import VersionDoesNotFit
from services.cases.procedures.usecases.move_version import move
from services.cases.testing.samples import CLERK, HUNG, LAN, WARD_OFFICER, WARD_POLICE, birth, birth_2026, sent
from services.cases.testing.stand_ins import Clock
from services.common.context import Caller
from services.common.errors import NotFound
from services.common.times import VIETNAM
from services.contracts import audit

NEW = date(2026, 9, 1)
REQUEST = "Tôi đề nghị áp dụng Nghị định 301/2026/NĐ-CP cho hồ sơ đã nộp."


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


def filed(ctx: CasesContext, clock: Clock, **form: str) -> str:
    """Files and accepts the chain on Tuesday 8 September 2026 at 9."""
    clock.now = at("2026-09-08 09:00")
    application = birth_2026()
    ref = submit(ctx, LAN, sent(application | {"form": application["form"] | form}))[0].ref
    do(ctx, CLERK, ref, actions.Accept())
    return ref


@pytest.fixture
def older(ctx: CasesContext, clock: Clock) -> str:
    """A case filed under the law of before, on the last day of it."""
    clock.now = at("2026-08-28 09:00")
    return submit(ctx, LAN, sent(birth()))[0].ref


def test_nd301_a_birth_is_registered_within_24_hours_of_the_complete_file(ctx: CasesContext, clock: Clock) -> None:
    child = part(ctx, filed(ctx, clock), "khai_sinh").ref
    clock.now = at("2026-09-08 10:15")
    taken_in = do(ctx, CLERK, child, actions.Accept())
    assert taken_in.clock.due_at == at("2026-09-09 10:15")
    assert any("24 giờ" in line.vi for line in taken_in.clock.lines)


def test_nd301_a_file_after_15_00_counts_from_the_next_working_day(ctx: CasesContext, clock: Clock) -> None:
    child = part(ctx, filed(ctx, clock), "khai_sinh").ref
    clock.now = at("2026-09-08 15:30")
    assert do(ctx, CLERK, child, actions.Accept()).clock.due_at == at("2026-09-10 07:30")


def test_nd301_the_identity_card_is_a_part_only_if_it_is_asked_for_at_filing(ctx: CasesContext, clock: Clock) -> None:
    without = case(ctx, filed(ctx, clock, identity_card="not_asked"))
    assert [child.code for child in without.children] == ["khai_sinh", "thuong_tru", "the_bhyt"]
    assert part(ctx, filed(ctx, clock, child_name="Trần Bảo Em"), "the_can_cuoc").apart


def test_nd301_the_card_takes_5_working_days_of_its_own_and_the_whole_3(ctx: CasesContext, clock: Clock) -> None:
    ref = filed(ctx, clock)
    assert case(ctx, ref).clock.due == date(2026, 9, 11)
    told = [line.vi for line in case(ctx, ref).clock.lines]
    assert any("thẻ căn cước" in line and "tính hạn riêng" in line and "16/09/2026" in line for line in told)


def test_nd301_the_card_waits_for_the_birth_alone_and_each_result_is_given_when_its_step_is_done(
    ctx: CasesContext, clock: Clock
) -> None:
    ref = filed(ctx, clock)
    decide(ctx, WARD_OFFICER, part(ctx, ref, "khai_sinh").ref)
    assert opened(ctx, ref) == {"khai_sinh", "thuong_tru", "the_bhyt", "the_can_cuoc"}
    child = part(ctx, ref, "khai_sinh")
    assert child.progress is not None
    assert child.progress.result_file_id
    assert do(ctx, CLERK, child.ref, actions.Return()).status is S.RETURNED
    assert case(ctx, ref).status is S.PROCESSING


def test_nd301_the_whole_is_due_with_the_card_once_only_the_card_is_left(ctx: CasesContext, clock: Clock) -> None:
    ref = filed(ctx, clock)
    decide(ctx, WARD_OFFICER, part(ctx, ref, "khai_sinh").ref)
    decide(ctx, WARD_POLICE, part(ctx, ref, "thuong_tru").ref)
    do(ctx, WARD_POLICE, part(ctx, ref, "the_can_cuoc").ref, actions.Accept())
    with_card = case(ctx, ref).clock.due
    assert with_card == date(2026, 9, 10)  # the insurance card, 2 days after the birth


def test_nd301_18_1_a_case_of_before_stays_under_the_law_of_before(ctx: CasesContext, clock: Clock, older: str) -> None:
    clock.now = at("2026-09-03 09:00")
    do(ctx, CLERK, older, actions.Accept())
    assert case(ctx, older).procedure_version == date(2026, 1, 1)
    assert part(ctx, older, "khai_sinh").procedure_version == date(2025, 7, 1)


@pytest.mark.parametrize("who", [LAN, CLERK])
def test_nd301_18_1_it_comes_under_the_new_decree_when_its_applicant_asks_herself_or_through_a_clerk(
    ctx: CasesContext, clock: Clock, older: str, who: Caller
) -> None:
    clock.now = at("2026-09-03 09:00")
    assert "move-version" in get(ctx, who, older).allowed_actions
    moved = move(ctx, who, older, 0, NEW, REQUEST, orjson.dumps(ADDED)).case
    assert (moved.procedure_version, [child.code for child in moved.children][-1]) == (NEW, "the_bhyt")
    assert moved.children[0].procedure_version == NEW
    entries = history(ctx, LAN, older)[1]
    entry = orjson.loads(entries[-1][1])
    assert entry["data"]["reason"] == REQUEST
    assert entry["data"]["on_request"] == "Nghị định 301/2026/NĐ-CP, Điều 18 khoản 1"
    assert entry["data"]["form_sha256"]
    assert orjson.loads(get(ctx, LAN, older).form)["child_ethnicity"] == "Kinh"
    exported = [{"seq": seq, "entry": each.decode(), "hash": hashed.hex()} for seq, each, hashed in entries]
    export = {"ref": older, "entries": exported, "head": entries[-1][2].hex()}
    assert audit.verify(export).entries == len(entries)


ADDED = {
    "child_ethnicity": "Kinh",
    "child_nationality": "Việt Nam",
    "place_of_origin": "Cần Thơ",
    "identity_card": "not_asked",
}


def test_nd301_18_1_what_the_new_form_asks_for_comes_with_the_request(
    ctx: CasesContext, clock: Clock, older: str
) -> None:
    clock.now = at("2026-09-03 09:00")
    with pytest.raises(VersionDoesNotFit) as refusal:
        move(ctx, LAN, older, 0, NEW, REQUEST)
    assert {each.pointer for each in refusal.value.fields} == {f"/form/{name}" for name in ADDED}


def test_nd301_18_1_parts_that_are_open_stay_and_those_to_come_are_planned_anew(
    ctx: CasesContext, clock: Clock, older: str
) -> None:
    do(ctx, CLERK, older, actions.Accept())
    first = part(ctx, older, "khai_sinh")
    clock.now = at("2026-09-03 09:00")
    asked = ADDED | {"identity_card": "asked", "identity_card_return": "police"}
    moved = move(ctx, LAN, older, 0, NEW, REQUEST, orjson.dumps(asked)).case
    assert moved.children[0] == first
    assert {child.procedure_version for child in moved.children[1:]} == {NEW}
    assert moved.children[-1].apart
    decide(ctx, WARD_OFFICER, first.ref)
    assert opened(ctx, older) == {"khai_sinh", "thuong_tru", "the_bhyt", "the_can_cuoc"}


def test_nobody_else_asks_and_none_of_before_comes_on_request(ctx: CasesContext, clock: Clock, older: str) -> None:
    clock.now = at("2026-09-03 09:00")
    with pytest.raises(NotFound):
        move(ctx, HUNG, older, 0, NEW, REQUEST)
    new = filed(ctx, clock, child_name="Trần Bảo Yến")
    assert "move-version" not in get(ctx, LAN, new).allowed_actions
    with pytest.raises((RoleNotAllowed, VersionDoesNotFit)):
        move(ctx, LAN, new, 0, date(2026, 1, 1), REQUEST)


def test_nd301_the_applicant_completes_within_7_working_days(ctx: CasesContext) -> None:
    day = date(2026, 9, 8)
    chain = ctx.catalogue.find("3.000722", day)
    assert {ctx.catalogue.find(code, day).supplement_days for code in ("3.000722", *chain.chained)} == {7}
