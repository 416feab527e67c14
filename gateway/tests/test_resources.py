"""Sessions, registers, procedures, papers, money and messages through the gateway."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from onestop.common.v1.role_pb2 import WORKER_ROLE_CLERK
from onestop.identity.v1.identity_service_pb2 import PERSON_FIELD_FULL_NAME

from gateway.tests.conftest import LAN, Backend, MakeApp
from gateway.tests.fakes.common import REF
from services.contracts.reuse import REUSE_CONSENT

As = Callable[..., dict[str, str]]
PURPOSE = {"text": "kiểm tra", "case_reference": REF}


def test_logging_in_gives_a_pair_of_tokens(web: FlaskClient) -> None:
    answer = web.post("/api/v1/auth/login", json={"username": "lan", "password": "right"})
    pair = {"access_token": "a.b.c", "token_type": "Bearer", "expires_in": 900, "refresh_token": "r1"}
    assert answer.json == pair
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_wrong_password_is_401(web: FlaskClient) -> None:
    assert web.post("/api/v1/auth/login", json={"username": "lan", "password": "wrong"}).status_code == 401


def test_a_password_is_taken_as_typed(web: FlaskClient, backend: Backend) -> None:
    web.post("/api/v1/auth/login", json={"username": "lan", "password": " e\u0302 "})
    assert backend.asked.last("LogIn").password == " e\u0302 "


@pytest.mark.parametrize(
    ("proxies", "seen"), [(0, "127.0.0.1"), (1, "198.51.100.9"), (2, "203.0.113.7")], ids=["none", "one", "two"]
)
def test_identity_hears_the_address_that_the_proxies_we_trust_have_seen_and_nothing_the_client_says(
    make_app: MakeApp, backend: Backend, proxies: int, seen: str
) -> None:
    said = {
        "X-Forwarded-For": "192.0.2.66, 203.0.113.7, 198.51.100.9",
        "onestop-client-address": "192.0.2.66",
        "Grpc-Metadata-Onestop-Client-Address": "192.0.2.66",
    }
    web = make_app(trusted_proxies=proxies).test_client()
    web.post("/api/v1/auth/login", json={"username": "lan", "password": "right"}, headers=said)
    assert backend.asked.last_call("LogIn").address == seen


def test_refreshing_and_logging_out(web: FlaskClient, as_: As) -> None:
    refreshed = web.post("/api/v1/auth/refresh", json={"refresh_token": "r1"}).json
    assert refreshed is not None
    assert refreshed["refresh_token"] == "r1+"
    copied = web.post("/api/v1/auth/refresh", json={"refresh_token": " r1\n"}).json
    assert copied == refreshed
    assert web.post("/api/v1/auth/refresh", json={"refresh_token": " "}).status_code == 400
    assert web.post("/api/v1/auth/logout", headers=as_("citizen")).status_code == 204


def test_me_is_the_caller(web: FlaskClient, as_: As) -> None:
    me = web.get("/api/v1/me", headers=as_("citizen")).json
    assert me is not None
    assert (me["account_id"], me["roles"]) == ("lan", ["citizen"])


def test_colleagues_of_a_role_are_listed_by_name(web: FlaskClient, backend: Backend, as_: As) -> None:
    answer = web.get("/api/v1/colleagues?role=clerk", headers=as_("leader"))
    mai = {"account_id": "mai", "full_name": "Phạm Thị Mai", "roles": ["clerk"], "agencies": ["H29"]}
    assert answer.json == {"colleagues": [mai]}
    assert backend.asked.last("ListColleagues").role == WORKER_ROLE_CLERK
    assert web.get("/api/v1/colleagues", headers=as_("citizen")).status_code == 403


def test_look_ups_about_me_are_listed(web: FlaskClient, backend: Backend, as_: As) -> None:
    page = web.get("/api/v1/me/look-ups?page_size=5", headers=as_("citizen")).json
    assert page is not None
    assert page["look_ups"][0]["actor"] == "clerk"
    assert backend.asked.last("ListLookUps").page_size == 5


def test_notices_are_listed_in_both_languages_and_marked_as_read(web: FlaskClient, backend: Backend, as_: As) -> None:
    page = web.get("/api/v1/me/notices?page_size=5", headers=as_("citizen")).json
    assert page is not None
    [notice] = page["notices"]
    assert (notice["kind"], notice["title"]["en"], page["unread"]) == ("accepted", "The case is accepted", 1)
    assert backend.asked.last("ListNotices").page_size == 5
    marked = web.post("/api/v1/me/notices/read", json={"notice_ids": ["n1"]}, headers=as_("citizen"))
    assert marked.json == {"unread": 0}
    assert list(backend.asked.last("MarkNoticesRead").notice_ids) == ["n1"]


@pytest.mark.parametrize("body", [{}, {"notice_ids": []}, {"notice_ids": [""]}, {"notice_ids": ["n"] * 101}])
def test_marking_no_notice_or_very_many_is_refused(web: FlaskClient, as_: As, body: dict[str, Any]) -> None:
    answer = web.post("/api/v1/me/notices/read", json=body, headers=as_("citizen"))
    assert answer.status_code == 400
    assert "notice_ids" in answer.text


def test_only_citizens_are_told(web: FlaskClient, as_: As) -> None:
    assert web.get("/api/v1/me/notices", headers=as_("clerk")).status_code == 403
    assert web.get("/api/v1/me/notices").status_code == 401


def test_verifying_a_person_says_what_agrees(web: FlaskClient, as_: As) -> None:
    body = {"personal_number": LAN, "full_name": "Lan", "purpose": PURPOSE}
    answer = web.post("/api/v1/persons/verify", json=body, headers=as_("clerk"))
    warning = {"code": "unknown-province", "message": {"vi": "Tỉnh lạ", "en": "Odd province"}}
    facts = {"full_name": "mismatch", "sex": "no_data"}
    assert answer.json == {"answer": "mismatch", "facts": facts, "warnings": [warning]}


def test_looking_a_person_up_gives_only_what_is_set(web: FlaskClient, backend: Backend, as_: As) -> None:
    body = {"personal_number": LAN, "fields": ["full_name"], "purpose": PURPOSE}
    answer = web.post("/api/v1/persons/look-up", json=body, headers=as_("clerk"))
    assert answer.json == {"full_name": "Nguyễn Thị Lan"}
    asked = backend.asked.last("LookUpPerson")
    assert (list(asked.fields), asked.purpose.case_reference) == ([PERSON_FIELD_FULL_NAME], REF)


@pytest.mark.parametrize(
    "purpose", [None, {}, {"text": "", "case_reference": REF}, {"text": "x", "case_reference": ""}]
)
def test_a_look_up_without_a_purpose_and_a_case_is_refused(web: FlaskClient, as_: As, purpose: object) -> None:
    body = {"tax_code": "0100233488", "purpose": purpose}
    assert web.post("/api/v1/firms/look-up", json=body, headers=as_("clerk")).status_code == 400


def test_a_citizen_may_not_look_others_up(web: FlaskClient, as_: As) -> None:
    body = {"tax_code": "0100233488", "purpose": PURPOSE}
    assert web.post("/api/v1/firms/look-up", json=body, headers=as_("citizen")).status_code == 403
    assert web.post("/api/v1/firms/look-up", json=body, headers=as_("clerk")).status_code == 200


def test_the_catalogue_is_public(web: FlaskClient) -> None:
    listed = web.get("/api/v1/procedures").json
    assert listed is not None
    assert listed["procedures"][0]["fee_online"] == 115000
    procedure = web.get("/api/v1/procedures/3.000347").json
    assert procedure is not None
    assert procedure["code"] == "3.000347"


def test_prefill_sorts_values_into_applicant_and_form_and_counts_the_share(
    web: FlaskClient, backend: Backend, as_: As
) -> None:
    answer = web.get("/api/v1/procedures/3.000347/prefill", headers=as_("citizen"))
    assert answer.json is not None
    assert answer.json["applicant"] == {"kind": "person", "full_name": "Nguyễn Thị Lan", "identifier": LAN}
    assert (answer.json["form"], answer.json["prefilled_fields"]) == ({"full_name": "Nguyễn Thị Lan"}, ["full_name"])
    assert answer.json["share"] == 0.25
    assert backend.asked.last("Prefill").purpose.legal_basis == "Điều 21"


def test_prefill_for_a_firm_gives_its_entry_to_who_represents_it_and_says_to_others_that_they_do_not(
    web: FlaskClient, as_: As
) -> None:
    for firm, named in (("0314409058", True), ("0100112437", False)):
        answer = web.get(f"/api/v1/procedures/3.000347/prefill?firm={firm}", headers=as_("citizen"))
        assert answer.json is not None
        assert answer.json["representation"] == ("match" if named else "mismatch")
        entry = {"full_name": "Công ty A", "address": "1 Lê Lợi"} if named else {}
        assert answer.json["applicant"] == {"kind": "firm", "identifier": firm, **entry}
    answer = web.get("/api/v1/procedures/3.000347/prefill", headers=as_("citizen"))
    assert answer.json is not None
    assert answer.json["representation"] is None


def test_prefill_offers_the_papers_of_ones_own_store_that_serve_with_the_text_to_consent_to(
    web: FlaskClient, backend: Backend, as_: As
) -> None:
    answer = web.get("/api/v1/procedures/3.000347/prefill", headers=as_("citizen")).json
    assert answer is not None
    offered = {one["paper"]: [paper["stored_paper_id"] for paper in one["stored"]] for one in answer["papers"]}
    assert offered == {"gplx_cu": ["s1"], "old": []}
    said = {one["paper"]: (one["database"], one["answer"]) for one in answer["papers"]}
    assert said == {"gplx_cu": ("Cơ sở dữ liệu giấy phép lái xe", "match"), "old": ("", None)}
    assert answer["consent"]["version"] == REUSE_CONSENT.version
    confirmed = {one["paper"]: one["confirmed"] and one["confirmed"]["number"] for one in answer["papers"]}
    assert (confirmed, answer["receipt"]) == ({"gplx_cu": "7", "old": None}, "a.receipt")
    asked = backend.asked.last("ListStoredPapers")
    assert (list(asked.paper_codes), asked.usable) == (["giay_phep_lai_xe", "gplx_cu", "old"], True)


def test_ones_own_store_is_listed_kept_deleted_and_its_consents_withdrawn(web: FlaskClient, as_: As) -> None:
    citizen = as_("citizen")
    [paper] = web.get("/api/v1/me/papers", headers=citizen).json["papers"]  # type: ignore[index]
    assert (paper["paper_code"], paper["consents"][0]["case_ref"]) == ("giay_phep_lai_xe", REF)
    kept = {"file_id": "f1", "paper_code": "gplx_cu", "name": "Giấy phép"}
    assert web.post("/api/v1/me/papers", json=kept, headers=citizen).status_code == 201
    assert web.delete("/api/v1/me/papers/s1", headers=citizen).status_code == 204
    withdrawn = web.post("/api/v1/me/consents/k1/withdraw", headers=citizen).json
    assert withdrawn is not None
    assert withdrawn["access_closed"] is True
    accesses = web.get("/api/v1/me/papers/s1/accesses", headers=citizen).json
    assert accesses is not None
    assert accesses["accesses"][0]["actor_name"] == "Lê Minh Đức"


def test_papers_of_a_case_are_listed(web: FlaskClient, as_: As) -> None:
    papers = web.get(f"/api/v1/cases/{REF}/papers", headers=as_("citizen")).json
    assert papers is not None
    old, new = papers["papers"]
    assert (old["family"], old["form"], old["sha256"]) == ("tt03-2025", "01", "cd" * 32)
    assert old["replaced_by"] == {"paper_id": "p2", "number": "13/TTPVHCC", "issued_at": "2026-01-06T01:00:00.000000Z"}
    assert (new["replaces"], new["reissue_reason"], new["replaced_by"]) == ("p1", "Sai số điện thoại", None)


def test_the_public_check_of_a_paper_does_not_say_where_its_file_is(web: FlaskClient) -> None:
    paper = web.get("/api/v1/public/papers/p1").json
    assert paper is not None
    assert paper["sealed_by"] == "Công an TP. Hồ Chí Minh"
    assert "secret-file" not in str(paper)
    assert paper["replaced_by"]["number"] == "13/TTPVHCC"


def test_dues_name_every_item_and_payment(web: FlaskClient, as_: As) -> None:
    dues = web.get(f"/api/v1/cases/{REF}/dues", headers=as_("citizen")).json
    assert dues is not None
    assert (dues["state"], dues["total"], dues["items"][0]["name"]["vi"]) == ("open", 115000, "Lệ phí")


def test_starting_a_payment_says_where_to_go_and_where_to_come_back(
    web: FlaskClient, backend: Backend, as_: As
) -> None:
    headers = as_("citizen", **{"X-Forwarded-For": "6.6.6.6", "Accept-Language": "en"})
    answer = web.post(f"/api/v1/cases/{REF}/payments", json={"provider": "vnpay"}, headers=headers)
    assert answer.status_code == 201
    asked = backend.asked.last("StartPayment")
    assert asked.return_url == "http://127.0.0.1:8080/payments/vnpay/return"
    assert (asked.client_ip, asked.locale) == ("127.0.0.1", "en")


def test_cash_is_recorded_by_a_clerk_only(web: FlaskClient, as_: As) -> None:
    path = f"/api/v1/cases/{REF}/cash"
    assert web.post(path, json={"amount": 115000}, headers=as_("clerk")).status_code == 200
    assert web.post(path, json={"amount": 115000}, headers=as_("citizen")).status_code == 403
    for amount in (0, -1, 1.5, "115000", True):
        assert web.post(path, json={"amount": amount}, headers=as_("clerk")).status_code == 400


def test_a_refund_needs_no_body(web: FlaskClient, as_: As) -> None:
    assert web.post(f"/api/v1/cases/{REF}/refund", headers=as_("clerk")).status_code == 200


def test_a_providers_notice_is_passed_on_exactly_as_received(web: FlaskClient, backend: Backend) -> None:
    query = "vnp_OrderInfo=Ph%c3%ad+x&vnp_Amount=100&vnp_Amount=200&a"
    answer = web.get(f"/api/v1/payments/vnpay/notice?{query}")
    assert answer.json == {"RspCode": "00"}
    assert backend.asked.last("TakeNotice").query_string == query


def test_the_browsers_return_only_says_what_the_provider_said(web: FlaskClient) -> None:
    answer = web.get("/api/v1/payments/vnpay/return?vnp_TxnRef=confirming")
    assert answer.json == {"case_ref": REF, "outcome": "success", "standing": "confirming"}


def test_messages_and_the_exact_envelope(web: FlaskClient, as_: As) -> None:
    listed = web.get(f"/api/v1/cases/{REF}/messages", headers=as_("officer")).json
    assert listed is not None
    assert listed["messages"][0]["message_id"] == "m1"
    envelope = web.get("/api/v1/messages/m1/envelope", headers=as_("officer"))
    assert (envelope.data, envelope.content_type) == (b"<edXML/>", "application/xml")


def test_an_agency_pushes_an_envelope_and_again(web: FlaskClient, as_: As) -> None:
    headers = as_("agency_system", **{"Content-Type": "application/xml"})
    answers = [web.post("/api/v1/agency/envelopes", data=b"<a/>", headers=headers) for _ in range(2)]
    assert [one.status_code for one in answers] == [201, 200]
    assert answers[1].json == {"message_id": "m2", "duplicate": True}
    assert web.post("/api/v1/agency/envelopes", data=b"<a/>", headers=as_("citizen")).status_code == 403
