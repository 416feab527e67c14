"""Errors for ways of handling that a case forbids."""

from services.common.errors import (
    Conflict,
)


class AlreadyClaimed(Conflict):
    """Somebody else has the case already."""

    code = "case-already-claimed"
    vi = "Hồ sơ đã có người nhận. Hãy chọn hồ sơ khác, hoặc đề nghị phân công lại."
    en = "Somebody else has the case. Take another one, or ask for it to be given to you."


class NothingToIdentify(Conflict):
    """Whoever filed online proved to be the applicant, or to represent them: there is nothing to establish."""

    code = "case-nothing-to-identify"
    vi = "Người nộp trực tuyến đã được xác thực là người đứng tên hồ sơ hoặc người đại diện, nên không đổi được."
    en = "Whoever filed online proved to be the applicant or to represent them, so this is not changed."


class NothingToCompare(Conflict):
    """No paper was handed in that has an original."""

    code = "case-nothing-to-compare"
    vi = "Hồ sơ không có giấy tờ nào để đối chiếu với bản chính."
    en = "The case has no paper to compare with its original."


class NoOriginalsKept(Conflict):
    """The agency keeps no original of the case."""

    code = "case-no-originals-kept"
    vi = "Cơ quan không giữ bản chính nào của hồ sơ."
    en = "The agency keeps no original of the case."


class AlreadyPostponed(Conflict):
    """A case gets a new date once at most (NĐ 118/2025)."""

    code = "case-already-postponed"
    vi = "Hồ sơ đã được hẹn lại một lần, không hẹn lại lần nữa. Hãy giải quyết và trả kết quả sớm nhất có thể."
    en = "The case was given a new date once and gets no other. Decide it and return the result as soon as possible."


class StepsRemain(Conflict):
    """The procedure has steps before the decision."""

    code = "case-steps-remain"
    vi = "Hồ sơ còn bước “{step_vi}” trước khi quyết định. Hãy chuyển bước tiếp theo."
    en = "The case still has the step “{step_en}” before the decision. Forward it."


class NotGivenAtOnce(Conflict):
    """The procedure's result is not given while the applicant waits."""

    code = "case-not-given-at-once"
    vi = "Kết quả của thủ tục này không trả ngay khi tiếp nhận. Hãy tiếp nhận hồ sơ và hẹn ngày trả kết quả."
    en = "The result of this procedure is not given at once. Accept the case, which sets a day for the result."


class NoNextStep(Conflict):
    """The case is in its last step before the decision."""

    code = "case-no-next-step"
    vi = "Đây là bước cuối trước khi quyết định. Hãy quyết định hồ sơ."
    en = "This is the last step before the decision. Decide the case."


class NoEarlierStep(Conflict):
    """The case is in its first step of handling."""

    code = "case-no-earlier-step"
    vi = "Đây là bước xử lý đầu tiên, không còn bước trước để chuyển lại."
    en = "This is the first step of handling; there is none to send it back to."


class FourEyes(Conflict):
    """Who proposed a decision does not approve it."""

    code = "case-four-eyes"
    vi = "Người đề xuất không được tự phê duyệt. Hãy để người khác phê duyệt hồ sơ."
    en = "Who proposed the decision may not approve it. Let someone else do so."


class ResultNotIssued(Conflict):
    """The sealed result is not there yet."""

    code = "case-result-not-issued"
    vi = "Kết quả chưa được ký số và phát hành xong. Hãy thử lại sau ít phút."
    en = "The sealed result has not been issued yet. Try again in a few minutes."


class ResultNotPrinted(Conflict):
    """The sealed result could not be issued so far."""

    code = "case-result-not-printed"
    vi = (
        "Kết quả chưa phát hành được: {reason_vi}. Hệ thống tự thử lại; khi đã khắc phục, cán bộ một cửa có thể bấm "
        "“Cấp lại giấy tờ” để thử ngay. Nếu vẫn không được, hãy báo bộ phận quản trị hệ thống."
    )
    en = (
        "The result could not be issued: {reason_en}. It is tried again by itself; once that is mended, a clerk can "
        "have the paper issued again at once. If that does not help, tell the administrators."
    )


class NothingToVerify(Conflict):
    """The procedure gives no days for a verification."""

    code = "case-nothing-to-verify"
    vi = "Thủ tục này không có thời hạn riêng cho trường hợp cần xác minh. Hãy giải quyết trong thời hạn."
    en = "This procedure gives no days for a verification. Decide the case within its term."


class AlreadyVerifying(Conflict):
    """The term was already made longer for a verification."""

    code = "case-already-verifying"
    vi = "Hồ sơ đã được tính thêm thời gian xác minh một lần. Hãy giải quyết trong thời hạn mới."
    en = "The case already got its days for a verification. Decide it by the new date."
