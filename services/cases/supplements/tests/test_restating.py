"""What applicant and proxy state of themselves is corrected by a supplement, and nothing that says who they are."""

from typing import Any

import orjson
import pytest

from services.cases.core.actions import RequestSupplement
from services.cases.core.context import CasesContext
from services.cases.core.domain.case import Case
from services.cases.core.domain.case_parts import Pin
from services.cases.core.domain.status import CaseStatus as S
from services.cases.core.usecases.act import act
from services.cases.core.usecases.read import get, history
from services.cases.filing.usecases.submit import submit
from services.cases.history.usecases.replay import every
from services.cases.supplements.domain.particulars import TITLES, as_filed
from services.cases.supplements.messages import changes_response, choices_response
from services.cases.supplements.usecases import Sent, changes, resubmit
from services.cases.testing.samples import CLERK, LAN, licence_exchange, sent
from services.cases.work.store.worklist import Query, search
from services.cases.work.upkeep import fill_search_index
from services.common.errors import InvalidInput
from services.contracts.application import Application

PHONE, EMAIL = Pin("/applicant/phone", "mismatch"), Pin("/applicant/email", "missing")


@pytest.fixture
def ref(ctx: CasesContext) -> str:
    filed, _ = submit(ctx, LAN, sent(licence_exchange()))
    return filed.ref


def ask(ctx: CasesContext, ref: str, *pins: Pin) -> None:
    act(ctx, CLERK, ref, 0, RequestSupplement((), "Gọi không được", pins))


def answer(ctx: CasesContext, ref: str, **parts: Any) -> Case:
    return resubmit(ctx, LAN, ref, 0, Sent(application=orjson.dumps(parts))).case


def faults(caught: pytest.ExceptionInfo[InvalidInput]) -> list[tuple[str, str]]:
    return [(field.pointer, field.code) for field in caught.value.fields]


def test_a_telephone_that_is_asked_for_is_corrected_as_it_would_be_filed(ctx: CasesContext, ref: str) -> None:
    ask(ctx, ref, PHONE, EMAIL)
    corrected = answer(ctx, ref, applicant={"phone": "+84 912.345.678", "email": " lan@example.com "})
    assert corrected.status is S.REGISTERED
    kept = get(ctx, LAN, ref).case.applicant
    assert (kept.phone, kept.email) == ("0912345678", "lan@example.com")
    assert (kept.full_name, kept.identifier) == ("Nguyễn Thị Lan", "079301000019")


def test_an_officer_sees_how_it_stood_and_stands(ctx: CasesContext, ref: str) -> None:
    ask(ctx, ref, PHONE)
    answer(ctx, ref, applicant={"phone": "0912345678"})
    told = changes_response(changes(ctx, CLERK, ref, 0)).fields
    assert [(each.pointer, each.text.en) for each in told] == [
        ("/applicant/phone", "The applicant's telephone: “0901234567” → “0912345678”")
    ]
    assert list(changes_response(changes(ctx, CLERK, ref, 3)).fields) == []


def test_it_is_found_by_what_it_is_now(ctx: CasesContext, ref: str) -> None:
    ask(ctx, ref, PHONE)
    answer(ctx, ref, applicant={"phone": "0988000111"})
    fill_search_index(ctx)
    with ctx.database.transaction() as conn:
        now, before = (
            [line.ref for line in search(conn, Query("", ["G01.029.00"], text=number, order="match"))[0]]
            for number in ("0988000111", "0901234567")
        )
    assert ref in now
    assert ref not in before


def test_the_history_knows_what_was_corrected_and_not_to_what(ctx: CasesContext, ref: str) -> None:
    ask(ctx, ref, PHONE)
    answer(ctx, ref, applicant={"phone": "0912345678"})
    entry = history(ctx, LAN, ref)[1][-1][1]
    assert orjson.loads(entry)["data"]["changed"] == ["/applicant/phone"]
    assert b"0912345678" not in entry
    with ctx.database.autocommit() as conn:
        assert {each: mismatch for each, mismatch in every(conn) if each == ref} == {ref: None}


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({"applicant": {"full_name": "Nguyễn Thị Liên"}}, ("/applicant/full_name", "not-correctable")),
        ({"applicant": {"identifier": "079301000020"}}, ("/applicant/identifier", "not-correctable")),
        ({"procedure": "1.001193"}, ("/procedure", "not-correctable")),
        ({"proxy": {"phone": "0912345678"}}, ("/proxy", "not-correctable")),
        ({"applicant": {"shoe_size": "39"}}, ("/applicant/shoe_size", "not-correctable")),
        ({"applicant": "Lan"}, ("/applicant", "not-correctable")),
        ({"applicant": {"phone": "x" * 3000}}, ("/applicant/phone", "string-too-long")),
        ({"applicant": {"address": "12 Lê Lợi"}}, ("/applicant/address", "not-asked")),
        ({"applicant": {"phone": "0901 234 567"}}, ("/applicant/phone", "unanswered")),
    ],
)
def test_nothing_else_is(ctx: CasesContext, ref: str, parts: dict[str, Any], expected: tuple[str, str]) -> None:
    ask(ctx, ref, PHONE)
    with pytest.raises(InvalidInput) as caught:
        answer(ctx, ref, **parts)
    assert expected in faults(caught)
    assert get(ctx, LAN, ref).case.applicant.phone == "0901234567"


def test_what_is_no_json_is_said_to_be_none(ctx: CasesContext, ref: str) -> None:
    ask(ctx, ref, PHONE)
    with pytest.raises(InvalidInput) as caught:
        resubmit(ctx, LAN, ref, 0, Sent(application=b"{"))
    assert faults(caught) == [("/application", "json")]


def test_a_clerk_chooses_among_fields_of_the_form_and_of_the_people_there_are(ctx: CasesContext, ref: str) -> None:
    seen = get(ctx, CLERK, ref)
    offered = [each.value for each in choices_response(seen.case, seen.rules).fields]
    assert offered[-3:] == ["/applicant/address", "/applicant/phone", "/applicant/email"]
    assert not {place for place in TITLES if place.startswith("/proxy")} & set(offered)


def test_a_case_says_the_application_it_was_filed_with(ctx: CasesContext, ref: str) -> None:
    filed = Application.model_validate(as_filed(get(ctx, CLERK, ref).case))
    assert filed.applicant.model_dump() == {
        "kind": "person",
        "country": "",
        "full_name": "Nguyễn Thị Lan",
        "identifier": "079301000019",
        "address": "",
        "phone": "0901234567",
        "email": "",
    }
