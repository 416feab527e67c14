"""What the service does for itself."""

from services.cases import store
from services.cases.usecases.office import Office


def prepare_years(office: Office) -> None:
    """Makes room for the cases of this year and the next."""
    year = office.today().year
    with office.database.autocommit() as conn:
        for each in (year, year + 1):
            store.ensure_partitions(conn, each)
