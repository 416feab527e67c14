"""Every form looks as it did when somebody last looked at it."""

import shutil

import pytest
from PIL import Image, ImageChops

from services.documents.papers.press import Press
from services.documents.papers.tests.pictures import NEW, REFERENCES, STRAYS, pages, save, strays
from services.documents.papers.tests.variants import PAPERS


@pytest.mark.parametrize("name", PAPERS)
def test_a_paper_looks_as_it_did(press: Press, name: str) -> None:
    made = dict(pages(press, name))
    known = {path.name for path in REFERENCES.glob(f"{name}-[0-9]*.png")}
    different = sorted(made.keys() ^ known)
    for page in made.keys() & known:
        with Image.open(REFERENCES / page) as reference:
            if (found := strays(made[page], reference.convert("L"))) > STRAYS:
                different.append(f"{page} ({found} points)")
    if different:
        for page, picture in made.items():
            save(picture, NEW / page)
            if page in known:
                shutil.copy(REFERENCES / page, NEW / f"{page.removesuffix('.png')}-before.png")
    assert not different, f"not as they were: {', '.join(different)}; look at {NEW}, then `make pictures`"


def test_no_reference_is_of_a_paper_that_is_gone() -> None:
    assert [p.name for p in REFERENCES.glob("*.png") if p.stem.rpartition("-")[0] not in PAPERS] == []


def test_a_line_that_moved_or_is_missing_is_seen_and_a_point_is_not(press: Press) -> None:
    _, page = next(pages(press, "tt03-2025-03"))
    lower = page.copy()
    lower.paste(page.crop((0, 200, page.width, 400)), (0, 203))
    assert strays(page, lower) > 10 * STRAYS
    line = next(top for top in range(200, 400) if _dark(page, top))
    without = page.copy()
    without.paste(255, (0, line, page.width, line + 9))
    assert strays(page, without) > STRAYS
    assert strays(page, ImageChops.offset(page, 1, 0)) <= STRAYS


def _dark(page: Image.Image, top: int) -> bool:
    return sum(page.crop((0, top, page.width, top + 1)).histogram()[:128]) > 20
