"""Facts about people that cannot be, which are refused, and facts that disagree, of which the reader is warned.

A field of the form that is a fact about somebody names in `x-person` the field that holds that person's number.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from services.cases.calendar.domain import BilingualText
from services.cases.core.domain.procedure import Procedure
from services.cases.duplicates.domain import FilingWarning
from services.cases.forms.domain.fields import FORMATS, Leaf, to_come
from services.common import limits, outside
from services.common.context import Caller
from services.common.errors import FieldError
from services.common.text import fold, vn_date
from services.contracts import personal
from services.contracts.application import ApplicantPart, Application, ProxyPart
from services.contracts.provinces import PROVINCES

_OF_PEOPLE = frozenset({"personal-number", "identity-number"})
"""Formats of fields that hold the number of a person."""
_CONTACTS = {
    "phone": BilingualText("Số điện thoại", "Telephone number"),
    "email": BilingualText("Thư điện tử", "E-mail"),
}


def errors(application: Application, procedure: Procedure, today: date) -> Iterator[FieldError]:
    """Yields every number and birth date of the application that lies in the future, and contacts that reach nobody."""
    for place, person in _people(application):
        yield from _number_errors(f"{place}/identifier", person.identifier, today)
        yield from _contact_errors(place, person)
    yield from form_errors(procedure, application.form, today)


def form_errors(procedure: Procedure, form: Any, today: date) -> Iterator[FieldError]:
    """Yields the errors of the form alone."""
    for leaf in procedure.form.leaves(form):
        if leaf.format in _OF_PEOPLE:
            yield from _number_errors(leaf.place, leaf.value, today)
        elif leaf.format == "birth-date" and to_come(leaf.value, today):
            yield _unborn(leaf.place, procedure, today)


def warnings(application: Application, procedure: Procedure, today: date) -> Iterator[FilingWarning]:
    """Yields what is odd and may be true all the same; it keeps nobody from filing."""
    for place, person in _people(application):
        yield from _number_warnings(f"{place}/identifier", person.identifier)
    yield from form_warnings(procedure, application.form, today)


def account_warnings(application: Application, who: Caller) -> Iterator[FilingWarning]:
    """Yields a warning for whoever files for themselves under another name than their account's: a slip, or not for
    themselves."""
    applicant = application.applicant
    if applicant.identifier == who.personal_number and fold(applicant.full_name) != fold(who.name):
        yield FilingWarning(
            "name-disagrees",
            f"Họ tên “{applicant.full_name}” khác với tên của tài khoản, “{who.name}”. Hãy kiểm tra lại; cơ quan sẽ "
            "đối chiếu hai tên này.",
            f"The name “{applicant.full_name}” is not the account's, “{who.name}”. Check it again; the agency will "
            "compare the two.",
            pointer="/applicant/full_name",
        )


def form_warnings(procedure: Procedure, form: Any, today: date) -> Iterator[FilingWarning]:
    """Yields the warnings about the form alone."""
    for leaf in procedure.form.leaves(form):
        if leaf.format in _OF_PEOPLE:
            yield from _number_warnings(leaf.place, leaf.value)
        elif leaf.format == "birth-date":
            yield from _age_warnings(leaf, procedure, today)
        number = outside.bare_number(str(form.get(leaf.of_person, ""))) if isinstance(form, dict) else ""
        if personal.is_personal_number(number):
            yield from _disagreements(leaf, number, procedure)


def _people(application: Application) -> Iterator[tuple[str, ApplicantPart | ProxyPart]]:
    yield "/applicant", application.applicant
    if application.proxy is not None:
        yield "/proxy", application.proxy


def _contact_errors(place: str, person: ApplicantPart | ProxyPart) -> Iterator[FieldError]:
    """Yields telephone numbers and e-mail addresses that are malformed; both may be left out."""
    for name, what in _CONTACTS.items():
        value, kind = getattr(person, name), FORMATS[name]
        if value and not kind.fits(value):
            yield FieldError(
                f"{place}/{name}",
                name,
                f"“{what.vi}” {kind.vi}. Nếu không có thì để trống.",
                f"“{what.en}” {kind.en}. Leave it empty if there is none.",
            )


def _number_errors(place: str, number: Any, today: date) -> Iterator[FieldError]:
    """Yields what no number can say; whether a text has the form of a personal number is checked elsewhere."""
    if not isinstance(number, str) or not personal.is_personal_number(number):
        return
    born = personal.birth_year_of(number)
    if born > today.year:
        yield FieldError(
            place,
            "personal-number-future",
            f"Số định danh này chỉ năm sinh {born}, chưa tới. Hãy nhập lại như trên thẻ căn cước, ví dụ 079301000019.",
            f"This number says born in {born}, which is yet to come. Enter it as on the identity card, "
            "e.g. 079301000019.",
        )


def _unborn(place: str, procedure: Procedure, today: date) -> FieldError:
    name = procedure.form.named(place)
    return FieldError(
        place,
        "date-to-come",
        f"“{name.vi}” chưa tới: hôm nay là ngày {vn_date(today)}. Hãy kiểm tra lại ngày, tháng, năm.",
        f"“{name.en}” is yet to come: today is {vn_date(today)}. Check the day, the month and the year.",
    )


def _number_warnings(place: str, number: Any) -> Iterator[FilingWarning]:
    if isinstance(number, str) and personal.is_personal_number(number) and number[:3] not in PROVINCES:
        yield FilingWarning(
            "unknown-province",
            f"Ba chữ số đầu của số định danh {number} không phải mã tỉnh đã biết; người sinh ở nước ngoài mang mã "
            "nước. Hãy đối chiếu giấy tờ.",
            f"The first three digits of the number {number} are no known province; people born abroad carry a country "
            "code. Compare with the papers.",
            pointer=place,
        )


def _age_warnings(leaf: Leaf, procedure: Procedure, today: date) -> Iterator[FilingWarning]:
    known = outside.partial_date(leaf.value) if isinstance(leaf.value, str) else None
    if known is not None and today.year - known.year > limits.AGE_OF_ANYBODY:
        name, years = procedure.form.named(leaf.place), today.year - known.year
        yield FilingWarning(
            "age-unlikely",
            f"Theo “{name.vi}”, người này đã {years} tuổi. Hãy đối chiếu giấy tờ.",
            f"By “{name.en}” this person is {years} years old. Compare with the papers.",
            pointer=leaf.place,
        )


def _disagreements(leaf: Leaf, number: str, procedure: Procedure) -> Iterator[FilingWarning]:
    """Yields a warning where a fact contradicts the digits of its person's number."""
    name = procedure.form.named(leaf.place)
    known = outside.partial_date(leaf.value) if leaf.format == "birth-date" and isinstance(leaf.value, str) else None
    born = personal.birth_year_of(number)
    if known is not None and known.year != born:
        yield FilingWarning(
            "birth-year-disagrees",
            f"“{name.vi}” là năm {known.year}, còn số định danh {number} chỉ năm sinh {born}. Hãy đối chiếu giấy tờ.",
            f"“{name.en}” says {known.year}, the number {number} born in {born}. Compare with the papers.",
            pointer=leaf.place,
        )
    if leaf.value in personal.SEXES and leaf.value != personal.sex_of(number):
        said = procedure.form.label(leaf.place, leaf.value)
        yield FilingWarning(
            "sex-disagrees",
            f"“{name.vi}” là {said.vi if said else ''}, khác với số định danh {number}. Hãy đối chiếu giấy tờ.",
            f"“{name.en}” says {said.en if said else leaf.value}, other than the number {number}. Compare with the "
            "papers.",
            pointer=leaf.place,
        )
