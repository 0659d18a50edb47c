"""The list is looked through after each unlock, and what does not fit is told. Nothing here mends anything.

What the census is, is `store.census`; whether a list that does not fit is taken, only the keeper decides.
"""

import random

from bot.clock import Clock
from bot.domain.contact import SHARDS
from bot.observability.logs import Log
from bot.store import Store

BREATH = 0.01
"""Seconds between two shards: the look through the list makes way for everything else."""
NOTED = 3600.0
"""Seconds between two notes of how far the census has come."""


async def watch(store: Store, clock: Clock, log: Log) -> None:
    """Look at every row once, then keep the mark fresh, until cancelled."""
    shards = list(range(SHARDS))
    random.SystemRandom().shuffle(shards)
    for shard in shards:
        await store.reckoning.fits(shard)
        await clock.sleep(BREATH)
    if store.reckoning.doubt is None:
        log.info("census.fits")
    while True:
        await clock.sleep(NOTED)
        store.reckoning.note()
