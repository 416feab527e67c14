"""Whatever people are told is in words: no pattern, format, code or name for machines stands in any sentence."""

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

import gateway
import services
from gateway import sentences
from services.cases.filing.checks import applications
from services.cases.forms.domain import forms
from services.cases.forms.domain.fields import FORMATS
from services.cases.procedures.authoring import source
from services.common.errors import OnestopError

ROOT = Path(__file__).parents[2]
FORBIDDEN = re.compile(r"[\^_\[\\]|yyyy|\bdd/MM|ISO 8601|\bRFC\b|\bregex|\((?:date|email|uuid)\)", re.IGNORECASE)
# The makers of what people are told, and where the Vietnamese and the English stand among what they are given.
MAKERS = {
    "FieldError": (2, 3),
    "FilingWarning": (1, 2),
    "Doubt": (1, 2),
    "Possible": (1, 2),
    "_Sentence": (1, 2),
    "error": (2, 3),
    "warning": (2, 3),
}
TABLES = (sentences.SENTENCES, forms._SENTENCES, applications._SENTENCES, source._SENTENCES)


def modules() -> Iterator[str]:
    for package in (services, gateway):
        for found in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
            if ".tests" not in found.name and ".migrations" not in found.name and not found.name.endswith("__main__"):
                yield found.name


def bare(sentence: str) -> str:
    """The sentence without the names of its places, which are filled in."""
    return "".join(literal for literal, *_ in Formatter().parse(sentence))


def written(part: ast.AST) -> Iterator[str]:
    """The texts an expression is made of, whatever fills its places."""
    match part:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=values):
            yield from (str(each.value) for each in values if isinstance(each, ast.Constant))
        case ast.BinOp(left=left, right=right):
            yield from (*written(left), *written(right))
        case ast.IfExp(body=body, orelse=other):
            yield from (*written(body), *written(other))


def told(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """What a module has people told: the line, and each text."""
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call):
            continue
        name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
        given = [call.args[place] for place in MAKERS.get(name, ()) if place < len(call.args)]
        given += [
            each.value for each in call.keywords if each.arg in {"vi", "en"} or (each.arg or "")[-3:] in {"_vi", "_en"}
        ]
        for part in given:
            for text in written(part):
                yield call.lineno, text


@pytest.mark.parametrize("name", list(modules()))
def test_what_a_module_tells_people_is_in_words(name: str) -> None:
    module = importlib.import_module(name)
    path = Path(str(module.__file__))
    tree = ast.parse(path.read_text(encoding="utf-8"))
    wrong = [f"{path.relative_to(ROOT)}:{line}: {text}" for line, text in told(tree) if FORBIDDEN.search(bare(text))]
    assert wrong == []


def test_every_error_is_told_in_words() -> None:
    for name in modules():
        importlib.import_module(name)
    every, left = list[type[OnestopError]](), [OnestopError]
    while left:
        every.append(kind := left.pop())
        left.extend(kind.__subclasses__())
    assert len(every) > 100
    wrong = [
        f"{kind.__name__}: {text}" for kind in every for text in (kind.vi, kind.en) if FORBIDDEN.search(bare(text))
    ]
    assert wrong == []


@pytest.mark.parametrize("table", TABLES)
def test_every_table_of_sentences_is_in_words_and_in_both_languages(table: dict[str, tuple[str, str]]) -> None:
    for key, (vi, en) in table.items():
        assert vi, key
        assert en not in {"", vi}
        assert not FORBIDDEN.search(bare(vi) + bare(en)), key


@pytest.mark.parametrize("name", list(FORMATS))
def test_every_format_is_told_in_words_with_an_example(name: str) -> None:
    kind = FORMATS[name]
    assert not FORBIDDEN.search(kind.vi + kind.en)
    assert name == "lines" or ("ví dụ" in kind.vi and "e.g." in kind.en)


def test_a_sentence_with_a_pattern_or_a_code_is_found() -> None:
    tree = ast.parse('yield FieldError(place, "x", f"Không đúng {a}: ^[0-9]$", "Name file_id", vi=f"dạng {b} yyyy-MM")')
    assert [text for _, text in told(tree) if FORBIDDEN.search(bare(text))] == [": ^[0-9]$", "Name file_id", " yyyy-MM"]
