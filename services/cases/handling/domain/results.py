"""The result as it is handed to whoever completes it."""

from dataclasses import dataclass
from datetime import date

from services.cases.core.domain.result import Signatory


@dataclass(frozen=True, slots=True)
class GivenResult:
    """The result as whoever decides gave it; what is left out is known from form, agency and day.

    `facts` are JSON; `signer` None = whoever decides, as the agency lists them.
    """

    file_id: str = ""
    facts: bytes = b""
    number: str = ""
    issued_on: date | None = None
    valid_until: date | None = None
    signer: Signatory | None = None
