"""Corrects what applicant and proxy state of themselves: the fields of a case marked so, by JSON pointer."""

from collections.abc import Iterator, Mapping
from typing import Any

from services.cases.calendar.domain import BilingualText
from services.cases.core.domain.case import Case
from services.cases.core.domain.case_parts import Restated
from services.cases.core.domain.case_rules import CaseRules
from services.common.errors import FieldError, pointer
from services.contracts.application import Application
from services.contracts.personal import number_of
from services.contracts.privacy import correctable, corrected, marked

TITLES: Mapping[str, BilingualText] = {
    "/applicant/address": BilingualText("Địa chỉ của người yêu cầu", "The applicant's address"),
    "/applicant/phone": BilingualText("Số điện thoại của người yêu cầu", "The applicant's telephone"),
    "/applicant/email": BilingualText("Thư điện tử của người yêu cầu", "The applicant's e-mail"),
    "/proxy/address": BilingualText("Địa chỉ của người được ủy quyền", "The proxy's address"),
    "/proxy/phone": BilingualText("Số điện thoại của người được ủy quyền", "The proxy's telephone"),
    "/proxy/email": BilingualText("Thư điện tử của người được ủy quyền", "The proxy's e-mail"),
    "/result_address": BilingualText("Địa chỉ nhận kết quả qua bưu chính", "Where the result goes by post"),
}
"""What people call each field that may be corrected; the form names its own."""


def named(place: str, rules: CaseRules) -> BilingualText:
    """Returns what people call the field at a JSON pointer into the application."""
    return TITLES.get(place) or rules.procedure.form.named(place)


def choices(case: Case) -> dict[str, BilingualText]:
    """Lists the fields of this case that may be corrected, by JSON pointer, with their titles."""
    places = (place for place in correctable(case) if place != "/result_address" or case.result_by == "post")
    return {place: TITLES[place] for place in places}


def as_filed(case: Case) -> dict[str, Any]:
    """Returns the application a case was filed with, as its facts stand now, without form and papers."""
    filed: dict[str, Any] = {"procedure": case.procedure_code, "agency": case.agency_code, "form": {}}
    for field in marked(Application):
        held = getattr(case, field.name, None)
        if held is None or isinstance(held, tuple):
            continue
        inner = marked(field.holds) if field.holds else ()
        filed[field.name] = _shown({each.name: getattr(held, each.name) for each in inner}) if inner else held
    return filed


def _shown(person: dict[str, Any]) -> dict[str, Any]:
    """Returns somebody as a case shows them: a passport's number without its country, which stands beside it."""
    return {**person, "identifier": number_of(person["identifier"])} if person.get("country") else person


def changed_places(old: Any, new: Any, *place: str) -> Iterator[str]:
    """Yields the JSON pointers of all that an application says otherwise than another."""
    if isinstance(old, dict) and isinstance(new, dict):
        for name in dict.fromkeys([*old, *new]):
            yield from changed_places(old.get(name), new.get(name), *place, name)
    elif old != new:
        yield pointer(*place)


def value_at(application: Mapping[str, Any], place: str) -> Any:
    """Returns what an application says at a JSON pointer."""
    value: Any = application
    for name in place[1:].split("/"):
        value = value[name]
    return value


def not_correctable(place: str, case: Case) -> FieldError:
    titles = choices(case).values()
    titles_vi, titles_en = ", ".join(each.vi for each in titles), ", ".join(each.en for each in titles)
    return FieldError(
        place,
        "not-correctable",
        f"Mục này không sửa được khi bổ sung hồ sơ. Chỉ sửa được: {titles_vi}.",
        f"A supplement does not correct this. It corrects: {titles_en}.",
    )


def restate(case: Case, changes: Mapping[str, Any]) -> Case:
    """Returns the case with other values at these pointers from its next version on, and how they stood before."""
    if not changes:
        return case
    before = correctable(case)
    old = tuple(Restated(place, before[place], case.version + 1) for place in changes)
    return corrected(case, {**changes, "/restated": (*case.restated, *old)})
