from datetime import UTC, datetime, timedelta

import pytest
from psycopg.errors import UndefinedColumn
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.common import limits
from services.common.database import Database
from services.common.errors import InvalidInput, SessionEnded
from services.common.testing.plugin import ByHand
from services.identity.conftest import LogIn, Sandbox
from services.identity.core.numbers import PersonalNumber
from services.identity.look_ups import usecases as look_ups
from services.identity.look_ups.context import LookUpContext
from services.identity.look_ups.domain import (
    LevelTooLow,
    NotInRegister,
    OnlyOneself,
    Purpose,
    RegisterContradictsNumber,
    TooManyLookUps,
)
from services.identity.look_ups.register_calls import RegisterUnavailable
from services.identity.prefilling.usecases import Wanted, prefill_form
from services.identity.sessions import usecases as sessions

LAN, HUNG = "079301000019", "001090000001"
PURPOSE = Purpose("kiểm tra người nộp", "H29.001.00-261102-0001", "Luật Căn cước 2023, Điều 9")


def record(database: Database) -> list[dict[str, object]]:
    with database.transaction() as conn:
        rows = conn.execute(text("SELECT * FROM look_ups ORDER BY look_up_id"))
        return [dict(row) for row in rows.mappings()]


def outcomes(database: Database) -> list[object]:
    return [row["outcome"] for row in record(database)]


def test_a_clerk_verifies_declared_facts_against_the_register(
    ctx: LookUpContext, log_in: LogIn, database: Database, now: datetime
) -> None:
    declared = {"full_name": "NGUYỄN THỊ LAN", "birth_date": "2001-05-20", "sex": "male"}

    verified = look_ups.verify_person(ctx, log_in("clerk"), number=LAN, declared=declared, purpose=PURPOSE, now=now)

    assert verified.verification.answer == "mismatch"
    assert verified.verification.facts == {"full_name": "match", "birth_date": "match", "sex": "mismatch"}
    assert [doubt.code for doubt in verified.doubts] == ["sex-disagrees"]
    assert outcomes(database) == ["mismatch"]


def test_a_number_the_register_does_not_know_is_not_found_and_on_record(
    ctx: LookUpContext, log_in: LogIn, database: Database, now: datetime
) -> None:
    clerk = log_in("clerk")
    unknown = "790090000099"

    verified = look_ups.verify_person(ctx, clerk, number=unknown, declared={}, purpose=PURPOSE, now=now)

    assert verified.verification.answer == "no_data"
    assert [doubt.code for doubt in verified.doubts] == ["unknown-province"]
    with pytest.raises(NotInRegister):
        look_ups.look_up_person(ctx, clerk, number=unknown, fields=["sex"], purpose=PURPOSE, now=now)
    assert outcomes(database) == ["not_found", "not_found"]


def test_only_the_fields_asked_for_come_back_and_only_those_the_register_holds(
    ctx: LookUpContext, log_in: LogIn, now: datetime
) -> None:
    person = look_ups.look_up_person(
        ctx, log_in("officer"), number="079180000123", fields=["full_name", "phone"], purpose=PURPOSE, now=now
    )

    assert person == {"full_name": "Phạm Thị Mai"}


def test_a_firm_is_looked_up_by_tax_code(ctx: LookUpContext, log_in: LogIn, database: Database, now: datetime) -> None:
    firm = look_ups.look_up_firm(ctx, log_in("clerk"), tax_code="0314409058-002", purpose=PURPOSE, now=now)

    assert (firm.tax_code, firm.status) == ("0314409058-002", "suspended")
    with pytest.raises(NotInRegister):
        look_ups.look_up_firm(ctx, log_in("clerk"), tax_code="0314409058-003", purpose=PURPOSE, now=now)
    assert [row["register"] for row in record(database)] == ["business", "business"]


def test_a_register_that_contradicts_itself_is_an_error(
    ctx: LookUpContext, log_in: LogIn, database: Database, now: datetime
) -> None:
    with pytest.raises(RegisterContradictsNumber) as error:
        look_ups.look_up_person(ctx, log_in("clerk"), number="079095000077", fields=["sex"], purpose=PURPOSE, now=now)

    assert [field.code for field in error.value.fields] == ["sex-disagrees"]
    assert outcomes(database) == ["mismatch"]


