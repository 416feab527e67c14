"""One search over numbers, names, telephones and addresses: what is found, in which order, page by page."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from onestop.cases.v1 import cases_service_pb2 as pb

from services.cases.core import actions
from services.cases.core.context import CasesContext
from services.cases.core.domain.case_parts import Applicant
from services.cases.core.group_commit import GroupCommit
from services.cases.core.usecases.act import act
from services.cases.core.usecases.upkeep import prepare_years
from services.cases.filing.usecases.submit import submit
from services.cases.procedures.folder import load_catalogue
from services.cases.testing.samples import (
    CLERK,
    HUNG,
    LAN,
    OFFICER,
    WARD_OFFICER,
    criminal_record,
    household_business,
    of,
    sent,
)
from services.cases.testing.stand_ins import Clock, FilesAtHand
from services.cases.work.domain import SearchTooBroad
from services.cases.work.requests import read_query
from services.cases.work.store import search_index, search_query, worklist
from services.cases.work.store.worklist import Listed, Query
from services.cases.work.tests.test_worklist import found
from services.cases.work.upkeep import fill_search_index
from services.cases.work.usecases.search import search
from services.common import limits
from services.common.context import Caller
from services.common.database import Database
from services.common.errors import InvalidInput
from services.common.testing.plugin import MakeDatabase
from services.common.text import words

PEOPLE = {
    "Nguyễn Thị Lan": ("079301000019", "0901234567", "12/4B Lê Lợi, phường Bến Thành"),
    "Nguyễn Thị Lan Anh": ("079301000020", "+84 912 345 678", "3 Hai Bà Trưng, Q.1"),
    "Trần Văn Hòa": ("001090000001", "", "số 8 đường Láng, Hà Nội"),
    "Lê Hoà": ("001090000002", "", ""),
    "Lê Hoa": ("001090000003", "", ""),
    "Lê Hoá": ("001090000004", "", ""),
    "Phạm Hoàng": ("024567890", "", ""),  # a number from before 12 digits, as older systems hand it over
    "Võ Thị Sáu": ("001090000005", "", "5 Nguyễn Huệ"),
}


@pytest.fixture(scope="module")
def stocked(make_database: MakeDatabase) -> Iterator[CasesContext]:
    """A case of each of these people at the police, on days of their own, and one of a firm's owner at the ward."""
    database, clock = Database(make_database("cases")), Clock()
    ctx = CasesContext(database, load_catalogue(), FilesAtHand(), GroupCommit(database), clock)
    prepare_years(ctx)
    for name, (identifier, phone, address) in PEOPLE.items():
        file(ctx, name, identifier, phone=phone, address=address)
        clock.forward(days=1)
    submit(ctx, HUNG, sent(household_business()))
    yield ctx
    database.close()


def file(ctx: CasesContext, name: str, identifier: str = "001090000009", **applicant: str) -> str:
    """A new case; one of an old identity number comes as an import brings it."""
    number = identifier if len(identifier) == 12 else "001090000009"
    who = replace(LAN, name=name, personal_number=number)
    form = criminal_record()["form"] | {"fee_group": "exempt"}
    ref: str = submit(ctx, who, sent(of(who, criminal_record(applicant=applicant, form=form))))[0].ref
    if number != identifier:
        with ctx.database.autocommit() as conn:
            conn.exec_driver_sql(
                "UPDATE cases SET identifier = %s, words = '',"
                " state = jsonb_set(state, '{applicant,identifier}', to_jsonb(%s::text)) WHERE ref = %s",
                (identifier, identifier, ref),
            )
        fill_search_index(ctx)
    return ref


def names(ctx: CasesContext, q: str, who: Caller = OFFICER, **more: Any) -> list[str]:
    return [line.applicant_name for line in found(ctx, who, text=q, **{"order": "match", **more})]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("079301000019", ["Nguyễn Thị Lan"]),
        ("079 301 000 019", ["Nguyễn Thị Lan"]),
        ("024567890", ["Phạm Hoàng"]),
        ("0901234567", ["Nguyễn Thị Lan"]),
        ("+84 901 234 567", ["Nguyễn Thị Lan"]),
        ("0912.345.678", ["Nguyễn Thị Lan Anh"]),
        ("12/4b le loi", ["Nguyễn Thị Lan"]),
        ("Bến Thành lan", ["Nguyễn Thị Lan"]),
        ("LE LOI 0901234567 nguyen", ["Nguyễn Thị Lan"]),
        ("duong lang", ["Trần Văn Hòa"]),
        ("sáu", ["Võ Thị Sáu"]),
        ("sau thi vo", ["Võ Thị Sáu"]),
        ("nguyen hue", ["Võ Thị Sáu"]),
        ("0793010", ["Nguyễn Thị Lan Anh", "Nguyễn Thị Lan"]),  # unfinished
        ("nguyen thi la", ["Nguyễn Thị Lan Anh", "Nguyễn Thị Lan"]),
        ("93010", []),
        ("lan hung", []),
    ],
)
def test_a_case_is_found_by_any_of_its_words_and_numbers(
    stocked: CasesContext, typed: str, expected: list[str]
) -> None:
    assert names(stocked, typed) == expected


