"""What /queue shows: a message for each statement or plan of slogans that waits, with what can be done.

Whoever has not agreed yet sees the whole text again: a button Approve lives for a day, and a plan for longer.
"""

from collections.abc import Sequence
from dataclasses import replace

from bot.actions.gate import Gate
from bot.chat import keyboards, moments
from bot.chat.bulletin import Bulletin
from bot.chat.calendar import WHEN
from bot.chat.page import Page
from bot.domain.broadcast import Broadcast, State
from bot.domain.organiser import Action, Organiser
from bot.domain.rich_text import RichText
from bot.i18n.translator import Words
from bot.store import Tx


class Queue:
    """What waits, as pages."""

    def __init__(self, *, bulletin: Bulletin, gate: Gate) -> None:
        self._bulletin = bulletin
        self._gate = gate

    async def pages(
        self, tx: Tx, who: Organiser, words: Words, waiting: Sequence[Broadcast]
    ) -> tuple[Page, ...]:
        """All of them, in their order."""
        return tuple([page for each in waiting for page in await self.item(tx, who, words, each)])

    async def item(self, tx: Tx, who: Organiser, words: Words, broadcast: Broadcast) -> tuple[Page, ...]:
        """One of them; its last page has the buttons."""
        asked = who.may(Action.APPROVE) and who.id not in broadcast.approved_by
        if broadcast.state is State.WAITING and asked:
            *previews, last = (await self._bulletin.state(tx, who, who, broadcast)).pages
        else:
            previews, last = [], await self._standing(tx, who, words, broadcast)
        if not (broadcast.planned and who.may(Action.BROADCAST)):
            return *previews, last
        data = await self._gate.button(tx, who.id, WHEN, broadcast.id)
        return *previews, replace(last, rows=(*last.rows, *keyboards.one(words("button-move"), data)))

    async def _standing(self, tx: Tx, who: Organiser, words: Words, broadcast: Broadcast) -> Page:
        """Which statement it is, when it goes out, and where it stands."""
        standing, plan = await self._bulletin.standing(tx, who, words, broadcast), broadcast.planned
        if plan is None:
            return standing
        shown = broadcast.text_for(words.language)
        title = keyboards.short(shown.text.partition("\n")[0]) if shown else ""
        head = [words("queue-item", number=plan.number, title=title)]
        if broadcast.state is not State.COOLING:
            head += [line for line in (moments.planned(words, plan),) if line]
        return replace(standing, text=RichText("\n".join(head) + "\n\n") + standing.text)
