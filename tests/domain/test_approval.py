"""How many must agree, to what exactly, and when a gate closes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.approval import (
    approvals_if_urgent,
    approvals_needed,
    approvals_to_enrol,
    digest,
    fingerprint,
    locked_until,
)
from bot.domain.media import Media, MediaKind
from bot.domain.rich_text import Entity, RichText

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ever", "setting", "today", "needed"),
    [
        (0, 2, 0, 1),
        (1, 5, 99, 1),
        (2, 1, 0, 2),
        (2, 2, 7, 2),
        (2, 2, 8, 3),
        (9, 3, 0, 3),
        (9, 3, 8, 4),
    ],
)
def test_approvals_needed(ever: int, setting: int, today: int, needed: int) -> None:
    """One while only one was ever enrolled; then at least two; one more after many in a day."""
    assert approvals_needed(ever_enrolled=ever, setting=setting, today=today, per_day=8) == needed


def test_approvals_without_a_day_to_look_at() -> None:
    """The ninth broadcast of a day is the first that takes one more, unless a setting says otherwise."""
    needed = [approvals_needed(ever_enrolled=2, setting=2, today=today) for today in (0, 7, 8)]
    assert needed == [2, 2, 3]
    assert approvals_needed(ever_enrolled=2, setting=2) == 2
    assert approvals_needed(ever_enrolled=2, setting=2, per_day=0) == 3


@pytest.mark.parametrize(("needed", "urgent"), [(1, 3), (2, 3), (3, 4), (9, 10)])
def test_approvals_if_urgent(needed: int, urgent: int) -> None:
    """One more than else, and never fewer than two people besides the author."""
    assert approvals_if_urgent(needed) == urgent


@pytest.mark.parametrize(
    ("needed", "enrolled", "agreed"), [(1, 1, 1), (2, 1, 1), (3, 1, 1), (3, 5, 2), (2, 0, 1)]
)
def test_approvals_to_enrol(needed: int, enrolled: int, agreed: int) -> None:
    """A newcomer needs one less than a broadcast, at least one, and no more than there are."""
    assert approvals_to_enrol(needed=needed, enrolled=enrolled) == agreed


BOLD = Entity(kind="bold", offset=0, length=2)
LINK = Entity(kind="text_link", offset=0, length=2, url="https://example.org")
CODE = Entity(kind="pre", offset=0, length=2, language="python")
BASE = {"": RichText("Hello"), "ru": RichText("Привет", (BOLD,))}


@pytest.mark.parametrize(
    "other",
    [
        {"": RichText("Hello")},
        {"": RichText("Hello "), "ru": RichText("Привет", (BOLD,))},
        {"": RichText("Hello"), "ru": RichText("Привет")},
        {"": RichText("Hello"), "ru": RichText("Привет", (LINK,))},
        {"en": RichText("Hello"), "ru": RichText("Привет", (BOLD,))},
        {"": RichText("Hello"), "ru": RichText("Привет", (Entity(kind="bold", offset=0, length=3),))},
    ],
)
def test_digest_binds_every_word_and_style(other: dict[str, RichText]) -> None:
    """Any other text, language or formatting has another digest."""
    assert digest(BASE, audience="a", starts="b") != digest(other, audience="a", starts="b")


def test_digest_binds_audience_and_time() -> None:
    """The same text to others, or at another time, has another digest."""
    assert digest(BASE, audience="a", starts="b") == digest(
        dict(reversed(BASE.items())), audience="a", starts="b"
    )
    assert digest(BASE, audience="ab", starts="") != digest(BASE, audience="a", starts="b")


@pytest.mark.parametrize(
    ("entity", "other"), [(LINK, replace(LINK, url="x")), (CODE, replace(CODE, language="x"))]
)
def test_digest_binds_where_a_link_leads(entity: Entity, other: Entity) -> None:
    """The same words with a link to elsewhere have another digest."""
    texts = {"": RichText("Hello", (entity,))}, {"": RichText("Hello", (other,))}
    assert digest(texts[0], audience="a", starts="b") != digest(texts[1], audience="a", starts="b")


def test_digest_stays_what_it_is() -> None:
    """A broadcast that waits for approval during an upgrade can still be approved."""
    texts = {"": RichText("Hello", (LINK, CODE)), "ru": RichText("Привет", (BOLD,))}
    assert digest(texts, audience="everyone", starts="now").hex() == (
        "9a090c054bef7db66c89a1c57b625c248413d46a7a699d98182dc0102d940ade"
    )


PICTURE = Media(kind=MediaKind.PHOTO, file_id="AgAC", unique_id="AQAD", size=1000)


@pytest.mark.parametrize(
    "other",
    [
        None,
        replace(PICTURE, kind=MediaKind.DOCUMENT),
        replace(PICTURE, file_id="AgAD"),
        replace(PICTURE, unique_id="AQAC"),
        replace(PICTURE, size=1001),
        replace(PICTURE, file_id="AgACAQ", unique_id="AD"),
    ],
)
def test_digest_binds_the_picture(other: Media | None) -> None:
    """Another picture, another kind, another size or none has another digest."""
    assert digest(BASE, audience="a", starts="b", media=PICTURE) != digest(
        BASE, audience="a", starts="b", media=other
    )


def test_the_digest_of_a_text_stays_what_it_was() -> None:
    """What waits for approval when Handbill is renewed keeps the digest that people have seen."""
    assert (
        digest(BASE, audience="a", starts="b").hex()
        == "a314f72d6230f965072cef7a874c132310a8c068fe82acd9e389d7067b999106"
    )


def test_the_digest_of_a_picture_stays_what_it_was() -> None:
    """A picture that waits for approval during an upgrade can still be approved."""
    assert (
        digest(BASE, audience="a", starts="b", media=PICTURE).hex()
        == "49233e7d561380efb41c6776bb18c96fcc14c070bf44a56825d306cc95944a86"
    )


def test_a_fingerprint_is_eight_characters_of_the_digest() -> None:
    """Two people read aloud the beginning of the digest in base32 (RFC 4648), in two groups of four."""
    assert fingerprint(bytes(32)) == "AAAA-AAAA"
    assert fingerprint(b"foobar" + bytes(26)) == "MZXW-6YTB"
    assert fingerprint(b"fooba" + bytes([0xFF]) * 27) == "MZXW-6YTB"
    assert fingerprint(b"foobb" + bytes(27)) != "MZXW-6YTB"


@given(st.text(), st.text(), st.text(), st.text())
def test_no_two_broadcasts_run_together(a: str, b: str, c: str, d: str) -> None:
    """Moving the border between two texts changes the digest."""
    one = digest({"en": RichText(a), "ru": RichText(b)}, audience="", starts="")
    two = digest({"en": RichText(c), "ru": RichText(d)}, audience="", starts="")
    assert (one == two) is ((a, b) == (c, d))


def test_five_wrong_codes_in_a_quarter_of_an_hour_close_the_gate_for_one() -> None:
    """Four are forgiven, and so are five that are spread out."""
    quick = tuple(NOON + timedelta(minutes=n) for n in range(5))
    assert locked_until(quick[:4]) is None
    assert locked_until(quick) == quick[-1] + timedelta(hours=1)
    slow = tuple(NOON + timedelta(minutes=n) for n in (0, 1, 2, 3, 15))
    assert locked_until(slow) == slow[-1] + timedelta(hours=1)
    assert locked_until((*slow[:-1], slow[-1] + timedelta(seconds=1))) is None
    assert locked_until(tuple(NOON + timedelta(minutes=4 * n) for n in range(5))) is None