def test_prefill_fills_the_form_of_the_calling_citizen(
    ctx: LookUpContext, log_in: LogIn, database: Database, now: datetime
) -> None:
    wanted = {"owner": "full_name", "signer": "full_name", "home": "permanent_residence", "sex": "sex"}

    values = look_ups.prefill(ctx, log_in("lan"), PersonalNumber(LAN), register_fields=wanted, purpose=PURPOSE, now=now)

    assert values == {
        "owner": "Nguyễn Thị Lan",
        "signer": "Nguyễn Thị Lan",
        "home": "12 Lê Lợi, phường Bến Thành, Thành phố Hồ Chí Minh",
        "sex": "female",
    }
    (entry,) = record(database)
    assert (entry["fields"], entry["own"]) == (["full_name", "permanent_residence", "sex"], True)


def test_a_citizen_asks_about_nobody_else(ctx: LookUpContext, log_in: LogIn, database: Database, now: datetime) -> None:
    lan = log_in("lan")

    verified = look_ups.verify_person(ctx, lan, number=LAN, declared={}, purpose=PURPOSE, now=now)
    assert verified.verification.answer == "inconclusive"
    with pytest.raises(OnlyOneself):
        look_ups.verify_person(ctx, lan, number=HUNG, declared={}, purpose=PURPOSE, now=now)
    with pytest.raises(LevelTooLow):
        prefill_form(ctx, log_in("admin"), Wanted("3.000347", {"a": "sex"}, {}), PURPOSE, now)
    assert len(record(database)) == 1


def test_the_record_says_who_why_and_what_but_not_the_answer(
    ctx: LookUpContext, log_in: LogIn, database: Database, sandbox: Sandbox, now: datetime
) -> None:
    clerk = log_in("clerk")
    look_ups.look_up_person(ctx, clerk, number=LAN, fields=["full_name", "phone"], purpose=PURPOSE, now=now)

    (entry,) = record(database)
    asked = sandbox.calls()[-1]
    assert str(entry["actor_id"]) == clerk.subject == asked["body"]["officer"]
    assert (entry["actor_name"], entry["agency"]) == ("Phạm Thị Mai", "G01.029.00")
    assert (entry["purpose"], entry["case_reference"], entry["legal_basis"]) == (
        PURPOSE.text,
        PURPOSE.case_reference,
        PURPOSE.legal_basis,
    )
    assert (entry["subject_masked"], entry["fields"]) == ("0793******19", ["full_name", "phone"])
    assert entry["outcome"] == "found"
    assert asked["headers"]["X-Road-Id"] == str(entry["look_up_id"])
    assert asked["headers"]["X-Road-Issue"] == PURPOSE.case_reference
    everything = str(entry)
    assert LAN not in everything
    assert "Nguyễn Thị Lan" not in everything
    assert "0903000019" not in everything


def test_a_look_up_is_on_record_before_the_register_is_asked(
    ctx: LookUpContext, log_in: LogIn, database: Database, sandbox: Sandbox, now: datetime
) -> None:
    clerk = log_in("clerk")
    sandbox.order(times=limits.REGISTER_ATTEMPTS, status=503)

    with pytest.raises(RegisterUnavailable):
        look_ups.look_up_person(ctx, clerk, number=LAN, fields=["sex"], purpose=PURPOSE, now=now)

    assert outcomes(database) == ["failed"]


def test_an_answer_that_cannot_be_recorded_is_not_given(
    ctx: LookUpContext, log_in: LogIn, database: Database, sandbox: Sandbox, now: datetime, by_hand: ByHand
) -> None:
    clerk = log_in("clerk")
    with by_hand(database) as conn:
        conn.execute(text("ALTER TABLE look_ups RENAME COLUMN closed_at TO was_closed_at"))
    try:
        with pytest.raises(UndefinedColumn):
            look_ups.look_up_person(ctx, clerk, number=LAN, fields=["sex"], purpose=PURPOSE, now=now)
    finally:
        with by_hand(database) as conn:
            conn.execute(text("ALTER TABLE look_ups RENAME COLUMN was_closed_at TO closed_at"))

    assert outcomes(database) == ["failed"]


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM look_ups",
        "UPDATE look_ups SET outcome = 'not_found'",
        "UPDATE look_ups SET actor_name = 'somebody else'",
        "UPDATE look_ups SET closed_at = NULL",
    ],
)
def test_the_record_cannot_be_changed_afterwards(
    ctx: LookUpContext, log_in: LogIn, database: Database, now: datetime, change: str, by_hand: ByHand
) -> None:
    look_ups.look_up_person(ctx, log_in("clerk"), number=LAN, fields=["sex"], purpose=PURPOSE, now=now)

    with pytest.raises(DBAPIError, match="append-only"), by_hand(database, triggers=True) as conn:
        conn.execute(text(change))


