"""The right to deliver a shard, on a database with several processes: never do two of them send to one shard.

A lease is renewed with the commits, and what a process that lost its lease knows is not written. Where there
is one process only, everything is leased and nothing is asked.
"""

from collections.abc import Callable, Collection

from bot.clock import Clock
from bot.domain.broadcast import BroadcastId
from bot.store import Store, Tx
from bot.store.connection import whole

LEASE = 15.0
"""Seconds after which the shards of a process that is gone can be leased by another."""

LOOK = 1.0
"""Seconds between two tries to get shards that others have."""

RENEW = 5.0
"""Seconds between two renewals; between them a commit only looks."""


class Lease:
    """The leases of one run."""

    def __init__(self, *, store: Store, broadcast: BroadcastId, clock: Clock) -> None:
        self._store = store
        self._broadcast = broadcast
        self._clock = clock
        self._since = float("inf")
        """When the last renewal was begun; by the server's clock the lease began later."""

    @property
    def valid(self) -> bool:
        """Whether nobody else can have leased our shards yet."""
        return self._clock.monotonic() < self._since + LEASE

    async def claim(self, shards: Collection[int]) -> set[int] | None:
        """Those of these shards that are open and ours now; None when others have all that are open."""
        if not self._store.shared:
            async with self._store.read() as tx:
                return await tx.leases.claim(self._broadcast, shards, LEASE)
        since = self._clock.monotonic()
        async with self._store.begin() as tx:
            mine = await tx.leases.claim(self._broadcast, shards, LEASE)
            others = not mine and await tx.leases.open(self._broadcast, shards)
        self._since = since
        return None if others else mine

    async def wait(self, shards: Collection[int], *, wanted: Callable[[], bool]) -> set[int]:
        """As `claim`, but wait as long as others have all that are open; none once it is not wanted."""
        while wanted():
            mine = await self.claim(shards)
            if mine is not None:
                return mine
            await self._clock.sleep(LOOK)
        return set()

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
        """Should the transaction fail after this, the run fails with it."""
        self._since = now if await tx.leases.renew(self._broadcast, LEASE) else float("-inf")
