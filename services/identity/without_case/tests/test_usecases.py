"""Nobody is looked up unless it is the caller's business: in a case of theirs, or for a reason somebody confirms."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from services.common import limits
from services.common.context import Caller
from services.common.database import Database
from services.common.errors import InvalidInput, NotFound, OnestopError, Unavailable
from services.common.testing.plugin import ByHand
from services.identity.conftest import LogIn, Sandbox
from services.identity.look_ups import usecases as look_ups
from services.identity.look_ups.context import LookUpContext
from services.identity.look_ups.domain import NotAtCounter, Purpose, TooManyLookUps
from services.identity.prefilling import usecases as prefilling
from services.identity.tests.cases_at_hand import REF, CasesAtHand, NumberNotInCase
from services.identity.without_case import usecases as without_case
from services.identity.without_case.domain import (
    Ground,
    LookUpRequest,
    NotConfirmed,
    OwnRequest,
    RequestNotFound,
    TooManyRequests,
)

LAN, HUNG = "079301000019", "001090000001"
GROUND = Ground("Xác minh theo công văn số 12/CV", "Luật Căn cước 2023, Điều 9")


@pytest.fixture
def inspector(log_in: LogIn) -> Caller:
    return log_in("inspector")


@pytest.fixture
def asked(ctx: LookUpContext, inspector: Caller, now: datetime) -> LookUpRequest:
    return without_case.ask(ctx, inspector, number=LAN, fields=["full_name"], ground=GROUND, now=now)


@pytest.mark.parametrize(
    ("ref", "number", "refusal"),
    [("invented-1", LAN, NotFound), ("G01.029.00-261102-0009", LAN, NotFound), (REF, "079180000124", NumberNotInCase)],
)
def test_a_case_that_is_not_the_workers_business_opens_no_register(
    ctx: LookUpContext,
    log_in: LogIn,
    database: Database,
    sandbox: Sandbox,
    now: datetime,
    ref: str,
    number: str,
    refusal: type,
) -> None:
    clerk, purpose, before = log_in("clerk"), Purpose("xem", ref), len(sandbox.calls())

    with pytest.raises(refusal):
        look_ups.look_up_person(ctx, clerk, number=number, fields=["sex"], purpose=purpose, now=now)
    with pytest.raises(refusal):
        look_ups.verify_person(ctx, clerk, number=number, declared={}, purpose=purpose, now=now)
    assert len(sandbox.calls()) == before
    with database.transaction() as conn:
        assert conn.execute(text("SELECT count(*) FROM look_ups")).scalar_one() == 0


def test_a_firm_that_is_in_no_case_of_the_worker_is_not_looked_up(
    ctx: LookUpContext, log_in: LogIn, now: datetime
) -> None:
    with pytest.raises(NumberNotInCase):
        look_ups.look_up_firm(ctx, log_in("clerk"), tax_code="0301442379", purpose=Purpose("xem", REF), now=now)


def test_while_cases_does_not_answer_nobody_is_looked_up(
    ctx: LookUpContext, log_in: LogIn, sandbox: Sandbox, now: datetime
) -> None:
    class Away(CasesAtHand):
        def check_involved(self, ref: str, number: str) -> str:  # noqa: ARG002
            raise Unavailable

    before = len(sandbox.calls())
    with pytest.raises(Unavailable):
        look_ups.look_up_person(
            replace(ctx, cases=Away()),
            log_in("clerk"),
            number=LAN,
            fields=["sex"],
            purpose=Purpose("xem", REF),
            now=now,
        )
    assert len(sandbox.calls()) == before


def test_the_limit_of_an_hour_holds_for_look_ups_made_at_once(
    ctx: LookUpContext, log_in: LogIn, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "LOOK_UPS_PER_HOUR", 3)
    clerk = log_in("clerk")

    def look_up(_: int) -> str:
        try:
            look_ups.look_up_person(ctx, clerk, number=LAN, fields=["sex"], purpose=Purpose("xem", REF), now=now)
        except TooManyLookUps:
            return "refused"
        return "made"

    with ThreadPoolExecutor(10) as pool:
        assert list(pool.map(look_up, range(12))).count("made") == 3


def test_a_reason_is_asked_for(ctx: LookUpContext) -> None:
    for reason in ("", "  ", "xem", "\u200b" * 40, "x" * 501):
        with pytest.raises(InvalidInput) as error:
            Ground.stated(reason, "")
        assert [field.pointer for field in error.value.fields] == ["/reason"]


def test_what_nobody_else_confirmed_is_not_looked_up(
    ctx: LookUpContext, inspector: Caller, asked: LookUpRequest, sandbox: Sandbox, now: datetime
) -> None:
    before = len(sandbox.calls())
    with pytest.raises(NotConfirmed):
        without_case.look_up(ctx, inspector, request_id=asked.request_id, number=LAN, now=now)
    with pytest.raises(OwnRequest):
        without_case.confirm(ctx, inspector, asked.request_id, now)
    assert len(sandbox.calls()) == before


def test_confirmed_it_is_made_once_and_the_person_sees_who_why_and_by_whose_leave(
    ctx: LookUpContext, log_in: LogIn, inspector: Caller, asked: LookUpRequest, now: datetime
) -> None:
    without_case.confirm(ctx, log_in("leader"), asked.request_id, now)

    def look_up(_: int = 0) -> str:
        try:
            person = without_case.look_up(ctx, inspector, request_id=asked.request_id, number=LAN, now=now)
        except RequestNotFound:
            return "used"
        return person["full_name"]

    with ThreadPoolExecutor(5) as pool:
        assert sorted(pool.map(look_up, range(5))) == ["Nguyễn Thị Lan", *["used"] * 4]
    (seen,), _ = look_ups.list_look_ups(ctx, log_in("lan"), page_token="", page_size=5)
    assert (seen.operation, seen.actor) == ("without_case", "Bùi Quang Huy, G01.029.00")
    assert seen.purpose.text == "Xác minh theo công văn số 12/CV (Võ Thành Công)"


@pytest.mark.parametrize("whose", ["number", "account", "late", "nonsense"])
def test_a_request_is_good_for_its_own_number_its_own_asker_and_an_hour(
    ctx: LookUpContext, log_in: LogIn, inspector: Caller, asked: LookUpRequest, now: datetime, whose: str
) -> None:
    without_case.confirm(ctx, log_in("leader"), asked.request_id, now)
    other = replace(inspector, subject=log_in("leader").subject)
    tries = {
        "number": (inspector, asked.request_id, HUNG, now),
        "account": (other, asked.request_id, LAN, now),
        "late": (inspector, asked.request_id, LAN, now + limits.LOOK_UP_REQUEST_LIFE + timedelta(seconds=1)),
        "nonsense": (inspector, "nonsense", LAN, now),
    }
    who, request_id, number, when = tries[whose]
    with pytest.raises(RequestNotFound):
        without_case.look_up(ctx, who, request_id=request_id, number=number, now=when)


def test_a_leader_of_another_agency_neither_sees_nor_confirms_it(
    ctx: LookUpContext, log_in: LogIn, asked: LookUpRequest, now: datetime
) -> None:
    stranger = replace(log_in("ward.officer"), roles=frozenset({"leader"}))

    assert without_case.waiting(ctx, stranger, now) == []
    with pytest.raises(RequestNotFound):
        without_case.confirm(ctx, stranger, asked.request_id, now)
    assert [each.request_id for each in without_case.waiting(ctx, log_in("leader"), now)] == [asked.request_id]


@contextmanager
def altered(
    by_hand: ByHand, database: Database, *, number: str = "", disabled_at: datetime | None = None
) -> Iterator[None]:
    """While the inspector's account is as an administrator made it meanwhile."""
    statement = text(
        "UPDATE accounts SET personal_number = :number, disabled_at = :disabled_at WHERE username = 'inspector'"
    )
    meanwhile, before = {"number": number, "disabled_at": disabled_at}, {"number": "", "disabled_at": None}
    with by_hand(database) as conn:
        conn.execute(statement, meanwhile)
    try:
        yield
    finally:
        with by_hand(database) as conn:
            conn.execute(statement, before)


