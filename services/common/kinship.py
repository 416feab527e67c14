"""What somebody who acts for another may be to them, where the law asks no authorisation paper of such."""

from collections.abc import Mapping
from typing import Literal

Relation = Literal["parent", "spouse", "child"]

RELATIONS: Mapping[Relation, tuple[str, str]] = {
    "parent": ("cha hoặc mẹ", "parent"),
    "spouse": ("vợ hoặc chồng", "spouse"),
    "child": ("con", "child"),
}
"""Each in Vietnamese and in English."""
