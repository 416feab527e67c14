"""A function's docstring begins with a verb in the third person that says what the function does."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SKIPPED = {"tests", "migrations", "resources"}  # what the gateway's handlers say is the description of their address
PLACES = ("services", "gateway", "infra")

# Words that end in s and are no verbs, as first words met in docstrings.
NO_VERBS = (
    "accounts address always as attachments bytes cases chains codes days digests fields figures findings ids items "
    "its lines look-ups members messages migrations numbers packets papers parts payments pins requests results "
    "revisions revocations statuses texts these this those triggers types uploads values versions volumes workers"
)


def documented(place: str) -> Iterator[tuple[str, str]]:
    """Yields every function of a folder that has a docstring, but for properties and tests."""
    for path in sorted((ROOT / place).rglob("*.py")):
        if SKIPPED & set(path.parts):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.FunctionDef):
                continue
            named = any("property" in ast.unparse(decorator) for decorator in node.decorator_list)
            if not named and (text := ast.get_docstring(node)):
                yield f"{path.relative_to(ROOT)}:{node.lineno} {node.name}", text


def first_word(text: str) -> str:
    return text.split(maxsplit=1)[0].strip(",.;:`'\"()").lower()


@pytest.mark.parametrize("place", PLACES)
def test_a_docstring_begins_with_what_the_function_does(place: str) -> None:
    others = {
        where: text.splitlines()[0]
        for where, text in documented(place)
        if not (word := first_word(text)).endswith("s") or word.endswith("ss") or word in NO_VERBS.split()
    }
    assert not others, others


def described(place: str) -> Iterator[tuple[str, str]]:
    """Yields every module and class of a folder that has a docstring."""
    for path in sorted((ROOT / place).rglob("*.py")):
        if SKIPPED & set(path.parts):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Module | ast.ClassDef) and (text := ast.get_docstring(node)):
                yield f"{path.relative_to(ROOT)} {getattr(node, 'name', '')}", text


@pytest.mark.parametrize("place", PLACES)
def test_a_module_and_a_class_are_said_with_a_noun_and_not_with_what(place: str) -> None:
    assert not {where: text for where, text in described(place) if text.startswith("What ")}
