"""What the law or the state of a case does not allow."""

from services.common.errors import (
    Conflict,
    InvalidInput,
    NotFound,
    PermissionDenied,
    PreconditionFailed,
    RateLimited,
    Unprocessable,
)


class CaseNotFound(NotFound):
    """No such case, or none the caller may see: the two look alike on purpose."""

    code = "case-not-found"
    vi = "Không tìm thấy hồ sơ. Hãy kiểm tra lại mã số hồ sơ."
    en = "There is no such case. Check the case number."


class ProcedureNotFound(NotFound):
    """The catalogue has no such procedure in force."""

    code = "procedure-not-found"
    vi = "Không có thủ tục {code} đang có hiệu lực. Hãy chọn thủ tục trong danh mục."
    en = "No procedure {code} is in force. Choose one from the catalogue."


class ActionNotAllowed(Conflict):
    """The table has no line from this status for this action."""

    code = "case-action-not-allowed"
    vi = "“{action_vi}” chỉ thực hiện được khi hồ sơ ở trạng thái {sources_vi}; hồ sơ đang “{status_vi}”."
    en = "“{action_en}” is possible only while a case is {sources_en}; this one is “{status_en}”."


class SupplementAlreadyAsked(Conflict):
    """A supplement is asked for once, with everything that is missing; again only as a leader decides."""

    code = "case-supplement-already-asked"
    vi = (
        "Hồ sơ đã được yêu cầu bổ sung một lần; mọi nội dung phải nêu trong một lần. "
        "Yêu cầu thêm cần lãnh đạo phê duyệt: hãy đề xuất."
    )
    en = (
        "A supplement was already requested: everything is asked for in one request. "
        "A further one needs a leader's approval: propose it."
    )


class SupplementNotAskedYet(Conflict):
    """The first request needs no approval."""

    code = "case-supplement-not-asked-yet"
    vi = "Hồ sơ chưa được yêu cầu bổ sung lần nào. Hãy yêu cầu trực tiếp, không cần đề xuất."
    en = "No supplement was requested yet. Request it directly; it needs no approval."


class NoSupplementProposed(Conflict):
    """There is no further supplement request to decide on."""

    code = "case-no-supplement-proposed"
    vi = "Không có đề xuất yêu cầu bổ sung nào đang chờ phê duyệt."
    en = "No further supplement request waits for approval."


class TooManyFilters(Conflict):
    """An account keeps a limited number of searches."""

    code = "too-many-filters"
    vi = "Mỗi tài khoản lưu tối đa {most} bộ lọc. Hãy xóa bớt bộ lọc không dùng."
    en = "An account keeps at most {most} filters. Delete one that is not used."


class TooManyDelegations(Conflict):
    """An account grants a limited number of delegations that still hold."""

    code = "too-many-delegations"
    vi = "Bạn đang có {most} ủy quyền còn hiệu lực, là số nhiều nhất. Hãy kết thúc những ủy quyền không còn cần."
    en = "You have granted {most} delegations that still hold, the most there may be. End those not needed any more."


class TooManyConsultations(Conflict):
    """Other agencies are asked about a case so many times."""

    code = "case-too-many-consultations"
    vi = "Hồ sơ này đã lấy ý kiến {most} lần, là số nhiều nhất. Hãy giải quyết trên cơ sở các ý kiến đã có."
    en = "Agencies were consulted {most} times about this case, the most there may be. Decide on what they have said."


class DelegationNotFound(NotFound):
    """No such delegation, or none the caller has a say in."""

    code = "delegation-not-found"
    vi = "Không tìm thấy ủy quyền này, hoặc ủy quyền đã kết thúc."
    en = "There is no such delegation, or it has ended."


class AlreadyClaimed(Conflict):
    """Somebody else has the case already."""

    code = "case-already-claimed"
    vi = "Hồ sơ đã có người nhận. Hãy chọn hồ sơ khác, hoặc đề nghị phân công lại."
    en = "Somebody else has the case. Take another one, or ask for it to be given to you."


