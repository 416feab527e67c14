"""What a run says about people: everything anybody typed or a register told, and where none of it may stand."""

import base64
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote_plus, urlsplit

import pytest
import requests

from infra.sandbox.registers.data import FIRMS, PAPERS, PEOPLE
from services.common.text import name_key, order_key, words
from services.identity.seed import demo_accounts

OF_NOBODY = {"nationality", "issuer", "legal_ground", "name"}
"""Members that say nothing of anybody: the same for millions, an agency's, a regulation's or a thing's name."""
_NUMBER = re.compile(r"\d{9,13}(-\d{3})?")
_ESCAPED = re.compile(r"(?:\\x[0-9a-fA-F]{2})+|\\u[0-9a-fA-F]{4}")


class Found(NamedTuple):
    """A text about somebody and the line it was found in."""

    text: str
    line: str


@dataclass
class Witness:
    """Hears every call that clients of this process make.

    `urls` are addresses asked and addresses answered, `refusals` the texts of what was refused, `typed` what was sent.
    """

    urls: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    typed: set[str] = field(default_factory=set)

    def listen(self, monkeypatch: pytest.MonkeyPatch) -> None:
        send = requests.Session.send

        def heard(session: requests.Session, request: requests.PreparedRequest, **options: Any) -> requests.Response:
            answer = send(session, request, **options)
            self._hear(request, answer)
            return answer

        monkeypatch.setattr(requests.Session, "send", heard)

    def _hear(self, request: requests.PreparedRequest, answer: requests.Response) -> None:
        self.urls += [request.url or "", answer.headers.get("Location", "")]
        if answer.status_code >= 400:
            self.refusals.append(answer.text)
        if request.body and request.headers.get("Content-Type") == "application/json":
            self.typed |= set(texts_about_people(json.loads(request.body)))


def texts_about_people(value: Any, name: str = "") -> Iterator[str]:
    """The texts in what is sent that may tell of somebody: of several words, long numbers, addresses, birth dates."""
    if isinstance(value, Mapping):
        for key, part in value.items():
            yield from texts_about_people(part, key)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from texts_about_people(part, name)
    elif isinstance(value, str) and (
        name.endswith("birth_date") or (name not in OF_NOBODY and _tells_of_somebody(value))
    ):
        yield value


def _tells_of_somebody(text: str) -> bool:
    """Whether it is prose, an e-mail address or a long number; a code, a pointer or an id of ours is none of them."""
    return " " in text.strip() or "@" in text or _NUMBER.fullmatch(text) is not None


def known_before() -> set[str]:
    """What the system knows of people before anybody typed anything: its accounts, and what the registers hold."""
    registers = [asdict(person) for person in PEOPLE.values()]
    registers += [{**asdict(firm), "full_name": firm.name} for firm in FIRMS.values()]
    registers += [dict(paper) for papers in PAPERS.values() for paper in papers.values()]
    accounts = [{"full_name": each.full_name, "number": each.personal_number} for each in demo_accounts()]
    return set(texts_about_people([registers, accounts]))


class Sought:
    """Texts looked for however they are written: with or without accents, escaped, encoded, in a page token."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = {_plainly(text): text for text in texts}
        self._keys = {key: text for text in texts for key in (order_key(text), name_key(text))}

    def found_in(self, said: str) -> Iterator[Found]:
        """Each text that stands in what was said, with the line it stands in."""
        whole = _plainly(said)
        present = {plain: text for plain, text in self._texts.items() if plain in whole}
        if present:
            lines = [(line, _plainly(line)) for line in said.splitlines()]
            yield from (Found(text, line) for plain, text in present.items() for line, read in lines if plain in read)

    def found_in_url(self, url: str) -> Iterator[Found]:
        """The same of an address, whose page tokens may hold what a name is sorted by."""
        yield from self.found_in(url)
        for _, value in parse_qsl(urlsplit(url).query):
            token = _decoded(value)
            yield from self.found_in(token)
            yield from (Found(text, url) for key, text in self._keys.items() if f'"{key}"' in token)


def _decoded(token: str) -> str:
    try:
        return base64.urlsafe_b64decode(token).decode()
    except ValueError:
        return ""


def _plainly(said: str) -> str:
    """The words of a text, folded, after whatever was done to them on the way into a log."""
    plain = unquote_plus(unquote_plus(_ESCAPED.sub(_unescaped, said)))
    return f" {' '.join(words(plain))} "


def _unescaped(found: re.Match[str]) -> str:
    text = found[0]
    if text.startswith("\\u"):
        return chr(int(text[2:], 16))
    return bytes.fromhex(text.replace("\\x", "")).decode(errors="replace")
