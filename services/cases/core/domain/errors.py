"""Errors for requests that the law or the state of a case does not allow."""

from services.common.errors import (
    Conflict,
    NotFound,
    PermissionDenied,
    PreconditionFailed,
)


class CaseNotFound(NotFound):
    """The case does not exist, or the caller may not see it: the two look alike on purpose."""

    code = "case-not-found"
    vi = "Không tìm thấy hồ sơ. Hãy kiểm tra lại mã số hồ sơ."
    en = "There is no such case. Check the case number."


class ProcedureNotFound(NotFound):
    """The catalogue has no procedure of this code in force."""

    code = "procedure-not-found"
    vi = "Không có thủ tục {code} đang có hiệu lực. Hãy chọn thủ tục trong danh mục."
    en = "No procedure {code} is in force. Choose one from the catalogue."


class ActionNotAllowed(Conflict):
    """The table has no line from this status for this action."""

    code = "case-action-not-allowed"
    vi = "“{action_vi}” chỉ thực hiện được khi hồ sơ ở trạng thái {sources_vi}; hồ sơ đang “{status_vi}”."
    en = "“{action_en}” is possible only while a case is {sources_en}; this one is “{status_en}”."


class AlreadyDecided(Conflict):
    """The result is ready and only has to be paid for and handed over."""

    code = "case-already-decided"
    vi = "Hồ sơ đã có kết quả, chỉ còn nộp phí và nhận kết quả."
    en = "The case is decided; only the fee and the handing over of the result remain."


class VersionConflict(PreconditionFailed):
    """The case changed since it was read."""

    code = "case-version-conflict"
    vi = "Hồ sơ đã thay đổi từ lúc bạn mở. Hãy tải lại rồi thử lại."
    en = "The case changed since you opened it. Reload it and try again."


class AtAnotherAgency(PermissionDenied):
    """The case is in the hands of another agency."""

    code = "case-at-another-agency"
    vi = "“{action_vi}” do {agency_vi} thực hiện."
    en = "“{action_en}” is done by {agency_en}."


class NotReceivedYet(Conflict):
    """The competent agency has not received the case that another took in, so its term does not run yet (Điều 17.3)."""

    code = "case-not-received-yet"
    vi = "Hồ sơ do cơ quan khác tiếp nhận: {agency_vi} cần nhận hồ sơ trước khi giải quyết."
    en = "Another agency took the case in: {agency_en} receives it before it is handled."


class NotTakenInElsewhere(Conflict):
    """The case was taken in by the agency that decides it, or has been received by it."""

    code = "case-not-taken-in-elsewhere"
    vi = "Hồ sơ đã ở cơ quan có thẩm quyền giải quyết."
    en = "The case is at the competent agency already."


class RoleNotAllowed(PermissionDenied):
    """The caller sees the case, and this action belongs to others."""

    code = "case-role-not-allowed"
    vi = "“{action_vi}” do {roles_vi} thực hiện."
    en = "“{action_en}” is done by: {roles_en}."


class ApplicantIdentified(PermissionDenied):
    """A clerk has established whose case it is, and the caller filed it without proof: they see it, nothing more."""

    code = "case-applicant-identified"
    vi = (
        "Cán bộ đã xác nhận người đứng tên hồ sơ, nên bạn chỉ xem được hồ sơ. Người đứng tên đăng nhập bằng VNeID mức "
        "2, hoặc người đại diện của tổ chức khai báo tổ chức trong tài khoản, rồi thực hiện tiếp."
    )
    en = (
        "Whom the case is for has been established, so you only see it. The applicant logs in with VNeID at level 2, "
        "or the representative of the firm names it in their account, to go on."
    )


class AgencyOutOfScope(PermissionDenied):
    """A clerk files only at the agencies of her account."""

    code = "case-agency-out-of-scope"
    vi = "Tài khoản của bạn không tiếp nhận hồ sơ cho cơ quan {agency}."
    en = "Your account does not take in cases for agency {agency}."


class CaseDisposed(Conflict):
    """The content of the case was disposed of; nothing more can be done with it."""

    code = "case-disposed"
    vi = "Nội dung hồ sơ đã được hủy do hết thời hạn lưu trữ; chỉ còn lịch sử và kết quả."
    en = "What the case held was disposed of when its retention ended; its history and result remain."
