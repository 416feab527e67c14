"""A procedure is published while the system runs: other replicas follow, days keep their version, nothing is undone."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from services.cases.core.context import CasesContext
from services.cases.core.group_commit import GroupCommit
from services.cases.core.usecases import read
from services.cases.filing.usecases.submit import submit
from services.cases.procedures.folder import FOLDER, load_catalogue
from services.cases.procedures.usecases import publish
from services.cases.testing.samples import LAN, criminal_record, sent
from services.cases.testing.stand_ins import Clock, FilesAtHand
from services.common.context import Caller
from services.common.database import Database
from services.common.errors import Conflict, InvalidInput, NotFound
from services.common.testing.plugin import ByHand, MakeDatabase

ADMIN = Caller("admin-account", "Quản trị hệ thống", frozenset({"administrator"}))
CODE = "2.000488"


def edited(code: str = CODE, **changes: Any) -> bytes:
    """The built-in file with changes, as an author would publish it."""
    content: dict[str, Any] = yaml.safe_load((FOLDER / "2.000488.yaml").read_text(encoding="utf-8"))
    return yaml.safe_dump(content | {"code": code} | changes, allow_unicode=True, sort_keys=False).encode()


@pytest.fixture
def database(fresh_database: MakeDatabase) -> Iterator[Database]:
    """One of its own: what is published stays, and cases of it stay unknown to everybody else."""
    database = Database(fresh_database("cases"), pool_size=5, name="publish-tests")
    yield database
    database.close()


@pytest.fixture
def replica(database: Database, clock: Clock, files: FilesAtHand) -> CasesContext:
    """Another process on the same database, which has not looked for anything published."""
    return CasesContext(database, load_catalogue(), files, GroupCommit(database), clock)


def test_a_new_procedure_can_be_filed_at_once_and_soon_at_every_replica(
    ctx: CasesContext, replica: CasesContext
) -> None:
    content = edited("2.000999")
    done = publish.publish(ctx, ADMIN, content, "Quyết định 12/QĐ-UBND")
    assert (done.new, done.version.row and done.version.row.published_by) == (True, ADMIN.subject)
    ref = submit(ctx, LAN, sent(criminal_record(procedure="2.000999")))[0].ref
    with pytest.raises(NotFound):
        submit(replica, LAN, sent(criminal_record(procedure="2.000999")))
    assert read.get(replica, LAN, ref).rules.procedure.code == "2.000999"
    assert submit(replica, LAN, sent(criminal_record(procedure="2.000999")))[1] is False


def test_a_new_version_takes_over_on_its_day_and_running_cases_keep_theirs(ctx: CasesContext, clock: Clock) -> None:
    ref = submit(ctx, LAN, sent(criminal_record()))[0].ref
    publish.publish(ctx, ADMIN, edited(effective_from=date(2026, 3, 10), days=8))
    assert ctx.catalogue.find(CODE, date(2026, 3, 9)).days == 10
    assert ctx.catalogue.find(CODE, date(2026, 3, 9)).effective_to == date(2026, 3, 9)
    clock.now = datetime(2026, 3, 10, 2, tzinfo=UTC)
    later = submit(ctx, LAN, sent(criminal_record()))[0].ref
    assert [read.get(ctx, LAN, each).rules.procedure.days for each in (ref, later)] == [10, 8]


def test_the_same_file_again_changes_nothing_and_another_under_its_date_is_refused(ctx: CasesContext) -> None:
    content = edited(effective_from=date(2026, 4, 1), days=9)
    assert publish.publish(ctx, ADMIN, content).new
    assert not publish.publish(ctx, ADMIN, content).new
    with pytest.raises(Conflict) as caught:
        publish.publish(ctx, ADMIN, edited(effective_from=date(2026, 4, 1), days=7))
    assert caught.value.code == "procedure-version-exists"
    built_in = (FOLDER / "2.000488.yaml").read_bytes()
    assert not publish.publish(ctx, ADMIN, built_in).new


def test_a_version_for_days_that_have_passed_is_refused(ctx: CasesContext) -> None:
    with pytest.raises(Conflict) as caught:
        publish.publish(ctx, ADMIN, edited(effective_from=date(2026, 2, 1)))
    assert caught.value.code == "procedure-version-too-early"
    assert publish.publish(ctx, ADMIN, edited("2.000999", effective_from=date(2026, 2, 1))).new


def test_versions_in_force_on_the_same_day_are_refused(ctx: CasesContext) -> None:
    limited = edited(effective_from=date(2026, 4, 1), effective_to=date(2026, 6, 30))
    publish.publish(ctx, ADMIN, limited)
    with pytest.raises(Conflict) as caught:
        publish.publish(ctx, ADMIN, edited(effective_from=date(2026, 6, 1)))
    assert "2026-04-01" in str(caught.value)
    assert publish.publish(ctx, ADMIN, edited(effective_from=date(2026, 7, 1))).new
    assert publish.publish(ctx, ADMIN, edited(effective_from=date(2026, 3, 20))).new
    spans = [(v.effective_from, v.effective_to) for v in ctx.catalogue.versions(CODE)]
    assert spans[1:] == [
        (date(2026, 3, 20), date(2026, 3, 31)),
        (date(2026, 4, 1), date(2026, 6, 30)),
        (date(2026, 7, 1), None),
    ]


def test_a_wrong_file_is_refused_with_every_fault(ctx: CasesContext) -> None:
    with pytest.raises(InvalidInput) as caught:
        publish.publish(ctx, ADMIN, edited(agencies=["G99.001.00"], rules="nd1-1900", prefill={"sex": "gender"}))
    assert {(field.pointer, field.code) for field in caught.value.fields} == {
        ("/agencies/0", "agency-unknown"),
        ("/rules", "rules-unknown"),
        ("/prefill/sex", "prefill-unknown"),
    }


def test_a_rehearsal_keeps_nothing(ctx: CasesContext) -> None:
    assert publish.publish(ctx, ADMIN, edited("2.000999"), dry_run=True).new
    assert publish.versions(ctx, "2.000999") == []


def test_a_version_not_in_force_yet_can_be_taken_back_and_no_other(ctx: CasesContext, clock: Clock) -> None:
    tomorrow = date(2026, 3, 3)
    publish.publish(ctx, ADMIN, edited(effective_from=tomorrow, days=8))
    with pytest.raises(NotFound):
        publish.withdraw(ctx, CODE, date(2026, 3, 4))
    publish.withdraw(ctx, CODE, tomorrow)
    assert ctx.catalogue.find(CODE, tomorrow).days == 10
    publish.publish(ctx, ADMIN, edited(effective_from=tomorrow, days=7))
    clock.now = datetime(2026, 3, 2, 16, 58, tzinfo=UTC)  # two minutes before the day begins in Viet Nam
    with pytest.raises(Conflict) as caught:
        publish.withdraw(ctx, CODE, tomorrow)
    assert caught.value.code == "procedure-version-in-force"


def test_the_database_keeps_a_version_cases_were_filed_under(ctx: CasesContext, clock: Clock, by_hand: ByHand) -> None:
    day = date(2026, 3, 3)
    publish.publish(ctx, ADMIN, edited(effective_from=day, days=8))
    clock.forward(days=1)
    submit(ctx, LAN, sent(criminal_record()))
    clock.forward(days=-30)  # a clock that is wrong is no way round
    with pytest.raises(Conflict) as caught:
        publish.withdraw(ctx, CODE, day)
    assert caught.value.code == "procedure-version-in-use"
    with pytest.raises(ProgrammingError, match="never changes"), by_hand(ctx.database, triggers=True) as conn:
        conn.execute(text("UPDATE procedure_versions SET note = 'x'"))


def test_an_exported_file_is_the_published_one_byte_for_byte(ctx: CasesContext) -> None:
    content = edited("2.000999") + b"# ghi ch\xc3\xba cu\xe1\xbb\x91i t\xe1\xbb\x87p\n"
    publish.publish(ctx, ADMIN, content)
    assert publish.version(ctx, "2.000999", None).content == content
    assert publish.version(ctx, CODE, None).content == (FOLDER / "2.000488.yaml").read_bytes()
    with pytest.raises(NotFound):
        publish.version(ctx, CODE, date(2030, 1, 1))


def kept_before(ctx: CasesContext, content: bytes, code: str, day: date) -> None:
    """A row of an earlier release, which took what this one refuses."""
    with ctx.database.transaction() as conn:
        conn.execute(
            text(
                "INSERT INTO procedure_versions (code, effective_from, content, published_by, published_at, note)"
                " VALUES (:code, :day, :content, 'admin', now(), '')"
            ),
            {"code": code, "day": day, "content": content},
        )


def test_a_published_file_this_code_cannot_use_is_set_aside_and_the_others_are_not(
    ctx: CasesContext, replica: CasesContext
) -> None:
    kept_before(ctx, b"code: x", "2.000777", date(2026, 1, 1))
    publish.publish(ctx, ADMIN, edited("2.000999"))
    replica.refresh()
    assert replica.catalogue.find(CODE, date(2026, 3, 2)).days == 10
    assert replica.catalogue.find("2.000999", date(2026, 3, 2)).days == 10
    assert list(replica.catalogue.set_aside) == [("2.000777", date(2026, 1, 1))]
    assert replica.named("2.000777", "").name_vi == "2.000777"


def test_a_form_that_reads_from_elsewhere_is_refused_and_one_kept_before_stops_nobody(
    ctx: CasesContext, by_hand: ByHand
) -> None:
    """Cases filed under it go on; new ones are refused, by that procedure alone."""
    content = yaml.safe_load(edited("2.000777"))
    publish.publish(ctx, ADMIN, edited("2.000888"))
    ref = submit(ctx, LAN, sent(criminal_record(procedure="2.000888")))[0].ref
    for code in ("2.000777", "2.000888"):
        content |= {"code": code, "form_schema": {**content["form_schema"], "$ref": "http://127.0.0.1:1/x"}}
        bad = yaml.safe_dump(content, allow_unicode=True, sort_keys=False).encode()
        with pytest.raises((InvalidInput, Conflict)):
            publish.publish(ctx, ADMIN, bad, dry_run=True)
        with by_hand(ctx.database) as conn:
            conn.execute(text("DELETE FROM procedure_versions WHERE code = :code"), {"code": code})
        kept_before(ctx, bad, code, date(2025, 7, 1))
    started = CasesContext(ctx.database, load_catalogue(), ctx.files, ctx.group_commit, ctx.now)
    started.refresh()
    assert {code for code, _ in started.catalogue.set_aside} == {"2.000777", "2.000888"}
    assert read.get(started, LAN, ref).rules.procedure.code == "2.000888"
    with pytest.raises(Conflict) as caught:
        submit(started, LAN, sent(criminal_record(procedure="2.000777")))
    assert caught.value.code == "procedure-version-set-aside"
    submit(started, LAN, sent(criminal_record()))


def test_what_contradicts_the_rest_is_set_aside_whatever_the_order(ctx: CasesContext, replica: CasesContext) -> None:
    kept_before(ctx, edited("2.000776", agencies=["X99"]), "2.000776", date(2025, 7, 1))
    kept_before(ctx, edited("2.000778"), "2.000778", date(2025, 7, 1))
    replica.refresh()
    assert list(replica.catalogue.set_aside) == [("2.000776", date(2025, 7, 1))]
    assert replica.catalogue.find("2.000778", date(2026, 3, 2)).code == "2.000778"


def test_a_release_may_bring_built_in_what_was_published_before(ctx: CasesContext, catalogue_copy: Path) -> None:
    """Cases keep what they were promised: where both are of the same day, the published one counts."""
    publish.publish(ctx, ADMIN, edited(effective_from=date(2026, 4, 1), days=8))
    publish.publish(ctx, ADMIN, edited(effective_from=date(2026, 6, 1), days=6))
    (catalogue_copy / "2.000488.yaml").write_bytes(edited(effective_to=date(2026, 3, 31)))
    (catalogue_copy / "2.000488-april.yaml").write_bytes(edited(effective_from=date(2026, 4, 1), days=9))
    newer = CasesContext(ctx.database, load_catalogue(catalogue_copy), ctx.files, ctx.group_commit, ctx.now)
    newer.refresh()
    spans = [(v.effective_from, v.effective_to, v.days) for v in newer.catalogue.versions(CODE)]
    assert spans == [
        (date(2025, 7, 1), date(2026, 3, 31), 10),
        (date(2026, 4, 1), date(2026, 5, 31), 8),
        (date(2026, 6, 1), None, 6),
    ]


def test_a_chain_is_published_only_with_parts_that_fit_and_a_part_it_needs_stays(ctx: CasesContext) -> None:
    """What is published must still be a catalogue, or no process could start again."""
    part = (FOLDER / "1.001193-2026-09-01.yaml").read_bytes().replace(b'"1.001193"', b'"1.001193.X"')
    part = part.replace(b"effective_from: 2026-09-01", b"effective_from: 2026-10-01", 1)
    whole = (FOLDER / "3.000722-2026-09-01.yaml").read_bytes().replace(b'"1.001193"', b'"1.001193.X"')
    whole = whole.replace(b"effective_from: 2026-09-01", b"effective_from: 2026-11-01", 1)
    with pytest.raises(InvalidInput) as caught:
        publish.publish(ctx, ADMIN, whole)
    assert [(field.pointer, "1.001193.X" in field.en) for field in caught.value.fields] == [("/chain", True)]
    publish.publish(ctx, ADMIN, part)
    publish.publish(ctx, ADMIN, whole)
    with pytest.raises(InvalidInput):
        publish.withdraw(ctx, "1.001193.X", date(2026, 10, 1))
    publish.withdraw(ctx, "3.000722", date(2026, 11, 1))
    publish.withdraw(ctx, "1.001193.X", date(2026, 10, 1))


def test_of_two_that_publish_for_the_same_day_at_once_one_is_refused(ctx: CasesContext, replica: CasesContext) -> None:
    def attempt(at: CasesContext, days: int) -> str:
        try:
            publish.publish(at, ADMIN, edited(effective_from=date(2026, 4, 1), days=days))
        except Conflict as refused:
            return refused.code
        return "published"

    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(attempt, (ctx, replica), (8, 9)))
    assert sorted(outcomes) == ["procedure-version-exists", "published"]
