"""Mail by SMTP (RFC 5321), over TLS unless both ends are one machine."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import Literal

from services.common import limits
from services.common.times import local_time, utc_now
from services.notifications.deliveries.domain import MAIL, ChannelUnavailable, DeliveryRefused, Letter

Security = Literal["starttls", "tls", "none"]


@dataclass(frozen=True, slots=True)
class Mail:
    """The mail server at `host`; `sender` is the address notices come from, and `authorities` a PEM file to trust."""

    host: str
    port: int
    security: Security
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)
    authorities: Path | None = None

    @property
    def name(self) -> str:
        return MAIL

    def send(self, letter: Letter) -> None:
        """Hands a letter to the server, which takes it further.

        Raises:
            ChannelUnavailable, DeliveryRefused: as every channel; neither quotes the server, who may name people.
        """
        message = self._message(letter)
        try:
            with self._session() as session:
                session.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            code, _ = next(iter(error.recipients.values()))
            raise _judged(code) from error
        except smtplib.SMTPDataError as error:
            raise _judged(error.smtp_code) from error
        except smtplib.SMTPResponseException as error:  # of us: who we say we are, whom we send as
            raise ChannelUnavailable(why=f"SMTP {error.smtp_code}") from error
        except (smtplib.SMTPException, OSError, UnicodeError) as error:  # the last of a password not in ASCII
            raise ChannelUnavailable(why=type(error).__name__) from error

    def _message(self, letter: Letter) -> EmailMessage:
        message = EmailMessage(SMTP)
        try:
            message["To"] = Address(addr_spec=letter.address)
        except Exception as error:  # the parser raises IndexError and others for what is no address
            raise DeliveryRefused(why="address") from error
        message["From"] = Address("Một cửa điện tử", addr_spec=self.sender)
        message["Subject"] = letter.title
        message["Date"] = format_datetime(local_time(utc_now()))
        message["Message-ID"] = f"<{letter.letter_id}.{self.name}@{self.sender.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"  # nobody's machine answers it (RFC 3834)
        message.set_content(letter.text)
        return message

    @contextmanager
    def _session(self) -> Iterator[smtplib.SMTP]:
        timeout = limits.MAIL_DEADLINE.total_seconds()
        context = ssl.create_default_context(cafile=str(self.authorities) if self.authorities else None)
        if self.security == "tls":
            opened: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=timeout, context=context)
        else:
            opened = smtplib.SMTP(self.host, self.port, timeout=timeout)
        with closing(opened):
            if self.security == "starttls":
                opened.starttls(context=context)
            if self.user:
                opened.login(self.user, self.password)
            if opened.sock is not None:  # what is given up while it is being taken is sent twice (RFC 5321, 4.5.3.2.6)
                opened.sock.settimeout(limits.MAIL_TAKEN_DEADLINE.total_seconds())
            yield opened
            with suppress(smtplib.SMTPException, OSError):  # it has the letter, however it says goodbye
                opened.quit()


def _judged(code: int) -> ChannelUnavailable | DeliveryRefused:
    """Returns the error for a reply about one letter: 5yz never works, 4yz may work later (RFC 5321, 4.2.1)."""
    why = f"SMTP {code}"
    return DeliveryRefused(why=why) if code >= 500 else ChannelUnavailable(why=why)
