"""The channel of mail and the stand-in understand each other, each with code of its own: every channel's contract."""

import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from infra.sandbox.app import create_app
from infra.sandbox.mail import smtp
from infra.sandbox.mail.letters import Letters
from infra.sandbox.settings import SandboxSettings
from services.common import limits, tls
from services.common.testing.tls_folder import TlsFolder
from services.notifications.deliveries.domain import ChannelUnavailable, DeliveryRefused, Letter
from services.notifications.deliveries.mail import Mail

LETTER = Letter(
    UUID(int=7),
    "lan@example.vn",
    "Hồ sơ H29-1 đã được tiếp nhận",
    "Cơ quan đã tiếp nhận hồ sơ.\n\n.một dòng bắt đầu bằng dấu chấm\nhttps://motcua.example.vn/cases/H29-1\n",
)


@dataclass
class Office:
    """A mail server that runs, and the channel to it."""

    letters: Letters
    mail: Mail


def running(letters: Letters, tls: ssl.SSLContext | None = None, password: str = "") -> Iterator[smtp.Server]:
    with smtp.Server(("127.0.0.1", 0), letters, tls, password) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def channel_to(server: smtp.Server) -> Mail:
    return Mail("127.0.0.1", server.server_address[1], "none", "motcua@example.vn")


@pytest.fixture
def office() -> Iterator[Office]:
    letters = Letters()
    for server in running(letters):
        yield Office(letters, channel_to(server))


def test_a_letter_arrives_word_for_word_from_and_to_whom_it_says(office: Office) -> None:
    office.mail.send(LETTER)
    [letter] = [each.shown() for each in office.letters.newest_first()]
    assert letter["to"] == "lan@example.vn"
    assert letter["from"] == "Một cửa điện tử <motcua@example.vn>"
    assert letter["subject"] == LETTER.title
    assert letter["text"] == LETTER.text
    assert letter["auto_submitted"] == "auto-generated"


def test_the_same_letter_again_has_the_same_id_and_another_has_another(office: Office) -> None:
    for letter in (LETTER, LETTER, LETTER._replace(letter_id=UUID(int=8))):
        office.mail.send(letter)
    third, second, first = [each.shown()["message_id"] for each in office.letters.newest_first()]
    assert first == second != third


@pytest.mark.parametrize(
    ("address", "raised"),
    [
        ("unknown.lan@example.vn", DeliveryRefused),
        ("busy.lan@example.vn", ChannelUnavailable),
        ("", DeliveryRefused),
        ("lan", DeliveryRefused),
        ("lan@example.vn\r\nBcc: all@example.vn", DeliveryRefused),
        ("lan@example.vn, hung@example.vn", DeliveryRefused),
        ("Lan <lan@example.vn>", DeliveryRefused),
        ("lán@example.vn", DeliveryRefused),
    ],
)
def test_what_cannot_arrive_is_refused_for_good_or_for_now_and_named_to_nobody(
    office: Office, address: str, raised: type[Exception]
) -> None:
    with pytest.raises(raised) as refused:
        office.mail.send(LETTER._replace(address=address))
    assert office.letters.newest_first() == []
    assert not address or address not in str(refused.value)


def test_a_server_that_is_away_or_hangs_up_may_be_back(office: Office) -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    with pytest.raises(ChannelUnavailable):
        replace(office.mail, port=port).send(LETTER)


def test_a_letter_taken_is_taken_however_the_server_says_goodbye(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def leave(session: smtp.Session, _: str) -> bool:
        session._say("421 4.3.2 no time")
        return True

    monkeypatch.setattr(smtp.Session, "do_quit", leave)
    office.mail.send(LETTER)
    assert len(office.letters.newest_first()) == 1


def test_whoever_hangs_up_with_a_letter_taken_took_it(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp.Session, "do_quit", lambda *_: True)
    office.mail.send(LETTER)
    assert len(office.letters.newest_first()) == 1


def test_a_letter_on_its_way_is_waited_for_longer_than_an_answer_before_it(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits = []
    put = smtplib.SMTP.data

    def data(session: smtplib.SMTP, message: bytes) -> tuple[int, bytes]:
        assert session.sock is not None
        waits.append(session.sock.gettimeout())
        return put(session, message)

    monkeypatch.setattr(smtplib.SMTP, "data", data)
    office.mail.send(LETTER)
    assert waits == [limits.MAIL_TAKEN_DEADLINE.total_seconds()]


def test_nobody_else_takes_a_delivery_up_while_its_server_may_still_answer() -> None:
    before = 9  # connection, greeting, EHLO, STARTTLS, its handshake, EHLO again, a log-in of three answers
    on_its_way = 5  # MAIL, RCPT, DATA, the letter, QUIT
    longest = before * limits.MAIL_DEADLINE + on_its_way * limits.MAIL_TAKEN_DEADLINE
    assert longest < limits.DELIVERY_LEASE


def test_who_must_log_in_does_and_a_wrong_password_is_ours_to_mend() -> None:
    letters = Letters()
    for server in running(letters, password="right"):
        mail = channel_to(server)
        for wrong in (mail, *(replace(mail, user="motcua", password=each) for each in ("wrong", "mật khẩu"))):
            with pytest.raises(ChannelUnavailable):
                wrong.send(LETTER)
        replace(mail, user="motcua", password="right").send(LETTER)
    assert len(letters.newest_first()) == 1
    assert "right" not in repr(replace(mail, password="right"))


def test_without_the_encryption_asked_for_nothing_is_sent(office: Office) -> None:
    with pytest.raises(ChannelUnavailable):
        replace(office.mail, security="starttls").send(LETTER)
    assert office.letters.newest_first() == []


def test_over_starttls_a_letter_goes_to_whom_the_authority_vouches_for_and_to_nobody_else(tmp_path: Path) -> None:
    folder, letters = TlsFolder(tmp_path / "tls"), Letters()
    folder.issue(timedelta(days=1))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder.path / tls.CERTIFICATE, folder.path / tls.KEY)
    for server in running(letters, context):
        mail = replace(channel_to(server), security="starttls")
        with pytest.raises(ChannelUnavailable):
            mail.send(LETTER)
        replace(mail, authorities=folder.path / tls.AUTHORITY).send(LETTER)
    assert [each.to for each in letters.newest_first()] == [LETTER.address]


def test_what_arrived_is_shown_to_people_and_programs(office: Office) -> None:
    office.mail.send(LETTER)
    settings = SandboxSettings(registers_api_key="k", vnpay_secret="s")
    web = create_app(settings, office.letters).test_client()
    assert LETTER.title in web.get("/mail").text
    listed = web.get("/mail/letters").get_json()["letters"]
    assert [each["subject"] for each in listed] == [LETTER.title]


def test_a_letter_cut_off_before_its_end_does_not_arrive(office: Office) -> None:
    with socket.create_connection(("127.0.0.1", office.mail.port), timeout=10) as raw, raw.makefile("rwb") as talk:
        talk.readline()
        for line in (b"EHLO x", b"MAIL FROM:<a@b.vn>", b"RCPT TO:<c@d.vn>", b"DATA"):
            talk.write(line + b"\r\n")
            talk.flush()
            while talk.readline()[3:4] == b"-":
                pass
        talk.write(b"Subject: half\r\n")
        talk.flush()
    office.mail.send(LETTER)
    assert [each.shown()["subject"] for each in office.letters.newest_first()] == [LETTER.title]
