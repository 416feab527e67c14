"""A citizen files in another's name, to be given what is issued about them or to put papers into their store."""

import json
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import uuid4

import pytest

from e2e.attacks.watching import told
from e2e.client import Client, Json, Refused, wait_for
from e2e.conftest import System
from e2e.journeys.signing import detached_jws
from e2e.journeys.stage import scan

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]

PROCEDURE, AGENCY = "2.000488", "G01.029.00"
LAN = {"full_name": "Nguyễn Thị Lan", "identifier": "079301000019"}
HUNG = {"full_name": "Trần Văn Hùng", "identifier": "001090000001"}
HERS, HIS = LAN["identifier"], HUNG["identifier"]
HER_FIRM = {"kind": "firm", "full_name": "Chi nhánh Bến Thành", "identifier": "0314409058-001"}
ANOTHERS_FIRM = {"kind": "firm", "full_name": "Công ty cổ phần Phương Nam", "identifier": "0314409058"}


@pytest.fixture(scope="module")
def who(system: System) -> Callable[[str], Client]:
    """Somebody logged in, once for all tests."""
    known: dict[str, Client] = {}

    def client(name: str) -> Client:
        if name not in known:
            known[name] = Client(system.base_url).log_in(name)
        return known[name]

    return client


def application(applicant: Json, number: str, **more: Any) -> bytes:
    """A criminal record that costs nothing, of the person of that number, for this applicant."""
    residence = "12 Lê Lợi, phường Bến Thành, TP. Hồ Chí Minh"
    form = {
        "certificate_type": "1",
        "purpose": f"Xin việc {uuid4().hex}",
        "full_name": "Nguyễn Thị Lan" if number == HERS else "Trần Văn Hùng",
        "personal_number": number,
        "birth_date": "2001-05-20" if number == HERS else "1990-01-15",
        "sex": "female" if number == HERS else "male",
        "nationality": "Việt Nam",
        "permanent_residence": residence,
        "fee_group": "exempt",
        "history": [{"from": "2016-09", "residence": residence}],
    }
    whole = {"procedure": PROCEDURE, "agency": AGENCY, "applicant": applicant, "form": form, **more}
    return json.dumps(whole, ensure_ascii=False).encode()


def refused(act: Callable[[], object]) -> Refused:
    with pytest.raises(Refused) as caught:
        act()
    return caught.value


def faults(refusal: Refused) -> set[tuple[str, str]]:
    return {(one["pointer"], one["code"]) for one in refusal.problem["errors"]}


def granted(who: Callable[[str], Client], ref: str) -> Json:
    """The case with its result issued, decided by people who noticed nothing."""
    clerk, officer = who("clerk"), who("officer")
    clerk.act(ref, "accept")
    officer.act(ref, "assign")
    officer.grant(ref)
    return wait_for("the result", lambda: officer.case(ref), lambda case: case["result_file_id"])


def stored(client: Client, ref: str) -> list[str]:
    return [
        paper["origin"] for paper in client.get("/me/papers", page_size=100)["papers"] if paper["source_case"] == ref
    ]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (application(LAN, HERS), ("/applicant/identifier", "not-the-account")),
        (application({"kind": "firm", **LAN}, HERS), ("/applicant/identifier", "not-the-account")),
        (application(HUNG, HERS), ("/form/personal_number", "another-person")),
        (application(ANOTHERS_FIRM, HERS), ("/form/personal_number", "another-person")),
        (
            application(
                LAN, HERS, proxy={"full_name": "Trần Thị Bình", "identifier": "079180000123", "relation": "parent"}
            ),
            ("/proxy/identifier", "not-the-account"),
        ),
    ],
    ids=["hers", "her household business", "his, about her", "a firm's, about her", "by a proxy he is not"],
)
def test_what_is_about_another_is_not_filed_and_the_check_says_so_too(
    who: Callable[[str], Client], body: bytes, expected: tuple[str, str]
) -> None:
    hung = who("hung")
    refusal = refused(lambda: hung.submit(body, str(uuid4())))
    assert (refusal.status, faults(refusal)) == (400, {expected})
    assert {(one["pointer"], one["code"]) for one in hung.check(body)["errors"]} == {expected}