def test_nobody_asks_about_themselves_without_end(
    ctx: LookUpContext, log_in: LogIn, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "OWN_LOOK_UPS_PER_HOUR", 2)
    lan, clerk = log_in("lan"), log_in("clerk")

    def prefill(at: datetime) -> object:
        fields = {"a": "sex"}
        return look_ups.prefill(ctx, lan, PersonalNumber(LAN), register_fields=fields, purpose=PURPOSE, now=at)

    prefill(now - timedelta(minutes=61))
    prefill(now)
    prefill(now)
    with pytest.raises(TooManyLookUps):
        prefill(now)
    assert look_ups.look_up_person(ctx, clerk, number=LAN, fields=["sex"], purpose=PURPOSE, now=now)


def test_an_officer_over_the_limit_waits_while_citizens_go_on(
    ctx: LookUpContext, log_in: LogIn, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "LOOK_UPS_PER_HOUR", 2)
    clerk, lan = log_in("clerk"), log_in("lan")

    def look_up(at: datetime) -> object:
        return look_ups.look_up_person(ctx, clerk, number=LAN, fields=["sex"], purpose=PURPOSE, now=at)

    look_up(now - timedelta(minutes=61))
    look_up(now)
    look_up(now)
    with pytest.raises(TooManyLookUps):
        look_up(now)
    for _ in range(3):
        assert look_ups.prefill(ctx, lan, PersonalNumber(LAN), register_fields={"a": "sex"}, purpose=PURPOSE, now=now)


def test_whoever_logged_out_looks_nobody_up(
    ctx: LookUpContext, log_in: LogIn, database: Database, sandbox: Sandbox, now: datetime
) -> None:
    clerk = log_in("clerk")
    sessions.log_out(database, clerk, now)
    asked = len(sandbox.calls())

    with pytest.raises(SessionEnded):
        look_ups.look_up_person(ctx, clerk, number=LAN, fields=["sex"], purpose=PURPOSE, now=now)
    assert record(database) == []
    assert len(sandbox.calls()) == asked


def test_people_see_who_looked_them_up_and_administrators_see_all(
    ctx: LookUpContext, log_in: LogIn, now: datetime
) -> None:
    clerk = log_in("clerk")
    for number in (LAN, HUNG, LAN):
        look_ups.look_up_person(ctx, clerk, number=number, fields=["sex"], purpose=PURPOSE, now=now)

    lans, token = look_ups.list_look_ups(ctx, log_in("lan"), page_token="", page_size=10)
    everybodys, _ = look_ups.list_look_ups(ctx, log_in("admin"), page_token="", page_size=10)

    assert [entry.subject_masked for entry in lans] == ["0793******19"] * 2
    assert (lans[0].actor, lans[0].purpose, lans[0].answer) == ("Phạm Thị Mai, G01.029.00", PURPOSE, "match")
    assert token == ""
    assert [entry.subject_masked[:4] for entry in everybodys] == ["0793", "0010", "0793"]
    with pytest.raises(LevelTooLow):
        look_ups.list_look_ups(ctx, clerk, page_token="", page_size=10)


def test_pages_follow_each_other_without_gap_or_repeat(ctx: LookUpContext, log_in: LogIn, now: datetime) -> None:
    lan = log_in("lan")
    for _ in range(5):
        look_ups.prefill(ctx, lan, PersonalNumber(LAN), register_fields={"a": "sex"}, purpose=PURPOSE, now=now)

    seen, token = look_ups.list_look_ups(ctx, lan, page_token="", page_size=2)
    while token:
        page, token = look_ups.list_look_ups(ctx, lan, page_token=token, page_size=2)
        seen += page

    ids = [entry.look_up_id for entry in seen]
    assert len(set(ids)) == len(ids) == 5
    assert ids == sorted(ids, reverse=True)
    with pytest.raises(InvalidInput):
        look_ups.list_look_ups(ctx, lan, page_token="nonsense", page_size=2)


def test_times_are_kept_with_their_zone(ctx: LookUpContext, log_in: LogIn, now: datetime) -> None:
    look_ups.prefill(ctx, log_in("lan"), PersonalNumber(LAN), register_fields={"a": "sex"}, purpose=PURPOSE, now=now)

    (entry,), _ = look_ups.list_look_ups(ctx, log_in("lan"), page_token="", page_size=2)
    assert entry.at == now
    assert entry.at.tzinfo == UTC
