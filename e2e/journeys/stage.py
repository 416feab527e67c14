"""Where a journey plays: the running system, the folder for what it brings home, and a line for every step."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import typst

from e2e.client import Client, Refused, wait_for

COMMAND_SECONDS = 60
_CERTIFICATE = """
#set page(paper: "a5")
#set text(lang: "vi")
= {title}
Họ và tên: {name}

{text}
"""


class Broken(Exception):
    """Something differs from what was promised."""


def promise(what: str, seen: object, promised: object = True) -> None:
    """Raises Broken unless what is seen is what was promised."""
    if seen != promised:
        raise Broken(f"{what}: promised {promised!r}, seen {seen!r}")


def promise_refusal(what: str, status: int, act: Callable[[], object]) -> Refused:
    """Raises Broken unless `act` is refused with this HTTP status; returns the refusal."""
    try:
        act()
    except Refused as refusal:
        promise(f"{what} is refused", refusal.status, status)
        return refusal
    raise Broken(f"{what}: promised to be refused with {status}, but it was done")


@dataclass(frozen=True)
class Stage:
    """One running system. `home` is the folder of its keys, `out` where papers and envelopes are saved."""

    base_url: str
    home: Path
    out: Path
    say: Callable[[str], None] = print

    @contextmanager
    def step(self, what: str) -> Iterator[None]:
        """One step, told when it is done or has failed."""
        began = time.monotonic()
        try:
            yield
        except Exception:
            self.say(f"  FAIL  {what}")
            raise
        self.say(f"  ok    {what}  ({time.monotonic() - began:.1f} s)")

    def client(self, username: str = "") -> Client:
        """Somebody in front of the system; logged in when a user name is given."""
        client = Client(self.base_url)
        return client.log_in(username) if username else client

    def save(self, name: str, content: bytes) -> Path:
        self.out.mkdir(parents=True, exist_ok=True)
        file = self.out / name
        file.write_bytes(content)
        return file

    def fetch_paper(self, client: Client, ref: str, form: str) -> Path:
        """Downloads the issued paper of that form, once it is there."""
        paper = client.paper(ref, form)
        content = client.content(f"/files/{paper['file_id']}/content")
        promise("the paper's digest", sha256(content).hexdigest(), paper["sha256"])
        return self.save(f"{ref}-{form}.pdf", content)

    def verify_pdf(self, file: Path) -> None:
        """A sealed paper holds before pyHanko's own command and before ours; both know only the file and the root."""
        root = str(self.home / "seals" / "ca.crt.pem")
        command = ("sign", "validate", "--no-revocation-check", "--trust", root, "--trust-replace")
        pyhanko = _run(str(Path(sys.executable).with_name("pyhanko")), *command, "--executive-summary", str(file))
        promise("pyHanko's judgment", pyhanko.stdout.split(":")[-1].strip(), "VALID")
        promise("onestop verify", _onestop("verify", str(file), "--trust", root).stdout.split()[0], "TOTAL_PASSED")

    def detect_forgery(self, file: Path) -> None:
        """A copy with one bit changed in the middle is not valid."""
        forged = bytearray(file.read_bytes())
        forged[len(forged) // 2] ^= 1
        copy = self.save(f"{file.stem}-forged.pdf", bytes(forged))
        root = str(self.home / "seals" / "ca.crt.pem")
        promise(
            "the exit code for a forgery", _onestop("verify", str(copy), "--trust", root, check=False).returncode, 1
        )
        copy.unlink()

    def verify_history(self, client: Client, ref: str) -> Path:
        """The exported history holds before the offline verifier, up to the head the case itself names.

        The case may gain an entry between the two answers, a payment noted say; then both are asked for again.
        """
        exported, head = wait_for(
            f"the history of {ref} up to the head of the case",
            lambda: (client.content(f"/cases/{ref}/history"), str(client.case(ref)["history_head"])),
            lambda answers: json.loads(answers[0])["head"] == answers[1],
        )
        file = self.save(f"{ref}-history.json", exported)
        promise("onestop audit verify", _onestop("audit", "verify", str(file), "--head", head).stdout.split()[0], "ok")
        return file


def this_time(text: str) -> str:
    """A text no journey played before has: the very same application again would be the case already open."""
    return f"{text} ({uuid4().hex[:8]})"


def scan(title: str, name: str, text: str) -> bytes:
    """A small real PDF, as a citizen would hand in."""
    pdf: bytes = typst.compile(_CERTIFICATE.format(title=title, name=name, text=text).encode())
    return pdf


def _onestop(*arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    return _run(sys.executable, "-m", "infra.cli", *arguments, check=check)


def _run(*command: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=COMMAND_SECONDS)
    if check and done.returncode != 0:
        raise Broken(f"{' '.join(command)}: exit code {done.returncode}: {done.stdout}{done.stderr}")
    return done