def test_the_refusal_names_proxy_and_counter_in_both_languages(system: System) -> None:
    hung = Client(system.base_url).log_in("hung")
    for language, words in (("en", ("proxy", "counter")), ("vi", ("ủy quyền", "Bộ phận Một cửa"))):
        hung._http.headers["Accept-Language"] = language  # as a browser is set
        [error] = refused(lambda: hung.submit(application(LAN, HERS), str(uuid4()))).problem["errors"]
        assert all(word in error["detail"] for word in words)


def test_the_security_log_says_whose_account_tried_and_not_in_whose_name(
    system: System, who: Callable[[str], Client]
) -> None:
    hung = who("hung")
    before = len(told(system.home, "anothers_name_refused"))
    refused(lambda: hung.submit(application(LAN, HERS), str(uuid4())))
    lines = wait_for("the line", lambda: told(system.home, "anothers_name_refused")[before:], bool)
    assert {line["account"] for line in lines} == {hung.get("/me")["account_id"]}
    assert HERS not in json.dumps(lines)


def test_a_supplement_cannot_turn_ones_own_case_into_anothers(who: Callable[[str], Client]) -> None:
    hung = who("hung")
    ref = hung.submit(application(HUNG, HIS), str(uuid4()))["ref"]
    pin = {"field": "/form/personal_number", "reason": "mismatch"}
    who("clerk").act(ref, "request-supplement", pins=[pin], reason="Số không khớp")
    refusal = refused(lambda: hung.act(ref, "resubmit", form={"personal_number": HERS}))
    assert ("/form/personal_number", "another-person") in faults(refusal)


@pytest.mark.parametrize(
    "application_of",
    [
        partial(application, ANOTHERS_FIRM, HIS),
        partial(application, LAN, HERS, proxy={**HUNG, "relation": "spouse"}),
    ],
    ids=["a firm he does not represent", "as a husband, which he only says"],
)
def test_what_nothing_proves_is_filed_and_shown_as_unproven_and_its_result_is_not_his(
    who: Callable[[str], Client], application_of: Callable[[], bytes]
) -> None:
    hung = who("hung")
    ref = hung.submit(application_of(), str(uuid4()))["ref"]
    filer = who("clerk").case(ref)["filer"]
    assert (filer["full_name"], filer["personal_number"], filer["assurance_level"]) == ("Trần Văn Hùng", HIS, 2)
    assert filer["standing"] == "unproven"
    own_view = hung.case(ref)
    assert own_view["filer"] is None
    assert "counter" in own_view["outlook"][-1]["en"]
    file_id = granted(who, ref)["result_file_id"]
    assert refused(lambda: hung.content(f"/files/{file_id}/content")).status == 404
    assert [paper["form"] for paper in hung.get(f"/cases/{ref}/papers")["papers"]] == ["01"]
    assert stored(hung, ref) == stored(who("lan"), ref) == []
    assert who("officer").content(f"/files/{file_id}/content").startswith(b"%PDF")


def test_a_firms_proxy_is_not_given_what_is_about_another(who: Callable[[str], Client]) -> None:
    hung = who("hung")
    authority = {"paper": "giay_uy_quyen", "file_id": _upload(hung, "Giấy ủy quyền của công ty")}
    proxy = {**HUNG, "authorisation": "giay_uy_quyen"}
    body = application(ANOTHERS_FIRM, HERS, proxy=proxy, attachments=[authority])
    ref = hung.submit(body, str(uuid4()))["ref"]
    assert who("clerk").case(ref)["filer"]["standing"] == "unproven"
    file_id = granted(who, ref)["result_file_id"]
    assert refused(lambda: hung.content(f"/files/{file_id}/content")).status == 404


