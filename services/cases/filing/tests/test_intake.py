"""How a case comes in and its result goes back: channels, papers on paper, where the result goes."""

from typing import Any

import orjson
import pytest

from services.cases.core.context import CasesContext
from services.cases.core.messages.shown import shown
from services.cases.core.usecases.read import get, history
from services.cases.filing.usecases.submit import submit
from services.cases.testing.samples import CLERK, LAN, criminal_record, licence_exchange, sent
from services.cases.testing.stand_ins import FilesAtHand
from services.common.context import Caller
from services.common.errors import InvalidInput

POSTED = {"channel": "post", "posted_on": "27/02/2026", "postal_number": "EB123456789VN"}
HOME = "12 Lê Lợi, phường Bến Thành, Thành phố Hồ Chí Minh"


def addressed(**changes: Any) -> dict[str, Any]:
    """An application of somebody who says where they live."""
    application = criminal_record(**changes)
    return application | {"applicant": application["applicant"] | {"address": HOME}}


def refused(ctx: CasesContext, who: Caller, application: dict[str, Any]) -> set[tuple[str, str]]:
    with pytest.raises(InvalidInput) as caught:
        submit(ctx, who, sent(application))
    return {(each.pointer, each.code) for each in caught.value.fields}


def test_a_clerk_enters_what_came_by_post_with_postmark_and_number(ctx: CasesContext) -> None:
    filed, _ = submit(ctx, CLERK, sent(addressed(**POSTED)))
    seen = shown(get(ctx, CLERK, filed.ref))
    assert (seen.channel, seen.posted_on, seen.postal_number) == (3, "2026-02-27", "EB123456789VN")
    _, entries = history(ctx, CLERK, filed.ref)
    told = orjson.loads(entries[0][1])["data"]
    assert (told["channel"], told["posted_on"], told["postal_number"]) == ("post", "2026-02-27", "EB123456789VN")


def test_the_number_on_an_envelope_is_kept_in_one_form_however_it_is_typed(ctx: CasesContext) -> None:
    filed, _ = submit(ctx, CLERK, sent(addressed(**POSTED | {"postal_number": "eb 123.456.789 vn"})))
    assert shown(get(ctx, CLERK, filed.ref)).postal_number == "EB123456789VN"


@pytest.mark.parametrize("number", ["không có số", "<b>1</b>", "EMS", "1" * 41])
def test_what_is_no_number_of_a_postal_item_is_refused(ctx: CasesContext, number: str) -> None:
    application = addressed(**POSTED | {"postal_number": number})
    assert refused(ctx, CLERK, application) == {("/postal_number", "item-number")}


@pytest.mark.parametrize(
    ("who", "changes", "expected"),
    [
        (CLERK, {"channel": "post"}, {("/posted_on", "required"), ("/postal_number", "required")}),
        (CLERK, POSTED | {"posted_on": "03/03/2026"}, {("/posted_on", "range")}),
        (CLERK, POSTED | {"posted_on": "hôm qua"}, {("/posted_on", "day")}),
        (
            CLERK,
            {"channel": "kiosk", "kiosk": "K1"},
            {("/channel", "not-the-channel"), ("/kiosk", "of-another-channel")},
        ),
        (CLERK, {"posted_on": "27/02/2026"}, {("/posted_on", "of-another-channel")}),
        (LAN, {"channel": "post"}, {("/channel", "not-the-channel")}),
        (LAN, {"channel": "kiosk"}, {("/kiosk", "required")}),
        (LAN, {"channel": "telex"}, {("/channel", "literal-error")}),
    ],
)
def test_each_channel_needs_what_belongs_to_it_and_nothing_else(
    ctx: CasesContext, who: Caller, changes: dict[str, Any], expected: set[tuple[str, str]]
) -> None:
    assert refused(ctx, who, addressed(**changes)) == expected


