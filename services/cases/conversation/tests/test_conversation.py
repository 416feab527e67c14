"""Applicant and office talk on a case: in its history by digest, read by whom it concerns, within measure."""

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import uuid4

import orjson
import pytest
from onestop.cases.v1 import cases_events_pb2
from onestop.documents.v1 import documents_service_pb2 as documents_pb

from services.cases.conversation import usecases as converse
from services.cases.conversation.domain.message import (
    ApplicantNotOnline,
    ChatMessage,
    ConversationClosed,
    ConversationFull,
    MessageKeyReused,
    TooManyMessages,
)
from services.cases.conversation.usecases import Conversation
from services.cases.core import actions
from services.cases.core.context import CasesContext
from services.cases.core.domain.errors import CaseNotFound
from services.cases.core.usecases.act import act
from services.cases.core.usecases.read import get, history
from services.cases.deadlines.usecases.timers import run_timers
from services.cases.filing.usecases.submit import submit
from services.cases.handling.tests.test_act import verified
from services.cases.handling.usecases.opening import open_case
from services.cases.testing.samples import CLERK, HUNG, LAN, OFFICER, WARD_OFFICER, licence_exchange, sent
from services.cases.testing.stand_ins import Clock, FilesAtHand
from services.cases.work.store.worklist import Query
from services.cases.work.usecases.search import search
from services.common import limits
from services.common.context import Caller
from services.common.errors import InvalidInput

TEXT = "Chị bổ sung ảnh rõ hơn giúp em nhé."


@pytest.fixture
def ref(ctx: CasesContext) -> str:
    return submit(ctx, LAN, sent(licence_exchange()))[0].ref


def say(ctx: CasesContext, who: Caller, ref: str, text: str = TEXT, *files: str, key: str = "") -> ChatMessage:
    return converse.post(ctx, who, ref, key or str(uuid4()), text, files)


def read(ctx: CasesContext, who: Caller, ref: str) -> Conversation:
    return converse.read(ctx, who, ref, 0, limits.PAGE_SIZE_DEFAULT)


def unread(ctx: CasesContext, who: Caller, ref: str) -> tuple[int, int, int]:
    """As the conversation, the case and its line in the list have it."""
    lines, _ = search(ctx, who, lambda **scope: Query(**scope, ref=ref))
    return read(ctx, who, ref).unread, open_case(ctx, who, ref).unread, lines[0].unread


def test_a_message_is_an_entry_of_the_history_that_holds_its_digest_and_not_its_text(
    ctx: CasesContext, ref: str
) -> None:
    said = say(ctx, CLERK, ref)
    _, entries = history(ctx, LAN, ref)
    entry = orjson.loads(entries[-1][1])
    assert (entry["action"], entry["seq"], entry["actor"]["name"]) == ("post_message", said.seq, "Phạm Thị Mai")
    assert entry["data"] == {"message_id": str(said.message_id), "sha256": said.sha256}
    assert said.salt is not None
    assert said.sha256 == hashlib.sha256(said.salt + TEXT.encode()).hexdigest()
    assert TEXT.encode() not in b"".join(entry for _, entry, _ in entries)
    assert verified(ctx, CLERK, ref).entries == 2


def test_both_sides_read_the_same_oldest_first_with_author_and_role(ctx: CasesContext, ref: str) -> None:
    say(ctx, CLERK, ref, "Chào chị")
    say(ctx, LAN, ref, "Chào em")
    for who in (LAN, CLERK, OFFICER):
        lines = [(m.side, m.name, m.role, m.text) for m in read(ctx, who, ref).messages]
        assert lines == [
            ("office", "Phạm Thị Mai", "clerk", "Chào chị"),
            ("applicant", "Nguyễn Thị Lan", "citizen", "Chào em"),
        ]


def test_a_conversation_is_paged(ctx: CasesContext, ref: str) -> None:
    said = [say(ctx, CLERK, ref, f"{n}").seq for n in range(5)]
    first = converse.read(ctx, LAN, ref, 0, 3)
    assert ([m.seq for m in first.messages], first.next_page) == (said[:3], str(said[2]))
    second = converse.read(ctx, LAN, ref, int(first.next_page), 3)
    assert ([m.seq for m in second.messages], second.next_page) == (said[3:], "")


def test_a_message_outdates_nobodys_view_of_the_case_and_is_no_action_offered(ctx: CasesContext, ref: str) -> None:
    say(ctx, LAN, ref)
    assert act(ctx, CLERK, ref, 1, actions.Accept()).case.version == 3
    assert get(ctx, LAN, ref).allowed_actions == ["withdraw"]


