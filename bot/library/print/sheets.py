"""A5 pages put together on A4 across: each twice, to cut, or in booklet order, to fold."""

from bot.library.languages import is_right_to_left
from bot.library.print.press import Press, pages
from bot.library.print.style import Sheet

Side = tuple[int, int]
"""The pages left and right; 0 is an empty one."""


def together(press: Press, pdf: bytes, sheet: Sheet, *, language: str) -> bytes:
    """The sheets, to print on both sides along the short edge."""
    count = pages(pdf)
    order = twice(count) if sheet is Sheet.CUT else booklet(count)
    if is_right_to_left(language):
        order = [(right, left) for left, right in order]
    return press.pdf("sheets.typ", {"order": order, "cut": sheet is Sheet.CUT}, pages=pdf)


def twice(count: int) -> list[Side]:
    """Each page left and right: printed on both sides and cut, two leaflets with their pages in order."""
    return [(page, page) for page in range(1, count + 1)]


def booklet(count: int) -> list[Side]:
    """Outer sheet first, its front before its back; the last page is always the back of all."""
    whole = count + -count % 4
    page = [0, *range(1, count), *[0] * (whole - count), count]
    return [
        side
        for front in range(1, whole // 2, 2)
        for back in [whole + 1 - front]
        for side in ((page[back], page[front]), (page[front + 1], page[back - 1]))
    ]
