"""What the progress message says: a bar, rounded numbers, how fast it goes and how long it still takes."""

from datetime import UTC, datetime

import pytest

from bot.chat.live import Live
from bot.domain.broadcast import Broadcast, BroadcastId, State, Tally
from bot.domain.contact import ChatId
from bot.domain.organiser import OrganiserId
from bot.domain.revision import Purpose
from bot.i18n.translator import Translator

EN = Translator().speaking("en")


def live(people: int, purpose: Purpose = Purpose.SEND) -> Live:
    broadcast = Broadcast(
        id=BroadcastId(bytes(16)),
        state=State.SENDING,
        author=OrganiserId(bytes(16)),
        texts={},
        digest=b"",
        created=datetime(2026, 11, 22, tzinfo=UTC),
        needed=1,
        cooldown=0,
        people=people,
        purpose=purpose,
    )
    return Live(chat=ChatId(1), words=EN, broadcast=broadcast)


def after(shown: Live, *, rate: float, seconds: int) -> list[str]:
    """The lines after so many seconds at this rate, told twice a second."""
    for half in range(2 * seconds + 1):
        shown.told(Tally(sent=int(half * rate / 2)), 1000 + half / 2)
    return shown.text(EN).split("\n")


def test_bar_rate_and_time_left() -> None:
    """A tenth of the bar for a tenth of the readers; whole messages a second; minutes, rounded."""
    lines = after(live(9000), rate=29.8, seconds=65)
    assert lines == [
        "Sending ▰▰▱▱▱▱▱▱▱▱",
        "Delivered: about 1900",
        "About 30 a second, about 4 minutes left",
    ]


@pytest.mark.parametrize(
    ("people", "left"),
    [
        (2000, "less than a minute left"),
        (1_000_000, "about 9 hours left"),
        (1900, "less than a minute left"),
        (1000, "less than a minute left"),
    ],
)
def test_how_long_it_takes(people: int, left: str) -> None:
    """Calm words; a few seconds are never counted down, and more readers than expected are no bad time."""
    assert after(live(people), rate=30, seconds=50)[-1] == f"About 30 a second, {left}"


def test_lately() -> None:
    """The rate is that of the last seconds, not of the whole time."""
    shown = live(100_000)
    after(shown, rate=30, seconds=60)
    for second in range(1, 20):
        shown.told(Tally(sent=1800 + 5 * second), 1060 + second)
    assert "About 5 a second" in shown.text(EN)


@pytest.mark.parametrize(("people", "seconds"), [(19, 10), (9000, 0), (0, 10)])
def test_what_is_not_told(people: int, seconds: int) -> None:
    """Under 20 readers neither a part of the bar nor a rate is told, nor before there is one."""
    lines = after(live(people), rate=30, seconds=seconds)
    assert lines[0] == "Sending ▱▱▱▱▱▱▱▱▱▱"
    assert len(lines) == 2


def test_a_standstill() -> None:
    """While nothing moves no time is promised."""
    shown = live(9000)
    after(shown, rate=30, seconds=30)
    for second in range(1, 20):
        shown.told(Tally(sent=900), 1030 + second)
    assert len(shown.text(EN).split("\n")) == 2


def test_at_the_end() -> None:
    """The last look has a full bar and no speed, whatever was expected."""
    shown = live(9000)
    after(shown, rate=30, seconds=60)
    last = shown.last(Tally(sent=7000), done=True)
    assert last.text.text == "Sending ▰▰▰▰▰▰▰▰▰▰\nDelivered: about 7000"
    assert last.rows == ()


@pytest.mark.parametrize(
    ("purpose", "first", "second"),
    [(Purpose.UNDO, "Taking back", "Deleted: about 100"), (Purpose.EDIT, "Changing", "Changed: about 100")],
)
def test_undo_and_edit(purpose: Purpose, first: str, second: str) -> None:
    """The same for an undo and an edit, in their own words."""
    lines = after(live(1000, purpose), rate=10, seconds=10)
    assert lines[0].startswith(first)
    assert lines[1:] == [second, "About 10 a second, about 2 minutes left"]
