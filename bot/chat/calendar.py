"""A calendar of buttons: a month, then an hour, then minutes, in an organiser's own time zone.

What a button stands for is in its sealed record, as for every organiser's button; a press uses the whole
calendar up, and the next step has new ones. What is chosen in the end is for `timing` to carry out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.actions.gate import Gate
from bot.chat import keyboards, moments, render
from bot.chat.page import Button, Page, page
from bot.domain.broadcast import BroadcastId
from bot.domain.calendar import Window
from bot.domain.contact import Month
from bot.domain.organiser import Organiser
from bot.i18n.translator import FALLBACK, Words
from bot.store import Tx

WHEN = "when"
"""The action of Schedule, and of every button of a calendar; behind a colon stands what it chooses."""

BACK, ZONES, ZONE = "back", "zones", "zone="
LIFE = timedelta(hours=1)
ID = 16
"""Bytes of a broadcast's id."""

DAY_LETTERS, HOUR_LETTERS, MINUTE_LETTERS = len("2026-12-01"), len("2026-12-01T18"), len("2026-12-01T18:30")
HOURS_IN_A_ROW, ZONES_IN_A_ROW = 6, 2

NEAR: Mapping[str, tuple[str, ...]] = {
    "en": (
        *("UTC", "Europe/London", "Europe/Berlin", "Europe/Kyiv", "Europe/Istanbul", "Asia/Tbilisi"),
        *("America/New_York", "America/Los_Angeles"),
    ),
    "ru": (
        *("Europe/Moscow", "Europe/Minsk", "Europe/Samara", "Asia/Yekaterinburg", "Asia/Novosibirsk"),
        *("Asia/Vladivostok", "Asia/Almaty", "Asia/Tbilisi", "Europe/Berlin", "UTC"),
    ),
}
"""The zones that are offered by button, by the language that somebody reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Whose time is chosen: the broadcast, its statement, and what can be chosen."""

    broadcast: BroadcastId
    number: int
    window: Window


class Calendar:
    """Pages on which a moment is chosen."""

    def __init__(self, *, gate: Gate) -> None:
        self._gate = gate

    async def shown(self, tx: Tx, who: Organiser, words: Words, asked: Asked, choice: str) -> Page:
        """The step after a choice: none or `2026-12` leads to a month, a day to hours, an hour to minutes."""
        await self.void(tx, who, asked.broadcast)
        if len(choice) == HOUR_LETTERS:
            return await self._minutes(tx, who, words, asked, datetime.fromisoformat(choice))
        if len(choice) == DAY_LETTERS:
            return await self._hours(tx, who, words, asked, date.fromisoformat(choice))
        month = date.fromisoformat(f"{choice}-01") if choice else asked.window.months[0]
        return await self._month(tx, who, words, asked, month)

    async def zones(self, tx: Tx, who: Organiser, words: Words, asked: Asked) -> Page:
        """In which zone somebody plans: a few by button, every other by its name."""
        await self.void(tx, who, asked.broadcast)
        near = NEAR.get(words.language, NEAR[FALLBACK])
        rows = _rows([await self._button(tx, who, asked, zone, ZONE + zone) for zone in near], ZONES_IN_A_ROW)
        back = await self._button(tx, who, asked, words("button-back"), BACK)
        return page(words("calendar-zone"), *rows, (back,))

    async def void(self, tx: Tx, who: Organiser, broadcast: BroadcastId) -> None:
        """Nothing that this organiser was shown of the calendar works any more."""
        await tx.buttons.drop_for(broadcast + who.id)

    async def _month(self, tx: Tx, who: Organiser, words: Words, asked: Asked, month: date) -> Page:
        before, after = asked.window.around(month)
        name = Button(label=_month(words, month), data=keyboards.NOTHING)
        head = (
            await self._cell(tx, who, asked, "←", f"{before:%Y-%m}" if before else ""),
            name,
            await self._cell(tx, who, asked, "→", f"{after:%Y-%m}" if after else ""),
        )
        days = tuple(Button(label=day, data=keyboards.NOTHING) for day in words("calendar-days").split())
        weeks = [
            tuple(
                [
                    await self._cell(tx, who, asked, str(day.day), f"{day:%F}") if day else _EMPTY
                    for day in week
                ]
            )
            for week in asked.window.weeks(month)
            if any(week)
        ]
        back = await self._button(tx, who, asked, words("button-back"), BACK)
        return page(
            self._asks(words, asked, "calendar-day"),
            head,
            days,
            *weeks,
            (back, await self._zone(tx, who, asked)),
        )

    async def _hours(self, tx: Tx, who: Organiser, words: Words, asked: Asked, day: date) -> Page:
        cells = [
            await self._cell(tx, who, asked, f"{hour:%H}", f"{hour:%FT%H}") if hour else _EMPTY
            for hour in asked.window.hours(day)
        ]
        text = self._asks(words, asked, "calendar-hour", date=render.day(words, day))
        return page(
            text, *_rows(cells, HOURS_IN_A_ROW), await self._foot(tx, who, words, asked, f"{day:%Y-%m}")
        )

    async def _minutes(self, tx: Tx, who: Organiser, words: Words, asked: Asked, hour: datetime) -> Page:
        cells = [
            await self._cell(tx, who, asked, f"{minute:%H:%M}", f"{minute:%FT%H:%M}") if minute else _EMPTY
            for minute in asked.window.minutes(hour)
        ]
        text = self._asks(words, asked, "calendar-minute", date=render.day(words, hour.date()))
        return page(
            text, *_rows(cells, HOURS_IN_A_ROW // 2), await self._foot(tx, who, words, asked, f"{hour:%F}")
        )

    def _asks(self, words: Words, asked: Asked, question: str, **values: str) -> str:
        """The question, and what the clock there shows now at the earliest."""
        earliest = moments.when(words, asked.window.earliest, asked.window.zone)
        return f"{words(question, number=asked.number, **values)}\n{words('calendar-from', time=earliest)}"

    async def _foot(
        self, tx: Tx, who: Organiser, words: Words, asked: Asked, back: str
    ) -> tuple[Button, ...]:
        return (
            await self._button(tx, who, asked, words("button-back"), back),
            await self._zone(tx, who, asked),
        )

    async def _zone(self, tx: Tx, who: Organiser, asked: Asked) -> Button:
        return await self._button(tx, who, asked, asked.window.zone, ZONES)

    async def _cell(self, tx: Tx, who: Organiser, asked: Asked, label: str, choice: str) -> Button:
        """A cell of the grid; without a choice an empty one."""
        return await self._button(tx, who, asked, label, choice) if choice else _EMPTY

    async def _button(self, tx: Tx, who: Organiser, asked: Asked, label: str, choice: str) -> Button:
        data = await self._gate.button(tx, who.id, f"{WHEN}:{choice}", asked.broadcast + who.id, life=LIFE)
        return Button(label=label, data=data)


_EMPTY = Button(label="·", data=keyboards.NOTHING)


def _rows(cells: Sequence[Button], width: int) -> list[tuple[Button, ...]]:
    return [tuple(cells[start : start + width]) for start in range(0, len(cells), width)]


def _month(words: Words, month: date) -> str:
    return render.month(words, Month(month.year * 12 + month.month - 1))
