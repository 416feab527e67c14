"""Pictures of papers, to look at and to compare: `make pictures` makes anew those that the tests compare with.

They are small and grey. Where two pictures differ, a point that is dark in one has no dark point beside it in the
other: a line that moved or is missing leaves hundreds, another way of smoothing letters none.
"""

import io
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from PIL import Image, ImageChops, ImageFilter

from services.documents.papers.domain import form_of, named, number_of
from services.documents.papers.press import Press
from services.documents.papers.tests.variants import PAPERS
from services.documents.tests.samples import RESULTS

REFERENCES = Path(__file__).parent / "references"
NEW = Path(__file__).parents[4] / "build" / "papers"
"""Where a picture goes that is not as it was."""
PUBLIC_URL = "https://dichvucong.example.vn/"
DOTS_PER_INCH = 72
GREYS = 8
DARKER = 80
"""By so much a point is darker than another to be told from it, of 255."""
STRAYS = 25
"""So many points may be dark in one of two pictures only."""


def pages(press: Press, name: str) -> Iterator[tuple[str, Image.Image]]:
    """Yields the pictures of a paper's pages, each with its name."""
    family, key, data = PAPERS[name]
    form, template = named(form_of(key, family), data), name.removeprefix("certificate-") if key == "result" else ""
    made = press.pictures(
        form,
        "0198a7c2-7d2e-7c11-9a52-6e1f0c9d8b7a",
        number_of(form, 2, data),
        data,
        "Công an Thành phố Hồ Chí Minh",
        datetime(2026, 1, 5, 2, 6, 7, tzinfo=UTC),
        DOTS_PER_INCH,
        template if template in RESULTS else "",
    )
    for number, page in enumerate(made, start=1):
        yield f"{name}-{number}.png", _in_few_greys(Image.open(io.BytesIO(page)))


def strays(first: Image.Image, second: Image.Image) -> int:
    """Counts the points dark in one picture that have no dark point within a point's reach in the other."""
    if first.size != second.size:
        return first.width * first.height
    return _only_in(first, second) + _only_in(second, first)


def _in_few_greys(page: Image.Image) -> Image.Image:
    step = 255 / (GREYS - 1)
    return page.convert("L").point([round(round(level / step) * step) for level in range(256)])


def _only_in(picture: Image.Image, other: Image.Image) -> int:
    lacking = ImageChops.subtract(other.filter(ImageFilter.MinFilter(3)), picture)
    return sum(lacking.histogram()[DARKER:])


def save(picture: Image.Image, path: Path) -> None:
    """Writes a picture, whose few greys take some ten kilobytes a page."""
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.quantize(GREYS).save(path, optimize=True)


def renew() -> None:
    """Makes all references anew; those of papers that are gone go."""
    for old in REFERENCES.glob("*.png"):
        old.unlink()
    press = Press(PUBLIC_URL)
    for name in PAPERS:
        for page, picture in pages(press, name):
            save(picture, REFERENCES / page)
    sys.stdout.write(f"{len(list(REFERENCES.glob('*.png')))} pictures in {REFERENCES}\n")


if __name__ == "__main__":
    renew()
