"""Papers as PDF/A-2b, set by Typst from the templates beside this file; data goes in as JSON and is only shown.

Whatever a text holds, the paper is printed: a character without a glyph by its code, and a note on the paper says so.
"""

import io
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import segno
import typst

from services.common.times import local_time
from services.contracts import printable
from services.contracts.printable import Shown
from services.documents.papers.domain import BadPaperOrder, check_order, is_source
from services.documents.papers.forms import Form

TEMPLATES = Path(__file__).parent / "templates"
RESULTS = TEMPLATES / "results"
SHIPPED = Path(__file__).parent / "fonts"
FONTS = ("Times New Roman", "Liberation Serif", "Libertinus Serif")
"""As templates/common.typ names them: the font of NĐ 30/2020 where an installation has it, else its metric twin, which
is shipped. What these lack comes from the other fonts that Typst carries."""
_WORD = re.compile(r"\w{2,}")
MOMENTS = ("received_at", "filed_at", "decided_at", "returned_at", "asked_at", "at")


@dataclass(frozen=True, slots=True)
class SealBox:
    """Where the seal stands: page from 1, upper left corner and size in points from the page's upper left."""

    page: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Printed:
    """An unsealed paper, the place kept for its seal, and that for the signature of whoever signs, who signs first."""

    pdf: bytes
    seal: SealBox
    signature: SealBox | None = None


class Press:
    """Prints papers. One thread at a time: a Typst compiler keeps what it has read between papers."""

    def __init__(self, public_url: str, font_dir: Path | None = None) -> None:
        """Loads the fonts; `public_url` is where QR codes lead; `font_dir` may hold Times New Roman, else its
        metric twin is used."""
        self.public_url, self.font_dir = public_url, font_dir
        self._check_url = public_url.rstrip("/") + "/check/"
        self._font_paths = [SHIPPED, *([font_dir] if font_dir else [])]
        self._compiler = typst.Compiler(root=TEMPLATES, font_paths=self._font_paths, ignore_system_fonts=True)

    def print(
        self,
        form: Form,
        paper_id: str,
        number: str,
        data: Mapping[str, Any],
        sealed_by: str,
        sealed_at: datetime,
        template: str = "",
    ) -> Printed:
        """Returns the paper of this form with these facts (templates/README.md names them).

        Args:
            template: of a result, by name or its Typst source; empty = that of the form.

        Raises:
            BadPaperOrder: a required fact is missing or malformed, or there is no such template.
        """
        source = _source(form, template)
        sealed_at = local_time(sealed_at).replace(microsecond=0)
        sealed_at = sealed_at.replace(tzinfo=timezone(sealed_at.utcoffset() or timedelta()))  # typst takes no other
        facts = self._all_facts(form, paper_id, number, data, sealed_by, sealed_at)
        try:
            return self._set(source, facts, printable.shown, sealed_at)
        except typst.TypstError:  # what can be shown one by one may yet not be shown together: a mark on a symbol
            return self._set_plainly(source, facts, sealed_at)

    def pictures(
        self,
        form: Form,
        paper_id: str,
        number: str,
        data: Mapping[str, Any],
        sealed_by: str,
        sealed_at: datetime,
        dots_per_inch: float,
        template: str = "",
    ) -> list[bytes]:
        """Returns a paper's pages as pictures (PNG), to be looked at; raises as `print`."""
        facts = self._all_facts(form, paper_id, number, data, sealed_by, local_time(sealed_at))
        main: Any = _source(form, template)
        inputs = {"paper": _shown(facts, printable.shown)}
        made: Any = self._compiler.compile(main, format="png", ppi=dots_per_inch, sys_inputs=inputs)
        return made if isinstance(made, list) else [made]

    def _all_facts(
        self, form: Form, paper_id: str, number: str, data: Mapping[str, Any], sealed_by: str, sealed_at: datetime
    ) -> dict[str, Any]:
        check_order(form, data)
        return _facts(data) | {
            "number": number,
            "letterhead": _letterhead(form, data),
            "title_vi": form.title_vi,
            "title_en": form.title_en,
            "form_basis": form.basis,
            "sealed_by": sealed_by,
            "sealed_at": _sealing_time(sealed_at),
            "check_url": self._check_url + paper_id,
        }

    def stamp(self, number: str, sealed_by: str, sealed_at: datetime) -> bytes:
        """Returns what a file drawn up is stamped with when it is sealed: number, agency and time, as a PDF."""
        facts = {"number": number, "sealed_by": sealed_by, "sealed_at": _sealing_time(sealed_at)}
        stamp: Any = self._compiler.compile(
            TEMPLATES / "stamp.typ", format="pdf", sys_inputs={"paper": json.dumps(facts, ensure_ascii=False)}
        )
        return bytes(stamp)

    def _set_plainly(self, source: Path | bytes, facts: Mapping[str, Any], sealed_at: datetime) -> Printed:
        try:
            return self._set(source, facts, printable.shown_plainly, sealed_at)
        except typst.TypstError as error:
            raise BadPaperOrder(why=_without(facts, error.message)) from error

    def _set(
        self, source: Path | bytes, facts: Mapping[str, Any], show: Callable[[str], Shown], sealed_at: datetime
    ) -> Printed:
        main: Any = source
        paper = _shown(facts, show)
        pdf: Any = self._compiler.compile(
            main,
            format="pdf",
            sys_inputs={"paper": paper},
            pdf_standards="a-2b",
            timestamp=sealed_at,
        )
        seal, own = (self._places(name, source, paper) for name in ("seal", "signature"))
        if len(seal) != 1 or len(own) > 1:
            raise BadPaperOrder(why="the template keeps no place for one seal")
        return Printed(pdf, SealBox(**seal[0]), SealBox(**own[0]) if own else None)

    def _places(self, name: str, source: Path | bytes, paper: str) -> list[dict[str, Any]]:
        """Reads the places that a paper keeps under a label: of what was compiled last, unless that was no file."""
        main: Any = source
        if isinstance(source, Path):
            found = self._compiler.query(f"<{name}>", field="value")
        else:
            found = typst.query(
                main, f"<{name}>", field="value", root=TEMPLATES, font_paths=self._font_paths,
                ignore_system_fonts=True, sys_inputs={"paper": paper},
            )  # fmt: skip
        places: list[dict[str, Any]] = json.loads(found)
        return places


