"""VNPAY 2.1.0 as its specification says: signing and reading its messages. Pure; the calls are in `provider.py`.

A query string is signed over its `vnp_` parameters without the hash and without empty ones, sorted by name and encoded
as application/x-www-form-urlencoded (space as `+`): hex HMAC-SHA512. JSON messages are signed over their values joined
by `|`. Amounts travel as VND times 100, times as yyyyMMddHHmmss in GMT+7.
"""

import hashlib
import hmac
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from urllib.parse import parse_qsl, quote_plus

from services.common import limits
from services.payments.attempts.domain import Outcome, Report, Verdict

METHOD = "vnpay"
VERSION = "2.1.0"
GMT7 = timezone(timedelta(hours=7))
PAGE_PATH = "/paymentv2/vpcpay.html"
API_PATH = "/merchant_webapi/api/transaction"
QUERY_RESPONSE_FIELDS = (
    "ResponseId", "Command", "ResponseCode", "Message", "TmnCode", "TxnRef", "Amount", "BankCode", "PayDate",
    "TransactionNo", "TransactionType", "TransactionStatus", "OrderInfo", "PromotionCode", "PromotionAmount",
)  # fmt: skip
# What the provider hears of its notice: RspCode and Message.
ANSWERS: dict[Verdict, tuple[str, str]] = {
    Verdict.RECORDED: ("00", "Confirm Success"),
    Verdict.UNKNOWN_ORDER: ("01", "Order not found"),
    Verdict.ALREADY_RECORDED: ("02", "Order already confirmed"),
    Verdict.WRONG_AMOUNT: ("04", "Invalid amount"),
    Verdict.BAD_CHECKSUM: ("97", "Fail checksum"),
    Verdict.NOT_RECORDED: ("99", "Unknown error"),
}
CANCELLED = "24"  # the response code when the payer went back without paying
_CODE = re.compile(r"[0-9]{2}")
_TIME = re.compile(r"[0-9]{14}")
_HASH_PARAMETERS = frozenset({"vnp_SecureHash", "vnp_SecureHashType"})
_MAX_PARAMETERS = 50
_ORDER_INFO_LENGTH = 255


class BadChecksum(Exception):
    """The message is not signed with the merchant's secret, or is unreadable."""


class SaysNoOutcome(Exception):
    """The message is signed with the merchant's secret and says nothing of what became of an order."""


@dataclass(frozen=True, slots=True)
class Merchant:
    """Our account at VNPAY: its public code (vnp_TmnCode), its secret, where payers go and where we ask."""

    tmn_code: str
    secret: str
    page_url: str
    api_url: str


@dataclass(frozen=True, slots=True)
class Order:
    """One attempt to pay, as the payer is sent to VNPAY with it."""

    txn_ref: str
    amount: int
    info: str
    created: datetime
    expires: datetime


def pay_url(merchant: Merchant, order: Order, *, return_url: str, client_ip: str, locale: str) -> str:
    """Returns the address to which the payer's browser goes to pay `order`."""
    parameters = {
        "vnp_Version": VERSION,
        "vnp_Command": "pay",
        "vnp_TmnCode": merchant.tmn_code,
        "vnp_Amount": str(order.amount * 100),
        "vnp_CurrCode": "VND",
        "vnp_TxnRef": order.txn_ref,
        "vnp_OrderInfo": order_info(order.info),
        "vnp_OrderType": "other",
        "vnp_Locale": locale,
        "vnp_ReturnUrl": return_url,
        "vnp_IpAddr": client_ip,
        "vnp_CreateDate": timestamp(order.created),
        "vnp_ExpireDate": timestamp(order.expires),
    }
    return f"{merchant.page_url}{PAGE_PATH}?{signed_query(merchant.secret, parameters)}"


def read_message(merchant: Merchant, query_string: str) -> Report:
    """Reads a server notice (IPN) or a browser's return from its undecoded query string.

    Raises:
        BadChecksum: not signed with our secret, not for our merchant code, or a parameter comes twice.
        SaysNoOutcome: it is signed, and tells nothing of a payment; an address to pay at is, by ourselves.
    """
    parameters = _parameters(query_string)
    given = parameters.get("vnp_SecureHash", "")
    if not _same(given, hmac_hex(merchant.secret, canonical_query(parameters))):
        raise BadChecksum("vnp_SecureHash does not match")
    if parameters.get("vnp_TmnCode") != merchant.tmn_code:
        raise BadChecksum("vnp_TmnCode is another merchant's")
    response, status = parameters.get("vnp_ResponseCode", ""), parameters.get("vnp_TransactionStatus", "")
    if not (_CODE.fullmatch(response) and _CODE.fullmatch(status)) or "vnp_Command" in parameters:
        raise SaysNoOutcome("vnp_ResponseCode or vnp_TransactionStatus is missing")
    return _report(parameters, _outcome(response, status), response if response != "00" else status, query_string)


