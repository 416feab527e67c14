"""How the adapter bears registers that are slow, broken or hostile; over real HTTP."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import orjson
import pytest

from services.common import context, limits
from services.common.context import Trace
from services.common.events import uuid7
from services.identity.conftest import API_KEY, Sandbox
from services.identity.look_ups.domain import Purpose
from services.identity.look_ups.register_calls import Call, Connection, Errand, RegisterRefused, RegisterUnavailable
from services.identity.look_ups.registers import Business, Firm, Population

LAN = "079301000019"
CLIENT = "VN-TEST/GOV/H29/MOTCUA"


def fetch(url: str, api_key: str = API_KEY, case: str = "H29-1") -> Call[dict[str, str]]:
    errand = Errand(uuid7(), "H29", "officer-1", Purpose("kiểm tra", case))
    return Population(Connection(url, api_key, CLIENT)).fetch(errand, LAN, ["full_name", "birth_date"])


def test_a_passing_fault_is_tried_again(sandbox: Sandbox) -> None:
    sandbox.order(times=limits.REGISTER_ATTEMPTS - 1, status=503)
    before = len(sandbox.calls())

    assert fetch(sandbox.url).send() == {"full_name": "Nguyễn Thị Lan", "birth_date": "2001-05-20"}
    assert len(sandbox.calls()) - before == limits.REGISTER_ATTEMPTS


def test_attempts_are_bounded(sandbox: Sandbox) -> None:
    sandbox.order(times=50, status=502)
    before = len(sandbox.calls())

    with pytest.raises(RegisterUnavailable):
        fetch(sandbox.url).send()
    assert len(sandbox.calls()) - before == limits.REGISTER_ATTEMPTS


def test_a_slow_register_is_given_up_when_the_caller_has_no_time_left(sandbox: Sandbox) -> None:
    sandbox.order(times=1, delay_ms=3_000)

    with context.acting(None, Trace(), seconds=0.2), pytest.raises(RegisterUnavailable):
        fetch(sandbox.url).send()


def test_a_register_that_is_not_there_is_unavailable() -> None:
    with pytest.raises(RegisterUnavailable):
        fetch("http://127.0.0.1:9").send()


def test_a_refusal_is_not_tried_again(sandbox: Sandbox) -> None:
    with pytest.raises(RegisterRefused):
        fetch(sandbox.url, api_key="wrong").send()
    sandbox.order(times=1, status=500)
    before = len(sandbox.calls())
    with pytest.raises(RegisterRefused):
        fetch(sandbox.url).send()
    assert len(sandbox.calls()) - before == 1


def test_a_wrong_address_is_not_taken_for_an_unknown_number(sandbox: Sandbox) -> None:
    with pytest.raises(RegisterRefused):
        fetch(sandbox.url + "/elsewhere").send()


def test_a_case_reference_of_any_letters_goes_through(sandbox: Sandbox) -> None:
    assert fetch(sandbox.url, case="hồ sơ 1/2\r\nX-Evil: 1").send()
    assert sandbox.calls()[-1]["body"]["case_reference"] == "hồ sơ 1/2\r\nX-Evil: 1"


def test_the_same_question_never_hashes_alike(sandbox: Sandbox) -> None:
    assert fetch(sandbox.url).request_hash != fetch(sandbox.url).request_hash


Answer = tuple[int, dict[str, str], bytes]


@pytest.fixture
def hostile() -> Iterator[Callable[..., str]]:
    """`hostile(status, headers, body)`: URL of a register that answers that; HASH in a header is the right hash."""
    servers = []

    def start(status: int, headers: dict[str, str], body: bytes) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value.replace("HASH", self.server.hash))  # type: ignore[attr-defined]
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                """Keeps the test's output clean."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.hash = ""  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        servers.append((server, thread))
        return f"http://127.0.0.1:{server.server_port}"

    start.servers = servers  # type: ignore[attr-defined]
    yield start
    for server, thread in servers:
        server.shutdown()
        thread.join()
        server.server_close()


GOOD = {"X-Road-Request-Hash": "HASH"}


def ask(hostile: Any, call_of: Callable[[str], Call[Any]], *answer: Any) -> Any:
    call = call_of(hostile(*answer))
    hostile.servers[-1][0].hash = call.request_hash
    return call.send()


