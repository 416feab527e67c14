"""The published and computed vectors of VNPAY 2.1.0, and what a forged message may not do."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.payments.attempts import vnpay
from services.payments.attempts.domain import Outcome, Verdict
from services.payments.attempts.vnpay import BadChecksum, Merchant, Order, SaysNoOutcome

SECRET = "test_secret"
MERCHANT = Merchant("TEST_TMN_CODE", SECRET, "https://pay.example.vn", "https://api.example.vn")
VECTORS = {v["name"]: v for v in json.loads((Path(__file__).parent / "vnpay_vectors.json").read_text())}
SIGNED = {name: f"{v['signed']}&vnp_SecureHash={v['hash']}" for name, v in VECTORS.items()}
I1, I1_HASH = VECTORS["I1"]["signed"], VECTORS["I1"]["hash"]
PAID = {"vnp_ResponseCode": "00", "vnp_TransactionStatus": "00"}
ORDER = Order(
    txn_ref="ref1234567",
    amount=1_000,
    info="Query test order",
    created=datetime(2021, 1, 1, tzinfo=UTC),
    expires=datetime(2021, 1, 1, 0, 15, tzinfo=UTC),
)


@pytest.mark.parametrize("name", ["V1", "P1", "P2", "I1"])
def test_a_query_string_is_signed_as_the_vectors_say_whatever_order_it_comes_in(name: str) -> None:
    parameters = dict(reversed(parse_qsl(VECTORS[name]["signed"])))
    assert vnpay.signed_query(SECRET, parameters) == SIGNED[name]


@pytest.mark.parametrize("name", ["Q1", "R1"])
def test_a_json_message_is_signed_as_the_vectors_say(name: str) -> None:
    assert vnpay.sign_fields(SECRET, VECTORS[name]["signed"].split("|")) == VECTORS[name]["hash"]


@pytest.mark.parametrize(("name", "amount", "number"), [("V1", 10_000, "14422574"), ("I1", 1_000, "13456789")])
def test_a_signed_notice_is_read(name: str, amount: int, number: str) -> None:
    report = vnpay.read_message(MERCHANT, SIGNED[name])
    assert (report.outcome, report.amount, report.transaction_no) == (Outcome.PAID, amount, number)


def test_the_hash_may_come_in_upper_case_with_its_type_and_with_empty_parameters() -> None:
    query = f"vnp_BankTranNo2=&{I1}&vnp_SecureHashType=HmacSHA512&vnp_SecureHash={I1_HASH.upper()}"
    assert vnpay.read_message(MERCHANT, query).txn_ref == "ref1234567"


@pytest.mark.parametrize(
    "query",
    [
        I1,
        f"{I1}&vnp_SecureHash=",
        f"{I1}&vnp_SecureHash={I1_HASH[:-1]}",
        f"{I1.replace('100000', '900000')}&vnp_SecureHash={I1_HASH}",
        f"vnp_Amount=900000&{I1}&vnp_SecureHash={I1_HASH}",
        f"{I1}&vnp_SecureHash={I1_HASH}&vnp_SecureHash={I1_HASH}",
        f"{I1}&vnp_SecureHash=%F0%9F%92%B0",
        f"{I1}&vnp_Extra=%FF&vnp_SecureHash={I1_HASH}",
        "&".join(f"vnp_{n}=1" for n in range(60)),
        "",
    ],
    ids=["unsigned", "empty", "cut", "changed", "twice", "two hashes", "not ascii", "not utf-8", "too many", "nothing"],
)
def test_a_message_that_is_not_ours_to_the_letter_is_refused(query: str) -> None:
    with pytest.raises(BadChecksum):
        vnpay.read_message(MERCHANT, query)


def test_a_message_for_another_merchant_with_the_same_secret_is_refused() -> None:
    with pytest.raises(BadChecksum):
        vnpay.read_message(replace(MERCHANT, tmn_code="OTHER"), f"{I1}&vnp_SecureHash={I1_HASH}")


@pytest.mark.parametrize(
    ("response", "status", "outcome"),
    [
        ("00", "00", Outcome.PAID),
        ("00", "02", Outcome.FAILED),
        ("07", "00", Outcome.SUSPICIOUS),
        ("00", "07", Outcome.SUSPICIOUS),
        ("24", "02", Outcome.FAILED),
        ("51", "02", Outcome.FAILED),
    ],
)
def test_only_two_zeroes_are_a_payment(response: str, status: str, outcome: Outcome) -> None:
    query = vnpay.signed_query(
        SECRET,
        {"vnp_TmnCode": "TEST_TMN_CODE", "vnp_ResponseCode": response, "vnp_TransactionStatus": status},
    )
    assert vnpay.read_message(MERCHANT, query).outcome == outcome


@pytest.mark.parametrize("amount", ["", "100", "150", "-100", "1e4", "１００", "10050"])
def test_an_amount_is_whole_vnd_or_nothing(amount: str) -> None:
    query = vnpay.signed_query(SECRET, {"vnp_TmnCode": "TEST_TMN_CODE", "vnp_Amount": amount} | PAID)
    assert vnpay.read_message(MERCHANT, query).amount == {"100": 1}.get(amount)


def test_the_pay_url_carries_what_the_specification_asks_and_its_own_hash() -> None:
    order = Order("HS2201010001A", 200_000, "Phí lý lịch tư pháp Đ*~1", ORDER.created, ORDER.expires)
    url = vnpay.pay_url(MERCHANT, order, return_url="https://a.vn/r?x=1&y=2", client_ip="127.0.0.1", locale="vn")
    page, _, query = url.partition("?")
    parameters = dict(parse_qsl(query))
    assert page == "https://pay.example.vn/paymentv2/vpcpay.html"
    assert parameters["vnp_Amount"] == "20000000"
    assert parameters["vnp_OrderInfo"] == "Phi ly lich tu phap D 1"
    assert (parameters["vnp_CreateDate"], parameters["vnp_ExpireDate"]) == ("20210101070000", "20210101071500")
    own = vnpay.canonical_query(parameters)
    assert query == f"{own}&vnp_SecureHash={vnpay.hmac_hex(SECRET, own)}"


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"vnp_ResponseCode": "00"},
        {"vnp_TransactionStatus": "00"},
        {"vnp_ResponseCode": "0", "vnp_TransactionStatus": "00"},
        {"vnp_ResponseCode": "00 ", "vnp_TransactionStatus": "00"},
        PAID | {"vnp_Command": "pay"},
        PAID | {"vnp_Command": "querydr"},
    ],
)
def test_what_is_signed_and_says_nothing_of_an_outcome_is_no_report(changed: dict[str, str]) -> None:
    order = {"vnp_TmnCode": "TEST_TMN_CODE", "vnp_TxnRef": "a", "vnp_Amount": "100"}
    with pytest.raises(SaysNoOutcome):
        vnpay.read_message(MERCHANT, vnpay.signed_query(SECRET, order | changed))


def test_our_own_pay_url_is_no_report() -> None:
    url = vnpay.pay_url(MERCHANT, ORDER, return_url="https://a.vn/r", client_ip="127.0.0.1", locale="vn")
    with pytest.raises(SaysNoOutcome):
        vnpay.read_message(MERCHANT, url.partition("?")[2])


def test_a_query_is_signed_as_its_vector_says() -> None:
    now = datetime(2021, 1, 1, 0, 10, tzinfo=UTC)
    body = vnpay.query_request(MERCHANT, ORDER, request_id="req0001", now=now, client_ip="127.0.0.1")
    assert body["vnp_SecureHash"] == VECTORS["Q1"]["hash"]


def answer(**values: str) -> dict[str, str]:
    body = {"vnp_TxnRef": ORDER.txn_ref, "vnp_TmnCode": "TEST_TMN_CODE"} | {f"vnp_{k}": v for k, v in values.items()}
    fields = [body.get(f"vnp_{name}", "") for name in vnpay.QUERY_RESPONSE_FIELDS]
    return body | {"vnp_SecureHash": vnpay.sign_fields(SECRET, fields)}


@pytest.mark.parametrize(
    ("response", "status", "outcome"),
    [
        ("00", "00", Outcome.PAID),
        ("00", "01", Outcome.PENDING),
        ("00", "02", Outcome.FAILED),
        ("00", "07", Outcome.SUSPICIOUS),
        ("91", "", Outcome.UNKNOWN),
        ("94", "", Outcome.PENDING),
        ("99", "", Outcome.PENDING),
    ],
)
def test_an_answer_to_a_query_is_read(response: str, status: str, outcome: Outcome) -> None:
    body = answer(ResponseCode=response, TransactionStatus=status, Amount="100000", TransactionNo="13456789")
    assert vnpay.read_query_response(MERCHANT, ORDER, body).outcome == outcome


def test_an_answer_that_is_forged_or_about_another_order_is_refused() -> None:
    good = answer(ResponseCode="00", TransactionStatus="02")
    with pytest.raises(BadChecksum):
        vnpay.read_query_response(MERCHANT, ORDER, good | {"vnp_TransactionStatus": "00"})
    with pytest.raises(BadChecksum):
        vnpay.read_query_response(MERCHANT, ORDER, answer(ResponseCode="00", TxnRef="another"))


@given(st.text())
def test_order_information_is_plain_ascii_on_which_all_encoders_agree(text: str) -> None:
    info = vnpay.order_info(text)
    assert info.isascii()
    assert not set(info) & set("~*&?=+%|")
    assert len(info) <= 255


@given(st.dictionaries(st.from_regex(r"vnp_[A-Z][a-z]{1,9}", fullmatch=True), st.text(min_size=1), max_size=20))
def test_what_is_signed_reads_back_and_any_other_secret_does_not(parameters: dict[str, str]) -> None:
    query = vnpay.signed_query(SECRET, parameters | {"vnp_TmnCode": "TEST_TMN_CODE"} | PAID)
    assert vnpay.read_message(MERCHANT, query).txn_ref == parameters.get("vnp_TxnRef", "")
    with pytest.raises(BadChecksum):
        vnpay.read_message(replace(MERCHANT, secret="other"), query)


def test_every_verdict_has_an_answer_the_provider_understands() -> None:
    codes = {json.loads(vnpay.answer(verdict))["RspCode"] for verdict in Verdict}
    assert codes == {"00", "01", "02", "04", "97", "99"}
