"""/quiet: in which hours messages come without sound, chosen by buttons in one message.

What time it is where somebody is, they say by a button; no zone and no place is asked for or kept.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from bot.actions.subscriptions import Subscriptions
from bot.chat.heard import whole_number
from bot.chat.page import Button, Page, Rows, page
from bot.chat.turn import Turn
from bot.clock import Clock
from bot.domain.quiet import CHOICES, DAY, STEP, Quiet, clock, clocks
from bot.i18n.translator import Words

ALWAYS = "off"
"""In a button: with sound at any hour."""
IN_A_ROW = 6
"""Clocks in one row of buttons: more would not fit a narrow telephone."""

Handler = Callable[[Turn, str], Awaitable[None]]


class QuietDesk:
    """The command and its buttons, in a private chat; the same for members and strangers."""

    def __init__(self, subscriptions: Subscriptions, clock: Clock) -> None:
        self._subscriptions, self._clock = subscriptions, clock
        self.commands: Mapping[str, Handler] = {"quiet": self._choose}
        self.buttons: Mapping[str, Handler] = {"quiet": self._chosen}

    async def _choose(self, turn: Turn, _: str) -> None:
        turn.say(page(turn.words("quiet-choose"), *_hours(turn.words)))

    async def _chosen(self, turn: Turn, argument: str) -> None:
        """`off`, a choice of hours, or one with what the clock shows; anything else is not ours."""
        which, _, clock_shown = argument.partition(":")
        number, ahead = whole_number(which), whole_number(clock_shown)
        if argument == ALWAYS:
            await self._remember(turn, None)
            turn.change(page(turn.words("quiet-off")))
        elif number is None or number >= len(CHOICES):
            turn.say(page(turn.words("unknown")))
        elif not clock_shown:
            turn.change(page(turn.words("quiet-clock"), *_clocks(turn.words, number, self._clock.now())))
        elif ahead is None or ahead not in range(0, DAY, STEP):
            turn.say(page(turn.words("unknown")))
        else:
            await self._remember(turn, Quiet.local(CHOICES[number], ahead))
            turn.change(_remembered(turn.words, CHOICES[number], clock(self._clock.now(), ahead)))

    async def _remember(self, turn: Turn, quiet: Quiet | None) -> None:
        async with turn.work() as tx:
            await self._subscriptions.quieten(tx, turn.chat, quiet)


def _hours(words: Words) -> Rows:
    start = f"quiet:{words.language}"
    labels = [words("button-quiet", begins=_time(begins, 0), ends=_time(ends, 0)) for begins, ends in CHOICES]
    chosen = [Button(label=label, data=f"{start}:{number}") for number, label in enumerate(labels)]
    always = Button(label=words("button-quiet-off"), data=f"{start}:{ALWAYS}")
    return (*(tuple(chosen[row : row + 3]) for row in range(0, len(chosen), 3)), (always,))


def _clocks(words: Words, number: int, now: datetime) -> Rows:
    start = f"quiet:{words.language}:{number}"
    shown = [Button(label=_time(*clock(now, ahead)), data=f"{start}:{ahead}") for ahead in clocks(now)]
    return tuple(tuple(shown[row : row + IN_A_ROW]) for row in range(0, len(shown), IN_A_ROW))


def _remembered(words: Words, hours: tuple[int, int], now: tuple[int, int]) -> Page:
    begins, ends = (_time(hour, 0) for hour in hours)
    return page(words("quiet-chosen", begins=begins, ends=ends, now=_time(*now)))


def _time(hour: int, minute: int) -> str:
    return f"{hour}:{minute:02}"
