"""VNPAY's signatures: HMAC-SHA512 over a sorted query string, or over fields joined by `|`."""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

PAY_FIELDS = (
    "vnp_Amount", "vnp_Command", "vnp_CreateDate", "vnp_CurrCode", "vnp_IpAddr", "vnp_Locale", "vnp_OrderInfo",
    "vnp_OrderType", "vnp_ReturnUrl", "vnp_TmnCode", "vnp_TxnRef", "vnp_Version",
)  # fmt: skip
QUERY_FIELDS = (
    "vnp_RequestId", "vnp_Version", "vnp_Command", "vnp_TmnCode", "vnp_TxnRef", "vnp_TransactionDate",
    "vnp_CreateDate", "vnp_IpAddr", "vnp_OrderInfo",
)  # fmt: skip
REFUND_FIELDS = (
    "vnp_RequestId", "vnp_Version", "vnp_Command", "vnp_TmnCode", "vnp_TransactionType", "vnp_TxnRef", "vnp_Amount",
    "vnp_TransactionNo", "vnp_TransactionDate", "vnp_CreateBy", "vnp_CreateDate", "vnp_IpAddr", "vnp_OrderInfo",
)  # fmt: skip
REFUND_ANSWER_FIELDS = (
    "vnp_ResponseId", "vnp_Command", "vnp_ResponseCode", "vnp_Message", "vnp_TmnCode", "vnp_TxnRef", "vnp_Amount",
    "vnp_BankCode", "vnp_PayDate", "vnp_TransactionNo", "vnp_TransactionType", "vnp_TransactionStatus",
    "vnp_OrderInfo",
)  # fmt: skip
QUERY_ANSWER_FIELDS = (*REFUND_ANSWER_FIELDS, "vnp_PromotionCode", "vnp_PromotionAmount")

Message = Mapping[str, str]


def signed_query(secret: str, message: Message) -> str:
    """Returns the query string of a message, its hash last."""
    query = _sorted_query(message)
    return f"{query}&vnp_SecureHash={_hash(secret, query)}"


def is_signed_query(secret: str, message: Message) -> bool:
    return _same(message, _hash(secret, _sorted_query(message)))


def signed_fields(secret: str, fields: Sequence[str], message: Message) -> dict[str, str]:
    """Returns the message with the hash of `fields` in their order, a missing field as empty."""
    return {**message, "vnp_SecureHash": _hash(secret, _joined(fields, message))}


def is_signed_fields(secret: str, fields: Sequence[str], message: Message) -> bool:
    return _same(message, _hash(secret, _joined(fields, message)))


def _sorted_query(message: Message) -> str:
    unsigned = {"vnp_SecureHash", "vnp_SecureHashType"}
    return urlencode(sorted((name, value) for name, value in message.items() if value and name not in unsigned))


def _joined(fields: Sequence[str], message: Message) -> str:
    return "|".join(message.get(name, "") for name in fields)


def _hash(secret: str, text: str) -> str:
    return hmac.new(secret.encode(), text.encode(), hashlib.sha512).hexdigest()


def _same(message: Message, expected: str) -> bool:
    return hmac.compare_digest(message.get("vnp_SecureHash", "").lower().encode(), expected.encode())
