"""Reads an application as sent, and checks it against its procedure; every fault is named, in one answer."""

from codecs import BOM_UTF8
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import orjson
from pydantic import ValidationError
from pydantic_core import from_json

from services.cases.calendar.domain import BilingualText
from services.cases.core.domain.procedure import Procedure
from services.cases.core.domain.procedure_parts import Channel
from services.cases.core.store.cases import FiledForm
from services.cases.filing.checks import people, printing
from services.cases.forms.domain.forms import one_of
from services.common import limits, members
from services.common.errors import FieldError, InvalidInput, TooLarge, pointer
from services.contracts.application import PAPER_KINDS, RELATIONS, RETURN_WAYS, Application, AttachmentPart
from services.contracts.reuse import REUSE_CONSENT

_SENTENCES: Mapping[str, tuple[str, str]] = {
    "missing": ("Thiếu mục này.", "This is missing."),
    "extra_forbidden": ("Không có mục này; hãy bỏ đi.", "There is no such field; leave it out."),
    "string_too_short": ("Cần điền mục này.", "Fill this in."),
    "string_too_long": ("Chỉ được tối đa {max_length} ký tự.", "This takes at most {max_length} characters."),
    "literal_error": ("Không có giá trị này.", "There is no such value."),
    "day": ("Viết đủ ngày, tháng, năm, ví dụ 31/12/2026.", "Give day, month and year, e.g. 31/12/2026."),
    "greater_than_equal": ("Ít nhất là {ge}.", "At least {ge}."),
    "less_than_equal": ("Nhiều nhất là {le}.", "At most {le}."),
    "int_type": ("Ghi một số nguyên, ví dụ 1.", "Give a whole number, e.g. 1."),
    "int_parsing": ("Ghi một số nguyên, ví dụ 1.", "Give a whole number, e.g. 1."),
    "int_from_float": ("Ghi một số nguyên, ví dụ 1.", "Give a whole number, e.g. 1."),
    "too_long": ("Chỉ được tối đa {max_length} dòng.", "This takes at most {max_length} entries."),
    "file_or_stored_paper": (
        "Chọn một tệp đã tải lên hoặc một giấy tờ trong kho của bạn, đúng một trong hai.",
        "Choose either an uploaded file or a paper of your own store, just one of them.",
    ),
    "country": (
        "Ghi ba chữ cái của nước cấp như in trên hộ chiếu, ví dụ JPN (Nhật Bản), KOR (Hàn Quốc), USA (Hoa Kỳ).",
        "Give the three letters of the country as the passport prints them, e.g. JPN (Japan), KOR (South Korea), USA.",
    ),
    "characters": ("Có ký tự không phải chữ; hãy bỏ đi.", "A character is no text; leave it out."),
    "json_invalid": ("Nội dung không phải JSON hợp lệ.", "This is not valid JSON."),
}
_NOT_CONFIRMED = FieldError(
    "/prefill",
    "not-confirmed",
    "Cơ sở dữ liệu không xác nhận giấy tờ còn thiếu, hoặc phiếu điền sẵn đã hết hạn: hãy mở lại biểu mẫu.",
    "No register confirms the paper missing, or the receipt of the prefill has expired: open the form again.",
)
_OTHER = ("Mục này chưa đúng; hãy xem lại.", "This is not right; check it again.")
_CHOICES: Mapping[str, Sequence[BilingualText]] = {
    "applicant.kind": [BilingualText("cá nhân", "a person"), BilingualText("tổ chức", "a firm")],
    "proxy.relation": [BilingualText(*names) for names in RELATIONS.values()],
    "handed_in.kind": [BilingualText(*names) for names in PAPER_KINDS.values()],
    "result_by": [BilingualText(*names) for names in RETURN_WAYS.values()],
    "channel": [
        BilingualText("trực tuyến", "online"),
        BilingualText("trực tiếp", "at the counter"),
        BilingualText("qua bưu chính", "by post"),
        BilingualText("tại ki-ốt", "at a kiosk"),
    ],
}
"""What people call what may be chosen, by the names on the way to the field."""


def read_application(content: bytes) -> Application:
    """Reads the application and cleans its text; its form stays as sent, since only the procedure knows its fields.

    Raises:
        InvalidInput, TooLarge: the text is unreadable or too long.
    """
    check_content(content)
    try:
        return Application.model_validate_json(content.removeprefix(BOM_UTF8))
    except ValidationError as error:
        raise InvalidInput(fields=shape_errors(error)) from error


def filled_in(application: Application, procedure: Procedure) -> Application:
    """Returns the application with its form as it is kept, which is judged, stored and handed on."""
    return application.model_copy(update={"form": procedure.form.cleaned(application.form)})


def check_content(content: bytes) -> None:
    """Raises TooLarge or InvalidInput for bytes that no application is made of, finished or not."""
    if len(content) > limits.JSON_BODY_BYTES:
        raise TooLarge
    if b"\\u0000" in content:
        raise InvalidInput(
            fields=[FieldError("", "characters", "Có ký tự không phải chữ; hãy bỏ đi.", "A character is no text.")]
        )
    if given_twice := members.twice(content):
        raise InvalidInput(fields=given_twice)


