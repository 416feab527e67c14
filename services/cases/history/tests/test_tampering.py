"""Whatever somebody changes by hand in the database of cases is refused by it, or found against the histories."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.cases.conversation import usecases as converse
from services.cases.core import actions
from services.cases.core.context import CasesContext
from services.cases.core.store import cases as store
from services.cases.core.usecases import act
from services.cases.filing.usecases.submit import submit
from services.cases.history.usecases.replay import Round, looked_at
from services.cases.testing.samples import CLERK, LAN, OFFICER, criminal_record, sent
from services.common.database import Database
from services.common.testing.plugin import ByHand, MakeDatabase
from services.contracts import audit

EXEMPT = criminal_record()["form"] | {"fee_group": "exempt"}


@pytest.fixture
def database(fresh_database: MakeDatabase) -> Iterator[Database]:
    """One of its own, for nothing in it stays whole."""
    database = Database(fresh_database("cases"), pool_size=5, name="tampering")
    yield database
    database.close()


@pytest.fixture
def ref(ctx: CasesContext) -> str:
    """A case taken in and assigned, with a message."""
    ref = submit(ctx, LAN, sent(criminal_record(form=EXEMPT)))[0].ref
    act.act(ctx, CLERK, ref, 0, actions.Accept())
    act.act(ctx, OFFICER, ref, 0, actions.Assign(OFFICER.subject))
    converse.post(ctx, LAN, ref, "0f9e1d2c-3b4a-4958-8776-655443322110", "Bao giờ có kết quả ạ?", ())
    return ref


def found(database: Database) -> dict[str, list[str]]:
    """What doctor says; the timer finds the same, once."""
    with database.autocommit() as conn:
        _, mismatches = looked_at(conn)
    return {each.ref: each.faults for each in mismatches}


def test_a_case_that_nobody_touched_fits_its_history(database: Database, ref: str) -> None:
    assert found(database) == {}
    assert Round().go_on(database) == []
    with database.autocommit() as conn:
        case, _ = store.read(conn, ref)
    assert case.version == 4


TABLES = ("cases", "history", "applications", "submissions", "case_messages", "counters", "delegations")
PARTITIONED = ("cases", "history", "applications")


@pytest.mark.parametrize("table", [*TABLES, *(f"{name}_2026" for name in PARTITIONED), "procedure_versions"])
def test_nobody_empties_a_table_or_a_partition_of_it(database: Database, by_hand: ByHand, ref: str, table: str) -> None:
    with pytest.raises(DBAPIError, match="kept as it was written"), by_hand(database, triggers=True) as conn:
        conn.execute(text(f"TRUNCATE {table} CASCADE"))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE history SET entry = replace(convert_from(entry, 'UTF8'), 'accept', 'refuse')::bytea",
        "UPDATE history_2026 SET hash = hash",
        "DELETE FROM history WHERE seq = 3",
        "DELETE FROM cases",
        "DELETE FROM applications",
        "UPDATE applications SET content = 'x'",
        "UPDATE applications SET signature = 'x', content = '', form = '{}'",
        "UPDATE submissions SET request_hash = ''",
        "DELETE FROM submissions",
        "UPDATE case_messages SET text = 'x'",
        "UPDATE case_messages SET account = 'x'",
        "DELETE FROM case_messages",
    ],
)
def test_the_database_refuses_to_change_evidence_to_its_owner_too(
    database: Database, by_hand: ByHand, ref: str, statement: str
) -> None:
    with pytest.raises(DBAPIError, match=r"is kept as"), by_hand(database, triggers=True) as conn:
        conn.execute(text(statement))
    assert found(database) == {}


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE cases SET state = jsonb_set(state, '{decision}', '\"granted\"')", "state:"),
        ("UPDATE cases SET state = jsonb_set(state, '{applicant,full_name}', '\"Ai Đó\"')", "state:"),
        ("UPDATE cases SET status = 9, state = jsonb_set(state, '{status}', '9')", "status:"),
        ("UPDATE cases SET due_date = due_date + 30", "clock.due:"),
        ("UPDATE cases SET assigned_to = 'somebody'", "assigned_to:"),
        ("UPDATE cases SET account = 'somebody'", "applicant.account:"),
        ("UPDATE cases SET owned = NOT owned", "owned:"),
        ("UPDATE cases SET identifier = '001090000001'", "applicant.identifier:"),
        ("UPDATE cases SET version = version + 1", "version:"),
        ("UPDATE cases SET history_head = sha256('x')", "history:"),
        ("UPDATE history SET hash = sha256('x') WHERE seq = 2", "history: entry 2"),
        (
            "UPDATE history SET entry = convert_to(replace(convert_from(entry, 'UTF8'), 'Lê', 'Vũ'), 'UTF8')",
            "history: entry",
        ),
        ("DELETE FROM history WHERE seq = 3", "history: entry 3"),
        ("DELETE FROM history WHERE seq = 4", "history: entry 4"),
        ("DELETE FROM history", "history: there is none"),
        ("UPDATE applications SET content = convert_to('{}', 'UTF8')", "application 1: its content"),
        ("UPDATE applications SET content = '', form = '{}'", "application 1: its content"),
        ("UPDATE cases SET form = '{}'", "form: it is not what was filed"),
        ('UPDATE cases SET form = (form::jsonb || \'{"purpose": "x"}\')::json', "form: it is not what was filed"),
        ("UPDATE applications SET form = '{}'", "application 1: its form is not what was filed"),
        ("DELETE FROM applications", "application 1: it is gone"),
        ("UPDATE case_messages SET text = 'Không cần nữa'", "message 4: it is not what was said"),
        ("UPDATE case_messages SET sha256 = 'x'", "message 4: it is not what was said"),
        ("DELETE FROM case_messages", "message 4: it is gone"),
        ("UPDATE case_messages SET seq = 9", "message 9: the history knows of none"),
    ],
)
def test_what_is_changed_past_every_trigger_is_found(
    database: Database, by_hand: ByHand, ref: str, statement: str, said: str
) -> None:
    with by_hand(database) as conn:
        conn.execute(text(statement))
    wrong = found(database)
    assert list(wrong) == [ref]
    assert any(fault.startswith(said) for fault in wrong[ref]), wrong
    told = Round()
    assert [each.ref for each in told.go_on(database)] == [ref] or [each.ref for each in told.go_on(database)] == [ref]
    assert told.go_on(database) == told.go_on(database) == []


def test_a_chain_computed_anew_still_differs_from_the_case_it_is_of(
    database: Database, by_hand: ByHand, ref: str
) -> None:
    """Whoever drops the last entry and makes the heads fit has not changed what the case was after it."""
    with by_hand(database) as conn:
        conn.execute(text("DELETE FROM history WHERE seq > 2"))
        conn.execute(text("DELETE FROM case_messages"))
        conn.execute(text("UPDATE cases SET version = 2, history_head = (SELECT hash FROM history WHERE seq = 2)"))
    assert found(database)[ref] == [
        "status: 4, the state says 4, the history 2",
        "state: it is not what the last entry was made of",
    ]


def test_an_entry_rewritten_with_its_hashes_is_found_by_the_digest_it_names(
    database: Database, by_hand: ByHand, ref: str
) -> None:
    with by_hand(database) as conn:
        head = audit.genesis(ref)
        for seq, entry in conn.execute(text("SELECT seq, entry FROM history ORDER BY seq")).all():
            changed = bytes(entry).replace(b'"status":4', b'"status":9')
            head = audit.link(head, changed)
            conn.execute(
                text("UPDATE history SET entry = :entry, hash = :hash WHERE seq = :seq"),
                {"entry": changed, "hash": head, "seq": seq},
            )
        conn.execute(text("UPDATE cases SET history_head = :head, status = 9"), {"head": head})
        conn.execute(text("UPDATE cases SET state = jsonb_set(state, '{status}', '9')"))
    assert found(database)[ref] == ["state: it is not what the last entry was made of"]


def test_a_case_taken_out_whole_leaves_what_it_was_filed_by(database: Database, by_hand: ByHand, ref: str) -> None:
    with by_hand(database) as conn:
        for table in ("cases", "history", "applications", "case_messages"):
            conn.execute(text(f"DELETE FROM {table}"))  # noqa: S608  # of constants
    assert list(found(database).values()) == [["it was filed and is gone"]]


def test_what_is_emptied_before_its_time_is_found(database: Database, ref: str) -> None:
    """The service may empty applications, for it disposes of cases: then the case says so (test_retention.py)."""
    with database.transaction() as conn:
        case, _ = store.read(conn, ref)
        store.forget(conn, case)
    assert found(database)[ref] == [
        "application 1: its content is not what was filed",
        "form: it is not what was filed",
        "application 1: its form is not what was filed",
    ]
