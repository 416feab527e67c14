"""Drafts: kept as far as filled in, saved by one tab at a time, ended with notice, gone when filed."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest
from onestop.cases.v1 import drafts_events_pb2

from services.cases.core.context import CasesContext
from services.cases.core.domain.errors import ProcedureNotFound
from services.cases.drafts import store as draft_store
from services.cases.drafts import usecases as drafts
from services.cases.drafts.domain import DraftNotFound, DraftVersionConflict, TooManyDrafts
from services.cases.drafts.upkeep import end_drafts
from services.cases.drafts.usecases import DraftView
from services.cases.filing.usecases.submit import SubmitRequest, submit
from services.cases.procedures.domain.catalogue import Catalogue
from services.cases.testing.samples import CLERK, HUNG, LAN, criminal_record, licence_exchange, of, sent
from services.cases.testing.stand_ins import Clock
from services.common import limits
from services.common.errors import InvalidInput, NotFound, TooLarge


@pytest.fixture(autouse=True)
def no_drafts(ctx: CasesContext) -> None:
    with ctx.database.autocommit() as conn:
        conn.exec_driver_sql("DELETE FROM drafts")


def save(ctx: CasesContext, draft: dict[str, Any], draft_id: str = "", version: int = 0, who: Any = LAN) -> DraftView:
    return drafts.save(ctx, who, draft_id or str(uuid4()), version, orjson.dumps(draft))


def events(ctx: CasesContext, draft_id: str) -> list[Any]:
    with ctx.database.autocommit() as conn:
        return list(conn.exec_driver_sql("SELECT type, data FROM outbox WHERE subject = %s", (draft_id,)).all())


def test_a_draft_is_kept_as_far_as_it_is_filled_in_and_hints_name_what_is_missing(ctx: CasesContext) -> None:
    draft_id = str(uuid4())
    save(ctx, {"procedure": "3.000347", "form": {"full_name": "Nguyễn Thị Lan", "phone": "12"}}, draft_id)
    kept = drafts.get(ctx, LAN, draft_id)
    assert orjson.loads(kept.draft.content)["form"] == {"full_name": "Nguyễn Thị Lan", "phone": "12"}
    pointers = {hint.pointer for hint in kept.hints}
    assert {"/agency", "/applicant/full_name", "/form/licence_number", "/form/phone", "/attachments"} <= pointers
    assert "/form/full_name" not in pointers


def test_saving_a_draft_names_its_files_so_that_documents_keeps_them_as_long(ctx: CasesContext) -> None:
    save(ctx, licence_exchange(attachments=[{"paper": "giay_kham_suc_khoe", "file_id": "file-1"}]))
    assert ctx.files.asked[-1] == ["file-1"]  # type: ignore[attr-defined]  # the stand-in of the tests


def test_a_draft_is_saved_though_documents_knows_nothing_of_its_files(
    ctx: CasesContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*_: object) -> None:
        raise NotFound

    monkeypatch.setattr(ctx.files, "describe", unknown)
    kept = save(ctx, licence_exchange(attachments=[{"paper": "giay_kham_suc_khoe", "file_id": "file-1"}]))
    assert kept.draft.version == 1


def test_a_draft_that_is_complete_has_no_hints(ctx: CasesContext) -> None:
    assert save(ctx, licence_exchange()).hints == []


def test_what_is_saved_is_in_composed_unicode(ctx: CasesContext) -> None:
    kept = save(ctx, {"procedure": "2.000488", "form": {"full_name": "Nguye\u0302\u0303n"}})
    assert "Nguyễn" in kept.draft.content


def test_two_tabs_cannot_overwrite_each_other_and_a_save_sent_again_is_one(ctx: CasesContext) -> None:
    draft_id, one, two = str(uuid4()), {"procedure": "2.000488"}, {"procedure": "2.000488", "agency": "G01.029.00"}
    assert save(ctx, one, draft_id).draft.version == 1
    assert save(ctx, one, draft_id).draft.version == 1
    assert save(ctx, two, draft_id, version=1).draft.version == 2
    assert save(ctx, two, draft_id, version=1).draft.version == 2
    with pytest.raises(DraftVersionConflict):
        save(ctx, one, draft_id, version=1)
    with pytest.raises(DraftVersionConflict):
        save(ctx, one, draft_id)


def test_a_draft_is_its_owners_alone(ctx: CasesContext) -> None:
    draft_id = str(save(ctx, {"procedure": "2.000488"}).draft.draft_id)
    for act in (drafts.get, drafts.delete):
        with pytest.raises(DraftNotFound):
            act(ctx, HUNG, draft_id)
    assert drafts.of_caller(ctx, HUNG) == []
    assert save(ctx, {"procedure": "3.000347"}, draft_id, who=HUNG).draft.version == 1
    assert drafts.get(ctx, LAN, draft_id).draft.procedure_code == "2.000488"


def test_a_draft_deleted_is_gone_and_a_tab_that_still_shows_it_hears_so(ctx: CasesContext) -> None:
    draft_id = str(save(ctx, {"procedure": "2.000488"}).draft.draft_id)
    drafts.delete(ctx, LAN, draft_id)
    with pytest.raises(DraftNotFound):
        drafts.delete(ctx, LAN, draft_id)
    with pytest.raises(DraftNotFound):
        save(ctx, {"procedure": "2.000488"}, draft_id, version=1)


def test_drafts_are_listed_last_saved_first_and_warn_of_each_other(ctx: CasesContext, clock: Clock) -> None:
    first = save(ctx, {"procedure": "2.000488"}).draft
    clock.forward(minutes=1)
    second = save(ctx, {"procedure": "2.000488"})
    clock.forward(minutes=1)
    other = save(ctx, {"procedure": "3.000347"})
    assert [each.code for each in second.warnings] == ["open-draft"]
    assert second.warnings[0].draft_id == str(first.draft_id)
    assert other.warnings == []
    listed = [kept.draft.draft_id for kept in drafts.of_caller(ctx, LAN)]
    assert listed == [other.draft.draft_id, second.draft.draft_id, first.draft_id]


def test_an_account_keeps_a_limited_number_of_drafts(ctx: CasesContext) -> None:
    for _ in range(limits.DRAFTS_PER_ACCOUNT):
        last = save(ctx, {"procedure": "2.000488"}).draft
    with pytest.raises(TooManyDrafts):
        save(ctx, {"procedure": "2.000488"})
    assert save(ctx, {"procedure": "3.000347"}, str(last.draft_id), version=1).draft.version == 2


@pytest.mark.parametrize(
    ("content", "pointer"),
    [
        (b"[]", ""),
        (b"{", ""),
        (b'{"procedure":"2.000488","form":{"a":"\\u0000"}}', ""),
        (b'{"form":{}}', "/procedure"),
        (b'{"procedure":"2.000488","form":[]}', "/form"),
        (b'{"procedure":"2.000488","attachments":[{"paper":"x"}]}', "/attachments/0"),
        (b'{"procedure":"2.000488","procedure_version":"2024-01-01"}', "/procedure_version"),
        (b'{"procedure":"2.000488","colour":"red"}', "/colour"),
    ],
)
def test_what_is_not_even_a_draft_is_refused_by_field(ctx: CasesContext, content: bytes, pointer: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        drafts.save(ctx, LAN, str(uuid4()), 0, content)
    assert [field.pointer for field in caught.value.fields] == [pointer]


def test_a_draft_of_an_unknown_procedure_too_large_or_without_a_uuid_is_refused(ctx: CasesContext) -> None:
    with pytest.raises(ProcedureNotFound):
        save(ctx, {"procedure": "9.999999"})
    with pytest.raises(TooLarge):
        save(ctx, {"procedure": "2.000488", "form": {"note": "x" * limits.JSON_BODY_BYTES}})
    with pytest.raises(InvalidInput):
        save(ctx, {"procedure": "2.000488"}, "draft-1")


def test_a_draft_keeps_its_version_of_the_procedure_and_tells_of_a_newer_one(ctx: CasesContext, clock: Clock) -> None:
    draft = save(ctx, criminal_record()).draft
    old = ctx.catalogue.find("2.000488", ctx.today())
    newer = old.model_copy(update={"effective_from": ctx.today() + timedelta(days=10)})
    ended = old.model_copy(update={"effective_to": ctx.today() + timedelta(days=9)})
    later = CasesContext(ctx.database, two_versions(ctx, ended, newer), ctx.files, ctx.group_commit, clock)
    clock.forward(days=11)
    kept = drafts.get(later, LAN, str(draft.draft_id))
    assert kept.in_force is not None
    assert (kept.draft.procedure_version, kept.in_force.effective_from) == (old.effective_from, newer.effective_from)
    again = save(later, criminal_record(agency=""), str(draft.draft_id), 1).draft
    assert again.procedure_version == old.effective_from
    over = criminal_record(procedure_version=newer.effective_from.isoformat())
    assert save(later, over, str(draft.draft_id), 2).draft.procedure_version == newer.effective_from


def two_versions(ctx: CasesContext, *versions: Any) -> Catalogue:
    others = [each for each in ctx.catalogue.in_force(ctx.today()) if each.code != versions[0].code]
    found = ctx.catalogue
    return Catalogue([*others, *versions], found.rules.values(), found.agencies.values(), found.calendar)


def test_a_draft_ends_with_notice_each_once_however_often_the_timer_runs(ctx: CasesContext, clock: Clock) -> None:
    draft = save(ctx, {"procedure": "2.000488"}).draft
    draft_id = str(draft.draft_id)
    clock.now = draft.expires_at - limits.DRAFT_NOTICE - timedelta(seconds=1)
    end_drafts(ctx)
    assert events(ctx, draft_id) == []
    clock.forward(seconds=1)
    end_drafts(ctx)
    end_drafts(ctx)
    [event] = events(ctx, draft_id)
    told = drafts_events_pb2.DraftExpiring.FromString(bytes(event.data))
    assert (event.type, told.account, told.procedure_code) == ("cases.draft_expiring", LAN.subject, "2.000488")
    assert drafts.get(ctx, LAN, draft_id).draft.noticed_at == clock.now
    clock.now = draft.expires_at - timedelta(seconds=1)
    end_drafts(ctx)
    assert drafts.get(ctx, LAN, draft_id).draft.version == 1
    clock.forward(seconds=1)
    end_drafts(ctx)
    with pytest.raises(DraftNotFound):
        drafts.get(ctx, LAN, draft_id)
    assert len(events(ctx, draft_id)) == 1


def test_after_a_long_stop_the_owner_still_has_all_days_of_the_notice(ctx: CasesContext, clock: Clock) -> None:
    draft = save(ctx, {"procedure": "2.000488"}).draft
    clock.now = draft.expires_at + timedelta(days=30)
    end_drafts(ctx)
    kept = drafts.get(ctx, LAN, str(draft.draft_id)).draft
    assert kept.expires_at == clock.now + limits.DRAFT_NOTICE


def test_saving_a_draft_that_was_to_end_keeps_it(ctx: CasesContext, clock: Clock) -> None:
    draft = save(ctx, {"procedure": "2.000488"}).draft
    clock.now = draft.expires_at - timedelta(days=1)
    end_drafts(ctx)
    again = save(ctx, {"procedure": "2.000488", "agency": "G01.029.00"}, str(draft.draft_id), 1).draft
    assert (again.noticed_at, again.expires_at) == (None, clock.now + limits.DRAFT_LIFE)
    clock.forward(days=2)
    end_drafts(ctx)
    assert drafts.get(ctx, LAN, str(draft.draft_id)).draft == again


def test_a_draft_that_cannot_be_ended_stops_no_other(
    ctx: CasesContext, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = save(ctx, {"procedure": "2.000488"}).draft
    clock.forward(minutes=1)
    sound = save(ctx, {"procedure": "2.000488"}).draft
    clock.now = sound.expires_at - timedelta(days=1)
    real_write = draft_store.write

    def write(conn: Any, draft: Any) -> None:
        if draft.draft_id == broken.draft_id:
            raise RuntimeError("this one cannot be written")
        real_write(conn, draft)

    with monkeypatch.context() as patched:
        patched.setattr(draft_store, "write", write)
        end_drafts(ctx)
    assert (len(events(ctx, str(broken.draft_id))), len(events(ctx, str(sound.draft_id)))) == (0, 1)
    clock.now += limits.TIMER_RETRY
    end_drafts(ctx)
    assert len(events(ctx, str(broken.draft_id))) == 1


def test_filing_from_a_draft_ends_it_in_the_same_statement(ctx: CasesContext) -> None:
    draft_id = str(save(ctx, licence_exchange()).draft.draft_id)
    other = str(save(ctx, criminal_record()).draft.draft_id)
    filed = SubmitRequest(sent(licence_exchange()).content, str(uuid4()), draft_id=draft_id)
    first, replayed = submit(ctx, LAN, filed)
    assert not replayed
    with pytest.raises(DraftNotFound):
        drafts.get(ctx, LAN, draft_id)
    assert submit(ctx, LAN, filed) == (first, True)
    assert drafts.get(ctx, LAN, other).draft.draft_id == UUID(other)


def test_a_refused_submission_leaves_the_draft_and_nobody_ends_anothers(ctx: CasesContext) -> None:
    draft_id = str(save(ctx, criminal_record(form={})).draft.draft_id)
    with pytest.raises(InvalidInput):
        submit(ctx, LAN, SubmitRequest(sent(criminal_record(form={})).content, "k", draft_id=draft_id))
    submit(ctx, HUNG, SubmitRequest(sent(of(HUNG, criminal_record())).content, str(uuid4()), draft_id=draft_id))
    assert drafts.get(ctx, LAN, draft_id).draft.version == 1
    with pytest.raises(InvalidInput) as caught:
        submit(ctx, LAN, SubmitRequest(sent(criminal_record()).content, "k", draft_id="no uuid"))
    assert [field.pointer for field in caught.value.fields] == ["/draft_id"]


def test_a_clerk_keeps_drafts_for_the_counter(ctx: CasesContext) -> None:
    assert save(ctx, licence_exchange(attachments=[]), who=CLERK).hints == []  # the paper is shown, not uploaded
