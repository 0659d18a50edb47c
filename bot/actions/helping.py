"""What a worker does beside a service: it sends what the service has begun, and decides nothing.

It looks at the database a few times a second: what is being sent, who was erased, whether the service is
there. Without a service nothing is sent, because nobody could stop it; when the service locks, this ends.
"""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass

from bot.actions.ending import after
from bot.clock import Clock
from bot.config import Config
from bot.delivery.ends import End, Paused, Stopped
from bot.delivery.worker import Worker
from bot.domain.broadcast import Broadcast, BroadcastId, State, Tally, turn
from bot.domain.contact import ContactId
from bot.errors import DamagedVaultError, HandbillError, LockedError, NetworkError, SettingsError
from bot.store import Store
from bot.store.common import Common, Seen

LOOK = 0.25
"""Seconds between two looks."""

ALONE = 60.0
"""Seconds that a service which was killed, or a server out of reach, is waited for."""

STAY = 10.0
"""Seconds between two looks whether the database server knows the service."""

Workers = Callable[[str], AbstractAsyncContextManager[Worker]]
"""Makes a worker that speaks with this token."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What is to be sent, and with which token."""

    broadcast: Broadcast
    token: str

    @property
    def what(self) -> tuple[BroadcastId, int, str]:
        """Whoever is at it goes on as long as this is the same."""
        return self.broadcast.id, self.broadcast.wave, self.token


class Helper:
    """The other side of `dispatch`: run `watch` and `help` beside each other."""

    def __init__(self, *, store: Store, common: Common, clock: Clock, terms: str, workers: Workers) -> None:
        """`terms` are what this process was told to work on; the service's must be the same."""
        self._store = store
        self._common = common
        self._clock = clock
        self._terms = terms
        self._workers = workers
        self._worker: Worker | None = None
        self._at: Job | None = None
        self._job: Job | None = None
        self._news = asyncio.Event()
        self._striking: dict[ContactId, asyncio.Task[None]] = {}
        self._served = float("-inf")
        self._closing = False

    async def watch(self) -> HandbillError:
        """Look again and again; return why there is nothing more to help with."""
        async with asyncio.TaskGroup() as group:
            while True:
                over = await self._look(group)
                if over is not None:
                    break
                await self._clock.sleep(LOOK)
            for task in self._striking.values():
                task.cancel()
        return over

    async def help(self) -> None:
        """Send what there is to send, until `close`."""
        while not self._closing:
            await self._news.wait()
            self._news.clear()
            if self._job is not None:
                await self._send(self._job)

    def close(self) -> None:
        """Begin nothing more: `help` returns when what is in flight has landed and is written."""
        self._closing = True
        self._choose(None)
        self._news.set()

    async def _send(self, job: Job) -> None:
        """Take part, until it is over or something else is to be sent; then only a new look says what."""
        async with self._workers(job.token) as worker:
            if self._job is None or self._job.what != job.what:
                return
            self._worker, self._at = worker, job
            try:
                end = await worker.deliver(job.broadcast, _untold)
            finally:
                self._worker = self._at = self._job = None
        await self._tell(job.broadcast.id, end)

    async def _look(self, group: asyncio.TaskGroup) -> HandbillError | None:
        try:
            seen = await self._common.look()
            if seen is not None and seen.served:
                self._served = self._clock.monotonic()
            over = self._over(seen)
            self._choose(await self._find() if seen and seen.served and not over else None)
            self._strike(group, seen.struck if seen else ())
        except HandbillError as error:
            self._choose(None)
            passing = isinstance(error, NetworkError) and not self._alone()
            return None if passing else error
        return over

    def _over(self, seen: Seen | None) -> HandbillError | None:
        """Why there is nothing more to help with, if so."""
        if self._store.reckoning.doubt:
            return DamagedVaultError(
                "the list of readers is not what was written last",
                hint="the service will find it too; then see `handbill database check`",
            )
        if seen is not None and seen.open and seen.terms != self._terms:
            return SettingsError(
                "the settings here are not those of the service",
                hint="rate, paid_broadcasts and in_doubt must be the same in both config.toml",
            )
        if self._alone() or (seen is not None and not seen.open):
            return LockedError(
                "the service is locked or does not run, so no worker does",
                hint="unlock the service, then start the worker again",
            )
        return None

    def _alone(self) -> bool:
        return self._clock.monotonic() - self._served > ALONE

    async def _find(self) -> Job | None:
        """What the service is sending now; nothing in a pause between waves."""
        async with self._store.read() as tx:
            sending = await tx.broadcasts.in_states(State.SENDING)
            record = await tx.bot.get()
        first = min(sending, key=turn, default=None)
        if first is None or first.rest is not None or record is None:
            return None
        return Job(broadcast=first, token=record.token)

    def _choose(self, job: Job | None) -> None:
        self._job = None if self._closing else job
        if self._job is not None and self._at is None:
            self._news.set()
        if self._worker and self._at and (self._job is None or self._job.what != self._at.what):
            self._worker.interrupt()

    def _strike(self, group: asyncio.TaskGroup, struck: tuple[ContactId, ...]) -> None:
        self._striking = {one: task for one, task in self._striking.items() if one in struck}
        for contact in struck:
            if contact not in self._striking:
                self._striking[contact] = group.create_task(self._let_go(contact), name="striking")

    async def _let_go(self, contact: ContactId) -> None:
        """Send nothing to somebody who was erased, and say so when nothing is in flight."""
        if self._worker:
            await self._worker.strike(contact)
        with suppress(NetworkError):
            await self._common.landed(contact)
            return
        self._striking.pop(contact, None)  # the next look finds it again

    async def _tell(self, broadcast: BroadcastId, end: End) -> None:
        """Write down that it cannot go on; the service finds it and tells people."""
        if not isinstance(end, Paused | Stopped):
            return
        async with self._store.begin() as tx:
            found = await tx.broadcasts.get(broadcast)
            if found is not None and found.state is State.SENDING:
                await tx.broadcasts.replace(after(found, end, now=self._clock.now()))


def terms(config: Config) -> str:
    """What all processes that send must agree on."""
    telegram = config.telegram
    return f"{telegram.rate} {'paid' if telegram.pays else 'free'} {config.publishing.in_doubt}"


async def stay(store: Store, clock: Clock) -> None:
    """Let a database server that came back find the service again, though there is nothing to write."""
    while store.common:
        await clock.sleep(STAY)
        with suppress(NetworkError):
            await store.common.look()
            async with store.begin():
                pass


def _untold(_: Tally) -> None:
    """The service tells how far it is."""
