"""The journeys of the demonstration, each against the whole system as `make run` starts it."""

from importlib import import_module
from inspect import getmembers, getsource, isfunction
from pathlib import Path
from typing import get_type_hints

import pypdf
import pytest
from typer.testing import CliRunner

from e2e.conftest import System
from e2e.journeys.another_commune import another_commune
from e2e.journeys.birth import birth, birth_refused_in_part
from e2e.journeys.certification import certification
from e2e.journeys.clock import clock
from e2e.journeys.conversation import conversation
from e2e.journeys.corrections import corrections
from e2e.journeys.counter import counter
from e2e.journeys.counter_online import counter_online
from e2e.journeys.criminal_record import criminal_record
from e2e.journeys.death import death
from e2e.journeys.demo import JOURNEYS, main
from e2e.journeys.double_submit import double_submit
from e2e.journeys.drafts import drafts
from e2e.journeys.karaoke import karaoke
from e2e.journeys.licence import licence
from e2e.journeys.new_procedure import new_procedure
from e2e.journeys.own_store import own_store
from e2e.journeys.papers import PERSON, papers
from e2e.journeys.proxy import ABROAD, WALKS_IN, proxy
from e2e.journeys.search import search
from e2e.journeys.stage import Broken, Stage, promise, promise_refusal, scan
from e2e.journeys.steps import steps
from e2e.journeys.withdrawal import withdrawal
from e2e.journeys.work import work
from infra.cli.__main__ import build

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def _text(pdf: Path) -> str:
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(pdf).pages).split())


