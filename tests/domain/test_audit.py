"""Heads of the audit: how people get and give them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.audit import MARK, Head, head_of


@given(st.integers(1, 10**12 - 1), st.binary(min_size=MARK, max_size=MARK))
def test_a_head_is_read_as_it_was_written(number: int, mark: bytes) -> None:
    """What is copied from a chat, in small letters or with a space at its ends, is the same head."""
    head = Head(number=number, mark=mark)
    assert head_of(str(head)) == head
    assert head_of(f" {str(head).lower()}\n") == head
    assert len(str(head).partition("-")[2].replace("-", "")) == 16


@pytest.mark.parametrize(
    "text",
    [
        *("", "17", "0-AAAA-AAAA-AAAA-AAAA", "-1-AAAA-AAAA-AAAA-AAAA", "17-AAAA-AAAA-AAAA"),
        *("17-AAAA-AAAA-AAAA-AAAA-AAAA", "17-AAAA-AAAA-AAAA-AAA1", "17AAAA-AAAA-AAAA-AAAA"),
        *(
            "٣-AAAA-AAAA-AAAA-AAAA",
            "1٣-AAAA-AAAA-AAAA-AAAA",
            "1" * 13 + "-AAAA-AAAA-AAAA-AAAA",
            "17-AAAA AAAA-AAAA-AAAA",
        ),
    ],
)
def test_what_is_no_head(text: str) -> None:
    """A part of a head, or anything else, is none."""
    assert head_of(text) is None
