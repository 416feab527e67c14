"""Looking somebody up: for a stated purpose, in a named case, only the fields asked for, and on the record.

Luật Căn cước 2023 Điều 9; Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.common import limits
from services.common.access import CLERK, OFFICER
from services.common.context import Caller
from services.common.errors import FieldError, InvalidInput, NotFound, PermissionDenied, RateLimited, Unprocessable
from services.common.outside import PartialDate, partial_date
from services.common.text import nfc
from services.contracts.answers import RegisterAnswer
from services.contracts.personal import REGISTER_FIELDS, SEXES
from services.contracts.privacy import Neutral, Recorded
from services.identity.core.numbers import Doubt, PersonalNumber

PERSON_FIELDS = REGISTER_FIELDS
FIRM_FIELDS = ("tax_code", "name", "address", "representative", "status")
DEFAULT_LEGAL_BASIS = "Nghị định 118/2025/NĐ-CP"
"""The one-stop decree, on which every case is handled; stated when the caller names no nearer basis."""
PREFILL_LEVEL = 2


class Operation(StrEnum):
    """The operation asked of the register."""

    VERIFY = "verify"
    LOOK_UP = "look_up"
    PREFILL = "prefill"
    WITHOUT_CASE = "without_case"  # for a reason that is no case, confirmed by somebody else


class OnlyOneself(PermissionDenied):
    """A citizen may ask the registers about themselves only."""

    code = "only-oneself"
    vi = "Bạn chỉ được tra cứu dữ liệu của chính mình."
    en = "You may only ask about yourself."


class NotAtCounter(PermissionDenied):
    """No counter of the account takes the procedure, so nobody stands there to file it."""

    code = "not-at-counter"
    vi = "Bộ phận Một cửa nơi bạn làm việc không tiếp nhận thủ tục này nên không điền sẵn được biểu mẫu."
    en = "No counter you work at takes this procedure, so its form is not filled in for anybody."


class LevelTooLow(PermissionDenied):
    """The account's person was never seen: register data is not given on a mere claim."""

    code = "assurance-level-too-low"
    vi = "Cần tài khoản định danh điện tử mức {level}. Hãy nâng mức tài khoản tại cơ quan công an."
    en = "An electronic identity account of level {level} is needed. Raise your level at a police office."


class TooManyLookUps(RateLimited):
    """This account has asked more of the registers within the hour than it can have use for."""

    code = "too-many-look-ups"
    vi = "Bạn đã tra cứu quá {limit} lượt trong một giờ. Hãy chờ rồi thử lại."
    en = "You have made more than {limit} look-ups within the hour. Wait and try again."


class NotInRegister(NotFound):
    """The register does not know the number."""

    code = "not-in-register"
    vi = "Không có số này trong cơ sở dữ liệu quốc gia. Hãy kiểm tra lại số."
    en = "The register knows no such number. Check the number."


class RegisterContradictsNumber(Unprocessable):
    """The register's own birth date or sex contradicts the digits of the number."""

    code = "register-contradicts-number"
    vi = "Dữ liệu dân cư mâu thuẫn với số định danh. Hãy xác minh với cơ quan quản lý căn cước."
    en = "The population register contradicts the personal number. Have the identity authority check it."

    def __init__(self, doubts: Sequence[Doubt]) -> None:
        super().__init__(fields=[FieldError("/personal_number", doubt.code, doubt.vi, doubt.en) for doubt in doubts])


@dataclass(frozen=True, slots=True)
class Purpose:
    """Why data is asked for: in words, in which case, on which legal basis."""

    text: Recorded[str]
    case_reference: Neutral[str]
    legal_basis: Neutral[str] = DEFAULT_LEGAL_BASIS

    @classmethod
    def stated(cls, text: str, case_reference: str, legal_basis: str) -> "Purpose":
        """Raises InvalidInput when the purpose or the case is missing."""
        wrong = [
            FieldError(f"/purpose/{name}", "required" if not value.strip() else "length", vi, en)
            for name, value, vi, en in (
                ("text", text, "Hãy nêu mục đích tra cứu.", "State the purpose of the look-up."),
                ("case_reference", case_reference, "Hãy nêu mã hồ sơ.", "Name the case the look-up is for."),
                ("legal_basis", legal_basis or DEFAULT_LEGAL_BASIS, "Hãy nêu căn cứ.", "State the legal basis."),
            )
            if not value.strip() or not is_plain(value)
        ]
        if wrong:
            raise InvalidInput(fields=wrong)
        return cls(nfc(text).strip(), case_reference.strip(), nfc(legal_basis).strip() or DEFAULT_LEGAL_BASIS)


