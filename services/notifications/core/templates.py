"""The words of notices: `templates.yaml`, read when the service starts, checked against what a notice has to say."""

from collections.abc import Mapping
from pathlib import Path
from string import Formatter
from typing import Annotated, NamedTuple, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.notifications.core.domain import ALWAYS, FIELDS, Kind, Notice, facts_of

FILE = Path(__file__).with_name("templates.yaml")
LANGUAGES = ("vi", "en")

Line = Annotated[str, Field(min_length=1, max_length=300)]


class Wording(BaseModel):
    """A notice in one language: a title, and sentences of which those that name something unknown are left out."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Line
    text: tuple[Line, ...] = Field(min_length=1)

    def names(self) -> set[str]:
        """Returns the places to be filled."""
        return {name for line in (self.title, *self.text) for name in _names(line)}


class Template(BaseModel):
    """A notice in both languages, and the facts it names: both name the same, none of which is unknown."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    fields: tuple[str, ...]
    vi: Wording
    en: Wording

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if unknown := set(self.fields) - FIELDS:
            raise ValueError(f"no notice has {sorted(unknown)}")
        for language in LANGUAGES:
            wording: Wording = getattr(self, language)
            if wording.names() != set(self.fields):
                raise ValueError(f"{language} names {sorted(wording.names())}, not {sorted(self.fields)}")
            if missing := (_names(wording.title) | _names(wording.text[0])) - ALWAYS:
                raise ValueError(f"{language}: title and first sentence may lack {sorted(missing)}")
        return self


class Told(NamedTuple):
    """A notice in one language."""

    title: str
    text: str


class Templates(NamedTuple):
    """The template of every kind of notice."""

    by_kind: Mapping[Kind, Template]

    def tell(self, notice: Notice, language: str) -> Told:
        """Says a notice in `vi` or `en`; a sentence whose fact is not known is left out."""
        wording: Wording = getattr(self.by_kind[notice.kind], language)
        facts = facts_of(notice, language)
        lines = (line for line in wording.text if all(facts[name] for name in _names(line)))
        return Told(wording.title.format_map(facts), " ".join(line.format_map(facts) for line in lines))


def load(file: Path = FILE) -> Templates:
    """Reads the templates.

    Raises:
        ValueError: one is missing, or does not fit what a notice has to say.
    """
    written = yaml.safe_load(file.read_text(encoding="utf-8"))
    found = {Kind(kind): Template.model_validate(template) for kind, template in written.items()}
    if missing := set(Kind) - found.keys():
        raise ValueError(f"{file.name} has no template for {sorted(missing)}")
    return Templates(found)


def _names(line: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(line) if name is not None}
