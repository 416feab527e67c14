"""Whom a service's tables belong to, what the role it connects as may do with them, and whether evidence is kept."""

from collections.abc import Iterator

from sqlalchemy import text

from infra.cli.checks.finding import Finding
from services.common.database import Database
from services.common.grants import differences, owner_of_tables, triggers_switched_off, unwatched

AT_MOST_TOLD = 5


def check(service: str, database: Database) -> Iterator[Finding]:
    with database.autocommit() as connection:
        owner, role = owner_of_tables(connection), connection.execute(text("SELECT current_user")).scalar_one()
        beyond, lacking = differences(connection, service) if owner != role else ([], [])
        off = [f"switched off: {each}" for each in triggers_switched_off(connection)]
        off += [f"nothing stops {each}" for each in unwatched(connection, service)] if owner else []
    yield Finding(
        f"roles.{service}",
        f"role of {service}",
        owner != role,
        f"connects as {role}, the tables are {owner or 'nobody'}'s",
        "the tables belong to another role than the service's",
        "make a role for the service and migrate as the owner: docs/operations.md, Two roles a database",
    )
    yield grants(service, [f"may {what}" for what in beyond] + [f"may not {what}" for what in lacking])
    yield Finding(
        f"triggers.{service}",
        f"triggers of {service} that keep what is evidence",
        not off,
        told(off) if off else "on",
        "on",
        "find out who did it; as the owner ALTER TABLE … ENABLE TRIGGER …, or make a dropped one again as its "
        "migration does; then see what `onestop audit cases` says",
    )


def grants(service: str, wrong: list[str]) -> Finding:
    return Finding(
        f"grants.{service}",
        f"what the role of {service} may do",
        not wrong,
        told(wrong) if wrong else "what the service needs",
        "what the service needs, and no more",
        f"`onestop migrate {service}` gives what is lacking and takes back the rest; find out who changed it",
    )


def told(wrong: list[str]) -> str:
    """Lists the first of what is wrong, and how many more there are."""
    more = f" and {len(wrong) - AT_MOST_TOLD} more" if len(wrong) > AT_MOST_TOLD else ""
    return ", ".join(wrong[:AT_MOST_TOLD]) + more
