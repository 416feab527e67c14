"""Errors of a request before any service hears of it."""

from services.common.errors import InvalidInput, OnestopError, PreconditionFailed, Unavailable, UnsupportedMedia


class BadJson(InvalidInput):
    """The body is not JSON of the shape the operation takes."""

    code = "invalid-body"
    vi = "Nội dung gửi lên không đúng mẫu. Hãy sửa các mục được nêu rồi gửi lại."
    en = "The body does not have the expected shape. Correct the fields named and send it again."


class BadQuery(InvalidInput):
    """A query parameter is wrong."""

    code = "invalid-query"
    vi = "Tham số trên địa chỉ không đúng. Hãy sửa các mục được nêu rồi thử lại."
    en = "A query parameter is wrong. Correct those named and try again."


class BadRequest(InvalidInput):
    """The request is not HTTP this interface reads."""

    code = "bad-request"
    vi = "Yêu cầu không đúng dạng."
    en = "The request is not well formed."


class BodyCutShort(InvalidInput):
    """The connection gave out before the body was whole."""

    code = "body-cut-short"
    vi = "Nội dung gửi lên bị ngắt giữa chừng. Hãy gửi lại."
    en = "The body broke off before its announced length. Send it again."


class SentTooSlowly(OnestopError):
    """The request did not come as fast as a connection that works brings it."""

    code = "sent-too-slowly"
    vi = "Yêu cầu gửi đến quá chậm nên đã bị ngắt. Hãy kiểm tra đường truyền rồi gửi lại."
    en = "The request came in too slowly and was broken off. Check your connection and send it again."
    http_status = 408


class TooManyBodies(Unavailable):
    """As many large bodies are coming in as are taken at once."""

    code = "too-many-uploads"
    vi = "Đang có quá nhiều tệp được tải lên cùng lúc. Hãy thử lại sau ít giây."
    en = "Too many files are being sent at the moment. Try again in a few seconds."


class AddressTooLong(OnestopError):
    """The first line of the request is over the limit."""

    code = "address-too-long"
    vi = "Địa chỉ được gọi quá dài."
    en = "The address called is too long."
    http_status = 414


class ExpectationNotMet(OnestopError):
    """The client waits for something this server does not do."""

    code = "expectation-not-met"
    vi = "Phần đầu Expect đòi hỏi điều hệ thống này không làm."
    en = "The header Expect asks for something this system does not do."
    http_status = 417


class HeadTooLarge(OnestopError):
    """The headers are more, or longer, than the limit."""

    code = "headers-too-large"
    vi = "Phần đầu của yêu cầu quá dài hoặc có quá nhiều mục."
    en = "The headers of the request are too long or too many."
    http_status = 431


class TransferCodingUnknown(OnestopError):
    """The body is coded in a way this server does not read."""

    code = "transfer-coding-unknown"
    vi = "Nội dung được mã hóa đường truyền theo cách hệ thống này không đọc."
    en = "The body has a transfer coding that this system does not read."
    http_status = 501


class BadHeader(InvalidInput):
    """A header is not of the form it must have."""

    code = "invalid-header"
    vi = "Thông tin kèm theo yêu cầu không đúng: cần {wanted_vi} ({name})."
    en = "What came with the request is wrong: it takes {wanted_en} ({name})."


class IdempotencyKeyRequired(InvalidInput):
    """A submission must name itself, so that sending it again cannot file it twice."""

    code = "idempotency-key-required"
    vi = (
        "Thiếu hoặc sai khóa của lần nộp: cần 1 đến 128 chữ số, chữ cái không dấu, riêng cho mỗi lần (Idempotency-Key)."
    )
    en = "The submission key is missing or wrong: 1 to 128 letters and digits, a new one each time (Idempotency-Key)."


class VersionRequired(PreconditionFailed):
    """An action must say which version of the case it was decided on (RFC 6585)."""

    code = "if-match-required"
    vi = 'Không rõ bạn đang xem phiên bản nào của hồ sơ. Hãy mở lại hồ sơ rồi thử lại (If-Match, ví dụ "3").'
    en = 'It is not said which version of the case you see. Open it again, then try again (If-Match, e.g. "3").'
    http_status = 428


class MethodNotAllowed(OnestopError):
    """The address exists, not with this method."""

    code = "method-not-allowed"
    vi = "Địa chỉ này không nhận phương thức {method}."
    en = "This address does not take the method {method}."
    http_status = 405


class RangeNotSatisfiable(OnestopError):
    """The range asked for lies outside the file."""

    code = "range-not-satisfiable"
    vi = "Khoảng byte được yêu cầu nằm ngoài tệp."
    en = "The range asked for lies outside the file."
    http_status = 416


class BodyTypeRefused(UnsupportedMedia):
    """The Content-Type is not the one the operation takes."""

    code = "content-type-refused"
    vi = "Nội dung phải có Content-Type là {wanted}."
    en = "The body must have the Content-Type {wanted}."
