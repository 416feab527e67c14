"""A foreigner is named by passport and country wherever a person is named: application, case, papers, searches,
duplicates, own store."""

from typing import Any

import orjson
import pytest
import yaml
from onestop.cases.v1 import proxy_pb2

from services.cases.core.context import CasesContext
from services.cases.core.domain.papers import particulars
from services.cases.core.messages.cases import case_message
from services.cases.core.usecases.read import get
from services.cases.filing.usecases.check import check
from services.cases.filing.usecases.submit import submit
from services.cases.procedures.folder import FOLDER
from services.cases.procedures.tests.test_publish import ADMIN
from services.cases.procedures.usecases import publish
from services.cases.supplements.domain.particulars import as_filed
from services.cases.testing.samples import CLERK, LAN, licence_exchange, sent
from services.cases.testing.stand_ins import FilesAtHand
from services.cases.work.store import worklist
from services.cases.work.store.worklist import Query
from services.common.context import Caller
from services.common.errors import InvalidInput
from services.contracts.application import Application
from services.contracts.personal import passport

TANAKA = {"full_name": "TANAKA YUKI", "country": "JPN", "identifier": "TR 123-4567", "address": "12 Lê Lợi"}
KEPT = "JPNTR1234567"


def application(applicant: dict[str, Any] = TANAKA, **changes: Any) -> dict[str, Any]:
    return licence_exchange(applicant=applicant, **changes)


def faults(ctx: CasesContext, who: Caller, filed: dict[str, Any]) -> set[tuple[str, str]]:
    with pytest.raises(InvalidInput) as caught:
        submit(ctx, who, sent(filed))
    assert all(field.vi and field.en for field in caught.value.fields)
    return {(field.pointer, field.code) for field in caught.value.fields}


@pytest.fixture
def foreigners_form(ctx: CasesContext) -> str:
    """A version of the licence exchange whose form also takes a passport."""
    content = yaml.safe_load((FOLDER / "3.000347.yaml").read_text(encoding="utf-8"))
    number = content["form_schema"]["properties"]["personal_number"]
    number |= {"format": "identity-number", "x-hint": {"vi": "Ví dụ JPN TR1234567, ví dụ", "en": "e.g. JPN TR1234567"}}
    content |= {"code": "3.999347"}
    publish.publish(ctx, ADMIN, yaml.safe_dump(content, allow_unicode=True, sort_keys=False).encode())
    ctx.refresh()
    return "3.999347"


def tanaka(code: str, **changes: Any) -> dict[str, Any]:
    form = licence_exchange()["form"] | {"full_name": "TANAKA YUKI", "personal_number": "jpn tr 1234567"}
    return application(**{"procedure": code, "form": form, "attachments": []} | changes)


@pytest.mark.parametrize(
    ("country", "number", "kept"),
    [
        ("USA", "12345", "USA12345"),
        ("USA", "USA12345", "USAUSA12345"),  # a number that begins with the letters of its country
        ("JPN", "JPNAB1234", "JPNJPNAB1234"),
        ("JPN", "JPN TR-1234567", "JPNTR1234567"),  # too long for a number: the country stands before it already
        ("KOR", "JPNTR1234567", "KORJPNTR1234567"),  # no passport at all; refused
        (" usa ", "usa 12345", "USAUSA12345"),
        ("D", "c01x00t47", "DEUC01X00T47"),  # a German passport prints D
        ("d", "DEUC01X00T47", "DEUC01X00T47"),
    ],
)
def test_a_number_that_begins_like_its_country_is_another_passport(country: str, number: str, kept: str) -> None:
    assert passport(country, number) == kept


def test_two_passports_of_one_country_are_two_people_whatever_letters_their_numbers_begin_with(
    ctx: CasesContext, foreigners_form: str
) -> None:
    seen = []
    for number, written in (("12345", "USA12345"), ("USA12345", "USAUSA12345")):
        filed = tanaka(foreigners_form, applicant=TANAKA | {"country": "USA", "identifier": number})
        filed["form"] = filed["form"] | {"personal_number": written}
        assert check(ctx, CLERK, orjson.dumps(filed), "").warnings == []
        case = get(ctx, CLERK, submit(ctx, CLERK, sent(filed))[0].ref)
        told = case_message(case.case, case.form, case.rules, []).applicant
        assert (told.identifier, told.country) == (number, "USA")
        again = TANAKA | {"country": told.country, "identifier": told.identifier}
        assert again == filed["applicant"]
        refiled = Application.model_validate(as_filed(case.case)).applicant  # as a supplement reads it
        seen.append(case.case.store_number)
        assert refiled.identifier == case.case.applicant.identifier
    assert seen == ["USA12345", "USAUSA12345"]


