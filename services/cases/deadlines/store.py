"""Every SQL statement about how long cases usually take."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from services.cases.deadlines.domain.forecast import Usual
from services.common import limits, sql

# One replica works it out; the others find it done. What took long is done again less soon.
LOCK = "SELECT pg_try_advisory_xact_lock(hashtext('forecasts'))"
FRESH = "SELECT coalesce(max(computed_at + greatest(%s, took * %s)) > %s, false) FROM forecasts"
COMPUTE = """
WITH worked_out AS (
    SELECT procedure_code, coalesce(agency_code, '') AS agency_code,
        percentile_disc(0.5) WITHIN GROUP (ORDER BY worked) AS median_days,
        percentile_disc(0.9) WITHIN GROUP (ORDER BY worked) AS p90_days, count(*) AS cases
    FROM cases WHERE worked IS NOT NULL AND received_at > %(since)s
    GROUP BY GROUPING SETS ((procedure_code, agency_code), (procedure_code)) HAVING count(*) >= %(least)s
)
INSERT INTO forecasts (procedure_code, agency_code, median_days, p90_days, cases, computed_at, took)
SELECT procedure_code, agency_code, median_days, p90_days, cases, %(now)s, clock_timestamp() - statement_timestamp()
FROM worked_out
ON CONFLICT (procedure_code, agency_code) DO UPDATE SET median_days = excluded.median_days,
    p90_days = excluded.p90_days, cases = excluded.cases, computed_at = excluded.computed_at, took = excluded.took
"""
# Off every request's path, so it may take longer than a request could wait.
PATIENCE = "SET LOCAL statement_timeout = '120s'"
FORGET = "DELETE FROM forecasts WHERE computed_at < %s"
READ = "SELECT procedure_code, agency_code, median_days, p90_days, cases FROM forecasts"


def compute(conn: Connection, now: datetime) -> bool:
    """Works out what is usual, unless that was done lately or is being done; returns whether it did."""
    if not sql.value(conn, LOCK):
        return False
    if sql.value(conn, FRESH, (limits.FORECAST_AGE, limits.FORECAST_REST, now)):
        return False
    values: dict[str, Any] = {"since": now - limits.FORECAST_SPAN, "least": limits.FORECAST_CASES, "now": now}
    sql.execute(conn, PATIENCE)
    sql.execute(conn, COMPUTE, values)
    sql.execute(conn, FORGET, (now,))
    return True


def read(conn: Connection) -> dict[tuple[str, str], Usual]:
    """Reads what is usual, by procedure and agency."""
    return {(code, agency): Usual(*days) for code, agency, *days in sql.rows(conn, READ)}
