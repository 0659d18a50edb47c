"""/slogan and /slogans: one to copy, to print or to exchange for the next, and all of them by theme.

The turn travels in the button, so that nothing about what somebody has seen is kept.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from bot.actions.reading import Reading
from bot.actions.slogans import Listed, NoSuchTheme, Shown, Slogans, Turn, mark
from bot.chat import keyboards
from bot.chat import turn as turns
from bot.chat.heard import Pressed, whole_number
from bot.chat.page import Button, Page, Rows, page
from bot.clock import Clock
from bot.domain.rich_text import RichText, joined
from bot.i18n.translator import Words

Handler = Callable[[turns.Turn, str], Awaitable[None]]

THEMES_SHOWN = 8
"""Themes that have a button under a slogan; the list has them all."""

MOST_STEPS = 100_000
"""Far more than there are slogans; a forged button may say anything."""


class SloganDesk:
    """A reader's commands and buttons about slogans, in private chats and in groups."""

    def __init__(self, *, clock: Clock, reading: Reading) -> None:
        self._slogans = Slogans(clock=clock, reading=reading)
        self.commands: Mapping[str, Handler] = {"slogan": self._slogan, "slogans": self._list}
        self.buttons: Mapping[str, Handler] = {
            "slogan": self._next,
            "theme": self._theme,
            "slogans": self._list,
        }

    async def in_group(self, turn: turns.Turn, written: str) -> None:
        """`/slogan`, or `/slogan THEME`: one message, with buttons to copy and to exchange it."""
        async with turn.look() as tx:
            found = await self._slogans.of_the_day(tx, turn.words.language, written.strip())
        if isinstance(found, NoSuchTheme):
            names = ", ".join(map(keyboards.short, found.themes[:THEMES_SHOWN]))
            turn.say(page(turn.words("slogan-themes", themes=names)))
        else:
            turn.say(_in_group(turn.words, found))

    async def exchange(self, turn: turns.Turn, argument: str) -> None:
        """The button Another in a group: the next slogan in the place of the last one."""
        turn.change(_in_group(turn.words, await self._of_button(turn, argument)))

    async def _slogan(self, turn: turns.Turn, written: str) -> None:
        """`/slogan`, or `/slogan THEME`."""
        async with turn.look() as tx:
            found = await self._slogans.of_the_day(tx, turn.words.language, written.strip())
        if isinstance(found, NoSuchTheme):
            turn.say(page(turn.words("slogan-theme"), *_themes(turn.words, found.themes)))
        else:
            turn.say(slogan(turn.words, found))

    async def _next(self, turn: turns.Turn, argument: str) -> None:
        turn.say(slogan(turn.words, await self._of_button(turn, argument)))

    async def _theme(self, turn: turns.Turn, theme: str) -> None:
        async with turn.look() as tx:
            found = await self._slogans.today(tx, turn.words.language, theme)
        turn.say(slogan(turn.words, found))

    async def _list(self, turn: turns.Turn, argument: str) -> None:
        async with turn.look() as tx:
            found = await self._slogans.listed(tx, turn.words.language, whole_number(argument) or 0)
        new = listed(turn.words, found)
        if isinstance(turn.heard, Pressed):
            turn.change(new)
        else:
            turn.say(new)

    async def _of_button(self, turn: turns.Turn, argument: str) -> Shown | None:
        """The slogan that a button leads to; today's for a button that says nothing useful."""
        day, step, theme = (*argument.split("."), "", "", "")[:3]
        async with turn.look() as tx:
            number = whole_number(day)
            if number is None:
                return await self._slogans.today(tx, turn.words.language, theme)
            wanted = Turn(day=number, step=min(whole_number(step) or 0, MOST_STEPS), theme=theme)
            return await self._slogans.at(tx, turn.words.language, wanted)


def slogan(words: Words, shown: Shown | None) -> Page:
    """One slogan: to copy, as a poster, the next one, another theme, all of them."""
    if shown is None:
        return page(words("slogan-none"))
    poster = keyboards.poster(words, shown.slogan)
    rows = [*_copy(words, shown), (poster, _another(words, shown))]
    if len(shown.themes) > 1:
        rows += _themes(words, shown.themes, chosen=shown.turn.theme)
    everything = Button(label=words("button-slogans"), data=f"slogans:{words.language}:0")
    return page(RichText(shown.slogan.text).styled("bold"), *rows, (everything,))


def listed(words: Words, shown: Listed | None) -> Page:
    """A page of the list; in most apps a tap on a slogan copies it."""
    if shown is None:
        return page(words("slogan-none"))
    lines = [RichText("· ") + RichText(one.text).styled("code") for one in shown.slogans]
    place = words("slogans-place", page=shown.page + 1, pages=len(shown.pages))
    head = RichText(keyboards.short(shown.theme)).styled("bold") + f"\n{place}"
    text = joined([head, joined(lines, "\n"), words("slogans-hint")], "\n\n")
    return page(text, _beside(words, shown))


def _in_group(words: Words, shown: Shown | None) -> Page:
    if shown is None:
        return page(words("slogan-none"))
    rows = [*_copy(words, shown), (_another(words, shown),)]
    return page(RichText(shown.slogan.text).styled("bold"), *rows)


def _copy(words: Words, shown: Shown) -> Rows:
    text = shown.slogan.text
    fits = len(text) <= keyboards.COPY_LIMIT
    return ((Button(label=words("button-copy"), copy=text),),) if fits else ()


def _another(words: Words, shown: Shown) -> Button:
    turn = shown.turn
    return Button(
        label=words("button-another"),
        data=f"slogan:{words.language}:{turn.day}.{turn.step + 1}.{turn.theme}",
    )


def _themes(words: Words, names: Sequence[str], chosen: str = "") -> list[tuple[Button, ...]]:
    """Two themes in a row; the chosen one is ticked."""
    buttons = [
        Button(
            label=keyboards.short(f"✓ {name}" if mark(name) == chosen else name),
            data=f"theme:{words.language}:{mark(name)}",
        )
        for name in names[:THEMES_SHOWN]
    ]
    return [tuple(buttons[start : start + 2]) for start in range(0, len(buttons), 2)]


def _beside(words: Words, shown: Listed) -> tuple[Button, ...]:
    """The pages before and after, by the names of their themes."""
    pages, here = shown.pages, shown.page
    sides = [(here - 1, "← {}"), (here + 1, "{} →")]
    return tuple(
        Button(label=label.format(keyboards.short(pages[number])), data=f"slogans:{words.language}:{number}")
        for number, label in sides
        if 0 <= number < len(pages)
    )
