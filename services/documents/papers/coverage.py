"""Shows the ranges of what the press prints, asked of it: `python -m services.documents.papers.coverage`.

They are declared in services/contracts/printable.py, for every service to know; a test compares the two.
"""

import json
import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from textwrap import fill

import typst

from services.documents.papers.press import FONTS, SHIPPED

_SHEET = f"""
#set text(font: ({", ".join(map(json.dumps, FONTS))}), lang: "vi", region: "VN")
#for each in json(bytes(sys.inputs.texts)) {{ block(each) }}
""".encode()
_LACKING = re.compile(r'error: PDF/A-2b error: the text `"(.*?)"` could not be displayed', re.DOTALL)
_ESCAPED = re.compile(r"\\(?:u\{([0-9a-f]+)\}|(.))")
_BLANK = frozenset("\u1db4\ufffc")  # for which a font has a glyph that shows nothing
_AT_A_TIME = 4_000


def refused(texts: Sequence[str]) -> list[str]:
    """Lists the texts that the press cannot print as they are, and those that share a character with them."""
    compiler = typst.Compiler(font_paths=[SHIPPED], ignore_system_fonts=True)
    batches = (texts[start : start + _AT_A_TIME] for start in range(0, len(texts), _AT_A_TIME))
    return [text for some in batches for text in _refused(compiler, some)]


def candidates() -> Iterator[str]:
    """Returns every character that should show something by itself."""
    every = map(chr, range(0x21, sys.maxunicode + 1))
    return (each for each in every if unicodedata.category(each)[0] in "LNPS" and each not in _BLANK)


def ranges(characters: Iterable[str]) -> list[tuple[int, int]]:
    """Returns the first and last code point of every run of neighbours."""
    found: list[tuple[int, int]] = []
    for code in sorted(map(ord, characters)):
        if found and code == found[-1][1] + 1:
            found[-1] = (found[-1][0], code)
        else:
            found.append((code, code))
    return found


def _refused(compiler: typst.Compiler, texts: Sequence[str]) -> list[str]:
    """Lists the parts of the texts for which the press has no glyph."""
    inputs = {"texts": json.dumps(texts, ensure_ascii=False)}
    try:
        compiler.compile(_SHEET, format="pdf", sys_inputs=inputs, pdf_standards="a-2b")
    except typst.TypstError as error:
        lacking = {_ESCAPED.sub(_unescaped, part) for part in _LACKING.findall(error.diagnostic)}
        if not lacking:
            raise
        return [text for text in texts if text in lacking or not lacking.isdisjoint(text)]
    return []


def _unescaped(match: re.Match[str]) -> str:
    return chr(int(match[1], 16)) if match[1] else match[2]


if __name__ == "__main__":
    every = list(candidates())
    missing = frozenset(refused(every))
    shown = ranges(each for each in every if each not in missing)
    sys.stdout.write(fill(" ".join(f"{a:x}" if a == b else f"{a:x}-{b:x}" for a, b in shown), 112) + "\n")
