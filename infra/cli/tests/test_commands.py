"""The command line as somebody types it."""

import json
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, text
from typer.testing import CliRunner, Result

from infra.cli.__main__ import build
from infra.cli.installation import Installation
from services.cases.core import actions
from services.cases.core.context import CasesContext
from services.cases.core.group_commit import GroupCommit
from services.cases.core.usecases import act
from services.cases.core.usecases.upkeep import prepare_years
from services.cases.filing.usecases.submit import submit
from services.cases.procedures.folder import load_catalogue
from services.cases.testing.samples import CLERK, LAN, criminal_record, sent
from services.cases.testing.stand_ins import Clock, FilesAtHand
from services.common.database import Database
from services.contracts import audit

Onestop = Callable[..., Result]

PARK = text(
    "INSERT INTO parked (message_id, queue, type, headers, body, reason) VALUES (:id, 'payments', 't', '{}', '', 'why')"
)

NOTICE_GIVEN_UP = (
    text("INSERT INTO concerned (case_ref, version, owner_number, account) VALUES ('H29-1', 1, '', 'a')"),
    text(
        "INSERT INTO notice (notice_id, case_ref, version, kind, at, procedure_vi, procedure_en, agency_vi, agency_en, "
        "unit_vi, unit_en, acted_by, amount) VALUES (:id, 'H29-1', 1, 'accepted', now(), '', '', '', '', '', '', '', 0)"
    ),
    text(
        "INSERT INTO delivery (notice_id, channel, address, state, attempts, due_at, error, changed_at) "
        "VALUES (:id, 'mail', 'lan@example.vn', 'given_up', 60, now(), 'SMTP 451', now())"
    ),
)


def words(answer: Result) -> str:
    """What was told, without the frame and wherever its lines break."""
    return " ".join(answer.output.replace("│", " ").split())


@pytest.fixture
def onestop() -> Onestop:
    return lambda *arguments: CliRunner().invoke(build(), list(arguments))


def test_due_explains_the_example_of_the_readme_to_programs(onestop: Onestop) -> None:
    answer = onestop("due", "--received", "2026-02-13T15:01", "--days", "3", "--cutoff", "15:00", "--json")
    found = json.loads(answer.output)
    assert (found["effective"], found["due"]) == ("2026-02-23", "2026-02-26")
    assert any("Tết" in line for line in found["lines"])


def test_due_explains_to_people_in_both_languages(onestop: Onestop) -> None:
    asked = ("due", "--received", "2026-02-13T15:01", "--days", "3")
    assert "hạn trả" in onestop(*asked).output
    assert "Civil Code" in onestop(*asked, "--en").output


@pytest.mark.parametrize(
    ("asked", "law", "due"),
    [
        ((), "nd118-2025@2026-08-05", "2026-10-12"),  # 16:30 is office time
        (("--rules", "mot-cua"), "nd118-2025@2026-08-05", "2026-10-12"),
        (("--rules", "nd118-2025"), "nd118-2025", "2026-10-13"),  # its cut-off is 16:00
        (("--cutoff", "15:00"), "nd118-2025@2026-08-05", "2026-10-13"),
        (("--closes", "16:00"), "nd118-2025@2026-08-05", "2026-10-13"),
    ],
)
def test_due_counts_by_the_rule_set_asked_for_or_in_force(
    onestop: Onestop, asked: tuple[str, ...], law: str, due: str
) -> None:
    answer = onestop("due", "--received", "2026-10-05T16:30", "--days", "5", "--json", *asked)
    found = json.loads(answer.output)
    assert (found["rules"], found["due"]) == (law, due)
    assert found["lines"][0].startswith("Áp dụng Nghị định 118/2025/NĐ-CP")


def test_due_names_the_rule_sets_there_are(onestop: Onestop) -> None:
    for asked in (("--received", "2026-10-05T16:30", "--rules", "nd1-1900"), ("--received", "2010-10-05T16:30")):
        refused = onestop("due", "--days", "5", *asked)
        assert refused.exit_code == 2
        assert "nd61-2018" in refused.output