def test_a_case_number_is_found_whole_in_parts_and_without_punctuation(stocked: CasesContext) -> None:
    ref = found(stocked, OFFICER, text="nguyen thi lan", order="match")[0].ref
    agency, day, running = ref.split("-")
    for typed in (ref, ref.lower(), f"{day}-{running}", f"{running} {day}", ref.replace(".", "").replace("-", "")):
        assert [line.ref for line in found(stocked, OFFICER, text=typed, order="match")] == [ref], typed
    assert len(found(stocked, OFFICER, text=agency, order="match")) == len(PEOPLE)


@pytest.mark.parametrize("number", ["G01.029.00-260302-0001", "000.00.00.H29-220101-0001", "H29.001.00-260209-010001"])
def test_a_case_has_the_same_words_whether_its_number_is_known_or_just_given(
    stocked: CasesContext, number: str
) -> None:
    applicant = Applicant("person", "Nguyễn Thị Lan", "079301000019")
    known, given = (
        search_index.columns(applicant, text)["words"]
        for text in (search_index.whole(number), number.rpartition("-")[0])
    )
    assert "".join(words(number)) in known
    statement = f"SELECT {search_index.VECTOR} = %(known)s::tsvector FROM (VALUES (%(ref)s)) AS numbered (ref)"  # noqa: S608
    with stocked.database.autocommit() as conn:
        assert conn.exec_driver_sql(statement, {"ref": number, "words": given, "known": known}).scalar_one()


def test_the_very_name_comes_first_then_what_has_the_accents_typed_then_the_vietnamese_order(
    stocked: CasesContext,
) -> None:
    assert [line.applicant_name for line in pages(stocked, 50, text="nguyễn thị lan", order="match")] == [
        "Nguyễn Thị Lan",
        "Nguyễn Thị Lan Anh",
    ]
    assert names(stocked, "thị lan") == ["Nguyễn Thị Lan Anh", "Nguyễn Thị Lan"]
    assert names(stocked, "le hoa") == ["Lê Hoa", "Lê Hoà", "Lê Hoá"]
    assert names(stocked, "lê hoá") == ["Lê Hoá", "Lê Hoa", "Lê Hoà"]
    assert names(stocked, "HÒA") == ["Lê Hoà", "Trần Văn Hòa", "Lê Hoa", "Lê Hoá"]


def test_accents_typed_count_for_the_words_of_the_name_whatever_else_is_typed(ctx: CasesContext) -> None:
    for name in ("Đỗ Thị Hoa", "Đỗ Thị Hoá"):
        file(ctx, name, address="1 ngõ Quỳnh Lôi")
    assert names(ctx, "hoá quỳnh lôi") == ["Đỗ Thị Hoá", "Đỗ Thị Hoa"]


def test_an_unfinished_word_counts_only_when_no_case_has_it_whole(stocked: CasesContext) -> None:
    assert "Phạm Hoàng" not in names(stocked, "hoa")
    assert names(stocked, "hoan") == ["Phạm Hoàng"]


def test_nobody_finds_what_is_not_theirs_to_see(stocked: CasesContext) -> None:
    assert names(stocked, "tran van hung", WARD_OFFICER) == ["Trần Văn Hùng"]
    assert names(stocked, "tran van hung", OFFICER) == []
    assert names(stocked, "tran van hung", CLERK) == ["Trần Văn Hùng"]
    assert names(stocked, "le hoa", HUNG) == []
    assert names(stocked, "le hoa", LAN) == ["Lê Hoa", "Lê Hoà", "Lê Hoá"]
    assert names(stocked, "le hoa", Caller("x", "Ai Đó", frozenset({"clerk"}))) == []


@pytest.mark.parametrize("typed", ["%", "_", "\\", "' | 'lan", "lan' & 'x", "l_n", "n%n", "lan:*", "!lan", "<->"])
def test_signs_of_query_languages_mean_nothing(stocked: CasesContext, typed: str) -> None:
    assert set(names(stocked, typed)) == (set(names(stocked, "lan")) if words(typed) == ["lan"] else set())


