"""Makes the key by which texts that mean the same name and address are found alike."""

import re
from collections.abc import Iterable

from services.common.text import words

# Written by some and left out by others: what kind of firm it is, and what each part of an address is.
_FORMAL = re.compile(r"\b(?:ho kinh doanh|thanh pho|tp|quan|q|phuong|p|duong|so nha|so)\b")


def duplicate_key(values: Iterable[object]) -> str:
    """Makes a key that is the same for texts that mean the same name and address; empty when a text says nothing.

    `Hộ kinh doanh Phở Hùng`, `15 Lê Lai, P. Bến Thành` gives `pho hung|15 le lai ben thanh`.
    """
    parts = [" ".join(_FORMAL.sub(" ", " ".join(words(str(value or "")))).split()) for value in values]
    return "|".join(parts) if all(parts) else ""