def test_nd309_3_9_at_a_kiosk_an_account_files_for_itself_as_online(ctx: CasesContext) -> None:
    filed, _ = submit(ctx, LAN, sent(licence_exchange(channel="kiosk", kiosk="KIOSK-02")))
    case = get(ctx, LAN, filed.ref).case
    assert (case.channel, case.kiosk, case.applicant.account) == ("kiosk", "KIOSK-02", LAN.subject)
    assert case.filer is not None
    assert [fee.amount for fee in case.fees] == [115_000]  # as online
    another = licence_exchange(channel="kiosk", kiosk="KIOSK-02")
    another["applicant"] |= {"identifier": "001090000001"}
    assert ("/applicant/identifier", "not-the-account") in refused(ctx, LAN, another)


def test_papers_on_paper_are_listed_by_kind_and_copies_and_are_not_missing(
    ctx: CasesContext, files: FilesAtHand
) -> None:
    papers = [
        {"paper": "giay_kham_suc_khoe", "kind": "original"},
        {"paper": "giay_kham_suc_khoe", "kind": "copy", "copies": 2},
    ]
    application = licence_exchange(attachments=[], handed_in=papers, sets=2)
    seen = shown(get(ctx, CLERK, submit(ctx, CLERK, sent(application))[0].ref))
    assert [(each.paper, each.kind, each.copies) for each in seen.handed_in] == [
        ("giay_kham_suc_khoe", 1, 1),
        ("giay_kham_suc_khoe", 3, 2),
    ]
    assert seen.sets == 2


@pytest.mark.parametrize(
    ("who", "papers", "expected"),
    [
        (CLERK, [{"paper": "la_bua", "kind": "copy"}], ("/handed_in/0/paper", "enum")),
        (CLERK, [{"paper": "giay_kham_suc_khoe", "kind": "photo"}], ("/handed_in/0/kind", "literal-error")),
        (
            CLERK,
            [{"paper": "giay_kham_suc_khoe", "kind": "copy", "copies": 0}],
            ("/handed_in/0/copies", "greater-than-equal"),
        ),
        (CLERK, [{"paper": "giay_kham_suc_khoe", "kind": "copy"}] * 2, ("/handed_in/1", "twice")),
        (LAN, [{"paper": "giay_kham_suc_khoe", "kind": "original"}], ("/handed_in/0/kind", "paper-online")),
    ],
)
def test_what_is_wrong_with_a_paper_on_paper_is_named(
    ctx: CasesContext, who: Caller, papers: list[dict[str, Any]], expected: tuple[str, str]
) -> None:
    assert expected in refused(ctx, who, licence_exchange(handed_in=papers))


@pytest.mark.parametrize(
    ("who", "changes", "way", "address"),
    [
        (LAN, {}, "online", ""),
        (CLERK, {}, "counter", ""),
        (CLERK, POSTED, "post", HOME),
        (CLERK, {"result_by": "online"}, "online", ""),
        (LAN, {"result_by": "post", "result_address": "1 Trần Phú"}, "post", "1 Trần Phú"),
        (LAN, {"result_by": "counter"}, "counter", ""),
    ],
)
def test_the_result_goes_back_as_said_else_the_way_the_application_came(
    ctx: CasesContext, who: Caller, changes: dict[str, Any], way: str, address: str
) -> None:
    case = get(ctx, CLERK, submit(ctx, who, sent(addressed(**changes)))[0].ref).case
    assert (case.result_by, case.result_address) == (way, address)


def test_by_post_there_is_an_address_and_form_and_application_say_the_same(ctx: CasesContext) -> None:
    assert refused(ctx, CLERK, criminal_record(result_by="post")) == {("/result_address", "required")}
    wrong = refused(ctx, CLERK, licence_exchange(result_by="online"))
    assert ("/result_by", "form-says-otherwise") in wrong


def test_the_agency_that_decides_takes_in_unless_another_is_named(ctx: CasesContext) -> None:
    filed, _ = submit(ctx, CLERK, sent(criminal_record()))
    assert get(ctx, CLERK, filed.ref).case.intake_agency == "G01.029.00"
