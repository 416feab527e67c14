"""Errors for actions that a chain forbids."""

from services.common.errors import (
    Conflict,
    Unprocessable,
)


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


class OnlyInAChain(Unprocessable):
    """The procedure is taken only as part of a chained procedure."""

    code = "procedure-only-in-a-chain"
    vi = "Thủ tục {code} chỉ nhận trong thủ tục liên thông {chains}. Hãy nộp hồ sơ liên thông."
    en = "Procedure {code} is taken only as part of {chains}. File that one."
