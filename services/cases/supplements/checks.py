"""Reads what an answer corrects of an application beside its form, and checks it as a new application is."""

from typing import Any

from pydantic import ValidationError

from services.cases.core.domain.case import Case
from services.cases.filing.checks import applications, printing
from services.cases.supplements.domain.case_changes import merged
from services.cases.supplements.domain.particulars import as_filed, changed_places, not_correctable, value_at
from services.common.errors import FieldError, InvalidInput
from services.contracts.application import Application
from services.contracts.privacy import correctable


def read_restated(content: bytes, case: Case) -> dict[str, Any]:
    """Returns what is said otherwise than in the case, by JSON pointer into the application; text as it is kept.

    Raises:
        InvalidInput: it is not JSON, corrects what is not to be corrected, or to what no application may say.
        TooLarge: there is too much of it.
    """
    if not content:
        return {}
    applications.check_content(content)
    filed, allowed = as_filed(case), correctable(case)
    wanted = merged(filed, _read(content))
    if wrong := [not_correctable(place, case) for place in changed_places(filed, wanted) if place not in allowed]:
        raise InvalidInput(fields=wrong)
    try:
        application = Application.model_validate(wanted).model_dump()
    except ValidationError as error:
        raise InvalidInput(fields=applications.shape_errors(error)) from error
    if wrong := list(printing.errors(applicant=application["applicant"], proxy=application["proxy"])):
        raise InvalidInput(fields=wrong)
    return {place: value_at(application, place) for place in changed_places(filed, application) if place in allowed}


def _read(content: bytes) -> Any:
    try:
        return applications.read_json(content)
    except ValueError as error:
        wrong = FieldError(
            "/application", "json", "Phần hồ sơ không phải JSON hợp lệ.", "The application is not valid JSON."
        )
        raise InvalidInput(fields=[wrong]) from error