class AlreadyPostponed(Conflict):
    """A case gets a new date once at most (NĐ 118/2025)."""

    code = "case-already-postponed"
    vi = "Hồ sơ đã được hẹn lại một lần, không hẹn lại lần nữa. Hãy giải quyết và trả kết quả sớm nhất có thể."
    en = "The case was given a new date once and gets no other. Decide it and return the result as soon as possible."


class BookNotYours(PermissionDenied):
    """A register is for the agency's own clerks and leaders."""

    code = "book-agency-out-of-scope"
    vi = "Tài khoản của bạn không thuộc cơ quan {agency} nên không lập được sổ theo dõi hồ sơ của cơ quan đó."
    en = "Your account does not belong to agency {agency}, so you cannot have its register of cases."


class BookTooLong(Unprocessable):
    """A register of one request holds so many cases at most."""

    code = "book-too-long"
    vi = "Khoảng thời gian này có hơn {most} hồ sơ. Hãy chọn khoảng thời gian ngắn hơn."
    en = "More than {most} cases were received in this time. Choose a shorter period."


class NoPaperIssued(Conflict):
    """A paper can be issued again only after it was issued."""

    code = "case-no-paper-issued"
    vi = "Hồ sơ chưa có giấy tờ nào được phát hành. Hãy thử lại sau khi giấy tờ được phát hành."
    en = "No paper was issued for this case yet. Try again once one is."


class PaperReplaced(Conflict):
    """A paper has one successor."""

    code = "case-paper-replaced"
    vi = "Giấy tờ này đã được thay thế bằng phiên bản mới. Hãy chọn phiên bản mới nhất."
    en = "This paper was replaced by a newer version. Choose the newest one."


class StepsRemain(Conflict):
    """The procedure has steps before the decision."""

    code = "case-steps-remain"
    vi = "Hồ sơ còn bước “{step_vi}” trước khi quyết định. Hãy chuyển bước tiếp theo."
    en = "The case still has the step “{step_en}” before the decision. Forward it."


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


class HandledByChildren(Conflict):
    """A chained case under way is handled in its children."""

    code = "case-handled-by-children"
    vi = "Hồ sơ liên thông được giải quyết ở các hồ sơ thành phần. Hãy thực hiện việc này trên hồ sơ: {refs}."
    en = "A chained case is handled in its parts. Do this on one of the cases: {refs}."


class HandledOutside(Conflict):
    """An agency with a system of its own handles the case there."""

    code = "case-handled-outside"
    vi = "Hồ sơ do cơ quan {agency} giải quyết trên hệ thống của cơ quan đó. Hãy chờ kết quả gửi về."
    en = "Agency {agency} handles the case in a system of its own. Wait for what it sends back."


class NotUndelivered(Conflict):
    """Nothing keeps the case from reaching its agency."""

    code = "case-not-undelivered"
    vi = "Hồ sơ không ở tình trạng gửi không được. Chỉ gửi lại hoặc thôi gửi khi gói tin không đến được cơ quan."
    en = "The envelope did not fail. Send again or call off only what could not be delivered."


class OnlyInAChain(Unprocessable):
    """The procedure is taken only as part of a chained one."""

    code = "procedure-only-in-a-chain"
    vi = "Thủ tục {code} chỉ nhận trong thủ tục liên thông {chains}. Hãy nộp hồ sơ liên thông."
    en = "Procedure {code} is taken only as part of {chains}. File that one."


class NothingToPay(Conflict):
    """The procedure has no fee that falls due now and was not asked for yet."""

    code = "case-nothing-to-pay"
    vi = "Hồ sơ không có khoản phí, lệ phí nào đến lúc phải nộp mà chưa yêu cầu. Hãy tiếp tục xử lý hồ sơ."
    en = "No fee of the case falls due now that was not asked for already. Go on with the case."


class ReturnFeeUnpaid(Conflict):
    """A fee due with the result is not paid."""

    code = "case-return-fee-unpaid"
    vi = "Phí, lệ phí nộp khi trả kết quả chưa được nộp. Hãy yêu cầu nộp, và trả kết quả khi đã nộp xong."
    en = "A fee due with the result is not paid. Ask for it, and return the result once it is paid."


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


