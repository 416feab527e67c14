"""Tells a link that a reader follows to a page from a link that hands their password to a stranger's computer."""

import re
import unicodedata
from urllib.parse import unquote

_UNSEEN = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})
# Two slashes and a name, or four: another computer. file:///C:/ is the reader's own disk.
_COMPUTER = re.compile(r"(?:file:|smb:)?(?:[/\\]{2}(?![/\\])|[/\\]{4})", re.I)
_RUNS = re.compile(r"(?:javascript|vbscript|data|smb|search(?:-ms)?|ms-[a-z]+|shell|res|jar|mhtml|mk):", re.IGNORECASE)
_OF_A_NET = re.compile(r"(?!file:)[a-z][a-z0-9+.-]*:[/\\]{2}", re.IGNORECASE)
_OWN_DISK = re.compile(r"(?:file:/{2,3})?[a-z]:[/\\]", re.IGNORECASE)


def reaches_out(address: str) -> bool:
    """Returns whether following this address runs something or opens a share of another computer, however it is
    spelled."""
    return any(_COMPUTER.match(bare) or _RUNS.match(bare) for bare in _read(address))


def is_elsewhere(path: str) -> bool:
    """Returns whether a file named so lies on another computer."""
    return reaches_out(path) or "://" in path


def fetches(address: str) -> bool:
    """Returns whether what is shown from there comes from another computer; file:///C:/ is the reader's own disk."""
    return reaches_out(address) or any(_OF_A_NET.match(bare) for bare in _read(address))


def is_on_own_disk(address: str) -> bool:
    """Returns whether a file of this name lies on a disk of the reader, as the source of a document or of pasted text
    does."""
    return bool(_OWN_DISK.match(address.strip())) and not fetches(address)


def _read(address: str) -> tuple[str, str]:
    """Returns the address without unseen characters, as it stands and with its escapes read."""
    bare = "".join(each for each in address if unicodedata.category(each) not in _UNSEEN)
    return bare, unquote(bare)
