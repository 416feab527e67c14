"""A case belongs to the number it is for: its bearer, proven, sees it and acts on it; nobody else does."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import orjson
import pytest
from onestop.cases.v1.cases_service_pb2 import STANDING_CLERK, STANDING_SELF

from services.cases.conversation import usecases as converse
from services.cases.conversation.domain.message import ApplicantNotOnline
from services.cases.core import actions
from services.cases.core.context import CasesContext
from services.cases.core.domain.case_parts import Pin
from services.cases.core.domain.errors import ApplicantIdentified, CaseNotFound, RoleNotAllowed
from services.cases.core.domain.filer import Standing
from services.cases.core.messages.shown import shown
from services.cases.core.store import cases as store
from services.cases.core.usecases.act import act
from services.cases.core.usecases.read import get, history
from services.cases.filing.tests.test_accounts import (
    FIRM,
    HUSBAND,
    PAPER,
    PROXY,
    changes_of,
    claims_are_taken,
    represents,
)
from services.cases.filing.usecases.check import check
from services.cases.filing.usecases.submit import submit
from services.cases.handling.usecases.identifying import identify
from services.cases.handling.usecases.opening import open_case
from services.cases.history import store as history_store
from services.cases.history.domain.replay import faults
from services.cases.history.usecases import timeline
from services.cases.supplements import usecases as supplement
from services.cases.supplements.usecases import Sent
from services.cases.testing.samples import CLERK, HUNG, LAN, OFFICER, criminal_record, household_business, of, sent
from services.cases.testing.stand_ins import FilesAtHand
from services.cases.work.store import worklist
from services.cases.work.store.worklist import Query
from services.cases.work.upkeep import fill_search_index
from services.cases.work.usecases.search import search
from services.common.context import Caller
from services.common.errors import InvalidInput

ELSEWHERE = replace(LAN, subject="lan-elsewhere")
CLAIMED = replace(LAN, subject="lan-claimed", assurance=1)
FREE = criminal_record()["form"] | {"fee_group": "exempt"}


def at_the_counter(ctx: CasesContext, **changes: Any) -> str:
    return submit(ctx, CLERK, sent(criminal_record(**{"form": FREE, **changes})))[0].ref


def lists(ctx: CasesContext, who: Caller, ref: str) -> set[bool]:
    """Whether each of the lists of somebody has the case."""
    number = LAN.personal_number
    asked: list[dict[str, Any]] = [
        {"order": "received"}, {}, {"order": "name"}, {"identifier": number}, {"ref": ref},
        {"text": ref, "order": "match"}, {"name": "lan", "order": "match"},
    ]  # fmt: skip
    found: set[bool] = set()
    for each in asked:
        lines = search(ctx, who, lambda each=each, **scope: Query(**scope, **each))[0]
        assert len({line.ref for line in lines}) == len(lines)
        found.add(ref in {line.ref for line in lines})
    return found


def test_a_counter_case_is_seen_in_every_list_by_whoever_proved_to_bear_its_number(ctx: CasesContext) -> None:
    ref = at_the_counter(ctx)
    for who in (LAN, ELSEWHERE):
        assert lists(ctx, who, ref) == {True}
        assert get(ctx, who, ref).case.ref == ref
        assert history(ctx, who, ref)[0] == ref
        assert timeline.read(ctx, who, ref).ref == ref
        assert open_case(ctx, who, ref).similar == ()
        told = check(ctx, who, orjson.dumps(criminal_record(form=FREE)), "").warnings
        assert ref in " ".join(str(each) for each in told)
    for stranger in (HUNG, CLAIMED):
        assert lists(ctx, stranger, ref) == {False}
        for look in (get, history, timeline.read, open_case):
            with pytest.raises(CaseNotFound):
                look(ctx, stranger, ref)


def test_its_owner_answers_a_supplement_talks_and_withdraws(ctx: CasesContext, files: FilesAtHand) -> None:
    ref = at_the_counter(ctx)
    files.owner = ELSEWHERE.subject
    act(ctx, CLERK, ref, 0, actions.RequestSupplement(pins=(Pin("/form/purpose", "mismatch"),)))
    assert "resubmit" in get(ctx, ELSEWHERE, ref).allowed_actions
    with pytest.raises(CaseNotFound):
        supplement.resubmit(ctx, HUNG, ref, 0, Sent(form=b'{"purpose": "x"}'))
    answered = supplement.resubmit(ctx, ELSEWHERE, ref, 0, Sent(form='{"purpose": "Xin việc làm"}'.encode()))
    assert answered.case.supplement_items == ()
    converse.post(ctx, ELSEWHERE, ref, "k1", "Em gửi rồi ạ", ())
    converse.post(ctx, OFFICER, ref, "k2", "Đã nhận", ())
    assert converse.read(ctx, LAN, ref, 0, 10).unread == 1
    with pytest.raises(CaseNotFound):
        act(ctx, CLAIMED, ref, 0, actions.Withdraw())
    assert act(ctx, LAN, ref, 0, actions.Withdraw("Không cần nữa")).case.status == 7


def test_the_office_writes_to_who_filed_at_the_counter_once_they_have_acted_online(ctx: CasesContext) -> None:
    ref = at_the_counter(ctx)
    with pytest.raises(ApplicantNotOnline):
        converse.post(ctx, OFFICER, ref, "k1", "Chào chị", ())
    assert not converse.read(ctx, OFFICER, ref, 0, 10).open
    assert converse.read(ctx, LAN, ref, 0, 10).open
    converse.post(ctx, LAN, ref, "k2", "Hồ sơ của em thế nào?", ())
    assert converse.read(ctx, OFFICER, ref, 0, 10).open
    converse.post(ctx, OFFICER, ref, "k3", "Sắp xong", ())


def test_who_acts_for_whom_is_on_the_case_and_in_its_history(ctx: CasesContext) -> None:
    ref = at_the_counter(ctx)
    act(ctx, CLERK, ref, 0, actions.Accept())
    act(ctx, ELSEWHERE, ref, 0, actions.Withdraw())
    acted = [(each.account, each.name, each.standing) for each in get(ctx, OFFICER, ref).case.acting]
    assert acted == [
        (CLERK.subject, CLERK.name, Standing.CLERK),
        (ELSEWHERE.subject, LAN.name, Standing.SELF),
    ]
    actors = [orjson.loads(entry)["actor"] for _, entry, _ in history(ctx, LAN, ref)[1]]
    assert [actor.get("as") for actor in actors] == ["clerk", None, "self"]
    for_her, for_them = shown(get(ctx, LAN, ref)).acting, shown(get(ctx, OFFICER, ref)).acting
    assert [each.standing for each in for_her] == [STANDING_CLERK, STANDING_SELF]
    assert [each.account for each in for_her] == ["", ""]
    assert [each.account for each in for_them] == [CLERK.subject, ELSEWHERE.subject]


@pytest.mark.parametrize(
    ("who", "application"),
    [
        (CLAIMED, criminal_record(form=FREE)),
        (HUNG, criminal_record(form=FREE, proxy=HUSBAND)),
        (HUNG, criminal_record(form=FREE, proxy=PROXY, attachments=[PAPER])),
        (HUNG, household_business(applicant=FIRM)),
    ],
    ids=["a claimed number", "who says to be her husband", "her proxy", "an unproven firm"],
)
def test_what_was_filed_without_proof_belongs_to_the_account_that_filed_and_to_nobody_else(
    ctx: CasesContext, files: FilesAtHand, who: Caller, application: dict[str, Any]
) -> None:
    files.owner = who.subject
    if who is CLAIMED:
        claims_are_taken(ctx)
    ref = submit(ctx, who, sent(application))[0].ref
    owner = replace(LAN, firms=(FIRM["identifier"],))
    assert get(ctx, who, ref).case.owner == changes_of(ctx, ref)[0].owner_number == ""
    with pytest.raises(CaseNotFound):
        get(ctx, owner, ref)
    assert lists(ctx, owner, ref) == {False}
    assert ref in {line.ref for line in search(ctx, who, lambda **scope: Query(**scope, order="received"))[0]}
    if who is HUNG:  # the same account and number after another log-in
        assert get(ctx, replace(who, assurance=1), ref).case.ref == ref


def test_a_case_filed_online_is_seen_from_another_account_of_the_same_proven_number(ctx: CasesContext) -> None:
    ref = submit(ctx, LAN, sent(criminal_record(form=FREE)))[0].ref
    assert changes_of(ctx, ref)[0].owner_number == LAN.personal_number
    assert lists(ctx, ELSEWHERE, ref) == lists(ctx, LAN, ref) == {True}
    assert lists(ctx, CLAIMED, ref) == {False}
    with pytest.raises(CaseNotFound):
        get(ctx, CLAIMED, ref)


def test_a_firms_case_belongs_to_those_who_represent_it_as_long_as_they_do(ctx: CasesContext) -> None:
    ref = submit(ctx, CLERK, sent(household_business(applicant=FIRM)))[0].ref
    new = replace(HUNG, firms=(FIRM["identifier"],))
    assert get(ctx, new, ref).case.owner == FIRM["identifier"]
    assert act(ctx, new, ref, 0, actions.Withdraw()).case.acting[-1].standing is Standing.REPRESENTATIVE
    for former in (HUNG, replace(new, assurance=1)):
        with pytest.raises(CaseNotFound):
            get(ctx, former, ref)


def test_whoever_filed_for_a_firm_loses_its_case_with_the_representation(ctx: CasesContext) -> None:
    filed = submit(
        represents(ctx, HUNG, "1.001612", FIRM["identifier"]),
        HUNG,
        sent(household_business(applicant=FIRM, prefill="receipt")),
    )[0].ref
    now, successor = replace(HUNG, firms=(FIRM["identifier"],)), replace(LAN, firms=(FIRM["identifier"],))
    for who in (now, successor):
        assert get(ctx, who, filed).case.ref == filed
        assert filed in {line.ref for line in search(ctx, who, lambda **scope: Query(**scope, order="received"))[0]}
    with pytest.raises(CaseNotFound):
        get(ctx, HUNG, filed)
    assert changes_of(ctx, filed)[0].applicant_account == ""
    assert filed not in {line.ref for line in search(ctx, HUNG, lambda **scope: Query(**scope, order="received"))[0]}
    with ctx.database.autocommit() as conn:  # as the code before stored it
        conn.exec_driver_sql("UPDATE cases SET owned = NULL, account = %s WHERE ref = %s", (HUNG.subject, filed))
    assert filed not in {line.ref for line in search(ctx, HUNG, lambda **scope: Query(**scope, order="received"))[0]}
    assert filed in {line.ref for line in search(ctx, now, lambda **scope: Query(**scope, order="received"))[0]}


def test_pages_of_what_was_filed_at_the_counter_and_online_join_without_gap_or_repetition(ctx: CasesContext) -> None:
    who = replace(LAN, subject="lan-pages", personal_number="079301000099", name="Nguyễn Thị Trang")
    mine = of(who, criminal_record(form=FREE))
    refs = []
    for position in range(7):
        form = mine["form"] | {"purpose": f"Việc {position}"}
        refs.append(submit(ctx, (CLERK, who)[position % 2], sent(mine | {"form": form}))[0].ref)
    for order in ("received", "due", "name"):
        seen: list[str] = []
        token = ""
        while True:
            lines, token = search(
                ctx,
                who,
                lambda token=token, order=order, **scope: Query(**scope, order=order, page_token=token, page_size=2),
            )
            seen += [line.ref for line in lines]
            if not token:
                break
        assert sorted(seen) == sorted(refs)


def test_a_row_of_the_code_before_says_by_its_state_whose_it_is(ctx: CasesContext) -> None:
    counter, online = at_the_counter(ctx), submit(ctx, LAN, sent(criminal_record(form=FREE)))[0].ref
    with ctx.database.autocommit() as conn:
        conn.exec_driver_sql("UPDATE cases SET owned = NULL WHERE ref = ANY(%s)", ([counter, online],))
    for ref in (counter, online):
        assert lists(ctx, ELSEWHERE, ref) == {True}
    assert lists(ctx, HUNG, counter) == {False}


def test_ones_own_cases_are_found_by_the_index_of_identifiers(ctx: CasesContext) -> None:
    statement = worklist.OF_ACCOUNT.format(
        columns=worklist.COLUMNS, key="ARRAY[ref]", own=store.OF_ACCOUNT, numbered=store.OF_NUMBER,
        conditions="true", by="received_at DESC, ref DESC",
    )  # fmt: skip
    asked = {"account": "a", "numbers": ["079301000019", "0314409058"], "limit": 21}
    with ctx.database.transaction() as conn:
        conn.exec_driver_sql("SET LOCAL enable_seqscan = off")
        plan = "\n".join(conn.exec_driver_sql("EXPLAIN " + statement, asked).scalars())
    assert "identifier_procedure_code_received_at" in plan
    assert "account_received_at" in plan
    assert "Seq Scan" not in plan


def test_a_number_put_right_moves_the_case_to_its_bearer(ctx: CasesContext) -> None:
    wrong = {"full_name": "Trần Văn Hùng", "identifier": HUNG.personal_number}
    form = FREE | {"personal_number": HUNG.personal_number, "full_name": "Trần Văn Hùng"}
    ref = submit(ctx, CLERK, sent(criminal_record(form=form, applicant=wrong)))[0].ref
    assert get(ctx, HUNG, ref).case.owner == HUNG.personal_number
    command = actions.Identify(LAN.personal_number, "Thẻ căn cước", "Nguyễn Thị Lan")
    with pytest.raises(RoleNotAllowed):
        act(ctx, HUNG, ref, 0, command)
    seen = identify(ctx, CLERK, ref, 0, command)
    assert (seen.case.owner, seen.case.applicant.full_name) == (LAN.personal_number, "Nguyễn Thị Lan")
    assert orjson.loads(get(ctx, LAN, ref).form)["personal_number"] == LAN.personal_number
    fill_search_index(ctx)
    assert lists(ctx, LAN, ref) == {True}
    with pytest.raises(CaseNotFound):
        get(ctx, HUNG, ref)
    assert ref not in {line.ref for line in search(ctx, HUNG, lambda **scope: Query(**scope, order="received"))[0]}
    told = changes_of(ctx, ref)[-1]
    assert told.owner_number == LAN.personal_number
    with ctx.database.autocommit() as conn:
        stored = next(each for _, each in history_store.some(conn, UUID(int=0), 10_000) if each.ref == ref)
    assert faults(stored) == []


def test_what_nothing_proved_belongs_to_whom_a_clerk_saw_and_the_filer_gets_no_result(ctx: CasesContext) -> None:
    ref = submit(ctx, HUNG, sent(household_business(applicant=FIRM)))[0].ref
    assert get(ctx, HUNG, ref).case.owner == ""
    identify(ctx, CLERK, ref, 0, actions.Identify(FIRM["identifier"], "Trích lục đăng ký doanh nghiệp"))
    successor = replace(LAN, firms=(FIRM["identifier"],))
    for who in (successor, HUNG):  # who filed it sees on what they filed
        assert get(ctx, who, ref).case.owner == FIRM["identifier"]
    told = changes_of(ctx, ref)[-1]
    assert (told.owner_number, told.unproven) == (FIRM["identifier"], True)


def test_who_filed_without_proof_does_nothing_more_once_a_clerk_has_seen_whose_it_is(ctx: CasesContext) -> None:
    ref = submit(ctx, HUNG, sent(household_business(applicant=FIRM)))[0].ref
    assert "withdraw" in get(ctx, HUNG, ref).allowed_actions
    converse.post(ctx, HUNG, ref, "k1", "Khi nào xong ạ?", ())
    identify(ctx, CLERK, ref, 0, actions.Identify(FIRM["identifier"], "Trích lục đăng ký doanh nghiệp"))
    representative = replace(LAN, firms=(FIRM["identifier"],))
    act(ctx, CLERK, ref, 0, actions.RequestSupplement(("Bản sao",), "Thiếu"))
    assert get(ctx, HUNG, ref).allowed_actions == []
    for attempt in (
        lambda: act(ctx, HUNG, ref, 0, actions.Withdraw()),
        lambda: supplement.resubmit(ctx, HUNG, ref, 0, Sent(note="Xong")),
        lambda: converse.post(ctx, HUNG, ref, "k2", "Rút giúp tôi", ()),
        lambda: converse.read(ctx, HUNG, ref, 0, 10),
    ):
        with pytest.raises(ApplicantIdentified):
            attempt()
    assert {"withdraw", "resubmit"} <= set(get(ctx, representative, ref).allowed_actions)
    converse.post(ctx, representative, ref, "k3", "Chúng tôi nộp sau", ())
    assert act(ctx, representative, ref, 0, actions.Withdraw()).case.acting[-1].standing is Standing.REPRESENTATIVE


def test_a_proxy_with_a_paper_goes_on_acting_for_whom_a_clerk_saw(ctx: CasesContext, files: FilesAtHand) -> None:
    files.owner = HUNG.subject
    ref = submit(ctx, HUNG, sent(criminal_record(form=FREE, proxy=PROXY, attachments=[PAPER])))[0].ref
    identify(ctx, CLERK, ref, 0, actions.Identify(LAN.personal_number, "Thẻ căn cước"))
    assert "withdraw" in get(ctx, LAN, ref).allowed_actions
    assert act(ctx, HUNG, ref, 0, actions.Withdraw()).case.acting[-1].standing is Standing.PROXY


@pytest.mark.parametrize("identifier", ["12345", "0314409058", ""])
def test_nobody_is_identified_by_what_is_no_number_of_theirs(ctx: CasesContext, identifier: str) -> None:
    ref = at_the_counter(ctx)
    with pytest.raises(InvalidInput) as caught:
        act(ctx, CLERK, ref, 0, actions.Identify(identifier, "Thẻ căn cước"))
    assert [each.pointer for each in caught.value.fields] == ["/identifier"]
