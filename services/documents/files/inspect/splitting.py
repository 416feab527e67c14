"""Counts the pages of a PDF and takes it apart, in the process that looks into files."""

import os
from collections.abc import Sequence

import pikepdf

from services.documents.files.inspect.view import View, as_file

MARK_WIDTH, MARK_HEIGHT, MARGIN = 230, 52, 8
"""The clerk's mark in points, above a paper's first page at the right."""


def pages_in(view: View) -> int:
    with pikepdf.open(as_file(view)) as stack:
        return len(stack.pages)


def split(view: View, ranges: Sequence[Sequence[int]], outs: Sequence[int], mark: int | None) -> None:
    """Writes pages of a stack to open files.

    Args:
        ranges: first and last page from 1, and whether the part is marked, for each file.
        mark: an open file, a PDF whose first page is laid over the first page of the parts that are marked.
    """
    with pikepdf.open(as_file(view)) as stack:
        for (first, last, marked), out in zip(ranges, outs, strict=True):
            with pikepdf.new() as part:
                part.pages.extend(stack.pages[first - 1 : last])
                if marked and mark is not None:
                    _lay_over(part, mark)
                with os.fdopen(os.dup(out), "wb") as file:
                    part.save(file)


def _lay_over(part: pikepdf.Pdf, mark: int) -> None:
    """Gives the first page a strip above for the mark, so that it covers nothing of the paper."""
    page = part.pages[0]
    left, bottom, right, top = (float(each) for each in page.cropbox)
    width = min(MARK_WIDTH, right - left - 2 * MARGIN)
    page.mediabox = page.cropbox = pikepdf.Rectangle(left, bottom, right, top + MARK_HEIGHT + 2 * MARGIN)
    low = top + MARGIN
    place = pikepdf.Rectangle(right - MARGIN - width, low, right - MARGIN, low + MARK_HEIGHT)
    with os.fdopen(os.dup(mark), "rb") as file:
        file.seek(0)
        with pikepdf.open(file) as over:
            page.add_overlay(over.pages[0], place)
