"""YAML without its traps: nothing is guessed to be a date or a time, no key stands twice, no part refers to another.

`15:00` would be 900 and `2026-01-01` a date in YAML 1.1; here both stay the text that stands in the file.

libyaml reads where PyYAML has it, five times as fast as PyYAML itself. A file in which it finds a fault is read again
by PyYAML, whose word counts: it says better what is wrong, and nothing it takes is refused.
"""

import re
from collections.abc import Hashable, Iterator
from typing import TYPE_CHECKING, Any

import yaml
from yaml.composer import Composer
from yaml.constructor import SafeConstructor
from yaml.resolver import Resolver

from services.common.errors import pointer

_NO_CHARACTER = re.compile("[\ud800-\udfff\\0]")


class _Rules(Composer, SafeConstructor, Resolver):
    """The composing and constructing without traps; scalars are as YAML 1.2's core schema has them."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012  # PyYAML fills it
    check_event: Any  # the parser's, whichever it is
    peek_event: Any

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("write every part out: no part (*name) may stand for another")
        if getattr(self.peek_event(), "tag", None) is not None:
            raise yaml.YAMLError("every value is what it looks like: none may be called something else (!!name)")
        return super().compose_node(parent, index)

    def compose_scalar_node(self, anchor: Any) -> Any:
        """Composes a scalar; a double-quoted text may escape what is no character: half of a surrogate pair, or the end
        of a C string."""
        node = super().compose_scalar_node(anchor)
        if _NO_CHARACTER.search(node.value):
            raise yaml.constructor.ConstructorError(None, None, "this text holds no characters", node.start_mark)
        return node

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        keys: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, Hashable):
                raise yaml.constructor.ConstructorError(None, None, "a key is one word", key_node.start_mark)
            if key in keys:
                raise yaml.constructor.ConstructorError(None, None, f"{key!r} stands here twice", key_node.start_mark)
            keys.add(key)
        return super().construct_mapping(node, deep)


for _tag, _shape, _first in (
    ("null", r"^(?:~|null|)$", ["~", "n", ""]),
    ("bool", r"^(?:true|false)$", ["t", "f"]),
    ("int", r"^-?(?:0|[1-9][0-9]*)$", list("-0123456789")),
    ("float", r"^-?(?:0|[1-9][0-9]*)\.[0-9]+(?:[eE][-+]?[0-9]+)?$", list("-0123456789")),
):
    _Rules.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_shape), _first)


class _Loader(_Rules, yaml.SafeLoader):
    """PyYAML itself."""


if TYPE_CHECKING or not yaml.__with_libyaml__:
    _QuickLoader = _Loader
else:
    from yaml.cyaml import CParser

    class _QuickLoader(_Rules, CParser):
        """The parser of libyaml, and PyYAML's own composer, which the rules need."""

        def __init__(self, stream: bytes) -> None:
            CParser.__init__(self, stream)
            for part in (Composer, SafeConstructor, Resolver):
                part.__init__(self)


def load(content: bytes) -> tuple[Any, dict[str, int]]:
    """Reads a file; returns its content, and the line on which each part begins, by JSON pointer.

    Raises:
        YAMLError: it is no YAML, or falls into a trap; the message names the line.
    """
    try:
        return _read(_QuickLoader, content)
    except yaml.YAMLError:
        return _read(_Loader, content)


def _read(loader_class: type[_Loader], content: bytes) -> tuple[Any, dict[str, int]]:
    try:
        loader = loader_class(content)
        node = loader.get_single_node()
        if node is None:
            return None, {}
        return loader.construct_document(node), dict(_lines(node, ""))
    except (RecursionError, ValueError) as error:  # no UTF-8, or a number with too many digits
        raise yaml.YAMLError(str(error)) from error


def _lines(node: yaml.Node, place: str) -> Iterator[tuple[str, int]]:
    yield place, node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            inner = place + pointer(key.value)
            yield from _lines(value, inner)
            yield inner, key.start_mark.line + 1
    elif isinstance(node, yaml.SequenceNode):
        for position, value in enumerate(node.value):
            yield from _lines(value, place + pointer(position))
