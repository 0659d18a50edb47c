"""Marks that were opened and never closed are found; what somebody meant as a sign is not."""

import pytest

from bot.library.leftovers import leftovers
from bot.library.source import Spot


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        ("Some **bold words\n", [3]),
        ("One.\n\nSome ~~struck.\n\nAnd **more\n", [5, 7]),
        ("- item\n- See [here](https://exam\n", [4]),
        ("Text.\n\n```\ncode\n", [5]),
        ("Text.\n\n```\n", [5]),
        ("> ~~~\n> code\n", [3]),
        ("# A ** in a heading\n", [3]),
    ],
)
def test_what_was_never_ended(body: str, lines: list[int]) -> None:
    """Each with the line of the file on which its block begins."""
    assert [error.line for error in leftovers(body, Spot(None, 3))] == lines


@pytest.mark.parametrize(
    "body",
    [
        "Some **bold**, ~~struck~~ and [linked](https://example.org/a) words.\n",
        "Signs: \\*\\* and \\~\\~ and \\](.\n",
        "In code: `**` and `](`.\n",
        "An address: https://example.org/a**b~~c and 5 * 3 [1] (2).\n",
        "```\ncode **\n```\n\n> ~~~\n> code\n> ~~~\n\n- ```\n  code\n  ```\n",
        "    code **\n",
        "",
    ],
)
def test_what_is_right(body: str) -> None:
    """Closed marks, signs with a backslash, code and addresses."""
    assert leftovers(body, Spot(None, 1)) == []
