"""The filer: who sat at the screen when a case was filed online, and what entitles them to file it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.contracts.privacy import Neutral, OfFiling


class Standing(StrEnum):
    """The relation to the applicant of whoever files, or acts later, on the applicant's side."""

    SELF = "self"  # the account's proven number is the applicant's
    REPRESENTATIVE = "representative"  # the business register names the account's holder for the firm
    PROXY = "proxy"  # files for the applicant, with an authorisation paper that the agency judges
    UNPROVEN = "unproven"  # says so, and nothing here proves it: the agency must see for itself
    CLERK = "clerk"  # does at the counter what the applicant asks for


@dataclass(frozen=True, slots=True)
class Filer:
    """The account that filed, with the personal number and the identity level it had then."""

    account: Neutral[str]
    name: OfFiling[str]
    number: OfFiling[str]
    assurance: int
    standing: Standing

    def record(self) -> dict[str, str]:
        """Returns what the history keeps: the standing, and the number of whoever spoke for a firm or without proof."""
        spoke = self.standing in (Standing.REPRESENTATIVE, Standing.UNPROVEN) and self.number
        return {"standing": self.standing.value, **({"number": self.number} if spoke else {})}


@dataclass(frozen=True, slots=True)
class Acting:
    """Somebody who has acted on the applicant's side of a case: in which standing, and since when."""

    account: Neutral[str]
    name: OfFiling[str]
    standing: Standing
    since: datetime