def test_a_passport_is_kept_with_its_country_and_shown_apart(ctx: CasesContext, foreigners_form: str) -> None:
    ref = submit(ctx, CLERK, sent(tanaka(foreigners_form)))[0].ref
    seen = get(ctx, CLERK, ref)
    assert (seen.case.applicant.identifier, seen.case.applicant.country) == (KEPT, "JPN")
    assert orjson.loads(seen.form)["personal_number"] == KEPT
    told = case_message(seen.case, seen.form, seen.rules, []).applicant
    assert (told.identifier, told.country) == ("TR1234567", "JPN")
    assert told.identifier_kind == proxy_pb2.IDENTIFIER_KIND_PASSPORT
    assert particulars(seen.case.applicant)["identifier"] == "Hộ chiếu TR1234567 (Nhật Bản)"


def test_what_a_case_shows_of_a_passport_can_be_sent_again(ctx: CasesContext, foreigners_form: str) -> None:
    for applicant in (
        TANAKA,
        TANAKA | {"identifier": KEPT},
        {"full_name": "TANAKA YUKI", "identifier": "jpn tr1234567"},
    ):
        ref = submit(ctx, CLERK, sent(tanaka(foreigners_form, applicant=applicant)))[0].ref
        assert get(ctx, CLERK, ref).case.applicant.identifier == KEPT


@pytest.mark.parametrize(
    ("applicant", "fault"),
    [
        (TANAKA | {"country": "KOR", "identifier": KEPT}, ("/applicant/identifier", "passport-number")),
        (TANAKA | {"country": "Japan"}, ("/applicant/country", "country")),
        (TANAKA | {"country": "JP"}, ("/applicant/country", "country")),
        (TANAKA | {"identifier": "T"}, ("/applicant/identifier", "passport-number")),
        (TANAKA | {"identifier": "TR12345678901"}, ("/applicant/identifier", "passport-number")),
        (TANAKA | {"country": ""}, ("/applicant/identifier", "personal-number")),
        (TANAKA | {"kind": "firm"}, ("/applicant/country", "passport-of-firm")),
    ],
)
def test_a_passport_that_is_none_is_told_by_its_field(
    ctx: CasesContext, foreigners_form: str, applicant: dict[str, str], fault: tuple[str, str]
) -> None:
    assert fault in faults(ctx, CLERK, tanaka(foreigners_form, applicant=applicant))


def test_the_form_is_about_the_foreigner_who_applies(ctx: CasesContext, foreigners_form: str) -> None:
    wrong = tanaka(foreigners_form)
    wrong["form"] = wrong["form"] | {"personal_number": "KOR TR1234567"}
    assert faults(ctx, CLERK, wrong) == {("/form/personal_number", "another-person")}


def test_online_a_foreigner_has_no_account_and_files_by_proxy(ctx: CasesContext, foreigners_form: str) -> None:
    assert ("/applicant/identifier", "not-the-account") in faults(ctx, LAN, tanaka(foreigners_form))
    lan = {"full_name": LAN.name, "identifier": LAN.personal_number, "authorisation": "giay_uy_quyen"}
    papers = [*licence_exchange()["attachments"], {"paper": "giay_uy_quyen", "file_id": "file-3"}]
    ref = submit(ctx, LAN, sent(tanaka(foreigners_form, proxy=lan, attachments=papers)))[0].ref
    assert get(ctx, LAN, ref).case.applicant.identifier == KEPT


def test_a_proxy_may_be_a_foreigner(ctx: CasesContext, files: FilesAtHand) -> None:
    files.owner = CLERK.subject
    proxy = {"full_name": "KIM MINJUN", "country": "KOR", "identifier": "M12345678", "authorisation": "giay_uy_quyen"}
    papers = [*licence_exchange()["attachments"], {"paper": "giay_uy_quyen", "file_id": "file-3"}]
    ref = submit(ctx, CLERK, sent(licence_exchange(proxy=proxy, attachments=papers)))[0].ref
    seen = get(ctx, CLERK, ref)
    told = case_message(seen.case, seen.form, seen.rules, []).proxy
    assert (told.identifier, told.country, told.identifier_kind) == ("M12345678", "KOR", 3)


def test_the_same_number_of_another_country_is_another_person(ctx: CasesContext, foreigners_form: str) -> None:
    first = submit(ctx, CLERK, sent(tanaka(foreigners_form)))[0].ref
    korean = tanaka(foreigners_form, applicant=TANAKA | {"country": "KOR"})
    korean["form"] = korean["form"] | {"personal_number": "KORTR1234567"}
    assert check(ctx, CLERK, orjson.dumps(korean), "").warnings == []
    again = check(ctx, CLERK, orjson.dumps(tanaka(foreigners_form)), "").warnings
    assert any(first in warning.vi for warning in again)


def test_a_case_is_found_by_the_passports_number(ctx: CasesContext, foreigners_form: str) -> None:
    ref = submit(ctx, CLERK, sent(tanaka(foreigners_form)))[0].ref
    for number in ("TR1234567", KEPT):
        query = Query(identifier=number, agencies=["G01.029.00"])
        with ctx.database.autocommit() as conn:
            assert ref in [line.ref for line in worklist.search(conn, query)[0]]


def test_a_result_enters_the_store_of_the_passports_holder(ctx: CasesContext, foreigners_form: str) -> None:
    ref = submit(ctx, CLERK, sent(tanaka(foreigners_form)))[0].ref
    assert get(ctx, CLERK, ref).case.store_number == KEPT