def test_the_same_key_is_one_message_also_at_once_and_another_text_is_refused(ctx: CasesContext, ref: str) -> None:
    with ThreadPoolExecutor(8) as threads:
        said = list(threads.map(lambda _: say(ctx, LAN, ref, key="k"), range(8)))
    assert len({message.seq for message in said}) == 1
    assert len(read(ctx, LAN, ref).messages) == 1
    with pytest.raises(MessageKeyReused):
        say(ctx, LAN, ref, "Khác", key="k")
    assert say(ctx, CLERK, ref, key="k").seq != said[0].seq


def test_messages_sent_at_once_are_all_in_the_chain(ctx: CasesContext, ref: str) -> None:
    with ThreadPoolExecutor(6) as threads:
        list(threads.map(lambda n: say(ctx, (LAN, CLERK, OFFICER)[n % 3], ref, f"{n}"), range(12)))
    assert verified(ctx, CLERK, ref).entries == 13


def test_who_has_nothing_to_do_with_the_case_neither_reads_nor_says_anything(ctx: CasesContext, ref: str) -> None:
    for who in (HUNG, WARD_OFFICER):
        for attempt in (say, read):
            with pytest.raises(CaseNotFound):
                attempt(ctx, who, ref)
        with pytest.raises(CaseNotFound):
            converse.mark_read(ctx, who, ref, 9)


def test_each_side_is_told_how_much_it_has_not_read_until_it_says_it_has(ctx: CasesContext, ref: str) -> None:
    first, second = say(ctx, CLERK, ref), say(ctx, OFFICER, ref)
    own = say(ctx, LAN, ref)
    assert unread(ctx, LAN, ref) == (2, 2, 2)
    assert unread(ctx, CLERK, ref) == unread(ctx, OFFICER, ref) == (1, 1, 1)
    assert converse.mark_read(ctx, LAN, ref, first.seq) == 1
    assert converse.mark_read(ctx, LAN, ref, own.seq) == 0
    assert unread(ctx, LAN, ref) == (0, 0, 0)
    assert unread(ctx, CLERK, ref) == (1, 1, 1)
    assert converse.mark_read(ctx, OFFICER, ref, second.seq) == 1  # what she has not got to stays unread


def test_a_receipt_says_who_of_the_other_side_read_it_first(ctx: CasesContext, ref: str, clock: Clock) -> None:
    said = say(ctx, LAN, ref)
    clock.forward(minutes=5)
    converse.mark_read(ctx, CLERK, ref, said.seq)
    at = clock.now
    clock.forward(minutes=5)
    converse.mark_read(ctx, OFFICER, ref, said.seq)
    [seen] = read(ctx, LAN, ref).messages
    assert (seen.read_at, seen.read_by) == (at, "Phạm Thị Mai")


def test_what_is_sent_along_is_measured_recorded_and_opened_to_the_other_side(ctx: CasesContext, ref: str) -> None:
    say(ctx, LAN, ref, TEXT, "photo")
    files = FilesAtHand(owner=CLERK.subject)
    by_clerk = CasesContext(ctx.database, ctx.catalogue, files, ctx.group_commit, ctx.now)
    say(by_clerk, CLERK, ref, TEXT, "guide", "map")
    _, entries = history(ctx, LAN, ref)
    sent_along = orjson.loads(entries[-1][1])["data"]["attachments"]
    assert [(each["file_id"], each["sha256"]) for each in sent_along] == [("guide", "0" * 64), ("map", "0" * 64)]
    [of_lan, of_clerk] = [bodies(ctx, ref, "cases.message_posted")[n] for n in (0, 1)]
    assert (list(of_lan.file_ids), of_lan.said_by) == (["photo"], "citizen")
    assert list(of_clerk.file_ids) == list(of_clerk.files_for_applicant) == ["guide", "map"]
    assert (of_clerk.applicant_account, of_clerk.said_by) == (LAN.subject, "clerk")


def bodies(ctx: CasesContext, ref: str, event_type: str) -> list[cases_events_pb2.CaseChanged]:
    with ctx.database.autocommit() as conn:
        rows = conn.exec_driver_sql(
            "SELECT data FROM outbox WHERE subject = %s AND type = %s ORDER BY seq", (ref, event_type)
        )
        return [cases_events_pb2.CaseChanged.FromString(bytes(row.data)) for row in rows]


