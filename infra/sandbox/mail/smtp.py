"""The server's side of SMTP: EHLO, STARTTLS, AUTH PLAIN, MAIL, RCPT, DATA, RSET, NOOP, QUIT."""

import socketserver
import ssl
from base64 import b64decode
from binascii import Error as Base64Error

from infra.sandbox.mail.letters import Letters

LINE_MAX_BYTES = 1_024
LETTER_MAX_BYTES = 1024 * 1024
RECIPIENTS_MAX = 100


class Server(socketserver.ThreadingTCPServer):
    """Listens until `shutdown()`; port 0 picks a free one, then `server_address` says which.

    With `tls` it offers STARTTLS, and with a `password` it takes letters only from who logs in by it.
    """

    allow_reuse_address = True
    daemon_threads = True

    def __init__(
        self, address: tuple[str, int], letters: Letters, tls: ssl.SSLContext | None = None, password: str = ""
    ) -> None:
        super().__init__(address, Session)
        self.letters, self.tls, self.password = letters, tls, password


class Session(socketserver.StreamRequestHandler):
    """One connection: any number of letters."""

    server: Server

    def handle(self) -> None:
        self._secured = self._known = False
        self._reset()
        self._say("220 sandbox ESMTP")
        while line := self.rfile.readline(LINE_MAX_BYTES + 1):
            verb, _, rest = line.decode("ascii", "replace").strip().partition(" ")
            answer = getattr(self, f"do_{verb.lower()}", None)
            if len(line) > LINE_MAX_BYTES:
                self._say("500 line too long")
                return
            if answer is None:
                self._say("502 not implemented")
            elif answer(rest):
                return

    def do_ehlo(self, _: str) -> None:
        offers = ["8BITMIME", f"SIZE {LETTER_MAX_BYTES}"]
        if self.server.tls and not self._secured:
            offers.append("STARTTLS")
        if self.server.password:
            offers.append("AUTH PLAIN")
        self._reset()
        lines = ["sandbox", *offers]
        for line in lines[:-1]:
            self._say(f"250-{line}")
        self._say(f"250 {lines[-1]}")

    def do_helo(self, _: str) -> None:
        self._reset()
        self._say("250 sandbox")

    def do_starttls(self, _: str) -> bool:
        if self.server.tls is None or self._secured:
            self._say("502 not offered")
            return False
        self._say("220 go ahead")
        try:
            self.request = self.server.tls.wrap_socket(self.request, server_side=True)
        except OSError:  # the client did not like our certificate, and left
            return True
        self.rfile, self.wfile = self.request.makefile("rb"), self.request.makefile("wb", 0)
        self._secured = True
        self._reset()
        return False

    def do_auth(self, rest: str) -> None:
        mechanism, _, given = rest.partition(" ")
        try:
            _, _, password = b64decode(given).split(b"\0")
        except (ValueError, Base64Error):
            password = b""
        self._known = mechanism.upper() == "PLAIN" and password.decode("utf-8", "replace") == self.server.password != ""
        self._say("235 welcome" if self._known else "535 5.7.8 who are you?")

    def do_mail(self, rest: str) -> None:
        if self.server.password and not self._known:
            self._say("530 5.7.0 log in first")
            return
        self._reset()
        self._from = _address(rest)
        self._say("250 ok" if self._from else "501 say FROM:<address>")

    def do_rcpt(self, rest: str) -> None:
        to = _address(rest)
        if not self._from or not to:
            self._say("503 say MAIL first, then TO:<address>")
        elif to.startswith("unknown."):
            self._say("550 5.1.1 there is no such mailbox")
        elif to.startswith("busy.") or len(self._to) >= RECIPIENTS_MAX:
            self._say("451 4.3.2 not now")
        else:
            self._to.append(to)
            self._say("250 ok")

    def do_data(self, _: str) -> bool:
        if not self._to:
            self._say("503 say RCPT first")
            return False
        self._say("354 end with a dot on a line of its own")
        content = bytearray()
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            content += line.removeprefix(b".")
            if len(content) > LETTER_MAX_BYTES:
                self._say("552 too large")
                return True
        if not line:
            return True  # cut off before its end: it is not a letter
        self.server.letters.put(self._to, bytes(content))
        self._reset()
        self._say("250 taken")
        return False

    def do_rset(self, _: str) -> None:
        self._reset()
        self._say("250 ok")

    def do_noop(self, _: str) -> None:
        self._say("250 ok")

    def do_quit(self, _: str) -> bool:
        self._say("221 bye")
        return True

    def _reset(self) -> None:
        self._from, self._to = "", list[str]()

    def _say(self, line: str) -> None:
        self.wfile.write(line.encode("ascii") + b"\r\n")


def _address(argument: str) -> str:
    """Returns the address in `FROM:<a@b> …` or `TO:<a@b> …`; empty when there is none."""
    inside, closed, _ = argument.partition("<")[2].partition(">")
    return inside if closed and "@" in inside else ""
