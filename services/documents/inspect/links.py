"""Tells a link that a reader follows to a page from one that hands their password to a stranger's computer."""

import re

_UNSEEN = re.compile(r"[\x00-\x20\x7f]+")
# Two slashes and a name, or four: another computer. file:///C:/ is the reader's own disk.
_COMPUTER = re.compile(r"(?:file:|smb:)?(?:[/\\]{2}(?![/\\])|[/\\]{4})", re.I)
_RUNS = re.compile(r"(?:javascript|vbscript|data|smb|search(?:-ms)?|ms-[a-z]+|shell|res|jar|mhtml|mk):", re.IGNORECASE)


def reaches_out(address: str) -> bool:
    """Whether following this address runs something or opens a share of another computer."""
    bare = _UNSEEN.sub("", address)
    return bool(_COMPUTER.match(bare) or _RUNS.match(bare))


def is_elsewhere(path: str) -> bool:
    """Whether a file named so lies on another computer."""
    return reaches_out(path) or "://" in path
