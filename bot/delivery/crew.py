"""The other processes that deliver from the same database, as the service deals with them.

They see in the database what is to be sent, and hand their shards back when it is not any more. Here the
service waits for them where it has promised something: that nothing is sent to somebody who left, and that
what was delivered is counted.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

from bot.clock import Clock
from bot.domain.broadcast import BroadcastId, State, Tally
from bot.domain.contact import ContactId
from bot.errors import NetworkError
from bot.store import Store
from bot.store.common import Common

LOOK = 0.05
"""Seconds between two looks whether the others have landed."""

WATCH = 0.5
"""Seconds between two looks whether another process has found that a broadcast cannot go on."""

COUNT, SHARE = 1.0, 20
"""Seconds between two counts of what all have done; a long count rests twenty times as long."""


class Crew:
    """What the service asks of the others."""

    def __init__(self, *, store: Store, common: Common, clock: Clock) -> None:
        self._store = store
        self._common = common
        self._clock = clock

    async def strike(self, contact: ContactId) -> None:
        """Return when no other process sends to an erased contact any more, and nothing is in flight to it.

        Only the one that leases the contact's shard may be sending to it. Should that one be gone, its lease
        must end first.
        """
        if not await self._common.strike(contact):
            return
        while await self._common.awaited(contact):
            await self._clock.sleep(LOOK)
        await self._common.settled(contact)

    async def landed(self, broadcast: BroadcastId) -> None:
        """Return when no other process sends this broadcast any more, and all is written that it knows."""
        while await self._flying(broadcast):
            await self._clock.sleep(LOOK)

    @asynccontextmanager
    async def watched(
        self, broadcast: BroadcastId, progress: Callable[[Tally], None], over: Callable[[], None]
    ) -> AsyncIterator[None]:
        """Tell in this block what all have done so far; and when another has found that it cannot go on."""
        watching = [
            asyncio.create_task(self._count(broadcast, progress), name="what all have delivered"),
            asyncio.create_task(self._watch(broadcast, over), name="whether it goes on"),
        ]
        try:
            yield
        finally:
            for task in watching:
                task.cancel()
            await asyncio.wait(watching)

    async def _count(self, broadcast: BroadcastId, progress: Callable[[Tally], None]) -> None:
        while True:
            began = self._clock.monotonic()
            with suppress(NetworkError):
                async with self._store.read() as tx:
                    tally = await tx.journal.tally(broadcast)
                progress(tally)
            await self._clock.sleep(max(COUNT, SHARE * (self._clock.monotonic() - began)))

    async def _watch(self, broadcast: BroadcastId, over: Callable[[], None]) -> None:
        while True:
            await self._clock.sleep(WATCH)
            with suppress(NetworkError):
                async with self._store.read() as tx:
                    found = await tx.broadcasts.get(broadcast)
                if found is None or found.state is not State.SENDING:
                    over()

    async def _flying(self, broadcast: BroadcastId) -> bool:
        async with self._store.read() as tx:
            return await tx.leases.others(broadcast)