def test_another_account_of_the_same_person_is_no_second_pair_of_eyes(
    ctx: LookUpContext, log_in: LogIn, asked: LookUpRequest, now: datetime, by_hand: ByHand
) -> None:
    leader = log_in("leader")
    with altered(by_hand, ctx.database, number=HUNG):
        same_person = replace(leader, personal_number=HUNG)
        (seen,) = without_case.waiting(ctx, same_person, now)
        assert not seen.may_be_confirmed_by(same_person)
        with pytest.raises(OwnRequest):
            without_case.confirm(ctx, same_person, asked.request_id, now)
    assert without_case.confirm(ctx, leader, asked.request_id, now).confirmed_by_name == leader.name


def test_what_somebody_asked_whose_account_was_closed_since_is_not_confirmed(
    ctx: LookUpContext, log_in: LogIn, asked: LookUpRequest, now: datetime, by_hand: ByHand
) -> None:
    with altered(by_hand, ctx.database, disabled_at=now), pytest.raises(RequestNotFound):
        without_case.confirm(ctx, log_in("leader"), asked.request_id, now)


def test_what_other_agencies_ask_hides_nothing_from_whoever_is_to_confirm(
    ctx: LookUpContext, log_in: LogIn, asked: LookUpRequest, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "PAGE_SIZE_MAX", 2)
    stranger = replace(log_in("ward.officer"), agencies=("H30",))
    for _ in range(3):
        without_case.ask(ctx, stranger, number=HUNG, fields=["sex"], ground=GROUND, now=now + timedelta(seconds=1))
    assert [each.request_id for each in without_case.waiting(ctx, log_in("leader"), now)] == [asked.request_id]