def query_request(
    merchant: Merchant, order: Order, *, request_id: str, now: datetime, client_ip: str
) -> dict[str, str]:
    """Makes the body of a querydr request: what became of `order`?"""
    body = {
        "vnp_RequestId": request_id,
        "vnp_Version": VERSION,
        "vnp_Command": "querydr",
        "vnp_TmnCode": merchant.tmn_code,
        "vnp_TxnRef": order.txn_ref,
        "vnp_TransactionDate": timestamp(order.created),
        "vnp_CreateDate": timestamp(now),
        "vnp_IpAddr": client_ip,
        "vnp_OrderInfo": order_info(order.info),
    }
    return body | {"vnp_SecureHash": sign_fields(merchant.secret, body.values())}


def read_query_response(merchant: Merchant, order: Order, body: Mapping[str, object]) -> Report:
    """Returns the answer to `query_request`.

    Raises:
        BadChecksum: not signed with our secret, or about another order.
    """
    values = {name: str(value) for name, value in body.items() if value is not None}
    fields = (values.get(f"vnp_{name}", "") for name in QUERY_RESPONSE_FIELDS)
    if not _same(values.get("vnp_SecureHash", ""), sign_fields(merchant.secret, fields)):
        raise BadChecksum("vnp_SecureHash does not match")
    response, status = values.get("vnp_ResponseCode", ""), values.get("vnp_TransactionStatus", "")
    evidence = json.dumps(values)
    if response == "91":
        return Report(order.txn_ref, order.amount, Outcome.UNKNOWN, response, "", evidence)
    if values.get("vnp_TxnRef") != order.txn_ref:
        raise BadChecksum("vnp_TxnRef is another order's")
    if response != "00" or status == "01":
        return _report(values, Outcome.PENDING, response if response != "00" else status, evidence)
    return _report(values, _outcome(response, status), status, evidence)


def answer(verdict: Verdict) -> bytes:
    """Returns the JSON body that answers a notice."""
    code, message = ANSWERS[verdict]
    return json.dumps({"RspCode": code, "Message": message}).encode()


def signed_query(secret: str, parameters: Mapping[str, str]) -> str:
    """Returns the query string of `parameters` with its vnp_SecureHash appended."""
    query = canonical_query(parameters)
    return f"{query}&vnp_SecureHash={hmac_hex(secret, query)}"


def canonical_query(parameters: Mapping[str, str]) -> str:
    """Writes what is signed: sorted, without empty values and without the hash itself."""
    kept = sorted((k, v) for k, v in parameters.items() if k.startswith("vnp_") and v and k not in _HASH_PARAMETERS)
    return "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in kept)


def sign_fields(secret: str, values: Iterable[str]) -> str:
    """Returns the hash of a JSON message: its values in the order the specification gives, joined by `|`."""
    return hmac_hex(secret, "|".join(values))


def hmac_hex(secret: str, text: str) -> str:
    return hmac.new(secret.encode(), text.encode(), hashlib.sha512).hexdigest()


def order_info(text: str) -> str:
    """Writes `text` in plain ASCII: no accents and only letters, digits, space and `. : -`, at most 255 characters.

    Encoders disagree on `~` and `*`, so a value holding either is signed differently in different languages.
    """
    bare = unicodedata.normalize("NFD", text).replace("đ", "d").replace("Đ", "D").encode("ascii", "ignore").decode()
    return " ".join(re.sub(r"[^A-Za-z0-9 .:-]", " ", bare).split())[:_ORDER_INFO_LENGTH]


def timestamp(at: datetime) -> str:
    return at.astimezone(GMT7).strftime("%Y%m%d%H%M%S")


def _parameters(query_string: str) -> dict[str, str]:
    if len(query_string) > limits.NOTICE_LENGTH:
        raise BadChecksum("the query string is too long")
    try:
        pairs = parse_qsl(query_string, keep_blank_values=True, errors="strict", max_num_fields=_MAX_PARAMETERS)
    except ValueError as error:
        raise BadChecksum("the query string is not readable") from error
    parameters = dict(pairs)
    if len(parameters) != len(pairs):
        raise BadChecksum("a parameter comes twice")
    return parameters


def _same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.lower().encode(), expected.encode())


def _outcome(response: str, status: str) -> Outcome:
    match response, status:
        case "00", "00":
            return Outcome.PAID
        case ("07", _) | (_, "07"):
            return Outcome.SUSPICIOUS
        case _:
            return Outcome.FAILED


def _report(values: Mapping[str, str], outcome: Outcome, code: str, evidence: str) -> Report:
    amount = values.get("vnp_Amount", "")
    number = values.get("vnp_TransactionNo", "")
    return Report(
        txn_ref=values.get("vnp_TxnRef", ""),
        amount=int(amount) // 100 if re.fullmatch(r"[0-9]{1,15}00", amount) else None,
        outcome=outcome,
        code=code,
        transaction_no="" if number == "0" else number,
        evidence=evidence,
        paid_at=_moment(values.get("vnp_PayDate", "")),
    )


def _moment(text: str) -> datetime | None:
    """Reads a time as VNPAY writes it, yyyyMMddHHmmss in GMT+7; None when it is none."""
    if not _TIME.fullmatch(text):
        return None
    try:
        return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=GMT7)
    except ValueError:
        return None