def test_due_refuses_an_impossible_time(onestop: Onestop) -> None:
    assert onestop("due", "--received", "2026-02-13T15:01", "--days", "3", "--cutoff", "25:00").exit_code == 2


@pytest.mark.parametrize("year", ["0001", "9999"])
def test_due_is_asked_of_years_that_have_a_calendar(onestop: Onestop, year: str) -> None:
    assert onestop("due", "--received", f"{year}-12-31T09:00", "--days", "3").exit_code == 2


@pytest.mark.parametrize("received", ["2026-02-13T15:01", "2026-02-13 15:01:00", "13/02/2026 15h01", "13.2.2026 15:01"])
def test_due_reads_a_time_as_people_write_it(onestop: Onestop, received: str) -> None:
    answer = onestop("due", "--received", received, "--days", "3", "--cutoff", "15h", "--json")
    assert json.loads(answer.output)["due"] == "2026-02-26"


@pytest.mark.parametrize(("received", "due"), [("15:00:00", "2026-02-25"), ("15:00:30", "2026-02-26")])
def test_due_counts_what_came_some_seconds_after_the_cutoff_as_late(onestop: Onestop, received: str, due: str) -> None:
    answer = onestop("due", "--received", f"2026-02-13T{received}", "--days", "3", "--cutoff", "15:00", "--json")
    assert json.loads(answer.output)["due"] == due


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (("--received", "13/02/2026"), "13/02/2026 15:01"),
        (("--received", "31/02/2026 15:01"), "13/02/2026"),
        (("--received", "2026-02-13T15:01", "--cutoff", "15:00 h"), "15:00"),
        (("--received", "2026-02-13T15:01:60"), "15:00"),
        (("--received", "2026-02-13T15:01", "--closes", "01:00"), "07:30"),
        (("--received", "2010-02-13T15:01"), "no rule set is in force"),
        (("--received", "2026-02-13T15:01", "--case", "H29-1"), "leave out"),
    ],
)
def test_due_says_what_is_wrong_and_how_it_is_written(onestop: Onestop, asked: tuple[str, ...], told: str) -> None:
    answer = onestop("due", "--days", "3", *asked)
    assert answer.exit_code == 2
    assert told in words(answer)
    assert "%" not in answer.output


def test_due_wants_a_case_or_a_time(onestop: Onestop) -> None:
    answer = onestop("due", "--days", "3")
    assert answer.exit_code == 2
    assert "--case" in answer.output


