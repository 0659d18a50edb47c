"""The list is looked through after each unlock, and what does not fit is told. Nothing here mends anything.

What the census is, is `store.census`; whether a list that does not fit is taken, only the keeper decides.
"""

import random
from collections.abc import Awaitable, Callable

from bot.actions.holding import hold
from bot.clock import Clock
from bot.domain.broadcast import Broadcast, Reason
from bot.domain.contact import SHARDS
from bot.observability.logs import Log
from bot.store import Store
from bot.store.paging import TOGETHER

BREATH = 0.05
"""Seconds after each few shards: the look through the list makes way for everything else."""
NOTED = 3600.0
"""Seconds between two notes of how far the census has come."""
AGAIN = 3600.0
"""Seconds between two looks whether the keeper has decided."""


async def watch(store: Store, clock: Clock, log: Log) -> None:
    """Look at every row once, then keep the mark fresh, until cancelled."""
    shards = list(range(SHARDS))
    random.SystemRandom().shuffle(shards)
    for start in range(0, SHARDS, TOGETHER):
        await store.reckoning.fits(*shards[start : start + TOGETHER])
        await clock.sleep(BREATH)
    if store.reckoning.doubt is None:
        log.info("census.fits")
    while True:
        await clock.sleep(NOTED)
        store.reckoning.note()


async def doubt(
    store: Store,
    clock: Clock,
    log: Log,
    *,
    moved: Callable[[Broadcast], None],
    tell: Callable[[], Awaitable[None]],
) -> None:
    """When the list is not what was written last: hold what is unfinished, and tell, once an unlock."""
    while True:
        await store.reckoning.doubted.wait()
        log.warning("census.doubt")
        async with store.begin() as tx:
            held = await hold(tx, Reason.CENSUS, clock.now())
        for broadcast in held:
            moved(broadcast)
        await tell()
        while store.reckoning.doubt:
            await clock.sleep(AGAIN)
