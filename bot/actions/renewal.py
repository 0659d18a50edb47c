"""Readers are asked after a year whether they stay, one after the other; who does not answer is erased.

Slowly, and never while a broadcast is sent. As delivery, rotation, the census and the audience estimate do,
this walks the list of readers; it hands nobody to anybody. When what is due, `domain.renewal` says.
"""

import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.clock import Clock
from bot.domain import renewal
from bot.domain.broadcast import State
from bot.domain.contact import SHARDS, Asked, Contact, ContactId, Month
from bot.domain.outcome import Answer, Gone, InDoubt, Moved, Ours, Refused, Retry, Sent, TokenSuspect
from bot.observability.logs import Log
from bot.store import SealedContact, Store
from bot.store.contacts import PAGE
from bot.store.paging import TOGETHER

PACE = 1.0
"""Seconds between two questions, or two erasures: a thirtieth of what Telegram lets through."""
BREATH = 0.01
"""Seconds between two pages of the list."""
MAKE_WAY = 60.0
"""Seconds until it is looked again whether a broadcast is sent, or Telegram can be reached."""
SOON = timedelta(minutes=5)
"""A broadcast that begins within this time has the road for itself already."""

Begin = Callable[[], Awaitable[Contact | None]]
"""Write down that somebody is about to be asked, and whom; None if that is not due any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """How a round speaks to people."""

    ask: Callable[[Contact, Begin], Awaitable[Answer | None]]
    """Ask one reader, behind what is on its way to that chat; None if `Begin` was not asked, or said no."""
    erased: Callable[[ContactId], Awaitable[None]]
    """Somebody was erased: nothing more is sent to them."""
    silent: Callable[[], Awaitable[None]]
    """Hardly anybody answers, so nobody is erased: tell the organisers."""


class Renewal:
    """Of one open store."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        log: Log,
        voice: Voice,
        shards: Sequence[int] = range(SHARDS),
    ) -> None:
        """`shards`: the parts of the list that are looked at."""
        self._store, self._clock, self._log, self._voice = store, clock, log, voice
        self._shards = shards

    async def pass_time(self, seconds: int) -> None:
        """The bot heard its readers for so many seconds more."""
        async with self._store.begin() as tx:
            terms = await tx.renewals.change(lambda terms: terms.heard(seconds, self._clock.now()))
        if terms.silent:
            self._log.warning("renewal.silent")
            await self._voice.silent()
            async with self._store.begin() as tx:
                await tx.renewals.change(lambda terms: terms.all_told())

    async def round(self) -> None:
        """Look through the list once: ask who is due, erase who has not answered in time."""
        async with self._store.read() as tx:
            over = (await tx.renewals.get()).over
        shards = random.SystemRandom().sample(self._shards, len(self._shards))
        for start in range(0, len(shards), TOGETHER):
            for page in await self._first(shards[start : start + TOGETHER]):
                await self._walk(page, over)

    async def _first(self, shards: Sequence[int]) -> list[list[SealedContact]]:
        """The first readers of some shards, once nothing is sent; nobody of a list that is in doubt."""
        if not await self._calm():
            return []
        async with self._store.read() as tx:
            return list((await tx.contacts.first_pages(shards)).values())

    async def _walk(self, page: Sequence[SealedContact], over: frozenset[Month]) -> None:
        """From the first page of a shard to its last."""
        while page and await self._calm() and await self._store.reckoning.fits(page[0].id[0]):
            await self._look(page, over)
            await self._clock.sleep(BREATH)
            if len(page) < PAGE:
                return
            async with self._store.read() as tx:
                page = await tx.contacts.page(page[0].id[0], page[-1].id)

    async def _look(self, page: Sequence[SealedContact], over: frozenset[Month]) -> None:
        now = self._clock.now()
        for sealed in page:
            contact = self._store.unseal(sealed)
            late = renewal.overdue(contact, now) and contact.renewed in over
            if (late or renewal.due(contact, now)) and await self._calm():
                await (self._erase(contact.id) if late else self._ask(contact))
                await self._clock.sleep(PACE)

    async def _calm(self) -> bool:
        """Wait until nothing is sent and nothing is about to be; False if the list is in doubt by then."""
        while True:
            async with self._store.read() as tx:
                found = await tx.broadcasts.in_states(State.SENDING, State.COOLING)
            soon = self._clock.now() + SOON
            if not any(one.state is State.SENDING or (one.starts or soon) <= soon for one in found):
                return self._store.reckoning.doubt is None
            await self._clock.sleep(MAKE_WAY)

    async def _ask(self, contact: Contact) -> None:
        """Written before, so that nobody is asked twice; and after, so that nobody is erased unasked."""
        answer = await self._voice.ask(contact, lambda: self._begin(contact.id))
        match answer:
            case Sent():
                await self._asked(contact.id)
            case InDoubt():
                await self._clock.sleep(MAKE_WAY)
            case Retry() | Ours() | TokenSuspect():
                await self._put_back(contact)
                await self._clock.sleep(MAKE_WAY)
            case None | Gone() | Refused() | Moved():
                pass  # a broadcast finds out who is gone

    async def _begin(self, id_: ContactId) -> Contact | None:
        now = self._clock.now()
        async with self._store.begin() as tx:
            found = await tx.contacts.get(id_)
            if found is None or not renewal.due(found, now):
                return None
            asking = renewal.asking(found, now)
            await tx.contacts.replace(asking)
        return asking

    async def _asked(self, id_: ContactId) -> None:
        """Telegram has taken the question. Somebody may have answered it, or left, already."""
        async with self._store.begin() as tx:
            found = await tx.contacts.get(id_)
            if found is not None and found.asked is Asked.PERHAPS:
                await tx.contacts.replace(replace(found, asked=Asked.YES))
                asked = found.renewed
                await tx.renewals.change(lambda terms: terms.counted(asked, questions=1))

    async def _put_back(self, before: Contact) -> None:
        """The question has surely not left: it is still due."""
        async with self._store.begin() as tx:
            found = await tx.contacts.get(before.id)
            if found is not None and found.asked is Asked.PERHAPS:
                await tx.contacts.replace(replace(found, renewed=before.renewed, asked=before.asked))

    async def _erase(self, id_: ContactId) -> None:
        """Whoever answered in the last moment stays."""
        async with self._store.begin() as tx:
            found, over = await tx.contacts.get(id_), (await tx.renewals.get()).over
            if found is None or not renewal.overdue(found, self._clock.now()) or found.renewed not in over:
                return
            await tx.journal.forget(id_)
            await tx.contacts.erase(id_)
        await self._voice.erased(id_)