def test_ten_requests_a_day_are_enough(ctx: LookUpContext, inspector: Caller, now: datetime) -> None:
    def ask(at: datetime) -> LookUpRequest:
        return without_case.ask(ctx, inspector, number=HUNG, fields=["sex"], ground=GROUND, now=at)

    ask(now - timedelta(days=1, seconds=1))
    for _ in range(limits.LOOK_UPS_WITHOUT_CASE_PER_DAY):
        ask(now)
    with pytest.raises(TooManyRequests):
        ask(now)


def test_of_a_request_the_number_is_not_kept(asked: LookUpRequest, database: Database) -> None:
    with database.transaction() as conn:
        kept = str(conn.execute(text("SELECT * FROM look_up_requests")).all())
    assert asked.request_id in kept
    assert LAN not in kept


def test_at_the_counter_a_form_is_filled_with_what_it_needs_and_the_person_sees_it(
    ctx: LookUpContext, log_in: LogIn, now: datetime
) -> None:
    filled = prefilling.prefill_at_counter(
        ctx, log_in("clerk"), number=LAN, procedure_code="3.000347", reason="Nộp hồ sơ tại quầy", now=now
    )

    assert set(filled.values) == {
        "owner", "sex", "licence",
        "applicant.full_name", "applicant.identifier", "applicant.address", "applicant.phone",
        "applicant.email",
    }  # fmt: skip
    assert filled.papers == {}
    seen, _ = look_ups.list_look_ups(ctx, log_in("lan"), page_token="", page_size=5)
    assert {each.operation for each in seen} == {"prefill"}
    assert {each.actor for each in seen} == {"Phạm Thị Mai, G01.029.00"}
    assert {each.purpose.case_reference for each in seen} == {"counter-3.000347"}
    assert {each.purpose.text for each in seen} == {"Nộp hồ sơ tại quầy"}


@pytest.mark.parametrize("reason", ["", "   "])
def test_at_the_counter_a_purpose_is_stated(ctx: LookUpContext, log_in: LogIn, now: datetime, reason: str) -> None:
    with pytest.raises(InvalidInput):
        prefilling.prefill_at_counter(
            ctx, log_in("clerk"), number=LAN, procedure_code="3.000347", reason=reason, now=now
        )


def test_nobody_is_prefilled_for_a_procedure_there_is_not_or_that_the_clerks_counter_does_not_take(
    ctx: LookUpContext, log_in: LogIn, sandbox: Sandbox, now: datetime
) -> None:
    clerk, before = log_in("clerk"), len(sandbox.calls())
    for who, code, refusal in (
        (replace(clerk, agencies=()), "3.000347", NotAtCounter),
        (replace(clerk, agencies=("H29.035.00",)), "3.000347", NotAtCounter),
        (clerk, "9.999999", NotFound),
    ):
        with pytest.raises(refusal):
            prefilling.prefill_at_counter(ctx, who, number=LAN, procedure_code=code, reason="Nộp", now=now)
    assert len(sandbox.calls()) == before


def test_prefills_at_the_counter_are_limited_apart_from_look_ups(
    ctx: LookUpContext, log_in: LogIn, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "COUNTER_PREFILLS_PER_HOUR", 2)
    clerk = log_in("clerk")

    def prefill() -> str:
        try:
            prefilling.prefill_at_counter(
                ctx, clerk, number=LAN, procedure_code="3.000347", reason="Nộp hồ sơ", now=now
            )
        except OnestopError as error:
            return error.code
        return "ok"

    assert [prefill(), prefill()] == ["ok", "too-many-look-ups"], "each asks two registers"
    assert look_ups.look_up_person(ctx, clerk, number=LAN, fields=["sex"], purpose=Purpose("xem", REF), now=now)
