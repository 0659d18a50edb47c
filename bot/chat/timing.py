"""Choosing another time: for a draft, or for what waits already and then needs every approval again.

The pages are those of `calendar`; what a choice does is `actions.publications`.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime

from bot.actions.broadcasts import Drafted, TooLate
from bot.actions.publications import NotReadable, Publications
from bot.chat import keyboards, moments
from bot.chat.bulletin import Bulletin
from bot.chat.calendar import BACK, HOUR_LETTERS, ID, MINUTE_LETTERS, WHEN, ZONE, ZONES, Asked, Calendar
from bot.chat.drafts import Drafts
from bot.chat.letter import Consequence
from bot.chat.page import Page, page
from bot.chat.queue import Queue
from bot.clock import Clock
from bot.domain.broadcast import Broadcast, State
from bot.domain.calendar import Window
from bot.domain.organiser import Organiser
from bot.domain.publication import FURTHEST, Moment
from bot.domain.stepup import StepUp
from bot.i18n.translator import Words
from bot.store import Tx

MOVE = "move"
"""The action of Send under another time; behind a colon the moment in UTC, a space and the zone."""

Chosen = Callable[[Tx, Organiser, bytes, str], Awaitable[Consequence]]
Coded = Callable[[Tx, Organiser, StepUp], Awaitable[Consequence]]


class Timing:
    """The calendar of one organiser after the other."""

    def __init__(
        self,
        *,
        publications: Publications,
        drafts: Drafts,
        bulletin: Bulletin,
        queue: Queue,
        clock: Clock,
    ) -> None:
        self._publications = publications
        self._drafts = drafts
        self._bulletin = bulletin
        self._queue = queue
        self._clock = clock
        self._calendar = Calendar(gate=drafts.gate)
        self.chosen: Mapping[str, Chosen] = {WHEN: self._chosen}
        self.coded: Mapping[str, Coded] = {MOVE: self._moved}

    async def page(self, tx: Tx, who: Organiser, found: Broadcast, choice: str = "") -> Page:
        """What is asked next: the zone if none was ever chosen, else the calendar."""
        words, asked = self._bulletin.words(who), await self._asked(tx, who, found)
        if choice == ZONES or not who.zone:
            return await self._calendar.zones(tx, who, words, asked)
        return await self._calendar.shown(tx, who, words, asked, choice)

    async def _asked(self, tx: Tx, who: Organiser, found: Broadcast) -> Asked:
        """Nothing in the past, nothing under embargo, nothing more than a year ahead."""
        now = self._clock.now()
        window = Window(
            zone=who.zone or "UTC",
            earliest=max(now, await self._publications.embargo(tx, found) or now),
            latest=now + FURTHEST,
        )
        number = found.planned.number if found.planned else 0
        return Asked(broadcast=found.id, number=number, window=window)

    async def _chosen(self, tx: Tx, who: Organiser, subject: bytes, choice: str) -> Consequence:
        """One press: the next step, or a moment."""
        found = await self._publications.chosen(tx, who, subject[:ID])
        if isinstance(found, TooLate):
            return await self._bulletin.changed(tx, who, found)
        if choice == BACK:
            await self._calendar.void(tx, who, found.id)
            return Consequence(instead=await self._before(tx, who, found))
        if choice.startswith(ZONE):
            who, choice = await reads(tx, who, choice.removeprefix(ZONE)), ""
        if len(choice) == MINUTE_LETTERS and who.zone:
            window = (await self._asked(tx, who, found)).window
            moment = window.moment(datetime.fromisoformat(choice))
            if moment:
                await self._calendar.void(tx, who, found.id)
                return Consequence(instead=await self._settled(tx, who, found, moment))
            choice = choice[:HOUR_LETTERS]
        return Consequence(instead=await self.page(tx, who, found, choice))

    async def _before(self, tx: Tx, who: Organiser, found: Broadcast) -> Page:
        """What stood there before the calendar."""
        words = self._bulletin.words(who)
        if found.state is not State.DRAFT:
            return (await self._queue.item(tx, who, words, found))[-1]
        await tx.buttons.drop_for(found.id)
        return await self._drafts.control(tx, who, words, Drafted(broadcast=found))

    async def _settled(self, tx: Tx, who: Organiser, found: Broadcast, moment: Moment) -> Page:
        """A moment was chosen: a draft has it now, of what waits the code is still to come."""
        words = self._bulletin.words(who)
        if found.state is not State.DRAFT:
            return await self._proposed(tx, who, words, found, moment)
        moved = await self._publications.move(tx, who, found.id, moment)
        if not isinstance(moved, Drafted):
            return await self._unreadable(words, found)
        control = await self._drafts.control(tx, who, words, moved)
        return replace(control, text=control.text + _skipped(words, moment))

    async def _proposed(self, tx: Tx, who: Organiser, words: Words, found: Broadcast, moment: Moment) -> Page:
        """What would be changed, with Send for it. Nothing is changed before the code."""
        moved = await self._publications.moved(tx, found, moment)
        if isinstance(moved, NotReadable) or moved.planned is None:
            return await self._unreadable(words, found)
        action = f"{MOVE}:{moment.at.isoformat()} {moment.zone}"
        send = await self._drafts.gate.button(tx, who.id, action, found.id, moved.digest)
        back = await self._drafts.gate.button(tx, who.id, f"{WHEN}:{BACK}", found.id + who.id)
        lines = [
            words("plan-move", number=moved.planned.number),
            moments.planned(words, moved.planned),
            *moments.oddities(words, moved.planned),
            words("plan-move-next", needed=found.needed),
        ]
        rows = (*keyboards.one(words("button-send"), send), *keyboards.one(words("button-back"), back))
        return page("\n".join(lines) + _skipped(words, moment), *rows)

    async def _moved(self, tx: Tx, who: Organiser, stepup: StepUp) -> Consequence:
        """The code for another time was right."""
        at, _, zone = stepup.action.partition(":")[2].partition(" ")
        moment = Moment(at=datetime.fromisoformat(at), zone=zone)
        changed = await self._publications.postpone(tx, who, stepup.subject, moment, stepup.digest)
        return await self._bulletin.changed(tx, who, changed)

    async def _unreadable(self, words: Words, found: Broadcast) -> Page:
        return page(words("plan-none", number=found.planned.number if found.planned else 0))


def _skipped(words: Words, moment: Moment) -> str:
    return f"\n{words('plan-skipped')}" if moment.skipped else ""


async def reads(tx: Tx, who: Organiser, zone: str) -> Organiser:
    """From now on this organiser reads times in this zone."""
    found = replace(await tx.organisers.get(who.id) or who, zone=zone)
    await tx.organisers.replace(found)
    return found
