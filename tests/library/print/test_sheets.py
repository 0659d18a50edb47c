"""Which A5 page lies where on A4."""

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.statement import Statement
from bot.library.print.leaflet import leaflet
from bot.library.print.press import Press, pages
from bot.library.print.sheets import booklet, twice
from bot.library.print.style import Imprint, Sheet, Style


def test_a_sheet_to_fold() -> None:
    """Four pages are one sheet: the back and the cover outside, two and three inside."""
    assert booklet(4) == [(4, 1), (2, 3)]
    assert booklet(8) == [(8, 1), (2, 7), (6, 3), (4, 5)]


@given(st.integers(min_value=1, max_value=64))
def test_every_page_has_its_place(count: int) -> None:
    """Once each, the last one at the very back, and what faces each other when opened follows each other."""
    order = booklet(count)
    assert sorted(page for side in order for page in side if page) == list(range(1, count + 1))
    assert order[0][0] == count
    whole = len(order) * 2
    read = [0] * (whole + 1)
    for at in range(0, len(order), 2):
        (back, front), (inside, beside) = order[at], order[at + 1]
        read[at + 1], read[at + 2], read[whole - at - 1], read[whole - at] = front, inside, beside, back
    assert [page for page in read if page] == list(range(1, count + 1))


def test_two_to_cut() -> None:
    """Each page stands twice beside itself, so that every cut half is a whole leaflet."""
    assert twice(3) == [(1, 1), (2, 2), (3, 3)]


def test_as_many_sides_as_pages(press: Press, imprint: Imprint, programme: Statement) -> None:
    """A leaflet to cut has as many sides as the A5 one has pages; one to fold has an even number."""
    plain, cut, fold = (
        pages(leaflet(press, programme, Style(sheet=sheet), imprint, date="1")) for sheet in Sheet
    )
    assert cut == plain
    assert fold % 2 == 0
