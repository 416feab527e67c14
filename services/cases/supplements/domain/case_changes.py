"""The differences between two states of a case, field by field and paper by paper, and how a partial form joins a whole
form."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from services.cases.calendar.domain import BilingualText
from services.cases.core.domain.case import Case
from services.cases.core.domain.case_parts import Attachment
from services.cases.core.domain.case_rules import CaseRules
from services.cases.forms.domain.forms import FormCheck
from services.cases.supplements.domain.particulars import TITLES
from services.common.errors import pointer
from services.common.text import vn_known_date
from services.contracts.privacy import correctable

_NOTHING = BilingualText("để trống", "left empty")
_YES, _NO = BilingualText("có", "yes"), BilingualText("không", "no")


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that differs, by its JSON pointer into the application; None = no value there."""

    pointer: str
    old: Any
    new: Any

    def told(self, form: FormCheck) -> BilingualText:
        """Returns the difference as a sentence."""
        name = TITLES.get(self.pointer) or form.named(self.pointer)
        old, new = self._told(self.old, form), self._told(self.new, form)
        return BilingualText(f"{name.vi}: {old.vi} → {new.vi}", f"{name.en}: {old.en} → {new.en}")

    def _told(self, value: Any, form: FormCheck) -> BilingualText:
        """Words a value: a choice by its label, a date as it is read."""
        if self.pointer in TITLES:
            return _in_words(value)
        if label := form.label(self.pointer, value):
            return BilingualText(f"“{label.vi}”", f"“{label.en}”")
        if isinstance(value, str) and form.is_date(self.pointer):
            return BilingualText(f"“{vn_known_date(value)}”", f"“{value}”")
        return _in_words(value)


@dataclass(frozen=True, slots=True)
class PaperChange:
    """The files that came under a paper's code, and those no longer in force for it."""

    paper: str
    old: tuple[Attachment, ...]
    new: tuple[Attachment, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """The differences in a case since an earlier version."""

    since: int
    case: Case
    rules: CaseRules
    fields: tuple[Difference, ...]
    papers: tuple[PaperChange, ...]


def restatements(case: Case, since: int) -> Iterator[Difference]:
    """Yields what applicant and proxy corrected of themselves since a version, as it stood then and stands now."""
    now, then = correctable(case), dict[str, Any]()
    for each in case.restated:
        if each.since > since:
            then.setdefault(each.pointer, each.old)
    yield from (Difference(place, old, now[place]) for place, old in then.items() if old != now[place])


def paper_changes(case: Case, since: int) -> Iterator[PaperChange]:
    """Yields the papers that came since a version and are in force, with the papers they replace."""
    for code in dict.fromkeys(attachment.paper for attachment in case.attachments):
        under = [attachment for attachment in case.attachments if attachment.paper == code]
        old = tuple(each for each in under if each.superseded and each.in_force(since))
        new = tuple(each for each in under if not each.superseded and not each.in_force(since))
        if old or new:
            yield PaperChange(code, old, new)


def merged(form: Any, part: Any) -> Any:
    """Returns `form` with the members of `part` in their place; null takes a member away (RFC 7396)."""
    if not isinstance(part, dict):
        return part
    kept = dict(form) if isinstance(form, dict) else {}
    for name, value in part.items():
        if value is None:
            kept.pop(name, None)
        else:
            kept[name] = merged(kept.get(name), value)
    return kept


def differences(old: Any, new: Any, *place: str | int) -> Iterator[Difference]:
    """Yields every value that differs, as deep as both have the same shape; entries of a list are compared by
    position."""
    if isinstance(old, dict) and isinstance(new, dict):
        for name in (*old, *(name for name in new if name not in old)):
            yield from differences(old.get(name), new.get(name), *place, name)
    elif isinstance(old, list) and isinstance(new, list):
        for position in range(max(len(old), len(new))):
            yield from differences(_at(old, position), _at(new, position), *place, position)
    elif type(old) is not type(new) or old != new:  # True is no 1 on a form
        yield Difference(pointer("form", *place), old, new)


def _at(values: list[Any], position: int) -> Any:
    return values[position] if position < len(values) else None


def _in_words(value: Any) -> BilingualText:
    match value:
        case None | "":
            return _NOTHING
        case bool():
            return _YES if value else _NO
        case dict():
            parts = [_in_words(each) for each in value.values()]
            return BilingualText(", ".join(part.vi for part in parts), ", ".join(part.en for part in parts))
        case list():
            parts = [_in_words(each) for each in value]
            return BilingualText("; ".join(part.vi for part in parts), "; ".join(part.en for part in parts))
        case _:
            return BilingualText(f"“{value}”", f"“{value}”")