def _source(form: Form, template: str) -> Path | bytes:
    """Finds the template of a paper; raises BadPaperOrder for a name that names none."""
    if is_source(template):
        if '"@' in template:
            raise BadPaperOrder(why="a template takes no packages from elsewhere")
        return template.encode()
    found = RESULTS / f"{template}.typ" if template else TEMPLATES / f"form-{form.key}.typ"
    if not found.is_file():
        raise BadPaperOrder(why=f"no template {template!r} ships here")
    return found


def _sealing_time(at: datetime) -> str:
    return local_time(at).strftime("%d/%m/%Y %H:%M:%S +07:00")


def _letterhead(form: Form, data: Mapping[str, Any]) -> dict[str, str]:
    """Returns from whom a paper is: a form of a circular from the one-stop unit, a letter from the agency itself."""
    unit = data.get("one_stop") if form.basis else None
    if unit:
        return {"above": unit["above"], "name": unit["name"]}
    return {"above": data.get("parent_agency_name") or "", "name": data["agency_name"]}


def _shown(facts: Mapping[str, Any], show: Callable[[str], Shown]) -> str:
    """Returns the facts as the templates read them: JSON, every text as it is printed, with the picture of the code."""
    replaced: dict[str, None] = {}
    texts = _each_shown(facts, show, replaced)
    codes, qr = [printable.code_of(each) for each in replaced], _qr_svg(facts["check_url"])
    return json.dumps(texts | {"replaced": codes, "qr_svg": qr}, ensure_ascii=False)


def _each_shown(value: Any, show: Callable[[str], Shown], replaced: dict[str, None]) -> Any:
    """Returns the same with every text as it is printed; adds to `replaced` the characters that codes stand for."""
    match value:
        case str():
            text = show(value)
            replaced |= dict.fromkeys(text.replaced)
            return text.text
        case dict():
            return {name: _each_shown(each, show, replaced) for name, each in value.items()}
        case list():
            return [_each_shown(each, show, replaced) for each in value]
    return value


def _facts(data: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the data without empty values, with every moment split for reading in Viet Nam's time."""
    return {name: _fact(name, value) for name, value in _given(data).items()}


def _given(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if value not in (None, "", [])}


def _fact(name: str, value: Any) -> Any:
    match value:
        case dict():
            # What a certificate shows has the names that its procedure chose, and values as they were filed.
            return _given(value) if name == "facts" else _facts(value)
        case list():
            return [_fact("", each) for each in value]
    return _moment(name, value) if name in MOMENTS else value


def _moment(name: str, rfc3339: str) -> dict[str, str]:
    try:
        at = local_time(datetime.fromisoformat(rfc3339))
    except (ValueError, TypeError) as error:
        raise BadPaperOrder(why=f"{name} is no moment") from error
    return {"day": at.date().isoformat(), "hour": f"{at:%H}", "minute": f"{at:%M}"}


def _without(facts: Mapping[str, Any], message: str) -> str:
    """Returns what Typst says is wrong, without any word of the facts: a template may quote whom a paper is about."""
    words = {word.casefold() for text in _texts(facts) for word in _WORD.findall(text)}
    return _WORD.sub(lambda word: "…" if word[0].casefold() in words else word[0], message)


def _texts(value: Any) -> Iterator[str]:
    """Yields every text and number of the facts, however deep."""
    match value:
        case dict():
            for each in value.values():
                yield from _texts(each)
        case list():
            for each in value:
                yield from _texts(each)
        case str() | int() | float():
            yield str(value)


def _qr_svg(url: str) -> str:
    out = io.BytesIO()
    segno.make(url, error="m", micro=False).save(out, kind="svg", border=0, xmldecl=False)
    return out.getvalue().decode()
