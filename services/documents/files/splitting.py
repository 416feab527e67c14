"""A stack scanned as one file, split onto its papers: whether every page is where it belongs.

What is digitised is checked for number, completeness and order, and pages are held against images; a page with slips
pasted on is scanned twice (TT 01/2023/TT-VPCP, Điều 8; TT 03/2025/TT-VPCP, Điều 5).
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.common.errors import FieldError, pointer


@dataclass(frozen=True, slots=True)
class ScanPart:
    """One paper of a stack: its pages in the stack from the first to the last, counted from 1, and how many pages the
    paper on the desk has. `twice` are pages of the stack that show a page a second time; a `certified` part was
    compared with the original."""

    paper: str
    first: int
    last: int
    pages: int
    twice: tuple[int, ...] = ()
    certified: bool = False

    @property
    def images(self) -> int:
        return self.last - self.first + 1


def faults(
    parts: Sequence[ScanPart], left_out: Sequence[int], shared: Sequence[int], images: int
) -> Iterator[FieldError]:
    """Yields everything for which the stack cannot be split so.

    Args:
        left_out: pages of the stack that belong to no paper, said on purpose.
        shared: pages that belong to more than one paper, said on purpose.
        images: pages of the stack.
    """
    for position, part in enumerate(parts):
        yield from _faults(pointer("parts", position), part, images)
    counted = Counter(page for part in parts for page in range(part.first, part.last + 1) if page <= images)
    for page in range(1, images + 1):
        if not counted[page] and page not in left_out:
            yield FieldError(
                "/parts",
                "page-left-out",
                f"Trang {page} của tập quét chưa thuộc giấy tờ nào. Gán trang này, hoặc ghi là trang bỏ.",
                f"Page {page} of the stack is on no paper. Give it to one, or name it as left out.",
            )
        if counted[page] > 1 and page not in shared:
            yield FieldError(
                "/parts",
                "page-twice",
                f"Trang {page} của tập quét thuộc hai giấy tờ. Sửa số trang, hoặc ghi là trang dùng chung.",
                f"Page {page} of the stack is on two papers. Correct the pages, or name it as shared.",
            )
        if counted[page] and page in left_out:
            yield FieldError(
                "/left_out",
                "page-not-left-out",
                f"Trang {page} ghi là bỏ nhưng vẫn thuộc một giấy tờ.",
                f"Page {page} is named as left out and is on a paper all the same.",
            )


def _faults(place: str, part: ScanPart, images: int) -> Iterator[FieldError]:
    if not 1 <= part.first <= part.last <= images:
        yield FieldError(
            place,
            "range",
            f"Trang từ 1 đến {images}, trang đầu không sau trang cuối; ví dụ từ 1 đến 2.",
            f"Pages go from 1 to {images}, the first not after the last; e.g. 1 to 2.",
        )
        return
    if part.pages < 1:
        yield FieldError(
            f"{place}/pages",
            "range",
            "Ghi số trang của giấy tờ trên bàn, từ 1 trở lên, ví dụ 2.",
            "Say how many pages the paper on the desk has, 1 or more, e.g. 2.",
        )
    elif outside := [page for page in part.twice if not part.first <= page <= part.last]:
        yield FieldError(
            f"{place}/twice",
            "range",
            f"Trang quét hai lần phải nằm trong giấy tờ này: {', '.join(map(str, outside))}.",
            f"A page scanned twice is one of this paper: {', '.join(map(str, outside))}.",
        )
    elif part.images != part.pages + len(set(part.twice)):
        again = len(set(part.twice))
        yield FieldError(
            f"{place}/pages",
            "pages-not-images",
            f"Giấy tờ có {part.pages} trang nhưng tập quét có {part.images} ảnh"
            + (f", trong đó {again} ảnh quét lại" if again else "")
            + ". Đếm lại trang, hoặc ghi trang quét hai lần.",
            f"The paper has {part.pages} pages and the stack {part.images} images of it"
            + (f", {again} of them scanned again" if again else "")
            + ". Count again, or name the pages scanned twice.",
        )
