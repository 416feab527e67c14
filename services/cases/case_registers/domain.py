"""The register of cases (sổ theo dõi hồ sơ): which cases a book lists, what it says of each, its volumes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from services.cases.core.domain.catalogue_models import Agency, Sector
from services.cases.core.domain.command import check_date
from services.cases.core.domain.papers import volume_of
from services.common import limits
from services.common.errors import (
    FieldError,
    InvalidInput,
    PermissionDenied,
    Unprocessable,
)
from services.common.times import VIETNAM


class CaseRegisterNotYours(PermissionDenied):
    """A register is for the agency's own clerks and leaders."""

    code = "book-agency-out-of-scope"
    vi = "Tài khoản của bạn không thuộc cơ quan {agency} nên không lập được sổ theo dõi hồ sơ của cơ quan đó."
    en = "Your account does not belong to agency {agency}, so you cannot have its register of cases."


class CaseRegisterTooLong(Unprocessable):
    """A register of one request holds so many cases at most."""

    code = "book-too-long"
    vi = "Khoảng thời gian này có hơn {most} hồ sơ. Hãy chọn khoảng thời gian ngắn hơn."
    en = "More than {most} cases were received in this time. Choose a shorter period."


_WAYS: Mapping[str, str] = {"online": "Trực tuyến", "counter": "Trực tiếp", "post": "Qua bưu chính"}
_BY_FORM: Mapping[str, str] = {way: _WAYS[way] for way in ("counter", "post")}


@dataclass(frozen=True, slots=True)
class CaseRegister:
    """One agency's cases of one field of administration, received from the first to the last day."""

    agency: Agency
    sector: Sector
    first: date
    last: date

    @property
    def starts(self) -> datetime:
        return datetime(self.first.year, self.first.month, self.first.day, tzinfo=VIETNAM)

    @property
    def years(self) -> list[int]:
        return list(range(self.first.year, self.last.year + 1))


@dataclass(frozen=True, slots=True)
class CaseRegisterLine:
    """A case of the register, with the names of form 07's fields; times are RFC 3339, empty = has not happened."""

    no: int
    case_ref: str
    procedure_name_vi: str
    applicant_name: str
    address: str
    phone: str
    agency_name: str
    received_at: str
    due_date: str
    returned_at: str
    method: str


def period(from_date: str, to_date: str) -> tuple[date, date]:
    """Raises InvalidInput unless these are days in order, and not too many."""
    first, last = check_date("from_date", from_date), check_date("to_date", to_date)
    if not 0 <= (last - first).days < limits.BOOK_DAYS:
        raise InvalidInput(fields=[_bad_period()])
    return first, last


def method(return_method: str | None, channel: str, result_by: str | None = None) -> str:
    """Says how the applicant receives the result (phương thức nhận): as the case says; one older than that, as the form
    says, else the way the case came."""
    return _WAYS.get(result_by or "") or _BY_FORM.get(return_method or "") or _WAYS.get(channel, "")


def volumes(lines: Iterable[CaseRegisterLine]) -> Iterator[list[CaseRegisterLine]]:
    """Cuts a register into what can be printed and sent of each volume; a register without cases is one too.

    A line that stands in another agency's book belongs where the lines beside it do.
    """
    volume: list[CaseRegisterLine] = []
    size, current = 0, 1
    for line in lines:
        length = sum(len(str(value).encode()) + 24 for value in asdict(line).values())  # with its name, as JSON
        begins = volume_of(line.no) if line.no else current
        if volume and (begins != current or size + length > limits.VOLUME_BYTES):
            yield volume
            volume, size = [], 0
        current = begins
        volume.append(line)
        size += length
    yield volume


def shown(register: CaseRegister, lines: Sequence[CaseRegisterLine], today: date, signer: str) -> dict[str, Any]:
    """Returns what form 07 shows of a volume."""
    agency = register.agency
    return {
        **agency.issuer(),
        "issued_date": today.isoformat(),
        "signer_name": signer,
        "sector_name_vi": register.sector.name_vi,
        "from_date": register.first.isoformat(),
        "to_date": register.last.isoformat(),
        "volume": next((volume_of(line.no) for line in lines if line.no), 1),
        "rows": [asdict(line) for line in lines],
    }


def _bad_period() -> FieldError:
    most = limits.BOOK_DAYS
    return FieldError(
        "/to_date",
        "range",
        f"Ngày cuối không được trước ngày đầu và cách ngày đầu chưa tới {most} ngày.",
        f"The last day is not before the first, and less than {most} days after it.",
    )
