"""The HTTP routes of the stand-in; the contract is in the package's docstring."""

from datetime import datetime

from flask import Blueprint, Response, abort, jsonify, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from infra.sandbox.settings import SandboxSettings
from infra.sandbox.vnpay.api import MerchantApi
from infra.sandbox.vnpay.notices import Notices
from infra.sandbox.vnpay.orders import CHOICES, GMT7, Order, Orders
from infra.sandbox.vnpay.signing import PAY_FIELDS, is_signed_query

NOTICE_PATH = "/api/v1/payments/vnpay/notice"
# What the page says instead of taking money, by VNPAY's code: Vietnamese and English.
REFUSALS = {
    "01": ("Giao dịch này đã được thanh toán.", "This order has been paid already."),
    "02": ("Website bán hàng không hợp lệ.", "The merchant is unknown."),
    "03": ("Dữ liệu gửi sang không đúng định dạng.", "The order is not complete."),
    "11": ("Đã hết hạn chờ thanh toán.", "The time to pay this order has run out."),
    "70": ("Sai chữ ký.", "The signature is wrong."),
}


def create_blueprint(settings: SandboxSettings) -> Blueprint:
    """Builds the payment page, the merchant interface and the resending of notices, for one merchant."""
    vnpay = Blueprint("vnpay", __name__, url_prefix="/vnpay", template_folder="templates")
    tmn_code, secret = settings.vnpay_tmn_code, settings.vnpay_secret.get_secret_value()
    orders = Orders()
    notices = Notices(settings.public_url.rstrip("/") + NOTICE_PATH, tmn_code, secret)
    api = MerchantApi(orders, tmn_code, secret)

    def asked() -> tuple[dict[str, str], str]:
        """Returns the order's parameters and the code that refuses it, "" when it is good."""
        message = request.args.to_dict()
        if len(message) != len(list(request.args.items(multi=True))) or not is_signed_query(secret, message):
            return message, "70"
        return message, _refusal(message, tmn_code, orders.get(message.get("vnp_TxnRef", "")))

    @vnpay.get("/paymentv2/vpcpay.html")
    def show() -> tuple[str, int]:
        message, code = asked()
        if code:
            return _refused(message, code)
        order = orders.opened(_order(message))
        page = render_template("vnpay/pay.html", order=order, locale=_locale(message), amount=int(order.amount) // 100)
        return page, 200

    @vnpay.post("/paymentv2/vpcpay.html")
    def choose() -> AnyResponse | tuple[str, int]:
        message, code = asked()
        if code:
            return _refused(message, code)
        choice = request.form.get("choice", "")
        if choice not in CHOICES:
            abort(400)
        orders.opened(_order(message))
        order = orders.choose(message["vnp_TxnRef"], choice)
        notices.send(order)
        back = message["vnp_ReturnUrl"]
        return redirect(f"{back}{'&' if '?' in back else '?'}{notices.query(order)}", 303)

    @vnpay.post("/merchant_webapi/api/transaction")
    def transaction() -> Response:
        body = request.get_json()
        return jsonify(api.answer({name: str(value) for name, value in body.items()}))

    @vnpay.post("/sandbox/orders/<txn_ref>/notices")
    def resend(txn_ref: str) -> Response:
        order = orders.get(txn_ref)
        if order is None or not order.response:
            abort(404)
        return jsonify(answers=notices.send_many(order, request.args.get("times", 1, type=int)))

    return vnpay


def _refusal(message: dict[str, str], tmn_code: str, known: Order | None) -> str:
    if message.get("vnp_TmnCode") != tmn_code:
        return "02"
    if not all(message.get(name) for name in PAY_FIELDS) or not _is_well_formed(message):
        return "03"
    if known is not None and known.is_paid:
        return "01"
    expires = message.get("vnp_ExpireDate", "")
    return "11" if expires and expires < datetime.now(GMT7).strftime("%Y%m%d%H%M%S") else ""


def _is_well_formed(message: dict[str, str]) -> bool:
    amount = message["vnp_Amount"]
    return (
        (message["vnp_Version"], message["vnp_Command"], message["vnp_CurrCode"]) == ("2.1.0", "pay", "VND")
        and amount.isascii()
        and amount.isdigit()
        and int(amount) > 0
        and message["vnp_OrderInfo"].isascii()
        and message["vnp_ReturnUrl"].startswith(("http://", "https://"))
    )


def _order(message: dict[str, str]) -> Order:
    return Order(message["vnp_TxnRef"], message["vnp_Amount"], message["vnp_OrderInfo"], message["vnp_CreateDate"])


def _refused(message: dict[str, str], code: str) -> tuple[str, int]:
    text_vi, text_en = REFUSALS[code]
    locale = _locale(message)
    text = text_en if locale == "en" else text_vi
    return render_template("vnpay/refused.html", code=code, text=text, locale=locale), 400


def _locale(message: dict[str, str]) -> str:
    return "en" if message.get("vnp_Locale") == "en" else "vi"