def test_due_tells_of_a_case_what_its_applicant_reads(
    onestop: Onestop, fresh_database: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    url = fresh_database("cases")
    monkeypatch.setenv("ONESTOP_DATABASE_URL", url)
    database = Database(url)
    ctx = CasesContext(database, load_catalogue(), FilesAtHand(), GroupCommit(database), Clock())
    prepare_years(ctx)
    application = criminal_record()
    application["form"]["fee_group"] = "exempt"
    ref = submit(ctx, LAN, sent(application))[0].ref
    waiting = json.loads(onestop("due", "--case", ref, "--json").output)
    assert (waiting["effective"], waiting["due"], len(waiting["lines"])) == (None, None, 1)
    assert "chờ kiểm tra và tiếp nhận" in waiting["lines"][0]
    act.act(ctx, CLERK, ref, 1, actions.Accept())
    ctx.group_commit.close()
    database.close()
    found = json.loads(onestop("due", "--case", ref, "--json").output)
    assert (found["effective"], found["due"]) == ("2026-03-02", "2026-03-16")
    assert "Hạn trả kết quả: 17:00 thứ Hai 16/03/2026." in found["lines"]
    assert "quá hạn" in found["lines"][-1].lower()  # it was filed months ago by the test's clock

    unknown = onestop("due", "--case", "G01.029.00-260302-9999")
    assert (unknown.exit_code, "there is no case" in unknown.output) == (2, True)


@pytest.fixture
def history(tmp_path: Path) -> Path:
    entries, head = [], audit.genesis("H29-1")
    for seq in (1, 2):
        entry = audit.canonical(
            {"action": "submit", "actor": {"id": "a", "name": "b", "role": "c"}, "at": "2026-01-01T00:00:00Z",
             "data": {}, "seq": seq, "status": 1, "v": 1}
        )  # fmt: skip
        head = audit.link(head, entry)
        entries.append({"seq": seq, "entry": entry.decode(), "hash": head.hex()})
    file = tmp_path / "history.json"
    file.write_text(json.dumps({"ref": "H29-1", "entries": entries, "head": head.hex()}))
    return file


def test_an_untouched_history_verifies(onestop: Onestop, history: Path) -> None:
    answer = onestop("audit", "verify", str(history))
    assert answer.exit_code == 0
    assert answer.output.startswith("ok H29-1: 2 entries")


def test_an_altered_history_names_the_entry(onestop: Onestop, history: Path) -> None:
    exported = json.loads(history.read_text())
    exported["entries"][1]["entry"] = exported["entries"][1]["entry"].replace('"status":1', '"status":3')
    history.write_text(json.dumps(exported))
    answer = onestop("audit", "verify", str(history), "--en")
    assert answer.exit_code == 1
    assert "ALTERED: 2:" in answer.output


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"ref": 1}'])
def test_a_file_that_is_no_history_is_refused_in_a_line(onestop: Onestop, tmp_path: Path, content: str) -> None:
    file = tmp_path / "no.json"
    file.write_text(content)
    answer = onestop("audit", "verify", str(file))
    assert answer.exit_code == 1
    assert isinstance(answer.exception, SystemExit)


def test_a_file_that_is_no_sealed_pdf_does_not_verify(onestop: Onestop, tmp_path: Path) -> None:
    from infra.local import pki

    pki.ensure(tmp_path)
    file = tmp_path / "no.pdf"
    file.write_text("no pdf")
    answer = onestop("verify", str(file), "--trust", str(tmp_path / "seals" / "ca.crt.pem"))
    assert answer.exit_code == 1
    assert answer.output.startswith("TOTAL_FAILED")


