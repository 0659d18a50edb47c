"""The yearly question as it is put to a reader, and when it is looked to whom it is due.

What is due, and what follows from no answer, is not decided here.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.actions.renewal import Begin, Renewal, Voice
from bot.chat import keyboards, render
from bot.chat.failures import survives
from bot.chat.outbox import Outbox
from bot.chat.page import Page, page
from bot.chat.poller import PollState
from bot.chat.sender import TelegramSender
from bot.clock import Clock
from bot.delivery.pacing import Pacer
from bot.domain.contact import Contact, ContactId
from bot.domain.outcome import Answer, Retry
from bot.domain.renewal import last_month
from bot.i18n.translator import Translator, Words
from bot.observability.logs import Log
from bot.store import Store

LOOK = 900.0
"""Seconds between two notes of how long the bot has heard its readers."""
ROUND = 24 * 3600.0
"""Seconds from one look through the list to the next."""
PATIENCE = 60.0
"""Seconds that a question waits for a send slot, behind all answers."""
SILENT = "alert-renewal"
"""The notice that organisers get."""


def question(words: Words, until: str) -> Page:
    """What a reader is asked; `until` is the last month for an answer, in words."""
    return page(words("renewal-ask", month=until), *keyboards.stay(words))


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Puts the question, as often as it is told to: once."""

    sender: TelegramSender
    outbox: Outbox
    pacer: Pacer
    translator: Translator

    async def ask(self, contact: Contact, begin: Begin) -> Answer | None:
        """In its turn in this chat, so that nothing comes behind the answer to /stop."""
        if not await self.pacer.slot(contact.chat, group=False, bulk=True, patience=PATIENCE):
            return None
        turn, over = asyncio.Event(), asyncio.Event()

        async def hold() -> None:
            turn.set()
            await over.wait()

        if not self.outbox.queue(contact.chat, hold):
            return None
        try:
            await turn.wait()
            return await self._put(begin)
        finally:
            over.set()

    async def _put(self, begin: Begin) -> Answer | None:
        contact = await begin()
        if contact is None:
            return None
        words = self.translator.speaking(contact.language)
        until = render.month(words, last_month(contact.renewed))
        answer = await self.sender.ask(contact, question(words, until))
        if isinstance(answer, Retry) and answer.flood:
            self.pacer.flooded(contact.chat, group=False, after=answer.after)
        return answer


class Year:
    """Looks through the list once a day, as long as the vault is open; `watching` tells it what it hears."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        log: Log,
        *,
        asker: Asker,
        strike: Callable[[ContactId], Awaitable[None]],
        alert: Callable[[str], Awaitable[None]],
    ) -> None:
        self._strike, self._tidy, self._alert = strike, asker.outbox.tidy, alert
        self._clock, self._log = clock, log
        voice = Voice(ask=asker.ask, erased=self._erased, silent=self._silent)
        self._renewal = Renewal(store=store, clock=clock, log=log, voice=voice)
        self._heard = 0.0
        self._since: float | None = None
        """Since when the bot hears, as far as that is counted; None while Telegram cannot be reached."""

    def watching(self, on_state: Callable[[PollState], None]) -> Callable[[PollState], None]:
        """The same, and heard here as well."""

        def shown(state: PollState) -> None:
            self._hears(now=state is PollState.RUNNING)
            on_state(state)

        return shown

    def _hears(self, *, now: bool) -> None:
        moment = self._clock.monotonic()
        if self._since is not None:
            self._heard += moment - self._since
        self._since = moment if now else None

    async def run(self) -> None:
        """Until cancelled."""
        looked = float("-inf")
        while True:
            await self._clock.sleep(LOOK)
            await survives(self.pass_time(), self._log)
            if self._clock.monotonic() - looked >= ROUND:
                looked = self._clock.monotonic()
                await survives(self.round(), self._log)

    async def pass_time(self) -> None:
        """Write down for how long the bot has heard."""
        self._hears(now=self._since is not None)
        seconds = int(self._heard)
        self._heard -= seconds
        await self._renewal.pass_time(seconds)

    async def round(self) -> None:
        """Look through the list once."""
        await self._renewal.round()

    async def _erased(self, contact: ContactId) -> None:
        await self._strike(contact)
        self._tidy()

    async def _silent(self) -> None:
        await self._alert(SILENT)