def test_search_and_conditions_go_together(stocked: CasesContext) -> None:
    assert names(stocked, "hoa", name="tran") == ["Trần Văn Hòa"]
    assert names(stocked, "le loi", name="le") == []
    assert names(stocked, "le hoa", identifier="001090000002") == ["Lê Hoà"]
    assert names(stocked, "le hoa", procedure_code="1.001612") == []
    assert names(stocked, "le hoa", order="received") == ["Lê Hoá", "Lê Hoa", "Lê Hoà"]
    assert names(stocked, "le hoa", order="due") == ["Lê Hoà", "Lê Hoa", "Lê Hoá"]


def test_the_list_by_name_is_by_given_name(stocked: CasesContext) -> None:
    listed = [line.applicant_name for line in found(stocked, OFFICER, order="name")]
    assert listed == [
        "Nguyễn Thị Lan Anh",
        "Lê Hoa",
        "Lê Hoà",
        "Trần Văn Hòa",
        "Lê Hoá",
        "Phạm Hoàng",
        "Nguyễn Thị Lan",
        "Võ Thị Sáu",
    ]


def pages(ctx: CasesContext, size: int, between: Any = None, **asked: Any) -> list[Listed]:
    """The whole list, page by page; `between` is done between them."""
    lines, token = search(ctx, OFFICER, lambda **scope: Query(**scope, **asked, page_size=size))
    while token:
        if between:
            between()
        page, token = search(
            ctx, OFFICER, lambda token=token, **scope: Query(**scope, **asked, page_size=size, page_token=token)
        )
        lines += page
    return lines


@pytest.mark.parametrize(
    "asked", [{"text": "hoa le", "order": "match"}, {"text": "thi l", "order": "match"}, {"order": "name"}]
)
@pytest.mark.parametrize("size", [1, 2, 3])
def test_pages_join_to_the_whole_list(stocked: CasesContext, size: int, asked: dict[str, Any]) -> None:
    assert pages(stocked, size, **asked) == found(stocked, OFFICER, **asked)


@pytest.mark.parametrize("asked", [{"text": "lê trang", "order": "match"}, {"order": "name"}])
def test_nothing_is_left_out_or_repeated_while_cases_come_in(ctx: CasesContext, asked: dict[str, Any]) -> None:
    for name in ("Lê Văn Trang", "Lê Trang", "Le Trang", "Lê Trâm Trang", "Lê Tràng", "Lê Thị Trang"):
        file(ctx, name)
    before = {line.ref for line in found(ctx, OFFICER, **asked, page_size=100)}
    added = iter(["Lê An Trang", "Le Tràng", "Lê Xuân Trang", "Lê Trang", "Lê Bảo Tràng"])

    def one_more() -> None:
        if name := next(added, ""):
            file(ctx, name)

    paged = [line.ref for line in pages(ctx, 1, one_more, **asked)]
    assert len(paged) == len(set(paged))
    assert before <= set(paged)