def test_a_forged_certificate_handed_in_for_another_never_reaches_their_store(who: Callable[[str], Client]) -> None:
    hung, lan = who("hung"), who("lan")
    paper = {"paper": "giay_to_giam_phi", "file_id": _upload(hung, "Giấy giả")}
    authority = {"paper": "giay_uy_quyen", "file_id": _upload(hung, "Giấy ủy quyền")}
    proxy = {**HUNG, "authorisation": "giay_uy_quyen"}
    ref = hung.submit(application(LAN, HERS, proxy=proxy, attachments=[paper, authority]), str(uuid4()))["ref"]
    assert who("officer").case(ref)["filer"]["standing"] == "proxy"
    granted(who, ref)
    hers = lan.submit(
        application(LAN, HERS, attachments=[{"paper": "giay_to_giam_phi", "file_id": _upload(lan, "Thật")}]),
        str(uuid4()),
    )["ref"]
    granted(who, hers)
    wait_for("what is hers in her store", lambda: sorted(stored(lan, hers)), lambda found: found == ["filed", "result"])
    assert stored(lan, ref) == stored(hung, ref) == []


def test_who_the_business_register_names_is_proven_and_given_the_result_of_that_firm_only(
    who: Callable[[str], Client],
) -> None:
    lan = who("lan")
    prefilled = lan.get(f"/procedures/{PROCEDURE}/prefill", firm=HER_FIRM["identifier"])
    assert prefilled["representation"] == "match"
    assert prefilled["applicant"]["full_name"] == "Chi nhánh Bến Thành Công ty cổ phần Phương Nam"
    ref = lan.submit(application(HER_FIRM, HERS, prefill=prefilled["receipt"]), str(uuid4()))["ref"]
    assert who("clerk").case(ref)["filer"]["standing"] == "representative"
    file_id = granted(who, ref)["result_file_id"]
    with pytest.raises(Refused):
        lan.case(ref)  # her token of before names no firm
    lan.refresh()
    assert lan.case(ref)["acting"][0]["standing"] == "representative"
    assert lan.content(f"/files/{file_id}/content").startswith(b"%PDF")
    another = lan.submit(application(ANOTHERS_FIRM, HERS, prefill=prefilled["receipt"]), str(uuid4()))["ref"]
    assert who("clerk").case(another)["filer"]["standing"] == "unproven"
    hung = who("hung")
    his = hung.get(f"/procedures/{PROCEDURE}/prefill", firm=HER_FIRM["identifier"])
    assert his["representation"] == "mismatch"
    stolen = hung.submit(application(HER_FIRM, HIS, prefill=prefilled["receipt"]), str(uuid4()))["ref"]
    assert who("clerk").case(stolen)["filer"]["standing"] == "unproven"


def test_a_signature_is_that_of_the_applicant_or_of_the_proxy_who_files(
    system: System, who: Callable[[str], Client]
) -> None:
    keys = system.home / "applicants"
    own, for_her = application(LAN, HERS), application(LAN, HERS, proxy={**HUNG, "relation": "spouse"})
    for name, body, wrong, right in (("lan", own, "hung", "lan"), ("hung", for_her, "lan", "hung")):
        refusal = refused(partial(who(name).submit, body, str(uuid4()), detached_jws(body, keys, wrong)))
        assert (refusal.status, refusal.code) == (422, "signer-mismatch")
        assert who(name).submit(body, str(uuid4()), detached_jws(body, keys, right))["ref"]


def test_what_is_signed_cannot_be_read_two_ways(system: System, who: Callable[[str], Client]) -> None:
    body = application(LAN, HERS)
    twice = body.replace(b'"form": {', b'"form": {"personal_number": "001090000001", ', 1)
    assert twice != body
    for signature in ("", detached_jws(twice, system.home / "applicants", "lan")):
        refusal = refused(partial(who("lan").submit, twice, str(uuid4()), signature))
        assert (refusal.status, faults(refusal)) == (400, {("/form/personal_number", "given-twice")})


def _upload(client: Client, title: str) -> str:
    file_id: str = client.upload("giay.pdf", scan(title, "Nguyễn Thị Lan", uuid4().hex))["file_id"]
    return file_id
