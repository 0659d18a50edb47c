"""The dead man's switch of an open vault: warns the organisers, and locks when all are silent for long.

How long is the setting `deadman_days`; what may follow after the lock is `control.grace`.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Protocol

from bot.clock import Clock
from bot.domain.organiser import Standing
from bot.domain.silence import OVER, Silence
from bot.store import Store, Tx
from bot.vault import totp

LOOK = 3600.0
"""Seconds between two looks."""


class Warn(Protocol):
    """Tells the organisers what is left."""

    async def __call__(self, *, days: int, hours: int) -> bool:
        """False when nobody could be told."""
        ...


class DeadMan:
    """Of one open store. With no days nothing is ever done."""

    def __init__(
        self, *, store: Store, clock: Clock, days: int, warn: Warn, lock: Callable[[], None]
    ) -> None:
        """`lock` locks the service soon, and tells why."""
        self._store, self._clock = store, clock
        self._limit = timedelta(days=days)
        self._warn, self._lock = warn, lock
        self.looked = clock.monotonic()
        self.due: datetime | None = None
        """When it locks if nobody checks in, and if the service runs until then."""

    async def begin(self, *, attended: bool) -> None:
        """After an unlock. A keyholder who opens the vault is a sign of life, a machine by itself is not."""
        async with self._store.begin() as tx:
            if not self._limit:
                await tx.silence.clear()
            elif attended or await tx.silence.get() is None:
                await tx.silence.set(Silence(since=self._clock.now()))

    async def watch(self) -> None:
        """Look once an hour, until cancelled."""
        if not self._limit:
            await asyncio.Event().wait()
        counted = self._clock.monotonic()
        while True:
            now = self._clock.monotonic()
            await self.look(int(now - counted))
            counted += int(now - counted)
            self.looked = now
            await self._clock.sleep(LOOK)

    async def look(self, seconds: int) -> None:
        """After so many seconds more of running: warn, or lock, if that is due."""
        now = self._clock.now()
        async with self._store.begin() as tx:
            silence = (await self._silence(tx, now)).later(seconds)
            await tx.silence.set(silence)
        left, reached = self._limit - silence.lasted(now), silence.reached(now, self._limit)
        self.due = now + left
        if reached >= OVER:
            self._lock()
        elif reached > silence.warned and await self._told(left):
            async with self._store.begin() as tx:
                # Somebody may have checked in meanwhile: then nothing was told of what begins now.
                if (found := await tx.silence.get()) and found.since == silence.since:
                    await tx.silence.set(replace(found, warned=reached))

    async def _told(self, left: timedelta) -> bool:
        hours = max(1, round(left / timedelta(hours=1)))
        return await self._warn(days=hours // 24, hours=hours % 24)

    async def _silence(self, tx: Tx, now: datetime) -> Silence:
        """What is written, and the newest code since; a home without organisers has nobody to wait for."""
        found = await tx.silence.get() or Silence(since=now)
        enrolled = [one for one in await tx.organisers.all() if one.standing is Standing.ENROLLED]
        if not enrolled:
            return Silence(since=now)
        newest = max(one.last_step for one in enrolled) * totp.PERIOD
        # A code of the step to come was given before its time.
        return found.heard(min(now, datetime.fromtimestamp(newest, UTC)))
