"""The alarm clock: rings when message ids are old enough to be wiped, 48 hours after their send.

What is due stands in the database. APScheduler only rings the bell: it keeps nothing, and whatever it misses
is found when it rings next.
"""

import asyncio
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.clock import Clock
from bot.domain.broadcast import MESSAGE_ID_LIFE
from bot.observability.logs import Log
from bot.store import Store

LONGEST = timedelta(hours=1)
"""The bell rings at least this often: clocks are set, and machines sleep."""
SHORTEST = timedelta(seconds=1)


class Scheduler:
    """The bell of one open store."""

    def __init__(self, *, store: Store, clock: Clock, log: Log) -> None:
        self._store = store
        self._clock = clock
        self._log = log

    async def run(self) -> None:
        """Wipe at once, then whenever something is due, until cancelled."""
        rung = asyncio.Event()

        async def ring() -> None:  # a coroutine, because APScheduler runs anything else in a thread
            rung.set()

        bell = AsyncIOScheduler(timezone=UTC, job_defaults={"misfire_grace_time": None, "coalesce": True})
        bell.start()
        try:
            while True:
                due = await self.wipe()
                wait = due - self._clock.now() if due else LONGEST
                seconds = min(max(wait, SHORTEST), LONGEST).total_seconds()
                bell.add_job(ring, "interval", seconds=seconds, id="wipe", replace_existing=True)
                await rung.wait()
                rung.clear()
        finally:
            bell.shutdown(wait=False)

    async def wipe(self) -> datetime | None:
        """Wipe every message id that is 48 hours old, on the disk too; returns when the next one will be."""
        async with self._store.begin() as tx:
            wiped = await tx.journal.wipe_message_ids(self._clock.now() - MESSAGE_ID_LIFE)
            due = await tx.journal.next_wipe()
        if wiped:
            self._log.info("messages.wiped")
            await self._store.checkpoint()
        return due
