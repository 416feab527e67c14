"""Privacy: what a field tells of people and how it is treated, said where the field is declared and read by all that
act on it.

    address: Stated[str] = ""

A text of a class that keeps something of a case has one of the types below. A field of another class is as personal as
the fields of that class; a flag, a number, a day, a moment or an enum tells of nobody unless it is marked. Disposal,
the parts of a chain, the envelope to an agency outside and supplements ask the marks; docs/personal-data.md lists them.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass, replace
from functools import cache
from typing import Annotated, Any, TypeVar, get_args, get_origin, get_type_hints


@dataclass(frozen=True, slots=True)
class Personal:
    """Data about a person, and what becomes of it.

    Args:
        disposed: whether it goes when the case's time is over; what stays is named by history, papers and registers.
        parts: whether the parts of a chained case have it too.
        outside: whether the envelope to an agency outside carries it.
        supplement: whether the applicant may be asked to correct it.
    """

    disposed: bool
    parts: bool
    outside: bool
    supplement: bool


@dataclass(frozen=True, slots=True)
class Impersonal:
    """Tells of nobody: a code, an id, a digest, the name of an agency or a procedure."""


T = TypeVar("T")

Identity = Annotated[T, Personal(disposed=False, parts=True, outside=True, supplement=False)]
"""Who somebody is. Another name or number would be another person's case."""
Stated = Annotated[T, Personal(disposed=True, parts=True, outside=True, supplement=True)]
"""What somebody says of themselves besides: where to reach them, a remark."""
Enclosed = Annotated[T, Personal(disposed=True, parts=True, outside=True, supplement=False)]
"""What is said of a paper handed in; a wrong one is not corrected, another takes its place."""
OfFiling = Annotated[T, Personal(disposed=False, parts=True, outside=False, supplement=False)]
"""How somebody came to file, which is for us to know."""
Recorded = Annotated[T, Personal(disposed=False, parts=False, outside=False, supplement=False)]
"""What was said or done in the handling of a case, and by whom: the history keeps it for good."""
OwnUse = Annotated[T, Personal(disposed=True, parts=False, outside=False, supplement=False)]
"""What is kept until its time is over and is for nobody else: a message, a draft, how a correction stood before."""
Neutral = Annotated[T, Impersonal()]
"""A text that tells of nobody."""

Mark = Personal | Impersonal


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a class: its mark, or else the class it holds, by itself or in a tuple, whose fields are marked."""

    name: str
    mark: Mark | None
    holds: type | None

    @property
    def personal(self) -> Personal | None:
        return self.mark if isinstance(self.mark, Personal) else None


def marked(kind: Any) -> tuple[Field, ...]:
    """Lists the fields of a dataclass, a named tuple or a model, with their markings."""
    return _marked(kind)


def alike(one: Any, other: Any) -> tuple[str, ...]:
    """Lists the fields that two classes have by the same name and that are made of no parts: the same thing in both."""
    plain = {field.name for field in marked(one) if field.holds is None}
    return tuple(field.name for field in marked(other) if field.holds is None and field.name in plain)


@cache
def _marked(kind: Hashable) -> tuple[Field, ...]:
    return tuple(_field(name, hint) for name, hint in _hints(kind).items())


def _hints(kind: Any) -> Mapping[str, Any]:
    hints = get_type_hints(kind, include_extras=True)
    return {name: hints[name] for name in _names(kind)}


def _names(kind: Any) -> Iterable[str]:
    """Lists the fields of a dataclass, a named tuple or a model; empty for any other class."""
    if is_dataclass(kind):
        return [each.name for each in fields(kind)]
    names: Iterable[str] = getattr(kind, "_fields", ()) or getattr(kind, "model_fields", ())
    return names


def _field(name: str, hint: Any) -> Field:
    parts = list(_parts(hint))
    marks = [part for part in parts if isinstance(part, Personal | Impersonal)]
    holds = [part for part in parts if isinstance(part, type) and _names(part)]
    return Field(name, marks[0] if marks else None, None if marks or not holds else holds[0])


def _parts(hint: Any) -> Iterator[Any]:
    """Yields a type, what it is annotated with, and the same of the types it is made of."""
    yield hint
    if get_origin(hint) is not None:
        for part in get_args(hint):
            yield from _parts(part)


def disposed(value: T) -> T:
    """Returns a copy of a dataclass without the content that its retention ends."""
    changes: dict[str, Any] = {}
    for field in marked(type(value)):
        held = getattr(value, field.name)
        if field.personal is not None and field.personal.disposed:
            changes[field.name] = _nothing(type(value), field.name, held)
        elif field.holds is not None:
            changes[field.name] = tuple(map(disposed, held)) if isinstance(held, tuple) else _one(disposed, held)
    return replace(value, **changes) if changes else value  # type: ignore[type-var]  # it is a dataclass


def of_parts(value: Any) -> dict[str, Any]:
    """Returns the fields that the parts of a chain have as the chain has them: those with anything in them marked
    so."""
    return {field.name: getattr(value, field.name) for field in marked(type(value)) if _reaches_parts(field)}


def told_outside(value: Any) -> dict[str, Any]:
    """Returns what an agency outside hears of people; of papers it gets the papers themselves."""
    told: dict[str, Any] = {}
    for field in marked(type(value)):
        held = getattr(value, field.name)
        if field.personal is not None and field.personal.outside:
            told[field.name] = held
        elif field.holds is not None and not isinstance(held, tuple) and (inner := _one(told_outside, held)):
            told[field.name] = inner
    return told


def correctable(value: Any, *place: str) -> dict[str, Any]:
    """Returns what the applicant may be asked to correct, by JSON pointer, as it is now; papers are handed in anew."""
    found: dict[str, Any] = {}
    for field in marked(type(value)):
        held, here = getattr(value, field.name), (*place, field.name)
        if field.personal is not None and field.personal.supplement:
            found["/" + "/".join(here)] = held
        elif field.holds is not None and is_dataclass(held):
            found |= correctable(held, *here)
    return found


def corrected(value: T, changes: Mapping[str, Any]) -> T:
    """Returns the same with other values at these pointers, each of which is `correctable`."""
    new: dict[str, Any] = {}
    for pointer, changed in changes.items():
        name, _, rest = pointer[1:].partition("/")
        new[name] = corrected(new.get(name, getattr(value, name)), {f"/{rest}": changed}) if rest else changed
    return replace(value, **new)  # type: ignore[type-var]  # it is a dataclass


def _reaches_parts(field: Field) -> bool:
    if field.personal is not None:
        return field.personal.parts
    return field.holds is not None and any(map(_reaches_parts, marked(field.holds)))


def _one(act: Callable[[Any], Any], held: Any) -> Any:
    """Applies an act to the content of a field; an empty field stays empty."""
    return None if held is None else act(held)


def _nothing(kind: type, name: str, held: Any) -> Any:
    """Returns the empty content of a field: its default, or the empty value of its type."""
    [field] = [each for each in fields(kind) if each.name == name]
    if field.default is not MISSING:
        return field.default
    return field.default_factory() if field.default_factory is not MISSING else type(held)()