@pytest.fixture(scope="module")
def stage(system: System, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    return Stage(system.base_url, system.home, tmp_path_factory.mktemp("out"))


def test_a_licence_is_exchanged_online_from_prefilled_form_to_verified_result(stage: Stage) -> None:
    ref = licence(stage)
    assert {file.suffix for file in stage.out.glob(f"{ref}-*")} == {".pdf", ".json"}


def test_a_criminal_record_takes_a_supplement_and_another_agencys_answer(stage: Stage) -> None:
    ref = criminal_record(stage)
    assert len(list(stage.out.glob(f"{ref}-envelope-*.edxml"))) == 8


def test_a_case_filed_at_the_counter_is_paid_in_cash_and_refused(stage: Stage) -> None:
    ref = counter(stage)
    assert (stage.out / f"{ref}-03.pdf").exists()


def test_certified_copies_are_given_within_five_minutes_and_stand_in_the_register(stage: Stage) -> None:
    certification(stage)


def test_a_counter_case_is_answered_online(stage: Stage) -> None:
    ref = counter_online(stage)
    assert {f"{ref}-01.pdf", f"{ref}-02.pdf"} <= {file.name for file in stage.out.iterdir()}


def test_a_counter_case_is_stopped_by_letter_and_withdrawn_at_the_counter_by_form_05(stage: Stage) -> None:
    ref = withdrawal(stage)
    stopped, withdrawn = _text(stage.out / f"{ref}-suspension.pdf"), _text(stage.out / f"{ref}-05.pdf")
    assert "Chờ cơ quan điều tra kết luận" in stopped
    assert "khiếu nại" in stopped
    assert "Theo đề nghị của tổ chức, cá nhân" in withdrawn
    assert "Tôi chuyển ra nước ngoài" in withdrawn


def test_a_household_business_is_checked_by_one_and_approved_by_another(stage: Stage) -> None:
    steps(stage)


def test_a_new_procedure_works_end_to_end_by_following_the_document_to_the_letter(stage: Stage) -> None:
    new_procedure(stage)
    new_procedure(stage)  # a published file published again changes nothing


def test_a_draft_goes_from_telephone_to_desk_and_what_was_filed_before_is_warned_of(stage: Stage) -> None:
    drafts(stage)


def test_a_case_filed_by_proxy_names_the_proxy_on_both_papers_and_is_refused_without_one(stage: Stage) -> None:
    ref = proxy(stage)
    for form in ("01", "03"):
        applicant, _, by_proxy = _text(stage.out / f"{ref}-{form}.pdf").partition("Người được ủy quyền nộp hồ sơ")
        assert ABROAD["full_name"] in applicant
        assert WALKS_IN["full_name"] not in applicant
        for shown in (*WALKS_IN.values(), "Giấy ủy quyền: Giấy ủy quyền"):
            assert shown in by_proxy


def test_the_same_submission_twice_and_twenty_times_at_once_is_one_case(stage: Stage) -> None:
    double_submit(stage)


def test_papers_of_ones_own_store_are_offered_used_by_consent_and_hers_to_withdraw_and_delete(stage: Stage) -> None:
    own_store(stage)


def test_a_case_is_found_by_whatever_people_type_and_lists_are_in_vietnamese_order(stage: Stage) -> None:
    search(stage)
    search(stage)  # what an earlier play left is in nobody's way


def test_work_is_claimed_done_in_bulk_and_signed_by_a_deputy(stage: Stage) -> None:
    work(stage)


def test_a_clerk_and_an_applicant_talk_on_a_case_and_its_history_still_verifies(stage: Stage) -> None:
    conversation(stage)


def test_a_supplement_is_pinned_a_second_one_approved_and_a_result_corrected(stage: Stage) -> None:
    ref = corrections(stage)
    asked, result = _text(stage.out / f"{ref}-02.pdf"), _text(stage.out / f"{ref}-result.pdf")
    assert "2. Giấy tờ “Giấy tờ chứng minh được giảm hoặc miễn phí”: đã hết hạn. Nộp giấy còn hạn" in asked
    assert "Kết quả ghi sai nơi cư trú." in result


def test_a_clock_stands_for_a_fee_moves_with_the_calendar_and_foresees_and_says_why(stage: Stage) -> None:
    clock(stage)
    clock(stage)  # what was published is published, and the calendar is as it was


def test_the_papers_about_a_case_are_its_slip_its_versions_and_the_register(stage: Stage) -> None:
    ref = papers(stage)
    slip, receipt, register = (_text(stage.out / f"{ref}-{name}.pdf") for name in ("06", "01", "register"))
    assert "PHIẾU KIỂM SOÁT QUÁ TRÌNH GIẢI QUYẾT HỒ SƠ" in slip
    assert "→ Phòng Hồ sơ" in slip
    assert "Thay thế phiếu kiểm soát" in slip
    assert "Lý do: Số điện thoại trên giấy tiếp nhận bị in mờ." in receipt
    assert ref in register
    assert PERSON["full_name"] in register


def test_one_form_for_a_child_is_four_procedures_one_of_them_behind_the_axis(stage: Stage) -> None:
    ref = birth(stage)
    assert (stage.out / f"{ref}-timeline.json").exists()
    assert len(list(stage.out.glob("*-the-bhyt.pdf"))) == 1


def test_a_part_that_is_refused_undoes_no_other_and_the_result_says_so(stage: Stage) -> None:
    ref = birth_refused_in_part(stage)
    result = _text(stage.out / f"{ref}-result.pdf")
    assert "GIẢI QUYẾT MỘT PHẦN" in result
    assert "không được tiếp nhận: Chỗ ở đăng ký không thuộc sở hữu" in result


def test_one_form_after_a_death_is_the_parts_asked_for_each_with_the_extract(stage: Stage) -> None:
    death(stage)


def test_a_karaoke_licence_is_three_procedures_one_after_another(stage: Stage) -> None:
    karaoke(stage)


def test_a_commune_takes_in_for_another_and_the_term_starts_when_that_one_has_received_the_case(stage: Stage) -> None:
    ref = another_commune(stage)
    slip = _text(stage.out / f"{ref}-06.pdf")
    assert "Cơ quan có thẩm quyền nhận hồ sơ" in slip
    assert "phường Sài Gòn" in slip


def test_every_journey_is_played_by_the_demonstration_and_by_one_test() -> None:
    """A journey is a public function of a module beside this one that plays on a stage and returns a case number."""
    here = Path(__file__)
    modules = [import_module(f"e2e.journeys.{file.stem}") for file in here.parent.glob("*.py") if file != here]
    written = {
        function.__name__
        for module in modules
        for name, function in getmembers(module, isfunction)
        if not name.startswith("_") and get_type_hints(function) == {"stage": Stage, "return": str}
    }
    played = [journey.__name__ for journey in JOURNEYS.values()]
    assert sorted(played) == sorted(written)
    tests = [getsource(test) for name, test in globals().items() if name.startswith("test_")]
    assert [name for name in played if sum(f" {name}(stage)" in test for test in tests) != 1] == []


def test_the_demonstration_says_when_nothing_is_running(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ONESTOP_HOME", str(tmp_path))
    assert main("http://127.0.0.1:9", tmp_path) == 1
    assert f"{tmp_path} has no keys of applicants: start the system with `make run`" in capsys.readouterr().out
    (tmp_path / "applicants").mkdir()
    assert main("http://127.0.0.1:9", tmp_path) == 1
    assert "nothing answers at http://127.0.0.1:9: start the system with `make run`" in capsys.readouterr().out


def test_what_an_officer_drew_up_is_uploaded_by_the_command_line(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONESTOP_PASSWORD", "onestop-demo")
    drawn_up = tmp_path / "quyết định.pdf"
    drawn_up.write_bytes(scan("Quyết định", "Nguyễn Thị Lan", "Hỗ trợ chi phí mai táng."))
    typed = ["case", "upload", str(drawn_up), "--user", "leader", "--url", stage.base_url]
    told = CliRunner().invoke(build(), typed)
    assert stage.client("leader").get(f"/files/{told.output.strip()}")["state"] == "clean"


def test_what_differs_from_the_promise_breaks_the_journey(stage: Stage) -> None:
    with pytest.raises(Broken, match="the status: promised 1, seen 2"):
        promise("the status", 2, 1)
    with pytest.raises(Broken, match="but it was done"):
        promise_refusal("reading the catalogue", 403, lambda: stage.client().get("/procedures"))