@pytest.mark.parametrize(
    "answer",
    [
        (200, GOOD, b"not json"),
        (200, GOOD, b"[]"),
        (200, GOOD, b'{"person": 7}'),
        (200, GOOD, b" " * (limits.REGISTER_ANSWER_BYTES + 10)),
        (200, {"X-Road-Request-Hash": "another"}, b'{"person": {}}'),
        (200, {}, b'{"person": {}}'),
        (302, {"Location": "http://127.0.0.1:9/"}, b""),
        (404, {}, b'{"type": "Server.NotFound"}'),
    ],
)
def test_an_answer_out_of_contract_is_no_answer(hostile: Any, answer: Answer) -> None:
    with pytest.raises(RegisterUnavailable):
        ask(hostile, fetch, *answer)


def test_fields_nobody_asked_for_are_dropped(hostile: Any) -> None:
    body = b'{"person": {"full_name": "Lan", "ethnicity": "Kinh", "blood_group": "O"}}'

    assert ask(hostile, fetch, 200, GOOD, body) == {"full_name": "Lan"}


def test_facts_the_register_says_nothing_about_are_inconclusive_and_so_is_the_whole(hostile: Any) -> None:
    def verify(url: str) -> Call[Any]:
        errand = Errand(uuid7(), "H29", "officer-1", Purpose("kiểm tra", "H29-1"))
        return Population(Connection(url, API_KEY, CLIENT)).verify(errand, LAN, {"full_name": "Lan", "sex": "female"})

    answer = ask(hostile, verify, 200, GOOD, b'{"answer": "match", "facts": {"full_name": "match", "phone": "match"}}')

    assert (answer.answer, answer.facts) == ("inconclusive", {"full_name": "match", "sex": "inconclusive"})
    with pytest.raises(RegisterUnavailable):
        ask(hostile, verify, 200, GOOD, b'{"answer": true, "facts": {"full_name": true}}')


def test_an_unknown_firm_is_none(sandbox: Sandbox) -> None:
    errand = Errand(uuid7(), "H29", "officer-1", Purpose("kiểm tra", "H29-1"))

    assert Business(Connection(sandbox.url, API_KEY, CLIENT)).fetch(errand, "0314409058-003").send() is None


ERRAND = Errand(uuid7(), "H29", "officer-1", Purpose("kiểm tra", "H29-1"))
NOWHERE = Connection("http://127.0.0.1:9", API_KEY, CLIENT)


def test_an_entry_of_another_firm_or_person_than_was_asked_about_is_no_answer() -> None:
    of_firm = Business(NOWHERE).fetch(ERRAND, "0314409058-001")
    entry = {"tax_code": "0314409058001", "name": "Công ty", "status": "active"}
    assert of_firm._read(orjson.dumps({"firm": entry})).tax_code == "0314409058-001"
    for other in ("0314409058-002", "0314409058", ""):
        with pytest.raises(RegisterUnavailable):
            of_firm._read(orjson.dumps({"firm": entry | {"tax_code": other}}))
    of_person = Population(NOWHERE).fetch(ERRAND, LAN, ["personal_number", "full_name"])
    assert of_person._read(orjson.dumps({"person": {"personal_number": "079 301 000 019"}})) == {"personal_number": LAN}
    assert of_person._read(orjson.dumps({"person": {"full_name": "Lan"}})) == {"full_name": "Lan"}
    with pytest.raises(RegisterUnavailable):
        of_person._read(orjson.dumps({"person": {"personal_number": "079301000020", "full_name": "Lan"}}))


@pytest.mark.parametrize(
    ("status", "number", "said"),
    [
        ("active", LAN, "match"),
        ("active", "079301000020", "mismatch"),
        ("active", "079 301.000-019", "match"),
        ("active", "", "inconclusive"),
        ("dissolved", LAN, "mismatch"),
        ("Đang hoạt động", LAN, "inconclusive"),
        ("", LAN, "inconclusive"),
    ],
)
def test_tt136_2026_a_state_of_a_firm_that_nobody_knows_is_no_ground_to_say_it_does_not_match(
    status: str, number: str, said: str
) -> None:
    firm = Firm(tax_code="0314409058-001", name="Công ty", representative_number=number, status=status)
    assert firm.of_representative(LAN) == said
