"""The result itself (kết quả giải quyết): the certificate, licence or extract a case ends with, and who signs it."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from services.cases.core.domain.catalogue_models import Agency, Authority
from services.contracts.privacy import Neutral, Recorded


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who signs a paper: by what authority, in what position, under which name."""

    authority: Authority
    position: Neutral[str]
    name: Recorded[str]


@dataclass(frozen=True, slots=True)
class Result:
    """The result as whoever decides gives it: a file drawn up, or facts for the template of the procedure.

    `sha256` is that of the file, or of the facts as canonical JSON, hex; the facts themselves stand on the paper alone.
    `number` is empty until the paper is issued where the agency's own series numbers it; `issued_on` None = the day of
    the decision, which the case then has.
    """

    signer: Signatory
    issued_on: date | None = None
    number: Neutral[str] = ""
    valid_until: date | None = None
    file_id: Neutral[str] = ""
    sha256: Neutral[str] = ""

    def record(self) -> dict[str, Any]:
        """Returns what the history keeps of it."""
        told = asdict(self) | {
            "signer": {name: value for name, value in asdict(self.signer).items() if value},
            "issued_on": day_text(self.issued_on),
            "valid_until": day_text(self.valid_until),
        }
        return {name: value for name, value in told.items() if value}


def day_text(day: date | None) -> str:
    """Writes a day as papers and messages carry it; empty for none."""
    return day.isoformat() if day else ""


def signatory_of(agency: Agency, name: str) -> Signatory | None:
    """Finds how a person signs for the agency, by name; None for somebody the agency does not list."""
    found = next((each for each in agency.signers if each.name == name), None)
    return Signatory(found.authority, found.position, found.name) if found else None


def signature_lines(signer: Signatory, agency: Agency) -> list[str]:
    """Returns the lines above a signature, in capitals (NĐ 30/2020/NĐ-CP, Phụ lục I: thể thức chữ ký).

    The head of a collective body signs for it (TM.), a deputy for the head (KT.), others by order or by authority of
    the head (TL., TUQ.), an acting head as such (Q.).
    """
    head = agency.head or "Thủ trưởng cơ quan"
    body = [f"TM. {agency.collective}"] if agency.collective else []
    match signer.authority:
        case "TM":
            above = body or [f"TM. {agency.name_vi}"]
        case "KT":
            above = [*body, f"KT. {head}"]
        case "TL" | "TUQ":
            above = [f"{signer.authority}. {head}"]
        case "Q":
            return [line.upper() for line in (*body, f"Q. {signer.position}")]
        case _:
            above = []
    return [line.upper() for line in (*above, signer.position)]