def test_migrate_brings_a_database_to_the_newest_schema(
    onestop: Onestop, empty_database: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONESTOP_DATABASE_URL", empty_database("payments"))
    assert onestop("migrate", "payments", "--check").exit_code == 1
    assert "payments applied" in onestop("migrate", "payments").output
    assert "payments is up to date" in onestop("migrate", "payments", "--check").output


def test_migrate_leaves_the_schema_of_a_later_release_so_that_one_can_be_taken_back(
    onestop: Onestop, empty_database: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    url = empty_database("payments")
    monkeypatch.setenv("ONESTOP_DATABASE_URL", url)
    assert onestop("migrate", "payments").exit_code == 0
    engine = create_engine(url)
    with engine.begin() as conn:
        conn.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for arguments in (("migrate", "payments", "--check"), ("migrate", "payments")):
        answer = onestop(*arguments)
        assert answer.exit_code == 0, answer.output
        assert "payments has the schema of a later release" in answer.output
    with engine.connect() as conn:
        assert conn.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == "9999"
    engine.dispose()


def test_load_cases_loads_and_refuses_beside_what_somebody_filed(
    onestop: Onestop, fresh_database: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    url = fresh_database("cases")
    monkeypatch.setenv("ONESTOP_DATABASE_URL", url)
    loading = ("load-cases", "--count", "12", "--years", "1")
    assert "12 made-up cases" in onestop(*loading).output
    filed = (
        "INSERT INTO submissions (caller, key, request_hash, case_id, filed_year, filed_at)"
        " VALUES ('x', 'x', '', gen_random_uuid(), 2026, now())"
    )
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text(filed))
    engine.dispose()
    refused = onestop(*loading)
    assert refused.exit_code == 1
    assert "--beside-real-cases" in refused.output


def test_parked_messages_are_listed_and_a_replay_of_none_says_so(
    onestop: Onestop, fresh_database: Callable[[str], str], empty_database: Callable[[str], str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    url = fresh_database("payments")
    monkeypatch.setenv("ONESTOP_DATABASE_URL", url)
    monkeypatch.setenv("ONESTOP_BROKER_DATABASE_URL", empty_database("broker"))
    monkeypatch.delenv("ONESTOP_AMQP_URL", raising=False)
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(PARK, {"id": uuid4()})
    engine.dispose()
    assert "why" in onestop("outbox", "parked", "--service", "payments").output
    assert onestop("outbox", "replay", "payments", "1").output == "payments 1 is back in its queue\n"
    assert onestop("outbox", "parked", "--service", "payments").output == ""
    assert onestop("outbox", "replay", "payments", "1").exit_code == 1


def test_the_messages_given_up_on_are_listed_past_a_service_that_has_none(
    onestop: Onestop, fresh_database: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    urls = {name: fresh_database(name) for name in ("identity", "payments")}
    whole = Installation({name: {"ONESTOP_DATABASE_URL": url} for name, url in urls.items()})
    monkeypatch.setattr(Installation, "find", lambda _service="": whole)
    engine = create_engine(urls["payments"])
    with engine.begin() as conn:
        conn.execute(PARK, {"id": uuid4()})
    engine.dispose()
    answer = onestop("outbox", "parked")
    assert answer.exit_code == 0, answer.output
    assert answer.output.startswith("payments 1 ")


def test_notices_given_up_are_listed_without_an_address_and_tried_again(
    onestop: Onestop, fresh_database: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, notice = fresh_database("notifications"), str(uuid4())
    monkeypatch.setenv("ONESTOP_DATABASE_URL", url)
    engine = create_engine(url)
    with engine.begin() as conn:
        for statement in NOTICE_GIVEN_UP:
            conn.execute(statement, {"id": notice})
    engine.dispose()
    listed = onestop("notices", "given-up").output
    assert listed.startswith(notice)
    assert listed.endswith("mail  H29-1  60  SMTP 451\n")
    assert onestop("notices", "replay", notice).output == "1 of 1 are tried again\n"
    assert onestop("notices", "given-up").output == ""
    assert onestop("notices", "replay", notice).exit_code == 1


def test_a_command_without_an_installation_says_how_to_get_one(
    onestop: Onestop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ONESTOP_DATABASE_URL", raising=False)
    monkeypatch.setenv("ONESTOP_HOME", str(tmp_path))
    answer = onestop("doctor")
    assert answer.exit_code == 2
    assert "onestop up" in words(answer)


def test_serve_names_what_it_can_serve(onestop: Onestop) -> None:
    answer = onestop("serve", "nothing")
    assert answer.exit_code == 2
    assert "gateway" in answer.output


@pytest.mark.parametrize("content", [b"{", b"[]", b"\xff\xfe", b"5", b"[" * 200_000, b"\xef\xbb\xbf{}"])
def test_what_is_no_history_is_told_in_words(onestop: Onestop, tmp_path: Path, content: bytes) -> None:
    (file := tmp_path / "x.json").write_bytes(content)
    answer = onestop("audit", "verify", str(file))
    assert isinstance(answer.exception, SystemExit)
    assert (answer.exit_code, "history" in answer.output or "lịch sử" in answer.output) == (1, True)


def test_roots_that_hold_no_certificate_are_told_in_words(onestop: Onestop, tmp_path: Path) -> None:
    (file := tmp_path / "x.pem").write_bytes(b"none")
    answer = onestop("verify", str(file), "--trust", str(file))
    assert (answer.exit_code, "no certificate" in words(answer)) == (2, True)
