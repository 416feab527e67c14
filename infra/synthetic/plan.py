"""How many made-up cases are filed when, with whom."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from infra.synthetic.forms import FORMS
from infra.synthetic.rows import Filings
from services.cases.procedures.domain.catalogue import Catalogue

Counters = Mapping[tuple[str, date], int]
"""The last number given, by agency and day."""

SETTLED = timedelta(days=60)
"""Cases filed longer ago than that are closed."""
RECENT_DAYS = 10
"""Working days of which cases may still be open."""
A_YEAR_MORE = 0.12
"""By how much more is filed each year than the year before."""


@dataclass(frozen=True, slots=True)
class Plan:
    """`count` cases over so many calendar years, this one among them; of them `open_cases` with each agency."""

    count: int
    years: int
    open_cases: int
    today: date
    seed: int

    @property
    def first_year(self) -> int:
        return self.today.year - self.years + 1

    def filings(self, catalogue: Catalogue, counters: Counters) -> Iterator[Filings]:
        """Yields the filings, oldest first; procedures that share a day's numbers of an agency follow one another."""
        last = dict(counters)
        agencies = {code: catalogue.newest(code).agencies[0] for code in FORMS}
        open_of = {code: self._open_share(code, agencies) for code in FORMS}
        settled = [day for day in self._days(catalogue, date(self.first_year, 1, 1)) if day <= self.today - SETTLED]
        recent = self._days(catalogue, self.today - SETTLED)[-RECENT_DAYS - 1 : -1]
        shares = sum(share for share, _ in FORMS.values())
        for days, is_open in ((settled, False), (recent, True)):
            for code, (share, _) in FORMS.items():
                closed = (self.count - sum(open_of.values())) * share / shares
                total = open_of[code] if is_open else round(closed)
                for day, count in zip(days, _spread(total, [self._weight(day) for day in days]), strict=True):
                    if count:
                        place = agencies[code], day
                        yield Filings(code, *place, count, last.get(place, 0), is_open, self.seed)
                        last[place] = last.get(place, 0) + count

    def _open_share(self, code: str, agencies: Mapping[str, str]) -> int:
        """Returns a procedure's share of the open cases of an agency."""
        others = sum(share for other, (share, _) in FORMS.items() if agencies[other] == agencies[code])
        return round(min(self.open_cases, self.count // 4) * FORMS[code][0] / others)

    def _days(self, catalogue: Catalogue, first: date) -> list[date]:
        """Lists the working days from the first to today."""
        days = (first + timedelta(days=n) for n in range((self.today - first).days + 1))
        return [day for day in days if catalogue.is_working(day)]

    def _weight(self, day: date) -> float:
        """Weighs a day: Mondays are busiest."""
        return (1 + A_YEAR_MORE) ** (day.year - self.first_year) * (1.3 if day.weekday() == 0 else 1)


def _spread(total: int, weights: list[float]) -> Iterator[int]:
    """Yields whole numbers that add up to `total`, in proportion."""
    whole, before, so_far = sum(weights), 0, 0.0
    for weight in weights:
        so_far += weight
        upto = round(total * so_far / whole)
        yield upto - before
        before = upto
