"""A case keeps the state of the law of its intake day, whatever follows."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
import yaml
from onestop.cases.v1 import cases_events_pb2

from services.cases.core import actions
from services.cases.core.context import CasesContext
from services.cases.core.domain.case import Case
from services.cases.core.domain.status import CaseStatus as S
from services.cases.core.group_commit import GroupCommit
from services.cases.core.messages.shown import shown
from services.cases.core.usecases import act
from services.cases.core.usecases.read import get
from services.cases.deadlines.usecases.timers import run_timers
from services.cases.filing.usecases.submit import submit
from services.cases.procedures.folder import BadCatalogue, load_catalogue
from services.cases.supplements.usecases import Sent, resubmit
from services.cases.testing.samples import CLERK, LAN, OFFICER, criminal_record, sent
from services.cases.testing.stand_ins import Clock, FilesAtHand
from services.common.database import Database
from services.common.times import VIETNAM

LAST_OLD = datetime(2025, 6, 30, 23, 59, 59, tzinfo=VIETNAM)
FIRST_NEW = datetime(2025, 7, 1, 0, 0, tzinfo=VIETNAM)


def spanning(folder: Path, **changes: Any) -> None:
    """2.000488 in one version from June 2025 on, filed at an agency that has its older code too."""
    path = folder / "2.000488.yaml"
    changes = {"effective_from": date(2025, 6, 2), "rules": "mot-cua"} | changes
    path.write_text(yaml.safe_dump(yaml.safe_load(path.read_text(encoding="utf-8")) | changes), encoding="utf-8")
    path = folder / "agencies.yaml"
    agencies = yaml.safe_load(path.read_text(encoding="utf-8"))
    for agency in agencies:
        if agency["code"] == "G01.029.00":
            agency["code_2016"] = "000.29.00.G01"
    path.write_text(yaml.safe_dump(agencies), encoding="utf-8")


@pytest.fixture
def ctx(database: Database, clock: Clock, files: FilesAtHand, catalogue_copy: Path) -> CasesContext:
    spanning(catalogue_copy)
    ctx = CasesContext(database, load_catalogue(catalogue_copy), files, GroupCommit(database), clock, metered=False)
    with database.autocommit() as conn:
        conn.exec_driver_sql("SELECT ensure_partitions(2025)")
        conn.exec_driver_sql("UPDATE cases SET wake_at = NULL")
    return ctx


def filed(ctx: CasesContext, clock: Clock, at: datetime) -> str:
    clock.now = at
    application = criminal_record()
    application["form"]["fee_group"] = "exempt"
    return submit(ctx, LAN, sent(application))[0].ref


def known(ctx: CasesContext, ref: str) -> Case:
    return get(ctx, CLERK, ref).case


def test_the_last_second_of_june_is_under_the_old_law_and_the_next_under_the_new(
    ctx: CasesContext, clock: Clock
) -> None:
    old, new = filed(ctx, clock, LAST_OLD), filed(ctx, clock, FIRST_NEW)
    assert (known(ctx, old).rules, known(ctx, new).rules) == ("nd61-2018", "nd118-2025")
    assert old.startswith("000.29.00.G01-250630-")
    assert new.startswith("G01.029.00-250701-")


def test_a_case_of_the_old_law_is_answered_counted_and_papered_by_it_to_the_end(
    ctx: CasesContext, clock: Clock
) -> None:
    ref = filed(ctx, clock, datetime(2025, 6, 30, 10, 0, tzinfo=VIETNAM))
    clock.now = datetime(2025, 7, 3, 16, 59, tzinfo=VIETNAM)
    run_timers(ctx)
    assert known(ctx, ref).reminded == ()  # Article 19.4: three working days, not eight hours
    clock.now = datetime(2025, 7, 3, 17, 0, tzinfo=VIETNAM)
    run_timers(ctx)
    assert [said.partition("/")[0] for said in known(ctx, ref).reminded] == ["answer_overdue"]
    clock.now = datetime(2025, 7, 4, 15, 30, tzinfo=VIETNAM)  # after 15:00, though before 16:00
    accepted = act.act(ctx, CLERK, ref, 0, actions.Accept()).case
    assert accepted.clock.effective == date(2025, 7, 7)
    assert accepted.clock.lines[0].vi == "Áp dụng Nghị định 61/2018/NĐ-CP và Nghị định 107/2021/NĐ-CP."
    assert paper(ctx, ref).family == "tt01-2018"


def test_a_supplement_answered_after_the_cut_over_counts_from_zero_by_the_old_law(
    ctx: CasesContext, clock: Clock
) -> None:
    ref = filed(ctx, clock, datetime(2025, 6, 27, 9, 0, tzinfo=VIETNAM))
    act.act(ctx, CLERK, ref, 0, actions.Accept())
    act.act(ctx, CLERK, ref, 0, actions.RequestSupplement(("Bản sao",)))
    clock.now = datetime(2025, 8, 20, 15, 30, tzinfo=VIETNAM)
    run_timers(ctx)  # the old law closes no case for want of a supplement
    assert known(ctx, ref).status is S.SUPPLEMENT_REQUESTED
    case = resubmit(ctx, LAN, ref, 0, Sent(note="Đã bổ sung")).case
    assert (case.rules, case.clock.effective) == ("nd61-2018", date(2025, 8, 21))
    assert any("61/2018" in line.vi for line in case.clock.lines)
    assert not any("118/2025" in line.vi for line in case.clock.lines)


def test_whoever_reads_a_case_is_told_its_rule_set(ctx: CasesContext, clock: Clock) -> None:
    seen = get(ctx, OFFICER, filed(ctx, clock, LAST_OLD))
    message = shown(seen)
    assert (message.rules.id, message.rules.name.en) == (
        "nd61-2018",
        "Decree 61/2018/NĐ-CP as amended by Decree 107/2021/NĐ-CP",
    )


def test_a_case_stored_before_rule_sets_were_kept_is_under_the_one_its_version_began_with(ctx: CasesContext) -> None:
    old = get(ctx, CLERK, submit(ctx, LAN, sent(criminal_record()))[0].ref)
    assert old.rules.rule_set.id == "nd118-2025"
    code, version, agency = old.case.procedure_code, old.case.procedure_version, old.case.agency_code
    assert ctx.catalogue.case_rules(code, version, agency).rule_set.id == "nd61-2018"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"rules": "nd61-2018"}, "nd61-2018' is not in force on 2025-07-01"),
        ({"rules": "nd118-2025"}, "nd118-2025' is not in force on 2025-06-02"),
        ({"rules": "nd0-1999"}, "no rule set"),
    ],
)
def test_a_version_must_be_under_some_state_of_the_law_all_its_days(
    catalogue_copy: Path, changes: dict[str, Any], said: str
) -> None:
    spanning(catalogue_copy, **changes)
    with pytest.raises(BadCatalogue, match=said):
        load_catalogue(catalogue_copy)


def test_a_version_that_ends_with_the_old_law_needs_only_that(catalogue_copy: Path) -> None:
    spanning(catalogue_copy, rules="nd61-2018", effective_to=date(2025, 6, 30))
    load_catalogue(catalogue_copy)


def test_numbers_of_the_old_format_need_the_older_code_of_the_agency(catalogue_copy: Path) -> None:
    spanning(catalogue_copy, agencies=["G01.029.00", "H29.035.00"], steps=STEPS)
    with pytest.raises(BadCatalogue, match=r"F1 cannot carry the agency code 'H29.035.00'"):
        load_catalogue(catalogue_copy)


STEPS = [
    {"code": code, "name_vi": code, "name_en": code, "phase": phase, "unit": "mot_cua", "role": "clerk"}
    for code, phase in (("in", "intake"), ("do", "handling"), ("out", "return"))
]


def paper(ctx: CasesContext, ref: str) -> cases_events_pb2.PaperOrder:
    """The one ordered last."""
    with ctx.database.autocommit() as conn:
        statement = "SELECT data FROM outbox WHERE subject = %s ORDER BY seq DESC LIMIT 1"
        data = bytes(conn.exec_driver_sql(statement, (ref,)).scalar_one())
    order = cases_events_pb2.CaseChanged.FromString(data).paper
    assert orjson.loads(order.data_json)["case_ref"] == ref
    return order