class RoleNotAllowed(PermissionDenied):
    """The caller sees the case, and this action belongs to others."""

    code = "case-role-not-allowed"
    vi = "“{action_vi}” do {roles_vi} thực hiện."
    en = "“{action_en}” is done by: {roles_en}."


class AgencyOutOfScope(PermissionDenied):
    """A clerk files only at the agencies of her account."""

    code = "case-agency-out-of-scope"
    vi = "Tài khoản của bạn không tiếp nhận hồ sơ cho cơ quan {agency}."
    en = "Your account does not take in cases for agency {agency}."


class AssuranceTooLow(PermissionDenied):
    """The electronic identity level is below what the procedure asks."""

    code = "assurance-too-low"
    vi = "Thủ tục này cần tài khoản định danh điện tử mức {needed}. Hãy nâng mức định danh rồi nộp lại."
    en = "This procedure needs electronic identity level {needed}. Raise your level, then file again."


class AlreadyHeld(Conflict):
    """There is a legal hold on the case."""

    code = "case-already-held"
    vi = "Hồ sơ đang được giữ lại; muốn đổi lý do, hãy thôi giữ rồi giữ lại."
    en = "The case is on hold already; to give another reason, lift the hold and set it anew."


class NotHeld(Conflict):
    """There is no legal hold on the case."""

    code = "case-not-held"
    vi = "Hồ sơ không bị giữ lại nên không có gì để thôi giữ."
    en = "There is no hold on the case to lift."


class CaseDisposed(Conflict):
    """What the case held was disposed of; nothing more can be done with it."""

    code = "case-disposed"
    vi = "Nội dung hồ sơ đã được hủy do hết thời hạn lưu trữ; chỉ còn lịch sử và kết quả."
    en = "What the case held was disposed of when its retention ended; its history and result remain."


class IdempotencyKeyReused(Unprocessable):
    """The same key came with a different application."""

    code = "idempotency-key-reused"
    vi = "Khóa Idempotency-Key này đã dùng cho một hồ sơ có nội dung khác. Hãy dùng khóa mới."
    en = "This Idempotency-Key was used for a different application. Use a new key."


class NumbersExhausted(Conflict):
    """The agency's numbers of the day are used up; they never wrap."""

    code = "case-numbers-exhausted"
    vi = "Cơ quan đã dùng hết số hồ sơ của ngày hôm nay. Hãy nộp lại vào ngày làm việc tiếp theo."
    en = "The agency has used all case numbers of today. File again on the next working day."


class OnlineNumbersExhausted(NumbersExhausted):
    """What is left of the day's numbers is kept for those who come in person."""

    code = "case-online-numbers-exhausted"
    vi = (
        "Cơ quan đã dùng hết số hồ sơ nộp trực tuyến của ngày hôm nay. Hãy nộp lại vào ngày làm việc tiếp theo; "
        "nếu cần gấp, hãy nộp hôm nay tại Bộ phận Một cửa."
    )
    en = (
        "The agency has used the case numbers it has for online filing today. File again on the next working day; "
        "if it is urgent, file today at the counter."
    )


class TooManyFilings(RateLimited):
    """An account files so many cases of one procedure a day."""

    code = "too-many-filings"
    vi = (
        "Tài khoản của bạn đã nộp {most} hồ sơ của thủ tục này trong hôm nay, là số nhiều nhất mỗi ngày. "
        "Hồ sơ này chưa được nộp: hãy nộp lại từ ngày mai, hoặc hôm nay tại Bộ phận Một cửa."
    )
    en = (
        "Your account has filed {most} cases of this procedure today, the most for one day. "
        "This one was not filed: file it from tomorrow on, or today at the counter."
    )


class SearchTooBroad(InvalidInput):
    """More cases fit than can be sorted, or the search ran into its time limit."""

    code = "search-too-broad"
    vi = "Tìm kiếm quá rộng. Hãy nhập thêm từ (họ tên, số, địa chỉ) hoặc thêm điều kiện."
    en = "The search is too broad. Give more words (of name, number or address) or further conditions."
