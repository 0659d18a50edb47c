"""What is kept about a reader."""

from datetime import UTC, datetime

from bot.domain.contact import ChatId, Contact, ContactId, Kind, month

GROUP = Contact(
    id=ContactId(bytes([7]) + bytes(15)),
    chat=ChatId(-100),
    kind=Kind.GROUP,
    language="en",
    joined=month(datetime(2026, 11, 22, tzinfo=UTC)),
)


def test_shard_is_the_first_byte_of_the_id() -> None:
    """The list is cut into 256 parts by a random byte."""
    assert GROUP.shard == 7


def test_changes_make_a_new_value() -> None:
    """Language, number and pause change one field and keep the rest."""
    assert GROUP.speaking("ru").language == "ru"
    assert GROUP.moved(ChatId(-200)).chat == -200
    assert GROUP.muted(paused=True).paused
    assert GROUP.speaking("ru").speaking("en") == GROUP


def test_only_the_month_of_joining_is_kept() -> None:
    """Two days of one month cannot be told apart."""
    first, last = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 31, tzinfo=UTC)
    assert month(first) == month(last)
    assert month(first) == 2026 * 12
    assert month(datetime(1999, 12, 5, tzinfo=UTC)) == 1999 * 12 + 11
