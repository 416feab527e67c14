"""Errors for requests that the versions of a procedure forbid."""

from services.common.errors import Conflict, NotFound, Unprocessable


class VersionExists(Conflict):
    """This version of the procedure was published before, with another content."""

    code = "procedure-version-exists"
    vi = "Thủ tục {code} đã có phiên bản từ ngày {day} với nội dung khác. Hãy chọn ngày có hiệu lực khác."
    en = "Procedure {code} already has a version from {day} with another content. Choose another effective date."


class VersionsOverlap(Conflict):
    """Two versions of a procedure would be in force on the same day."""

    code = "procedure-versions-overlap"
    vi = "Phiên bản từ {day} trùng hiệu lực với phiên bản từ {other}. Hãy đổi ngày bắt đầu hoặc ngày hết hiệu lực."
    en = "The version from {day} is in force together with the one from {other}. Change the first day or the last."


class VersionTooEarly(Conflict):
    """A version cannot replace another version for days that have passed."""

    code = "procedure-version-too-early"
    vi = "Phiên bản từ ngày {day} sẽ thay thế phiên bản đã áp dụng trong quá khứ. Hãy chọn ngày từ {today} trở đi."
    en = "The version from {day} would replace one on days that have passed. Choose a day from {today} on."


class VersionInUse(Conflict):
    """Cases were filed under this version."""

    code = "procedure-version-in-use"
    vi = "Đã có hồ sơ nộp theo phiên bản {code} từ ngày {day}, không thể thu hồi. Hãy ban hành phiên bản mới."
    en = "Cases were filed under version {code} from {day}, so it stays. Publish a new version instead."


class VersionInForce(Conflict):
    """A version in force, or about to be, is not taken back."""

    code = "procedure-version-in-force"
    vi = "Phiên bản {code} từ ngày {day} đã hoặc sắp có hiệu lực, không thể thu hồi. Hãy ban hành phiên bản mới."
    en = "Version {code} from {day} is in force or about to be, so it stays. Publish a new version instead."


class VersionNotFound(NotFound):
    """This version was never published here."""

    code = "procedure-version-not-found"
    vi = "Không có phiên bản {code} từ ngày {day}. Hãy xem danh sách phiên bản của thủ tục."
    en = "There is no version {code} from {day}. See the list of the procedure's versions."


class VersionSetAside(Conflict):
    """The published file of this version cannot be used, so it takes no cases and its own cannot be told."""

    code = "procedure-version-set-aside"
    vi = "Phiên bản {code} từ ngày {day} đang tạm ngừng vì tệp đã ban hành có lỗi. Hãy báo cho quản trị hệ thống."
    en = "Version {code} from {day} is set aside because its published file is faulty. Tell the administrator."


class InformationOnly(Unprocessable):
    """The procedure is not filed online (NĐ 224/2026/NĐ-CP Điều 14: its online service gives information)."""

    code = "procedure-information-only"
    vi = "Thủ tục {code} chỉ cung cấp thông tin trực tuyến, chưa nhận hồ sơ trực tuyến. Hãy nộp tại: {where}."
    en = "Procedure {code} is described online and not filed online. File it at: {where}."


class VersionDoesNotFit(Unprocessable):
    """A running case does not fit the version it should go under."""

    code = "procedure-version-does-not-fit"
    vi = "Hồ sơ chưa phù hợp với phiên bản này. Hãy xử lý các mục được nêu, hoặc giữ nguyên phiên bản cũ."
    en = "The case does not fit this version yet. Mend what is named, or leave it under its own version."
