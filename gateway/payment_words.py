"""The words for somebody who comes back from the provider's page."""

from dataclasses import dataclass

from gateway.shapes.common import Bilingual, bilingual


@dataclass(frozen=True)
class Told:
    """`tone` is good, bad or neither; `waits` when a later look may tell more."""

    title: Bilingual
    text: Bilingual
    tone: str = ""
    waits: bool = False


TOLD = {
    "received": Told(
        bilingual("Đã nhận tiền", "Payment received"),
        bilingual(
            "Cổng thanh toán đã báo cho chúng tôi. Bạn không phải làm gì thêm.",
            "The payment provider has confirmed it to us. There is nothing more to do.",
        ),
        "good",
    ),
    "surplus": Told(
        bilingual("Đã nhận tiền, nhiều hơn số phải nộp", "Payment received, and more than is due"),
        bilingual(
            "Hồ sơ này không còn phải nộp, hoặc đã được nộp hai lần. Số tiền thừa không mất: hãy mang giấy tờ tùy thân "
            "đến Bộ phận Một cửa để nhận lại.",
            "Nothing is due for this case any more, or it was paid twice. What is too much is not lost: bring an "
            "identity paper to the counter to get it back.",
        ),
    ),
    "handed_back": Told(
        bilingual("Khoản tiền này đã được hoàn trả", "This payment was handed back"),
        bilingual(
            "Bạn đã nhận lại tiền tại Bộ phận Một cửa. Hãy mở hồ sơ của bạn để xem còn phải nộp khoản nào không.",
            "You got the money back at the counter. Open your case to see whether anything is still due.",
        ),
    ),
    "confirming": Told(
        bilingual("Đang chờ xác nhận thanh toán", "Waiting for the payment to be confirmed"),
        bilingual(
            "Bạn đã thanh toán xong trên trang của cổng thanh toán; chúng tôi đang chờ cổng báo trực tiếp. "
            "Xin đừng thanh toán lại. Trang này tự xem lại trong ít phút.",
            "You finished on the provider's page; we are waiting to hear from the provider itself. "
            "Please do not pay again. This page looks again by itself for some minutes.",
        ),
        waits=True,
    ),
    "review": Told(
        bilingual("Cổng thanh toán đang kiểm tra giao dịch", "The provider is looking into the payment"),
        bilingual(
            "Tiền có thể đã bị trừ. Xin đừng thanh toán lại; kết quả sẽ hiện trong hồ sơ của bạn.",
            "The money may have been taken. Please do not pay again; the outcome will show on your case.",
        ),
        waits=True,
    ),
    "cancelled": Told(
        bilingual("Bạn đã hủy thanh toán", "You cancelled the payment"),
        bilingual(
            "Chưa có khoản tiền nào được nhận. Bạn có thể thanh toán lại trong hồ sơ, hoặc nộp tiền tại Bộ phận "
            "Một cửa.",
            "Nothing was received. You can pay again from your case, or pay at the counter.",
        ),
    ),
    "failed": Told(
        bilingual("Thanh toán không thành công", "The payment did not go through"),
        bilingual(
            "Chưa có khoản tiền nào được nhận. Bạn có thể thanh toán lại trong hồ sơ. Nếu tài khoản của bạn đã bị trừ "
            "tiền, hãy hỏi ngân hàng của bạn trước.",
            "Nothing was received. You can pay again from your case. If your account was charged, ask your bank first.",
        ),
        "bad",
    ),
    "unread": Told(
        bilingual("Chưa xem được kết quả thanh toán", "The outcome of the payment cannot be read yet"),
        bilingual(
            "Hệ thống của chúng tôi đang phản hồi chậm; khoản bạn đã thanh toán không mất. Xin đừng thanh toán lại. "
            "Trang này tự xem lại trong ít phút.",
            "Our system is slow to answer; what you paid is not lost. Please do not pay again. "
            "This page looks again by itself for some minutes.",
        ),
        waits=True,
    ),
    "unknown": Told(
        bilingual("Không đọc được kết quả thanh toán", "The outcome of the payment cannot be read"),
        bilingual(
            "Địa chỉ này không phải do cổng thanh toán gửi, hoặc đã bị cắt bớt. Trước khi thanh toán lại, hãy mở hồ sơ "
            "của bạn để xem đã nộp tiền chưa.",
            "This address is not the provider's, or was cut short. Open your case to see whether it is paid before you "
            "pay again.",
        ),
        "bad",
    ),
}