@pytest.mark.parametrize(
    ("owner", "state", "code"),
    [
        (HUNG.subject, documents_pb.FILE_STATE_CLEAN, "file-not-own"),
        (LAN.subject, documents_pb.FILE_STATE_QUARANTINED, "file-in-quarantine"),
        (LAN.subject, documents_pb.FILE_STATE_INFECTED, "file-infected"),
    ],
)
def test_a_file_that_is_not_ones_own_and_clean_is_refused_and_nothing_said(
    ctx: CasesContext, ref: str, files: FilesAtHand, owner: str, state: Any, code: str
) -> None:
    files.owner, files.state = owner, state
    with pytest.raises(InvalidInput) as caught:
        say(ctx, LAN, ref, TEXT, "a", "b")
    assert [(field.pointer, field.code) for field in caught.value.fields] == [
        ("/file_ids/0", code),
        ("/file_ids/1", code),
    ]
    assert read(ctx, LAN, ref).messages == []


@pytest.mark.parametrize("text", ["", "  ", "x" * (limits.LONG_TEXT_LENGTH + 1), "a\0b"])
def test_a_text_that_says_nothing_or_too_much_is_refused(ctx: CasesContext, ref: str, text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        say(ctx, LAN, ref, text)
    assert [field.pointer for field in caught.value.fields] == ["/text"]


def test_too_many_files_are_refused(ctx: CasesContext, ref: str) -> None:
    with pytest.raises(InvalidInput):
        say(ctx, LAN, ref, TEXT, *map(str, range(limits.MESSAGE_FILES + 1)))


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patched:
        patched.setattr(limits, "MESSAGES_PER_HOUR", 3)
        patched.setattr(limits, "MESSAGES_PER_CASE", 5)
        yield


@pytest.mark.usefixtures("narrow")
def test_one_account_says_so_much_in_an_hour_and_a_case_takes_so_much_in_all(
    ctx: CasesContext, ref: str, clock: Clock
) -> None:
    for n in range(3):
        say(ctx, LAN, ref, f"{n}")
    with pytest.raises(TooManyMessages) as caught:
        say(ctx, LAN, ref, "4")
    assert caught.value.retry_after == 3600
    say(ctx, CLERK, ref, "Em đọc rồi")
    clock.forward(hours=1)
    say(ctx, LAN, ref, "5")
    with pytest.raises(ConversationFull):
        say(ctx, CLERK, ref, "6")


def test_a_case_that_ended_is_talked_about_for_some_days_more(ctx: CasesContext, ref: str, clock: Clock) -> None:
    act(ctx, CLERK, ref, 0, actions.Refuse("Sai thẩm quyền"))
    clock.now += limits.CONVERSATION_AFTER_CLOSE
    say(ctx, LAN, ref, "Vì sao ạ?")
    assert read(ctx, LAN, ref).open
    clock.now += timedelta(seconds=1)
    with pytest.raises(ConversationClosed) as caught:
        say(ctx, CLERK, ref)
    assert "30 ngày" in caught.value.message_vi
    assert not read(ctx, LAN, ref).open
    assert len(read(ctx, LAN, ref).messages) == 1


def test_nothing_is_said_to_somebody_who_has_no_account(ctx: CasesContext) -> None:
    ref = submit(ctx, CLERK, sent(licence_exchange(attachments=[])))[0].ref
    with pytest.raises(ApplicantNotOnline):
        say(ctx, OFFICER, ref)
    assert not read(ctx, OFFICER, ref).open


def test_texts_and_files_go_with_the_disposal_of_the_case_and_the_history_still_verifies(
    ctx: CasesContext, ref: str, clock: Clock
) -> None:
    said = say(ctx, LAN, ref, TEXT, "photo", "guide", key="k")
    say(ctx, LAN, ref, TEXT, "guide")
    act(ctx, CLERK, ref, 0, actions.Refuse("Sai thẩm quyền"))
    with ctx.database.autocommit() as conn:
        conn.exec_driver_sql("UPDATE cases SET likeness = 'pho hung|15 le lai' WHERE ref = %s", (ref,))
    clock.now = clock.now.replace(year=clock.now.year + 20)
    run_timers(ctx)
    [body] = bodies(ctx, ref, "cases.disposed")
    assert list(body.file_ids) == ["file-1", "guide", "photo"]
    left = read(ctx, CLERK, ref).messages
    assert [(each.text, each.salt) for each in left] == [(None, None), (None, None)]
    assert left[0].sha256 == said.sha256
    assert verified(ctx, CLERK, ref).entries == 5
    with ctx.database.autocommit() as conn:
        kept = conn.exec_driver_sql("SELECT likeness FROM cases WHERE ref = %s", (ref,)).scalar_one()
    assert kept == ""