def test_a_search_that_too_many_cases_fit_says_so(stocked: CasesContext, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SEARCH_MATCHES", 3)
    assert len(names(stocked, "le hoa")) == 3
    with pytest.raises(SearchTooBroad):
        names(stocked, "hoa")
    whole = search(stocked, OFFICER, lambda **scope: Query(**scope, text="le hoa", order="match", page_size=1))
    monkeypatch.setattr(limits, "SEARCH_MATCHES", 2)
    with pytest.raises(SearchTooBroad):  # also when it became too much between two pages
        names(stocked, "le hoa", page_token=whole[1])


@pytest.mark.parametrize(
    ("address", "word"),
    [
        ("12/4B Lê Lợi, phường Bến Thành", ["12 4b le"]),
        ("số 8 đường Láng", ["8 duong"]),
        ("Lê Lợi 12", []),
        ("0901234567 Lan", []),
        ("", []),
    ],
)
def test_a_house_is_a_word_of_its_own(address: str, word: list[str]) -> None:
    assert search_index.house(words(address)) == word


def test_who_lives_at_the_very_house_comes_before_who_has_the_words_elsewhere(ctx: CasesContext) -> None:
    file(ctx, "Trần Ngã Tư", address="7 Bạch Mã")
    file(ctx, "Lê Bạch Mã", address="30/7 Lê Lợi")
    found_ones = [line.applicant_name for line in pages(ctx, 1, text="7 bạch mã", order="match")]
    assert found_ones == ["Trần Ngã Tư", "Lê Bạch Mã"]


def test_a_closed_case_is_found(ctx: CasesContext) -> None:
    ref = file(ctx, "Đỗ Rút Đơn")
    act(ctx, LAN, ref, 0, actions.Withdraw())
    assert names(ctx, "do rut don") == ["Đỗ Rút Đơn"]
    assert names(ctx, "do rut don", order="due") == []


def test_cases_of_the_code_before_are_found_once_filled_in(ctx: CasesContext, monkeypatch: pytest.MonkeyPatch) -> None:
    refs = [file(ctx, f"Tôn Nữ Cũ {n}") for n in "abcde"]
    whole = "SELECT ref, words, name_order, applicant_folded, version FROM cases WHERE ref = ANY(%s) ORDER BY ref"
    with ctx.database.autocommit() as conn:
        new = conn.exec_driver_sql(whole, (refs,)).all()
        conn.exec_driver_sql("UPDATE cases SET words = DEFAULT, name_order = DEFAULT WHERE ref = ANY(%s)", (refs,))
        assert names(ctx, "ton nu cu") == []
        monkeypatch.setattr(limits, "FILL_BATCH", 2)
        fill_search_index(ctx)
        assert conn.exec_driver_sql(whole, (refs,)).all() == new
    assert len(names(ctx, "ton nu cu")) == 5


def test_a_name_of_any_script_that_papers_show_and_any_length_can_be_filed_and_found(ctx: CasesContext) -> None:
    for name in ("Ж" * 500, "Ề" * 500, "x" * 500, "a " * 249 + "b", "𝔸" * 400):
        ref = file(ctx, name, address="Ж" * 500)
        assert ref in {line.ref for line in found(ctx, OFFICER, text=name, order="match")}
        assert ref in {line.ref for line in found(ctx, OFFICER, order="name", page_size=1000)}


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"q": "%_"}, "/q"),
        ({"name": "..."}, "/name"),
        ({"order": pb.SEARCH_ORDER_MATCH}, "/order"),
    ],
)
def test_what_cannot_be_looked_for_is_refused_by_its_field(
    ctx: CasesContext, asked: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_query(ctx, pb.SearchCasesRequest(filter=pb.CaseFilter(**asked)), OFFICER)
    assert [each.pointer for each in refused.value.fields] == [field]


def test_the_best_match_comes_first_where_words_are_looked_for_and_the_most_urgent_where_none_are(
    ctx: CasesContext,
) -> None:
    assert read_query(ctx, pb.SearchCasesRequest(filter=pb.CaseFilter(q="lan")), OFFICER)().order == "match"
    assert read_query(ctx, pb.SearchCasesRequest(), OFFICER)().order == "due"


def test_no_list_counts_or_skips() -> None:
    for statement in (worklist.OF_ACCOUNT, worklist.OF_AGENCIES, search_query.FOUND):
        assert not re.search(r"\b(count|offset)\b", statement, re.IGNORECASE)


CENTRAL_HIGHLANDS = "HʼLinh Mlô", "O’Connor Sinh", "K'Brơih", "Kpă Y-Thanh"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("h linh", "HʼLinh Mlô"),
        ("h'linh", "HʼLinh Mlô"),
        ("H`Linh mlo", "HʼLinh Mlô"),
        ("hlinh", "HʼLinh Mlô"),
        ("linh mlô", "HʼLinh Mlô"),
        ("oconnor", "O’Connor Sinh"),
        ("o'connor", "O’Connor Sinh"),
        ("sinh o connor", "O’Connor Sinh"),
        ("k’broih", "K'Brơih"),
        ("kbroih", "K'Brơih"),
        ("broih", "K'Brơih"),
        ("knop", "Kpă Y-Thanh"),
    ],
)
def test_a_name_with_an_apostrophe_is_found_however_it_is_typed(ctx: CasesContext, typed: str, expected: str) -> None:
    for name in CENTRAL_HIGHLANDS:
        file(ctx, name, address="buôn K'Nốp" if name.startswith("Kpă") else "12 Lê Lợi")
    assert set(names(ctx, typed)) == {expected}


def test_a_name_that_begins_with_an_apostrophed_letter_stands_under_it(ctx: CasesContext) -> None:
    own = ("Bùi Thị Bưởi", "K'Brơih", "Lê Văn Kiên", "Trần Lan")
    for name in reversed(own):
        file(ctx, name, address="thứ tự dấu nháy")
    assert [name for name in names(ctx, "thứ tự dấu nháy", order="name") if name in own] == [
        "Bùi Thị Bưởi",
        "K'Brơih",
        "Lê Văn Kiên",
        "Trần Lan",
    ]
