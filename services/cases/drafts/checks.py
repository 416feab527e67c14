"""Reads a draft as sent, and says what filing it would refuse; nothing but its own shape is asked of it."""

from codecs import BOM_UTF8
from collections.abc import Sequence
from datetime import date
from uuid import UUID

import orjson
from pydantic import ValidationError

from services.cases.core.domain.procedure import Procedure
from services.cases.core.domain.procedure_parts import Channel
from services.cases.drafts.domain import Draft
from services.cases.filing.checks import accounts, facts, parts, printing
from services.cases.filing.checks import applications as filing
from services.cases.procedures.domain.catalogue import Catalogue
from services.common.context import Caller
from services.common.errors import FieldError, InvalidInput
from services.contracts.application import Application
from services.contracts.draft import ApplicationDraft


def read_draft(content: bytes) -> ApplicationDraft:
    """Reads the draft and cleans its text; its form stays as sent, since only the procedure knows its fields.

    Raises:
        InvalidInput, TooLarge: the text is unreadable or too long.
    """
    filing.check_content(content)
    try:
        return ApplicationDraft.model_validate_json(content.removeprefix(BOM_UTF8))
    except ValidationError as error:
        raise InvalidInput(fields=filing.shape_errors(error)) from error


def filled_in(draft: ApplicationDraft, procedure: Procedure) -> ApplicationDraft:
    """Returns the draft with its form, as far as it goes, as it would be kept in a case."""
    return draft.model_copy(update={"form": procedure.form.cleaned(draft.form)})


def read_id(text: str) -> UUID:
    """Raises InvalidInput unless it is a UUID."""
    try:
        return UUID(text)
    except ValueError as error:
        wrong = FieldError("/draft_id", "uuid", "Không có bản nháp nào mang mã này.", "No draft has such an id.")
        raise InvalidInput(fields=[wrong]) from error


def whole(draft: Draft) -> bytes:
    """Returns a draft kept, as it was sent."""
    parts = orjson.loads(draft.content)
    return orjson.dumps({"procedure": draft.procedure_code, "procedure_version": draft.procedure_version, **parts})


def hints(
    draft: ApplicationDraft, procedure: Procedure, channel: Channel, catalogue: Catalogue, day: date, who: Caller
) -> Sequence[FieldError]:
    """Lists what filing the draft under this version of its procedure would refuse."""
    filled = draft.model_dump(mode="json", exclude={"procedure_version"})
    try:
        application = Application.model_validate(filled)
    except ValidationError as error:
        return [
            *filing.shape_errors(error),
            *printing.errors(applicant=draft.applicant, proxy=draft.proxy),
            *procedure.form.errors(draft.form),
            *facts.form_errors(procedure, draft.form, day),
            *filing.paper_errors(draft.attachments, procedure, by_proxy=draft.proxy is not None),
            *filing.missing_papers(draft.attachments, procedure, channel),
            *accounts.draft_errors(draft, procedure, who, channel),
        ]
    return parts.all_errors(application, procedure, channel, catalogue, day, who)
