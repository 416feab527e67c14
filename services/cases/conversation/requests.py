"""Reads over gRPC where a page of a conversation starts."""

from services.cases.work.store.paging import bad_token

PLACE_DIGITS = 9


def read_place(page_token: str) -> int:
    """Reads after which entry a page starts, by its number; the first page for an empty token.

    Raises:
        InvalidInput: the token is not one of ours.
    """
    if not page_token:
        return 0
    if page_token.isascii() and page_token.isdigit() and len(page_token) <= PLACE_DIGITS:
        return int(page_token)
    raise bad_token()
