"""Papers that data of a register replaces are not asked for online: Nghị quyết 66.7/2025/NQ-CP, Annex I; NĐ 118/2025,
Điều 4.2a as amended by NĐ 309/2026."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from services.cases.core.context import CasesContext
from services.cases.core.domain.procedure_parts import RequiredPaper
from services.cases.core.domain.registers import same_database
from services.cases.procedures.authoring.check import Surroundings, check
from services.cases.procedures.authoring.source import read
from services.cases.procedures.domain.replaced_papers import replaced, rows_of
from services.cases.procedures.folder import FOLDER, BadCatalogue, load_catalogue, load_shared, paper_lists
from services.cases.procedures.tests.test_publish import ADMIN, edited
from services.cases.procedures.usecases import publish
from services.common.errors import InvalidInput

SHARED = load_shared()
AROUND = Surroundings.of(SHARED.agencies, SHARED.rules, SHARED.paper_lists, SHARED.registers)
DEATH = "1.000656"  # row 58: Căn cước, by Cơ sở dữ liệu quốc gia về dân cư
CARD = {"code": "can_cuoc", "name_vi": "Thẻ căn cước", "name_en": "Identity card"}


def made(code: str, *papers: dict[str, Any], **changes: Any) -> bytes:
    """A procedure of that code with these papers."""
    return edited(code, papers=list(papers), proxy={}, **changes)


def findings(procedure: str = DEATH, **paper: Any) -> dict[str, Any]:
    """What is found about a procedure of that code that has this paper, by rule."""
    content = made(procedure, CARD | paper)
    return {each.rule: each for each in check(read("file", content).procedure, AROUND)}


def row_of(code: str) -> int:
    [row] = rows_of(read("file", made(code)).procedure, SHARED.paper_lists)
    return row.listed.row


def test_the_annex_is_in_force_from_january_2026_to_february_2027_with_all_its_rows() -> None:
    [annex] = SHARED.paper_lists
    assert (annex.effective_from, annex.effective_to) == (date(2026, 1, 1), date(2027, 2, 28))
    assert (len(annex.rows), len(annex.by_procedure)) == (734, 716)
    assert all(row.paper and row.database and row.owner for row in annex.rows)


def test_nq66_7_annex_1_a_listed_paper_is_not_asked_for_online_without_its_register() -> None:
    for asked in ({"required": ["online"]}, {"optional": True}):
        found = findings(**asked)["paper-replaced"]
        assert (str(found.severity), found.place) == ("error", "/papers/0")
        row = row_of(DEATH)
        assert f"Dòng {row} của Phụ lục I Nghị quyết 66.7/2025/NQ-CP" in found.vi
        assert "Cơ sở dữ liệu quốc gia về dân cư (Bộ Công an)" in found.vi
        assert f"Row {row} of Annex I of Resolution 66.7/2025/NQ-CP" in found.en


def test_a_register_that_is_not_connected_is_no_reason_to_demand_the_paper_of_everybody() -> None:
    source: dict[str, Any] = {"register_source": "CSDL quốc gia về dân cư"}
    assert findings(**source, required=["online"]).keys() == {"paper-replaced-not-connected"}
    assert findings(**source, optional=True) == {}
    assert findings(**source, required=["counter"]) == {}


def test_a_connected_register_is_asked_first_and_the_paper_only_where_it_does_not_confirm_it() -> None:
    asked = {
        "code": "gplx",
        "name_vi": "Giấy phép lái xe",
        "name_en": "Driving licence",
        "register_code": "driving_licence",
    }
    [annex] = SHARED.paper_lists
    code = next(row.procedure for row in annex.rows if row.paper == "Giấy phép lái xe")
    assert findings(code, **asked, register_source="Cơ sở dữ liệu giấy phép lái xe", required=["online"]) == {}


def test_a_paper_by_another_name_is_said_to_be_the_listed_one_or_not_to_be() -> None:
    other: dict[str, Any] = {
        "name_vi": "Bản chụp giấy tờ tùy thân",
        "name_en": "Copy of the papers",
        "required": ["online"],
    }
    assert str(findings(**other)["paper-maybe-listed"].severity) == "error"
    assert findings(**other, listed_as="").keys() == set()
    assert findings(**other, listed_as="Căn cước").keys() == {"paper-replaced"}
    wrong = findings(**other, listed_as="Hộ chiếu")["paper-not-listed"]
    assert (wrong.place, "“Căn cước”" in wrong.vi, "“Căn cước”" in wrong.en) == ("/papers/0/listed_as", True, True)


@pytest.mark.parametrize(
    "name", ["CCCD", "Thẻ CCCD gắn chíp", "Chứng minh thư", "Giấy tờ tùy thân", "Bản sao giấy tờ nhân thân"]
)
def test_what_people_call_a_listed_paper_is_said_by_the_author_before_it_is_published(
    ctx: CasesContext, name: str
) -> None:
    for asked in ({"required": ["online"]}, {"optional": True}):
        paper = {"code": "giay_to", "name_vi": name, "name_en": "Identity paper", **asked}
        with pytest.raises(InvalidInput) as refused:
            publish.publish(ctx, ADMIN, made(DEATH, paper))
        assert [field.code for field in refused.value.fields] == ["paper-maybe-listed"]
    named: dict[str, Any] = {"register_source": "CSDL quốc gia về dân cư", "required": ["online"]}
    assert findings(name_vi=name, **named).keys() == {"paper-maybe-listed"}
    assert findings(name_vi=name, **named | {"required": ["counter"]}) == {}


def test_what_bears_the_very_name_of_a_row_is_its_paper_whatever_its_author_says() -> None:
    for name in ("Căn cước", "CĂN CƯỚC."):
        assert findings(name_vi=name, listed_as="", required=["online"]).keys() == {"paper-replaced"}


def test_a_chain_is_held_against_the_rows_of_its_parts() -> None:
    chain = load_catalogue().find("3.000722", date(2026, 9, 1))
    assert chain.chain
    asked = chain.model_copy(update={"papers": (RequiredPaper(**CARD, required=frozenset({"online"})),)})
    assert {row.listed.procedure for row in rows_of(chain, SHARED.paper_lists)} == {"1.001193", "1.004222"}
    assert "paper-replaced" in {each.rule for each in check(asked, AROUND)}


def test_a_register_that_holds_other_papers_is_none_that_is_asked_first() -> None:
    source: dict[str, Any] = {
        "register_source": "CSDL quốc gia về dân cư",
        "register_code": "health",
        "required": ["online"],
    }
    assert findings(**source)["paper-register-other"].place == "/papers/0/register_code"


def test_another_database_than_the_lists_is_for_the_author_to_look_at() -> None:
    assert findings(register_source="Sổ sức khỏe điện tử", optional=True).keys() == {"paper-replaced-elsewhere"}


def test_a_version_that_ends_before_the_list_begins_or_begins_after_it_ends_asks_as_before() -> None:
    paper = CARD | {"required": ["online"]}
    for days in (
        {"effective_from": date(2025, 7, 1), "effective_to": date(2025, 12, 31)},
        {"effective_from": date(2027, 3, 1)},
    ):
        assert check(read("file", made(DEATH, paper, **days)).procedure, AROUND) == []


def test_what_is_not_filed_online_asks_nobody_for_anything_online() -> None:
    content = made(DEATH, CARD | {"required": ["online"]}, service_level="cung_cap_thong_tin")
    assert check(read("file", content).procedure, AROUND) == []


def test_a_variant_of_a_procedure_is_held_against_the_rows_of_its_national_code() -> None:
    procedure = read("file", made(f"{DEATH}.X", CARD)).procedure
    assert [each.paper.code for each in replaced(procedure, rows_of(procedure, SHARED.paper_lists))] == ["can_cuoc"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("CSDLQG về đất đai", "Cơ sở dữ liệu quốc gia về đất đai"),
        ("CSDL hộ tịch về điện tử", "Cơ sở dữ liệu hộ tịch điện tử"),
        ("CSDL quốc gia về Đất đai.", "Cơ sở dữ liệu đất đai"),
    ],
)
def test_databases_are_known_by_the_abbreviations_of_the_lists(one: str, other: str) -> None:
    assert same_database(one, other)
    assert not same_database(one, "Cơ sở dữ liệu quốc gia về dân cư")


@pytest.mark.parametrize("name", ["", "c", "Cơ sở dữ liệu", "CSDL quốc gia", "CSDL điện tử", "CSDL d", "đai"])
def test_what_every_database_is_called_names_none(name: str) -> None:
    assert not same_database(name, "Cơ sở dữ liệu quốc gia về dân cư")


def test_a_version_that_asks_for_a_listed_paper_is_not_published_and_the_row_is_named(ctx: CasesContext) -> None:
    with pytest.raises(InvalidInput) as refused:
        publish.publish(ctx, ADMIN, made(DEATH, CARD | {"required": ["online"]}))
    [field] = refused.value.fields
    assert (field.pointer, field.code) == ("/papers/0", "paper-replaced")
    assert f"Dòng {row_of(DEATH)} " in field.vi
    assert f"Row {row_of(DEATH)} " in field.en
    assert publish.publish(ctx, ADMIN, made(DEATH, CARD | {"required": ["counter"]})).new


def test_an_installation_adds_a_list_of_its_own_and_without_any_has_those_built_in(tmp_path: Path) -> None:
    assert [each.id for each in paper_lists(tmp_path)] == [each.id for each in paper_lists(FOLDER)]
    entry = {"id": "a", "name_vi": "Danh mục", "name_en": "List", "effective_from": "2027-03-01", "file": "a.csv"}
    (tmp_path / "replaced-papers.yaml").write_text(yaml.safe_dump([entry], allow_unicode=True), encoding="utf-8")
    with pytest.raises(BadCatalogue, match=r"a\.csv"):
        paper_lists(tmp_path)
    header = "code,name_vi,paper_replaced,database,owner,legal_text,clause"
    (tmp_path / "a.csv").write_text(f"{header}\n{DEATH},Khai tử,Căn cước,CSDL dân cư,Bộ Công an,,\n", encoding="utf-8")
    [own] = paper_lists(tmp_path)
    assert [row.paper for row in own.rows] == ["Căn cước"]
