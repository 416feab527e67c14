"""What one account may file: so many cases a day, the same application once, and the counter's numbers never."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson
import pytest
from pydantic import ValidationError

from services.cases.core import actions
from services.cases.core.context import CasesContext
from services.cases.core.group_commit import GroupCommit
from services.cases.core.tests.test_group_commit import file_together
from services.cases.core.usecases.act import act
from services.cases.core.usecases.read import get
from services.cases.filing.domain import NumbersExhausted, OnlineNumbersExhausted, TooManyFilings, sameness
from services.cases.filing.store.submissions import SUBMIT
from services.cases.filing.upkeep import forget_filings
from services.cases.filing.usecases.submit import SubmitRequest, submit
from services.cases.settings import CasesSettings
from services.cases.testing.samples import CLERK, HUNG, LAN, criminal_record, licence_exchange, of, sent
from services.cases.testing.stand_ins import Clock
from services.common import limits
from services.common.context import Caller

A_DAY = timedelta(days=1)
COUNTS = "SELECT (SELECT count(*) FROM cases), (SELECT count(*) FROM submissions), (SELECT count(*) FROM outbox)"
days = iter(range(1, 1000, 10))


@pytest.fixture
def ctx(ctx: CasesContext, clock: Clock) -> CasesContext:
    """One that counts, on a day of its own."""
    clock.now = datetime(2026, 6, 1, 2, 0, tzinfo=UTC) + next(days) * A_DAY
    return replace(ctx, metered=True)


@pytest.fixture
def replica(ctx: CasesContext) -> CasesContext:
    """Another process on the same database."""
    return replace(ctx, group_commit=GroupCommit(ctx.database))


def asking(purpose: str, who: Caller = LAN, **changes: Any) -> SubmitRequest:
    application = of(who, criminal_record()) | changes
    return sent(application | {"form": application["form"] | {"purpose": purpose}})


def file_many(ctx: CasesContext, who: Caller, count: int, **changes: Any) -> list[str]:
    """So many cases, none the same as another."""
    return [submit(ctx, who, asking(str(uuid4()), who, **changes))[0].ref for _ in range(count)]


def counts(ctx: CasesContext) -> list[int]:
    with ctx.database.autocommit() as conn:
        return list(conn.exec_driver_sql(COUNTS).one())


def set_last_number(ctx: CasesContext, last: int) -> None:
    statement = """
        INSERT INTO counters VALUES ('G01.029.00', %s, %s, 9999)
        ON CONFLICT (agency_code, day) DO UPDATE SET last = excluded.last
        """
    with ctx.database.autocommit() as conn:
        conn.exec_driver_sql(statement, (ctx.today(), last))


def test_an_account_files_so_many_cases_of_a_procedure_a_day_and_is_told_what_to_do(ctx: CasesContext) -> None:
    file_many(ctx, LAN, limits.FILINGS_ONLINE)
    before = counts(ctx)
    with pytest.raises(TooManyFilings) as refused:
        submit(ctx, LAN, asking(str(uuid4())))
    assert counts(ctx) == before
    assert f"{limits.FILINGS_ONLINE} hồ sơ" in refused.value.message_vi
    assert "ngày mai" in refused.value.message_vi
    assert refused.value.http_status == 429


def test_the_quota_is_of_one_account_one_procedure_and_one_day(ctx: CasesContext, clock: Clock) -> None:
    file_many(ctx, LAN, limits.FILINGS_ONLINE)
    submit(ctx, LAN, sent(licence_exchange()))
    submit(ctx, HUNG, asking("của người khác", HUNG))
    clock.forward(days=1)
    submit(ctx, LAN, asking("hôm sau"))


def test_firms_have_a_quota_of_their_own(ctx: CasesContext) -> None:
    firm = {"kind": "firm", "full_name": "Công ty Hoa Sen", "identifier": "0100109106"}
    file_many(ctx, LAN, limits.FILINGS_ONLINE)
    file_many(ctx, LAN, limits.FILINGS_ONLINE + 1, applicant=firm)


def test_a_key_sent_again_counts_once(ctx: CasesContext) -> None:
    submission = asking("gửi lại")
    for _ in range(limits.FILINGS_ONLINE + 5):
        submit(ctx, LAN, submission)
    file_many(ctx, LAN, limits.FILINGS_ONLINE - 1)
    assert submit(ctx, LAN, submission)[1]


def test_the_same_application_again_is_the_first_case_and_uses_no_number(ctx: CasesContext) -> None:
    first, _ = submit(ctx, LAN, asking("một lần"))
    before = counts(ctx)
    for _ in range(limits.FILINGS_ONLINE + 5):
        again, found = submit(ctx, LAN, asking("một lần"))
        assert (again.ref, again.head, again.same_as_open, found) == (first.ref, first.head, True, True)
    assert counts(ctx) == before


def test_the_order_of_the_members_of_a_form_makes_no_other_application(ctx: CasesContext) -> None:
    first, _ = submit(ctx, LAN, asking("thứ tự"))
    application = criminal_record()
    form = application["form"] | {"purpose": "thứ tự"}
    again, _ = submit(ctx, LAN, sent(application | {"form": dict(reversed(form.items()))}))
    assert again.ref == first.ref


def test_an_application_that_is_signed_is_another_than_the_one_that_was_not(ctx: CasesContext) -> None:
    seen = get(ctx, LAN, submit(ctx, LAN, asking("ký số"))[0].ref)
    form = orjson.loads(seen.form)
    assert sameness(seen.case, form, "") == sameness(seen.case, dict(reversed(form.items())), "")
    assert sameness(seen.case, form, "") != sameness(seen.case, form, "ab" * 32)


def test_the_same_application_twenty_times_at_once_at_two_replicas_is_one_case(
    ctx: CasesContext, replica: CasesContext
) -> None:
    with ThreadPoolExecutor(20) as threads:
        filing = [threads.submit(submit, (ctx, replica)[n % 2], LAN, asking("cùng lúc")) for n in range(20)]
    assert len({each.result()[0].ref for each in filing}) == 1


def test_two_replicas_together_keep_the_quota(ctx: CasesContext, replica: CasesContext) -> None:
    with ThreadPoolExecutor(8) as threads:
        filing = [
            threads.submit(submit, (ctx, replica)[n % 2], LAN, asking(str(uuid4())))
            for n in range(limits.FILINGS_ONLINE + 10)
        ]
    failed = [each.exception() for each in filing]
    assert [type(error) for error in failed if error] == [TooManyFilings] * 10
    assert len({each.result()[0].ref for each in filing if not each.exception()}) == limits.FILINGS_ONLINE


def test_the_same_application_at_the_counter_is_a_case_of_its_own(ctx: CasesContext) -> None:
    refs = {submit(ctx, who, asking("chung"))[0].ref for who in (LAN, CLERK, CLERK)}
    assert len(refs) == 3


def test_the_same_application_is_filed_anew_once_its_case_has_ended(ctx: CasesContext) -> None:
    first, _ = submit(ctx, LAN, asking("rút rồi nộp lại"))
    act(ctx, LAN, first.ref, 0, actions.Withdraw())
    second, found = submit(ctx, LAN, asking("rút rồi nộp lại"))
    assert second.ref != first.ref
    assert not found
    assert submit(ctx, LAN, asking("rút rồi nộp lại"))[0].ref == second.ref


def test_online_filing_leaves_the_counter_a_tenth_of_the_numbers(ctx: CasesContext) -> None:
    set_last_number(ctx, 8999)
    assert submit(ctx, LAN, asking("số cuối"))[0].ref.endswith("-9000")
    with pytest.raises(OnlineNumbersExhausted) as refused:
        submit(ctx, LAN, asking("hết số"))
    assert "Bộ phận Một cửa" in refused.value.message_vi
    assert submit(ctx, CLERK, sent(criminal_record()))[0].ref.endswith("-9001")


def test_the_counter_uses_the_last_number_and_then_there_is_none(ctx: CasesContext) -> None:
    set_last_number(ctx, 9998)
    assert submit(ctx, CLERK, sent(criminal_record()))[0].ref.endswith("-9999")
    with pytest.raises(NumbersExhausted) as refused:
        submit(ctx, CLERK, sent(criminal_record()))
    assert not isinstance(refused.value, OnlineNumbersExhausted)


def test_whoever_is_over_the_quota_keeps_no_other_of_the_transaction_out(ctx: CasesContext) -> None:
    file_many(ctx, LAN, limits.FILINGS_ONLINE - 1)
    filing = file_together(ctx, [asking(str(uuid4())) for n in range(3)])
    failed = [type(each.exception()) for each in filing if each.exception()]
    assert failed == [TooManyFilings] * 2


def test_what_an_application_became_is_forgotten_once_its_case_has_ended(ctx: CasesContext, clock: Clock) -> None:
    ended, kept = file_many(ctx, HUNG, 2)
    act(ctx, HUNG, ended, 0, actions.Withdraw())
    clock.forward(days=8)
    forget_filings(ctx)
    with ctx.database.autocommit() as conn:
        assert conn.exec_driver_sql("SELECT count(*) FROM filings_of_day").scalar_one() == 0
        left = "SELECT c.ref FROM applied_for a JOIN cases c USING (case_id) WHERE a.account = 'hung-account'"
        refs = set(conn.exec_driver_sql(left).scalars())
    assert kept in refs
    assert ended not in refs


def test_filing_without_a_quota_is_refused_where_services_talk_over_a_network(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="ONESTOP_UNMETERED"):
        CasesSettings(database_url="postgresql+psycopg://x", unmetered=True, tls_dir=tmp_path)
    assert CasesSettings(database_url="postgresql+psycopg://x", unmetered=True).unmetered


def test_every_statement_of_filing_asks_what_its_submission_is_bound_to() -> None:
    assert {key for key, text in SUBMIT.items() if "filings_of_day" in text} == {key for key in SUBMIT if key[0]}