def read_json(content: bytes) -> Any:
    """Reads JSON text; a byte order mark before it is ignored (RFC 8259).

    Raises:
        ValueError: it is not JSON, or nested deeper than any form is.
    """
    return from_json(content.removeprefix(BOM_UTF8), allow_inf_nan=False)


def read_part(content: bytes, procedure: Procedure) -> Any:
    """Returns the part of a form that changes, as it is kept.

    Raises:
        InvalidInput, TooLarge: it is not JSON, or too much of it.
    """
    if len(content) > limits.JSON_BODY_BYTES:
        raise TooLarge
    if given_twice := members.twice(content):
        raise InvalidInput(fields=[replace(each, pointer=f"/form{each.pointer}") for each in given_twice])
    try:
        return procedure.form.cleaned_part(read_json(content))
    except ValueError as error:
        wrong = FieldError("/form", "json", "Biểu mẫu không phải JSON hợp lệ.", "The form is not valid JSON.")
        raise InvalidInput(fields=[wrong]) from error


def form_of(kept: FiledForm, procedure: Procedure) -> Any:
    """Returns the whole form as it was; an application holds it, and so did every answer before parts were taken."""
    if kept.form is not None:
        return procedure.form.cleaned(orjson.loads(kept.form))
    content = read_json(kept.content)
    return procedure.form.cleaned(content["form"] if kept.version == 1 else content)


def errors(
    application: Application, procedure: Procedure, channel: Channel, confirmed: Collection[str] = ()
) -> list[FieldError]:
    """Lists everything that is wrong with the application; empty when it may be filed.

    Args:
        confirmed: codes of papers that need not be handed in, since a register holds their data.
    """
    there = {*confirmed, *(each.paper for each in application.handed_in)}
    missing = list(missing_papers(application.attachments, procedure, channel, there))
    return [
        *_agency_errors(application.agency, procedure),
        *people.errors(application, procedure, channel),
        *printing.errors(**application.model_dump(include={"applicant", "proxy"})),
        *procedure.form.errors(application.form),
        *paper_errors(application.attachments, procedure, by_proxy=application.proxy is not None),
        *missing,
        *([_NOT_CONFIRMED] if missing and application.prefill else ()),
    ]


def shape_errors(error: ValidationError) -> list[FieldError]:
    """Lists where a text does not have the shape of an application."""
    return [_field(each) for each in error.errors(include_url=False)]


def paper_errors(
    attachments: Sequence[AttachmentPart], procedure: Procedure, *, by_proxy: bool
) -> Iterator[FieldError]:
    """Yields attachments under a code the procedure does not know, or from the caller's store without the consent to
    use them."""
    known = {each.code: BilingualText(each.name_vi, each.name_en) for each in procedure.papers_taken(by_proxy=by_proxy)}
    for position, attachment in enumerate(attachments):
        if attachment.paper not in known:
            yield one_of(pointer("attachments", position, "paper"), list(known.values()))
        if attachment.stored_paper_id and attachment.consent != REUSE_CONSENT.version:
            yield FieldError(
                pointer("attachments", position, "consent"),
                "consent",
                "Cần bạn đồng ý cho sử dụng giấy tờ này: hãy đọc nội dung đồng ý rồi xác nhận.",
                "Your consent to this use of the paper is needed: read its text, then confirm.",
            )


def too_many(count: int) -> Iterator[FieldError]:
    """Yields an error for more papers than a case carries."""
    if count > limits.ATTACHMENTS_PER_CASE:
        most = limits.ATTACHMENTS_PER_CASE
        yield FieldError(
            "/attachments",
            "too-long",
            f"Một hồ sơ có tối đa {most} giấy tờ.",
            f"A case has at most {most} papers.",
        )


def missing_papers(
    attachments: Sequence[AttachmentPart], procedure: Procedure, channel: Channel, confirmed: Collection[str] = ()
) -> Iterator[FieldError]:
    """Yields papers that must be handed in, are not, and whose data no register holds."""
    handed_in = {*confirmed, *(attachment.paper for attachment in attachments)}
    for paper in procedure.papers:
        if paper.asked_for(channel) and paper.code not in handed_in:
            yield FieldError(
                "/attachments",
                "paper-missing",
                f"Thiếu “{paper.name_vi}”. Hãy tải lên rồi nộp lại.",
                f"“{paper.name_en}” is missing. Upload it and file again.",
            )


def _agency_errors(agency: str, procedure: Procedure) -> Iterator[FieldError]:
    if agency not in procedure.agencies:
        codes = ", ".join(procedure.agencies)
        yield FieldError(
            "/agency",
            "enum",
            f"Cơ quan này không giải quyết thủ tục; hãy chọn: {codes}.",
            f"This agency does not decide the procedure; choose: {codes}.",
        )


def _named(place: Sequence[str | int]) -> str:
    return ".".join(part for part in place if isinstance(part, str))


def _field(error: Any) -> FieldError:
    place, code, asked = pointer(*error["loc"]), error["type"].replace("_", "-"), error.get("ctx", {})
    if error["type"] == "literal_error" and (choices := _CHOICES.get(_named(error["loc"]))):
        return replace(one_of(place, choices), code=code)
    vi, en = _SENTENCES.get(error["type"], _OTHER)
    return FieldError(place, code, vi.format(**asked), en.format(**asked))
