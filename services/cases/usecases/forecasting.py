"""Keeps what is usual for each procedure at hand, off every request's path."""

from services.cases.store import forecasts
from services.cases.usecases.office import Office


def refresh_forecasts(office: Office) -> None:
    """Works out what is usual when that is due, by whichever replica comes first, and takes it in."""
    with office.database.transaction() as conn:
        forecasts.compute(conn, office.now())
        office.forecasts.take_in(forecasts.read(conn))
