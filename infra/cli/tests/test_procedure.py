"""The commands on procedures as their authors type them; a journey types those that need a running system."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from infra.cli.__main__ import build
from services.cases.procedures.folder import FOLDER

Onestop = Callable[..., Result]
LICENCE = FOLDER / "3.000347.yaml"


@pytest.fixture
def onestop() -> Onestop:
    return lambda *arguments: CliRunner().invoke(build(), ["procedure", *map(str, arguments)])


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    file = tmp_path / "draft.yaml"
    file.write_text(LICENCE.read_text(encoding="utf-8"), encoding="utf-8")
    return file


def edit(file: Path, before: str, after: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after), encoding="utf-8")


def test_the_schema_printed_is_the_one_beside_the_catalogue(onestop: Onestop) -> None:
    assert onestop("schema").output == (FOLDER / "procedure.schema.json").read_text(encoding="utf-8")


def test_the_catalogue_passes_a_strict_check_which_fails_on_warnings(onestop: Onestop, draft: Path) -> None:
    assert onestop("check", FOLDER, "--strict").exit_code == 0
    edit(draft, "name_en: Exchange of a driving licence", "name_en: Đổi giấy phép lái xe")
    assert onestop("check", draft).exit_code == 0
    assert onestop("check", draft, "--strict").exit_code == 1


def test_a_fault_is_named_with_file_line_and_mend(onestop: Onestop, draft: Path) -> None:
    edit(draft, "role: officer}", "role: clerk}")
    answer = onestop("check", draft, "--en")
    line = next(n for n, text in enumerate(draft.read_text(encoding="utf-8").splitlines(), 1) if "tham_dinh" in text)
    assert answer.exit_code == 1
    mend = "clerk may not decide a case. Choose: leader, officer."
    assert f"{draft}:{line}: error: /steps/1/role: {mend}" in answer.output
    assert "lỗi" in onestop("check", draft).output
    [found] = [one for one in json.loads(onestop("check", draft, "--json").output) if one["severity"] == "error"]
    assert (found["rule"], found["line"], found["place"]) == ("nobody-may", line, "/steps/1/role")


def test_a_folder_is_checked_as_a_whole(onestop: Onestop, draft: Path) -> None:
    second = draft.with_name("second.yaml")
    second.write_text(draft.read_text(encoding="utf-8"), encoding="utf-8")
    edit(second, "effective_from: 2025-07-01\nname_vi", "effective_from: 2026-07-01\nname_vi")
    answer = onestop("check", draft.parent, "--en")
    assert (answer.exit_code, "In force together" in answer.output) == (1, True)
    (draft.parent / "broken.yaml").write_text("code: [", encoding="utf-8")
    assert "broken.yaml:1: error" in onestop("check", draft.parent, "--en").output


def test_an_agency_of_the_author_is_found_in_the_folder_given(onestop: Onestop, draft: Path, tmp_path: Path) -> None:
    edit(draft, "agencies: [G01.029.00]", "agencies: [G01.030.00]")
    assert onestop("check", draft).exit_code == 1
    own = tmp_path / "own"
    own.mkdir()
    for name in ("agencies.yaml", "rules.yaml", "calendar.yaml"):
        text = (FOLDER / name).read_text(encoding="utf-8")
        (own / name).write_text(text.replace("G01.029.00", "G01.030.00"), encoding="utf-8")
    assert onestop("check", draft, "--catalogue", own).exit_code == 0
    (own / "rules.yaml").write_text("[{}]", encoding="utf-8")
    assert onestop("check", draft, "--catalogue", own).exit_code == 2


def test_a_trial_is_told_to_people_and_to_programs(onestop: Onestop) -> None:
    asked = ("simulate", LICENCE, "--start", "2026-03-02T09:00", "--detours", "0")
    assert "Quyết định giải quyết (đồng ý): giải quyết, Phòng Cảnh sát giao thông" in onestop(*asked).output
    assert "Decide (granted): officer, Traffic Police Division" in onestop(*asked, "--en").output
    trial = json.loads(onestop(*asked, "--json").output)
    assert {way["end"] for way in trial["ways"]} == {3, 10}
    assert trial["fees"][0] == {"channel": "online", "when": "", "fees": {"le_phi_gplx": 115_000}}


def test_a_trial_of_a_wrong_file_or_at_another_agency_is_refused(onestop: Onestop, draft: Path) -> None:
    assert onestop("simulate", draft, "--agency", "H29.035.00").exit_code == 2
    edit(draft, "unit: csgt", "unit: thue")
    assert "procedure check" in onestop("simulate", draft).output
    edit(draft, "phase: return", "phase: end")
    assert onestop("simulate", draft).exit_code == 1


def test_a_difference_is_told_in_words(onestop: Onestop, draft: Path) -> None:
    assert onestop("diff", LICENCE, draft).output == "Không có thay đổi.\n"
    edit(draft, "days: 5", "days: 4")
    assert onestop("diff", LICENCE, draft).output == "Thời hạn giải quyết: 5 ngày làm việc → 4 ngày làm việc\n"
    [told] = json.loads(onestop("diff", LICENCE, draft, "--json").output)
    assert told["en"] == "Time limit: 5 working days → 4 working days"


def test_publishing_where_nothing_answers_says_so(
    onestop: Onestop, draft: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONESTOP_PASSWORD", "x")
    answer = onestop("publish", draft, "--url", "http://127.0.0.1:9")
    assert (answer.exit_code, "nothing answers" in answer.output) == (1, True)


RESULT = """result:
  code: giay_phep
  name_vi: Giấy phép
  name_en: Licence
  notation: GP
  from_form: [full_name]
  facts_schema:
    required: [rooms]
    properties:
      rooms: {type: integer, title: Số phòng, description: Rooms}
      note: {type: string, title: Ghi chú, description: Note, maxLength: 200}
  template: |
    #import "/result-base.typ": *
    #show: certificate.with("Giấy phép", "Licence")
    #entry("Họ tên", fact("full_name"))
    #entry("Số phòng", str(fact("rooms")))
    #certificate-closing()