@dataclass(frozen=True, slots=True)
class LookUp:
    """One logged access to a register; `subject_masked` is all it discloses of the number asked for.

    Data given is a match; the data itself is not kept.
    """

    look_up_id: Neutral[str]
    at: datetime
    register: Neutral[str]
    operation: Neutral[str]
    actor: Recorded[str]
    subject_masked: Recorded[str]
    purpose: Purpose
    fields: Neutral[tuple[str, ...]]
    answer: Neutral[RegisterAnswer]


def check_may_verify(who: Caller, number: PersonalNumber) -> None:
    """Checks that a citizen verifies only themselves; clerks and officers may verify whoever is in a case of theirs."""
    if not who.has_role(CLERK, OFFICER) and own_number(who) != number.digits:
        raise OnlyOneself


def is_oneself(who: Caller, number: PersonalNumber) -> bool:
    """Returns whether the number is proven to be the caller's own."""
    return who.personal_number == number.digits and who.assurance >= PREFILL_LEVEL


def own_number(who: Caller) -> str:
    """Returns the caller's own personal number, proven in person; raises LevelTooLow when it is only claimed."""
    if not who.personal_number or who.assurance < PREFILL_LEVEL:
        raise LevelTooLow(level=PREFILL_LEVEL)
    return who.personal_number


def check_fields(wanted: Iterable[str], pointer: str = "/fields") -> tuple[str, ...]:
    """Checks the register fields wanted and returns each once; raises InvalidInput for an empty list or an unknown
    field."""
    names = tuple(dict.fromkeys(wanted))
    unknown = [name for name in names if name not in PERSON_FIELDS]
    if not names or unknown:
        raise InvalidInput(
            fields=[
                FieldError(
                    pointer,
                    "unknown-field" if unknown else "required",
                    "Hãy chọn ít nhất một mục mà cơ sở dữ liệu dân cư có, ví dụ họ tên hoặc ngày sinh.",
                    "Choose at least one thing that the population register holds, e.g. full name or birth date.",
                )
            ]
        )
    return names


def sources(register_fields: Mapping[str, str]) -> tuple[dict[str, str], dict[str, tuple[str, str]]]:
    """Maps form fields to fields of the population register, and to (register, fact) of a paper:
    `driving_licence.number`."""
    of_person = {form: name for form, name in register_fields.items() if "." not in name}
    of_papers = {
        form: (register, fact)
        for form, name in register_fields.items()
        for register, dot, fact in [name.partition(".")]
        if dot
    }
    return of_person, of_papers


def contradictions(number: PersonalNumber, person: dict[str, str]) -> list[Doubt]:
    """Lists where the register's own birth date or sex contradicts the digits of the number."""
    return number.disagreements(birth_date_of(person.get("birth_date")), person.get("sex"))


def declared_facts(full_name: str, birth_date: str, sex: str) -> dict[str, str]:
    """Returns the facts declared of a person, by register field; those left empty are not compared.

    Raises:
        InvalidInput: the birth date is malformed, or the sex is neither male nor female.
    """
    wrong = []
    born = birth_date_of(birth_date)
    if birth_date and born is None:
        wrong.append(
            FieldError(
                "/birth_date",
                "date",
                "Hãy nhập ngày sinh, ví dụ 20/05/2001; chỉ biết năm thì nhập năm, ví dụ 1945.",
                "Enter the birth date, e.g. 20/05/2001; where only the year is known, the year, e.g. 1945.",
            )
        )
    if sex and sex not in SEXES:
        wrong.append(FieldError("/sex", "sex", "Hãy chọn nam hoặc nữ.", "Choose male or female."))
    if not is_plain(full_name):
        wrong.append(FieldError("/full_name", "length", "Họ tên quá dài.", "The name is too long."))
    if wrong:
        raise InvalidInput(fields=wrong)
    facts = {"full_name": nfc(full_name).strip(), "birth_date": str(born or ""), "sex": sex}
    return {name: value for name, value in facts.items() if value}


def birth_date_of(text: str | None) -> PartialDate | None:
    """Reads a birth date, or its known part; None for any other text."""
    return partial_date(text) if text else None


def is_plain(text: str) -> bool:
    """Returns whether the text is of a length we keep and free of what PostgreSQL cannot store."""
    return len(text) <= limits.TEXT_LENGTH and "\0" not in text
