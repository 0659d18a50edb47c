"""The right to deliver a shard, on a database with several processes: never do two of them send to one shard.

A lease is renewed with the commits, and what a process that lost its lease knows is not written. Where there
is one process only, everything is leased and nothing is asked.
"""

from collections.abc import Callable, Collection, Sequence

from bot.clock import Clock
from bot.domain.broadcast import BroadcastId
from bot.domain.contact import SHARDS
from bot.store import Store, Tx
from bot.store.connection import whole

LEASE = 15.0
"""Seconds after which the shards of a process that is gone can be leased by another."""

LOOK = 1.0
"""Seconds between two tries to get shards that others have."""

RENEW = 5.0
"""Seconds between two renewals; between them a commit only looks."""

PORTION = 8
"""Shards that one process leases at once, so that the others find some too."""


class Lease:
    """The leases of one run."""

    def __init__(self, *, store: Store, broadcast: BroadcastId, clock: Clock) -> None:
        self._store = store
        self._broadcast = broadcast
        self._clock = clock
        self._mine: set[int] = set()
        self._since = float("inf")
        """When the last renewal was begun; by the server's clock the lease began later."""

    @property
    def valid(self) -> bool:
        """Whether nobody else can have leased our shards yet."""
        return self._clock.monotonic() < self._since + LEASE

    async def claim(self, shards: Sequence[int], most: int = SHARDS) -> list[int] | None:
        """The first of these shards that are open, and ours from now on; None when others have all of those.

        In this order, and at most so many; where there is one process only, all of them.
        """
        if not self._store.shared:
            async with self._store.read() as tx:
                return await tx.leases.claim(self._broadcast, shards, LEASE)
        now = self._clock.monotonic()
        async with self._store.begin() as tx:
            if self._mine:
                await self._renew(tx, now)
            mine = await tx.leases.claim(self._broadcast, shards, LEASE, most)
            others = not mine and await tx.leases.open(self._broadcast, shards)
        self._since = min(now, self._since) if self._mine else now
        self._mine.update(mine)
        return None if others else mine

    async def wait(
        self, shards: Sequence[int], *, wanted: Callable[[], bool], most: int = SHARDS
    ) -> list[int]:
        """As `claim`, but wait as long as others have all that are open; none once it is not wanted."""
        while wanted():
            mine = await self.claim(shards, most)
            if mine is not None:
                return mine
            await self._clock.sleep(LOOK)
        return []

    async def more(self, shards: Sequence[int]) -> list[int]:
        """The next portion of these shards; nothing once there is none, or what we had may be another's."""
        left = [shard for shard in shards if shard not in self._mine]
        if not (self._store.shared and left and self.valid):
            return []
        return await self.claim(left, PORTION) or []

    async def lost(self, tx: Tx, shards: Collection[int]) -> set[int]:
        """Which of these are not ours any more; what is ours is renewed if it is time. In a commit."""
        if not self._store.shared:
            return set()
        now = self._clock.monotonic()
        if now >= self._since + RENEW:
            await self._renew(tx, now)
        return await tx.leases.lost(self._broadcast, shards)

    async def keep(self) -> None:
        """Renew while nothing is committed, until cancelled."""
        while self._store.shared:
            await self._clock.sleep(RENEW)
            now = self._clock.monotonic()
            if now >= self._since + RENEW:
                await whole(self._renew_alone(now))

    async def others(self, shards: Collection[int]) -> bool:
        """Whether some of these shards are not done, now that ours are."""
        if not self._store.shared:
            return False
        async with self._store.read() as tx:
            return bool(await tx.leases.open(self._broadcast, shards))

    async def give_back(self) -> None:
        """The run is over."""
        if self._store.shared:
            async with self._store.begin() as tx:
                await tx.leases.give_back(self._broadcast)

    async def _renew_alone(self, now: float) -> None:
        async with self._store.begin() as tx:
            await self._renew(tx, now)

    async def _renew(self, tx: Tx, now: float) -> None:
        """Keep all for another while, or none: what was over for a moment may be another's by now.

        Should the transaction fail after this, the run fails with it.
        """
        whole_still = self.valid and await tx.leases.renew(self._broadcast, LEASE) >= len(self._mine)
        self._since = now if whole_still else float("-inf")
