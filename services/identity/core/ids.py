"""Ids as requests give them."""

from uuid import UUID


def read_id(text: str) -> UUID | None:
    """Reads the id of an account or session; None unless it is written as we write ids."""
    try:
        read = UUID(text)
    except ValueError:
        return None
    return read if str(read) == text else None
