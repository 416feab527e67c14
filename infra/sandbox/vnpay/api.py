"""The merchant interface: querydr and refund. Answers carry 00, 02, 03, 91, 94 or 97."""

import threading
from uuid import uuid4

from infra.sandbox.vnpay.orders import Order, Orders
from infra.sandbox.vnpay.signing import (
    QUERY_ANSWER_FIELDS,
    QUERY_FIELDS,
    REFUND_ANSWER_FIELDS,
    REFUND_FIELDS,
    is_signed_fields,
    signed_fields,
)

MESSAGES = {
    "00": "Success",
    "02": "Invalid TmnCode",
    "03": "Invalid format",
    "91": "Transaction not found",
    "94": "Request duplicated",
    "97": "Invalid signature",
}


class MerchantApi:
    """Answers one merchant's questions about its orders."""

    def __init__(self, orders: Orders, tmn_code: str, secret: str) -> None:
        self._orders = orders
        self._tmn_code = tmn_code
        self._secret = secret
        self._lock = threading.Lock()
        self._request_ids: set[str] = set()

    def answer(self, request: dict[str, str]) -> dict[str, str]:
        is_refund = request.get("vnp_Command") == "refund"
        order = self._orders.get(request.get("vnp_TxnRef", ""))
        code = self._checked(request, order, REFUND_FIELDS if is_refund else QUERY_FIELDS)
        if code == "00" and is_refund:
            code = self._refund(request)
        body = {
            "vnp_ResponseId": uuid4().hex,
            "vnp_Command": request.get("vnp_Command", ""),
            "vnp_ResponseCode": code,
            "vnp_Message": MESSAGES[code],
            "vnp_TmnCode": self._tmn_code,
            "vnp_TxnRef": request.get("vnp_TxnRef", ""),
        }
        if code == "00" and order is not None:
            body |= _transaction(order, request.get("vnp_TransactionType", "01"))
        return signed_fields(self._secret, REFUND_ANSWER_FIELDS if is_refund else QUERY_ANSWER_FIELDS, body)

    def _checked(self, request: dict[str, str], order: Order | None, fields: tuple[str, ...]) -> str:
        if request.get("vnp_TmnCode") != self._tmn_code:
            return "02"
        if not is_signed_fields(self._secret, fields, request):
            return "97"
        if request["vnp_Command"] not in ("querydr", "refund") or not request["vnp_RequestId"]:
            return "03"
        if self._is_repeated(request["vnp_RequestId"]):
            return "94"
        if order is None or order.created != request["vnp_TransactionDate"]:
            return "91"
        return "00"

    def _is_repeated(self, request_id: str) -> bool:
        with self._lock:
            repeated = request_id in self._request_ids
            self._request_ids.add(request_id)
            return repeated

    def _refund(self, request: dict[str, str]) -> str:
        amount = request["vnp_Amount"]
        if not amount.isascii() or not amount.isdigit():
            return "03"
        return "00" if self._orders.refund(request["vnp_TxnRef"], int(amount)) else "94"


def _transaction(order: Order, transaction_type: str) -> dict[str, str]:
    return {
        "vnp_Amount": order.amount,
        "vnp_BankCode": "NCB",
        "vnp_PayDate": order.pay_date,
        "vnp_TransactionNo": order.transaction_no,
        "vnp_TransactionType": transaction_type,
        "vnp_TransactionStatus": order.status,
        "vnp_OrderInfo": order.info,
    }
