"""Errors for actions that the fees of a case forbid."""

from services.common.errors import (
    Conflict,
)


class NothingToPay(Conflict):
    """The procedure has no fee that falls due now and was not asked for yet."""

    code = "case-nothing-to-pay"
    vi = "Hồ sơ không có khoản phí, lệ phí nào đến lúc phải nộp mà chưa yêu cầu. Hãy tiếp tục xử lý hồ sơ."
    en = "No fee of the case falls due now that was not asked for already. Go on with the case."


class IntakeFeeUnpaid(Conflict):
    """A result given at once is given when its fee is paid."""

    code = "case-intake-fee-unpaid"
    vi = "Phí, lệ phí của hồ sơ chưa nộp. Hãy thu xong rồi trả kết quả."
    en = "The fee of the case is not paid. Take it first, then give the result."


class ReturnFeeUnpaid(Conflict):
    """A fee due with the result is not paid."""

    code = "case-return-fee-unpaid"
    vi = "Phí, lệ phí nộp khi trả kết quả chưa được nộp. Hãy yêu cầu nộp, và trả kết quả khi đã nộp xong."
    en = "A fee due with the result is not paid. Ask for it, and return the result once it is paid."
