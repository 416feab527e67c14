"""A few accounts try to use up an agency's case numbers of the day."""

import json
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest

from e2e.client import Client, Json, Refused
from e2e.conftest import System
from services.common import limits

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]

PROCEDURE, AGENCY = "1.001612", "H29.035.00"
AT_ONCE = 8


@pytest.fixture(scope="module")
def lan(system: System) -> Client:
    return Client(system.base_url).log_in("lan")


@pytest.fixture(scope="module")
def prefilled(lan: Client) -> Json:
    return lan.get(f"/procedures/{PROCEDURE}/prefill")


def application(prefilled: Json, name: str) -> bytes:
    form = {
        **prefilled["form"],
        "business_name": name,
        "business_address": "15 Lê Lai, phường Bến Thành",
        "lines_of_business": [{"code": "5610", "name": "Nhà hàng và dịch vụ ăn uống lưu động"}],
        "capital": 200_000_000,
        "established_by": "individual",
    }
    whole = {"procedure": PROCEDURE, "agency": AGENCY, "applicant": prefilled["applicant"], "form": form}
    return json.dumps(whole, ensure_ascii=False).encode()


def sent_apart(system: System, bodies: list[bytes]) -> list[Json | Refused]:
    """The answer to each, sent under a key of its own over eight connections."""
    clients = [Client(system.base_url).log_in("lan") for _ in range(AT_ONCE)]

    def send(number: int) -> Json | Refused:
        try:
            return clients[number % AT_ONCE].submit(bodies[number], str(uuid4()))
        except Refused as refusal:
            return refusal

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(send, range(len(bodies))))


def test_identical_applications_with_new_keys_are_one_case_and_the_sender_is_told(
    system: System, lan: Client, prefilled: Json
) -> None:
    body = application(prefilled, f"Hộ kinh doanh {uuid4().hex}")
    answers = sent_apart(system, [body] * 40)
    assert not [answer for answer in answers if isinstance(answer, Refused)]
    told = [answer for answer in answers if isinstance(answer, dict)]
    assert len({answer["ref"] for answer in told}) == 1
    assert sum(answer["same_as_open"] for answer in told) == 39
    assert all(answer["notice"]["vi"] for answer in told if answer["same_as_open"])
    ref = told[0]["ref"]
    lan.act(ref, "withdraw")
    assert lan.submit(body, str(uuid4()))["ref"] != ref


def test_an_account_that_files_all_day_is_stopped_with_words_and_others_are_not(
    system: System, prefilled: Json
) -> None:
    bodies = [application(prefilled, f"Hộ kinh doanh {uuid4().hex}") for _ in range(limits.FILINGS_ONLINE + AT_ONCE)]
    answers = sent_apart(system, bodies)
    refused = [answer for answer in answers if isinstance(answer, Refused)]
    assert len(answers) - len(refused) <= limits.FILINGS_ONLINE
    assert {(refusal.status, refusal.code) for refusal in refused} == {(429, "too-many-filings")}
    assert str(limits.FILINGS_ONLINE) in refused[0].problem["detail"]
    hung = Client(system.base_url).log_in("hung")
    his = application(hung.get(f"/procedures/{PROCEDURE}/prefill"), f"Hộ kinh doanh {uuid4().hex}")
    assert hung.submit(his, str(uuid4()))["ref"]
