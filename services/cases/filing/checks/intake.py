"""Checks how an application comes in: by which channel, with which papers, and how its result goes back."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from services.cases.calendar.domain import BilingualText
from services.cases.core.domain.catalogue_models import Agency
from services.cases.core.domain.post import number_faults
from services.cases.core.domain.procedure import Procedure
from services.cases.forms.domain.forms import one_of
from services.common import limits
from services.common.access import CITIZEN, CLERK
from services.common.context import Caller
from services.common.errors import FieldError, pointer
from services.common.text import vn_date
from services.contracts import printable
from services.contracts.application import FILED_BY_ACCOUNT, Application, Channel, IntakePart, ReturnWay

_WAYS_IN: dict[Channel, BilingualText] = {
    "online": BilingualText("trực tuyến", "online"),
    "counter": BilingualText("trực tiếp tại Bộ phận Một cửa", "at the counter"),
    "post": BilingualText("qua bưu chính", "by post"),
    "kiosk": BilingualText("tại ki-ốt", "at a kiosk"),
}
_BY_CHANNEL: dict[Channel, ReturnWay] = {"online": "online", "kiosk": "online", "counter": "counter", "post": "post"}
"""How a result goes back when nothing else is said."""
_BY_FORM: dict[str, ReturnWay] = {"counter": "counter", "post": "post", "online": "online"}


def filed_as(who: Caller, filed: IntakePart) -> Channel | None:
    """Returns the channel by which the caller files: a clerk what was brought or sent to an agency of theirs, a citizen
    for themselves; None when they file neither.

    A kiosk (ki-ốt thông minh) is where a citizen's account files for itself at a one-stop unit (NĐ 309/2026, Điều 3.9).
    """
    if who.has_role(CLERK) and who.covers(filed.taken_in_by):
        return "post" if filed.channel == "post" else "counter"
    if who.has_role(CITIZEN):
        return "kiosk" if filed.channel == "kiosk" else "online"
    return None


def return_way(application: Application, channel: Channel) -> ReturnWay:
    """Returns how the result goes back: as said, else as the form says, else the way the application came."""
    said = application.result_by or _BY_FORM.get(str(application.form.get("return_method")))
    return said or _BY_CHANNEL[channel]


def return_address(application: Application, channel: Channel) -> str:
    """Returns where a result goes by post, empty when it does not: as said, else as the form says, else to the
    applicant."""
    if return_way(application, channel) != "post":
        return ""
    of_form = application.form.get("delivery_address")
    return application.result_address or (of_form if isinstance(of_form, str) else "") or application.applicant.address


def errors(
    application: Application, procedure: Procedure, channel: Channel, day: date, agencies: Mapping[str, Agency]
) -> Iterator[FieldError]:
    """Yields everything that is wrong with how the application comes in or its result goes back."""
    yield from _channel_errors(application, channel)
    if channel == "post":
        yield from _post_errors(application, day)
    if channel == "kiosk" and not application.kiosk:
        yield _missing("/kiosk", "Ghi tên hoặc mã của ki-ốt, ví dụ KIOSK-02.", "Name the kiosk, e.g. KIOSK-02.")
    yield from _paper_errors(application, procedure, channel)
    yield from _return_errors(application, channel)
    yield from _place_errors(application, procedure, channel, agencies)


def _channel_errors(application: Application, channel: Channel) -> Iterator[FieldError]:
    if application.channel not in ("", channel):
        way = _WAYS_IN[channel]
        yield FieldError(
            "/channel",
            "not-the-channel",
            f"Tài khoản này nộp hồ sơ {way.vi}. Hãy bỏ mục này; hồ sơ gửi qua bưu chính do cán bộ tiếp nhận nhập.",
            f"This account files {way.en}. Leave this out; what comes by post is entered by a clerk.",
        )
    of_other = {"post": ("posted_on", "postal_number"), "kiosk": ("kiosk",)}
    for other, names in of_other.items():
        for name in names:
            if other != channel and getattr(application, name):
                yield FieldError(
                    pointer(name),
                    "of-another-channel",
                    "Mục này chỉ dùng cho hồ sơ " + ("gửi qua bưu chính." if other == "post" else "nộp tại ki-ốt."),
                    "This is for applications " + ("that come by post." if other == "post" else "filed at a kiosk."),
                )


def _post_errors(application: Application, day: date) -> Iterator[FieldError]:
    if not application.postal_number:
        yield _missing(
            "/postal_number",
            "Ghi số hiệu bưu gửi trên bì thư, ví dụ EB123456789VN.",
            "Give the number on the envelope, e.g. EB123456789VN.",
        )
    else:
        yield from number_faults("/postal_number", application.postal_number)
    posted, earliest = application.posted_on, day - timedelta(days=limits.POSTED_DAYS)
    if posted is None:
        yield _missing(
            "/posted_on",
            "Ghi ngày trên dấu bưu điện, ví dụ 27/11/2026.",
            "Give the day of the postmark, e.g. 27/11/2026.",
        )
    elif not earliest <= posted <= day:
        yield FieldError(
            "/posted_on",
            "range",
            f"Ngày trên dấu bưu điện từ {vn_date(earliest)} đến {vn_date(day)}. Hãy xem lại dấu trên bì thư.",
            f"The postmark is from {vn_date(earliest)} to {vn_date(day)}. Look at the envelope again.",
        )


def _paper_errors(application: Application, procedure: Procedure, channel: Channel) -> Iterator[FieldError]:
    taken = procedure.papers_taken(by_proxy=application.proxy is not None)
    known = {each.code: BilingualText(each.name_vi, each.name_en) for each in taken}
    seen: set[tuple[str, str]] = set()
    for position, each in enumerate(application.handed_in):
        if each.paper not in known:
            yield one_of(pointer("handed_in", position, "paper"), list(known.values()))
        if channel in FILED_BY_ACCOUNT and each.kind != "electronic":
            yield FieldError(
                pointer("handed_in", position, "kind"),
                "paper-online",
                "Khi tự nộp trực tuyến hoặc tại ki-ốt, giấy tờ được tải lên; bản giấy nộp tại Bộ phận Một cửa hoặc "
                "qua bưu chính.",
                "Whoever files online or at a kiosk uploads papers; paper is handed in at the counter or by post.",
            )
        if (each.paper, each.kind) in seen:
            yield FieldError(
                pointer("handed_in", position),
                "twice",
                "Giấy tờ cùng loại này đã ghi ở dòng trước. Hãy gộp lại và ghi tổng số bản.",
                "This paper of this kind is listed before. Make it one line with the number of copies.",
            )
        seen.add((each.paper, each.kind))


def _return_errors(application: Application, channel: Channel) -> Iterator[FieldError]:
    of_form = _BY_FORM.get(str(application.form.get("return_method")))
    if application.result_by and of_form and application.result_by != of_form:
        yield FieldError(
            "/result_by",
            "form-says-otherwise",
            "Cách nhận kết quả ở đây khác với cách ghi trong biểu mẫu. Hãy ghi giống nhau.",
            "How the result is received differs from what the form says. Say the same in both.",
        )
    if return_way(application, channel) == "post" and not return_address(application, channel):
        yield _missing(
            "/result_address",
            "Nhận kết quả qua bưu chính thì cần địa chỉ nhận, ví dụ 12 Lê Lợi, phường Bến Thành.",
            "By post an address is needed, e.g. 12 Lê Lợi, phường Bến Thành.",
        )
    titles = ("Địa chỉ nhận kết quả", "Address for the result")
    if fault := printable.fault("/result_address", application.result_address, *titles):
        yield fault


def _place_errors(
    application: Application, procedure: Procedure, channel: Channel, agencies: Mapping[str, Agency]
) -> Iterator[FieldError]:
    """Yields an error unless the agency that decides takes it in, or any may (NĐ 118/2025, Điều 14.4)."""
    place, intake = "/intake_agency", application.intake_agency
    if intake in ("", application.agency):
        return
    if channel in FILED_BY_ACCOUNT:
        yield FieldError(
            place,
            "filed-by-account",
            "Hồ sơ tự nộp trực tuyến hoặc tại ki-ốt gửi thẳng đến cơ quan giải quyết. Hãy bỏ mục này.",
            "What is filed online or at a kiosk goes straight to the agency that decides. Leave this out.",
        )
    elif not procedure.boundary_free:
        yield FieldError(
            place,
            "not-boundary-free",
            "Thủ tục này không thuộc danh mục tiếp nhận không phụ thuộc địa giới hành chính. Hãy nộp tại cơ quan giải "
            "quyết.",
            "This procedure is not on the list of those taken in anywhere. File it at the agency that decides.",
        )
    elif (agency := agencies.get(intake)) is None or agency.outside:
        yield FieldError(
            place,
            "unknown-agency",
            "Không có cơ quan này trong hệ thống. Ghi mã cơ quan tiếp nhận, ví dụ H29.036.00.",
            "There is no such agency here. Give the code of the agency that takes it in, e.g. H29.036.00.",
        )


def _missing(place: str, vi: str, en: str) -> FieldError:
    return FieldError(place, "required", vi, en)
