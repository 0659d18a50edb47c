"""The alarm clock: rings when message ids are old enough to be wiped, and at night to clean the database.

Each time it rings, whoever waited in vain to become an organiser is forgotten too.

What is due stands in the database. APScheduler only rings the bell: it keeps nothing, and whatever it misses
is found when it rings next.
"""

import asyncio
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.actions.organisers import lapse
from bot.clock import Clock
from bot.domain.broadcast import MESSAGE_ID_LIFE, State
from bot.observability.logs import Log
from bot.store import Store

LONGEST = timedelta(hours=1)
"""The bell rings at least this often: clocks are set, and machines sleep."""
SHORTEST = timedelta(seconds=1)
NIGHT = 3
"""The hour, UTC, from which on the database is written anew once a day."""
_SENDING = (State.SENDING, State.COOLING)


class Scheduler:
    """The bell of one open store."""

    def __init__(self, *, store: Store, clock: Clock, log: Log) -> None:
        self._store = store
        self._clock = clock
        self._log = log
        self._night = _next_night(clock.now())

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
                night = await self.clean()
                wait = min(due or night, night) - self._clock.now()
                seconds = min(max(wait, SHORTEST), LONGEST).total_seconds()
                bell.add_job(ring, "interval", seconds=seconds, id="wipe", replace_existing=True)
                await rung.wait()
                rung.clear()
        finally:
            bell.shutdown(wait=False)

    async def wipe(self) -> datetime | None:
        """Wipe every message id that is 48 hours old, on the disk too; returns when the next one will be.

        So for invitations that have expired, and for whoever nobody let in within a day.
        """
        async with self._store.begin() as tx:
            wiped = await tx.journal.wipe_message_ids(self._clock.now() - MESSAGE_ID_LIFE)
            due = await tx.journal.next_wipe()
            lapsed = await lapse(tx, self._clock.now())
        if wiped:
            self._log.info("messages.wiped")
        if wiped or lapsed:
            await self._store.checkpoint()
        return due

    async def clean(self) -> datetime:
        """Write the database anew if it is night and nothing is being sent; returns when to ask again.

        A night that was missed, because something was being sent, is made up for at the next ring.
        """
        now = self._clock.now()
        if now < self._night:
            return self._night
        async with self._store.read() as tx:
            soon = now + LONGEST
            if any((b.starts or now) <= soon for b in await tx.broadcasts.in_states(*_SENDING)):
                return soon
        await self._store.vacuum()
        self._log.info("database.cleaned")
        self._night = _next_night(now)
        return self._night


def _next_night(now: datetime) -> datetime:
    """The first beginning of a night after this moment."""
    tonight = now.replace(hour=NIGHT, minute=0, second=0, microsecond=0)
    return tonight if tonight > now else tonight + timedelta(days=1)
