"""What is left of a broadcast, and in which order: open shards minus their journal, then what was deferred.

Contacts stay sealed here. The walk runs ahead of the sending across the borders of shards, but only so far.
"""

import asyncio
import heapq
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import count

from bot.clock import Clock
from bot.domain.broadcast import BroadcastId
from bot.domain.contact import ContactId
from bot.domain.outcome import Outcome
from bot.store import SealedContact, Store
from bot.store.paging import TOGETHER

PAGE = 500
AHEAD = 1000
"""Contacts the walk may be ahead of the sending."""

FEW = 100
"""So many may be waiting when more shards are leased: what nobody is near to sending is left to others."""

MOST_DEFERRED = 10_000
"""With so many deferred nothing new is begun until some of them are due."""

LOOK = 0.05
"""Seconds after which a quiet agenda looks again whether something became due or was deferred."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One contact who has not got the broadcast yet."""

    contact: ContactId
    sealed: SealedContact | None = None
    """None after a deferral: by then the contact may have changed, so it is read again."""
    tries: int = 0
    doubts: int = 0
    """How often an answer was lost."""
    waits: int = 0
    """How often Telegram asked for time (429)."""
    failed: int | None = None
    """How many others had got it when this one was put off for the first time."""
    doubted: bool = False
    """It seemed gone when the breaker fired, and is tried once more."""
    begun: bool = False
    """An earlier process was about to send it, or did, and wrote down no answer."""

    @property
    def shard(self) -> int:
        """Which part of the list the contact is in."""
        return self.contact[0]


More = Callable[[], Awaitable[Sequence[int]]]
"""Gives further shards; none when there are no more."""

_First = tuple[dict[ContactId, Outcome], list[SealedContact]]
"""What the journal knows of a shard, and its first page."""


def shuffled(broadcast: BroadcastId, shards: Iterable[int]) -> list[int]:
    """The shards in an order that is different for each broadcast, and the same after a restart."""
    return sorted(shards, key=lambda shard: sha256(broadcast + bytes([shard])).digest())


class Shards:
    """Which shards are complete: walked to their end, and everybody in them is finished."""

    def __init__(self) -> None:
        self._open: Counter[int] = Counter()
        self._walked: set[int] = set()

    def took(self, shard: int, contacts: int) -> None:
        """The walk found so many contacts to deliver to."""
        self._open[shard] += contacts

    def walked(self, shard: int) -> None:
        """The walk came to the end of the shard."""
        self._walked.add(shard)

    def settled(self, shard: int) -> None:
        """One contact is finished."""
        self._open[shard] -= 1

    def complete(self) -> list[int]:
        """Take out those that are complete."""
        found = [shard for shard in self._walked if not self._open[shard]]
        self._walked.difference_update(found)
        for shard in found:
            del self._open[shard]
        return found


class Agenda:
    """Gives one delivery after another. `walk` must be running meanwhile."""

    def __init__(self, *, store: Store, broadcast: BroadcastId, clock: Clock) -> None:
        self.shards = Shards()
        self._store = store
        self._broadcast = broadcast
        self._clock = clock
        self._fresh: asyncio.Queue[Delivery | None] = asyncio.Queue(AHEAD)
        self._deferred: list[tuple[float, int, Delivery]] = []
        self._last: list[tuple[float, int, Delivery]] = []
        self._order = count()
        self._walking = True
        self._out = 0
        self._closed = False

    async def walk(self, shards: Sequence[int], more: More | None = None) -> None:
        """Find everybody in these shards who has not got the broadcast yet, and then in `more`.

        The first pages of several shards are read at once: on a short list most shards are empty, and asking
        for each of them was most of the work.
        """
        while shards and not self._closed:
            await self._walk(shards)
            shards = await self._wait_for(more) if more else ()
        await self._fresh.put(None)

    async def _wait_for(self, more: More) -> Sequence[int]:
        """The next shards, when few are waiting to be sent."""
        while self._fresh.qsize() > FEW:
            await self._clock.sleep(LOOK)
        return await more()

    async def _walk(self, shards: Sequence[int]) -> None:
        async with self._store.read() as tx:
            begun = await tx.journal.begun(self._broadcast)
        start, together = 0, 1
        while start < len(shards):
            found = await self._first_pages(shards[start : start + together], begun)
            start += together
            if not await self._store.reckoning.fits(*(one for one, (_, page) in found.items() if page)):
                # Somebody wrote into the list: nobody is written to before people decide.
                self.close()
                await self._fresh.put(None)
                return
            for shard, (known, page) in found.items():
                await self._walk_shard(shard, known, page)
                self.shards.walked(shard)
            # The first message waits for one page only, and a long list never for the pages of others.
            long = any(len(page) == PAGE for _, page in found.values())
            together = 1 if long else min(2 * together, TOGETHER)

    async def _first_pages(self, shards: Sequence[int], begun: Collection[int]) -> "dict[int, _First]":
        found = {}
        async with self._store.read() as tx:
            for shard, page in (await tx.contacts.first_pages(shards, PAGE)).items():
                journal = await tx.journal.read(self._broadcast, shard) if shard in begun else {}
                found[shard] = ({contact: entry.outcome for contact, entry in journal.items()}, page)
        return found

    async def _walk_shard(
        self, shard: int, known: Mapping[ContactId, Outcome], page: list[SealedContact]
    ) -> None:
        while True:
            left = [one for one in page if one.id not in known or not known[one.id].finished]
            self.shards.took(shard, len(left))
            for sealed in left:
                await self._fresh.put(_delivery(sealed, known.get(sealed.id)))
            if len(page) < PAGE:
                return
            async with self._store.read() as tx:
                page = await tx.contacts.page(shard, page[-1].id, PAGE)

    async def next(self, *, fresh: bool = False) -> Delivery | None:
        """The next delivery, as soon as there is one; None when nothing is left, or after `close`.

        `fresh`: rather one that was not tried before, to see whether only those fail that were.
        Each must be followed by `done`, after `defer` if that is needed: until then something may be left.
        """
        while not self._closed:
            delivery = await self._find(fresh=fresh)
            if delivery:
                self._out += 1
                return delivery
            if not (self._walking or self._deferred or self._last or self._out):
                break
        return None

    def defer(self, delivery: Delivery, *, at: float, last: bool = False) -> None:
        """Do it later: not before `at`, and if `last`, after all that is not so."""
        heapq.heappush(self._last if last else self._deferred, (at, next(self._order), delivery))

    def done(self) -> None:
        """One delivery that was given is finished or deferred."""
        self._out -= 1

    def close(self) -> None:
        """Give nothing any more."""
        self._closed = True

    async def _find(self, *, fresh: bool) -> Delivery | None:
        """Something that is due, else something new; None after a short wait without either."""
        now = self._clock.monotonic()
        new = self._walking and len(self._deferred) + len(self._last) < MOST_DEFERRED
        if not new and not self._deferred:
            self._deferred, self._last = self._last, []
        if self._deferred and self._deferred[0][0] <= now and not (fresh and new):
            return heapq.heappop(self._deferred)[2]
        if new:
            found = await self._fresh.get()
            self._walking = found is not None
            return found
        due = self._deferred[0][0] - now if self._deferred else LOOK
        await self._clock.sleep(min(due, LOOK))
        return None


def _delivery(sealed: SealedContact, known: Outcome | None) -> Delivery:
    """What is to be done for a contact of which the journal says this."""
    return Delivery(
        contact=sealed.id,
        sealed=sealed,
        doubted=known is Outcome.DOUBTED,
        begun=known is Outcome.BEGUN,
    )
