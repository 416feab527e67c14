"""Each service's database: reachable, at the newest schema, its events going out, no message given up on, its clock
ours."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from sqlalchemy import create_engine, inspect, text
from sqlalchemy.exc import SQLAlchemyError

from infra.cli import papers
from infra.cli.checks import roles
from infra.cli.checks.finding import PROBE_SECONDS, Finding, in_short
from infra.cli.installation import Installation
from services.common.database import Database, pending_migrations, schema_is_later
from services.common.messaging.parking import list_parked
from services.common.outbox import backlog
from services.documents.papers.usecases import parked as parked_papers

CLOCK_TOLERANCE = timedelta(seconds=2)
OLDEST_UNSENT = timedelta(minutes=1)


def check(installation: Installation) -> Iterator[Finding]:
    """Yields every finding that needs the database; when the database is away, only that finding."""
    for service in installation.environments:
        url = installation.database_url(service)
        try:
            found = reach(url)
        except SQLAlchemyError as error:
            yield Finding(
                f"database.{service}",
                f"database of {service}",
                False,
                in_short(error.__cause__ or error),
                "PostgreSQL answers",
                "start PostgreSQL (`onestop up` on one machine), or correct ONESTOP_DATABASE_URL",
            )
            continue
        yield Finding(f"database.{service}", f"database of {service}", True, found[0], "PostgreSQL answers")
        yield clock(service, found[1])
        yield from schema(service, url)


def reach(url: str) -> tuple[str, datetime]:
    """Returns the server's version and its time."""
    engine = create_engine(
        url, connect_args={"connect_timeout": PROBE_SECONDS, "options": f"-c statement_timeout={PROBE_SECONDS}s"}
    )
    try:
        with engine.connect() as connection:
            version, now = connection.execute(text("SELECT current_setting('server_version'), clock_timestamp()")).one()
    finally:
        engine.dispose()
    return f"PostgreSQL {version}", now


def clock(service: str, database_time: datetime) -> Finding:
    apart = abs(datetime.now(UTC) - database_time)
    return Finding(
        f"clock.{service}",
        f"clock of {service}'s database",
        apart <= CLOCK_TOLERANCE,
        f"{apart.total_seconds():.1f} s from ours",
        f"at most {CLOCK_TOLERANCE.total_seconds():.0f} s",
        "let both machines keep time by NTP (`timedatectl set-ntp true`)",
    )


def schema(service: str, url: str) -> Iterator[Finding]:
    """Yields the findings about migrations and, where the schema is there, about the outbox and parked messages."""
    pending = pending_migrations(service, url)
    complete = "made by a later release, which works with this one" if schema_is_later(service, url) else "newest"
    yield Finding(
        f"migrations.{service}",
        f"schema of {service}",
        not pending,
        f"lacks {', '.join(pending)}" if pending else complete,
        "newest",
        f"onestop migrate {service}",
    )
    database = Database(url, pool_size=1, name="onestop-doctor")
    try:
        yield from roles.check(service, database)
        yield from events(service, database)
    finally:
        database.close()


def events(service: str, database: Database) -> Iterator[Finding]:
    """Yields the findings about a service's events; nothing for a service that neither publishes nor listens."""
    with database.autocommit() as connection:
        if not inspect(connection).has_table("outbox"):
            return
        count, oldest = backlog(connection)
    age = datetime.now(UTC) - oldest if oldest else timedelta(0)
    yield Finding(
        f"outbox.{service}",
        f"events of {service}",
        age <= OLDEST_UNSENT,
        f"{count} unsent, the oldest for {age.total_seconds():.0f} s",
        f"none unsent for more than {OLDEST_UNSENT.total_seconds():.0f} s",
        f"see that the broker answers and that a relay runs: `onestop serve {service} --role relay`",
    )
    parked = list_parked(database)
    yield Finding(
        f"parked.{service}",
        f"messages {service} gave up on",
        not parked,
        f"{len(parked)}" + (f", the first: {parked[0].type}: {parked[0].reason}"[:160] if parked else ""),
        "0",
        f"mend the cause, then `onestop outbox parked` and `onestop outbox replay {service} NUMBER`",
    )
    if service == papers.SERVICE:
        yield papers_given_up(database)


def papers_given_up(database: Database) -> Finding:
    waiting = parked_papers(database)
    return Finding(
        "papers.parked",
        "papers that could not be issued",
        not waiting,
        f"{len(waiting)}" + (f", the first: {waiting[0][1]}: {waiting[0][3]}"[:160] if waiting else ""),
        "0",
        "mend the cause, then `onestop papers parked` and `onestop papers retry`",
    )