"""


def with_result(draft: Path) -> None:
    text = draft.read_text(encoding="utf-8")
    before, _, rest = text.partition("result:\n")
    after = "\n".join(rest.splitlines()[next(n for n, line in enumerate(rest.splitlines()) if line[:1] not in " #") :])
    draft.write_text(before + RESULT + after + "\n", encoding="utf-8")


def rules_found(answer: Result) -> list[tuple[str, str]]:
    return [(one["rule"], one["place"]) for one in json.loads(answer.output) if one["severity"] == "error"]


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ("str(fact", "string(fact", ("result-template", "/result/template")),
        ('entry("Số', 'entri("Số', ("result-template", "/result/template")),
        ('#entry("Số phòng", str(fact("rooms")))', '#fact("note").at(0)', ("result-template", "/result/template")),
        ("#certificate-closing()", "", ("result-template", "/result/template")),
        ("title: Số phòng, ", "", ("translation", "/result/facts_schema/properties/rooms")),
        ("required: [rooms]", "required: [roms]", ("required-unknown", "/result/facts_schema/required/0")),
    ],
)
def test_a_result_that_cannot_be_printed_is_found_before_anybody_is_granted_one(
    onestop: Onestop, draft: Path, before: str, after: str, fault: tuple[str, str]
) -> None:
    with_result(draft)
    assert rules_found(onestop("check", draft, "--json")) == []
    edit(draft, before, after)
    assert rules_found(onestop("check", draft, "--json")) == [fault]


def test_a_result_that_cannot_be_printed_is_not_sent_to_be_published(onestop: Onestop, draft: Path) -> None:
    with_result(draft)
    edit(draft, "str(fact", "string(fact")
    for command in ("publish", "import"):
        answer = onestop(command, draft, "--en", "--url", "http://127.0.0.1:1")
        assert answer.exit_code == 1
        assert "unknown variable: string" in answer.output
