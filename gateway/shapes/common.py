"""Parts that several shapes share. A shape is a typed dictionary: it types and documents, and costs nothing."""

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

Timestamp = Annotated[str, Field(description="RFC 3339, UTC; empty when it has not happened.")]
Day = Annotated[str, Field(description="yyyy-MM-dd; empty when there is none.")]
Sha256 = Annotated[str, Field(description="SHA-256 in hex.")]


class Bilingual(TypedDict):
    """A text in Vietnamese and English."""

    vi: str
    en: str


def bilingual(vi: str, en: str) -> Bilingual:
    return {"vi": vi, "en": en}
