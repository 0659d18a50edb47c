"""A worker: one process that delivers beside a service, on the same machine or on another one.

It has the vault open as the service has, and nothing else of it: no poller, no bell, no control socket. So a
panic cannot speak to it; it sees that its keys are gone.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

from bot.actions.helping import Helper, terms
from bot.chat.connections import Connections
from bot.chat.failures import survives
from bot.chat.sender import TelegramSender
from bot.clock import Clock
from bot.config import Config
from bot.control.deadline import Deadline
from bot.control.home import KEYRING
from bot.delivery.shared import SharedPacer
from bot.delivery.worker import Worker
from bot.errors import HandbillError, LockedError, SettingsError
from bot.observability.logs import Log
from bot.store import Store, address
from bot.store.common import Common
from bot.vault.memory import wipe
from bot.vault.vault import Vault

WIND_DOWN = 1.0
"""Seconds that what is in flight gets to land when the worker stops."""

LOOK = 0.25
"""Seconds between two looks whether the keys are still there."""

CRASH_PAUSE = 5.0
"""Seconds before what failed unforeseen is begun again."""

Random = Callable[[int], bytes]


def require_server(config: Config) -> None:
    """Raise SettingsError where the database is a file: only one process works with that."""
    if not address.is_shared(config.database):
        raise SettingsError(
            "a worker needs a PostgreSQL database, and this home keeps its list in a file",
            hint="here `handbill run` does all the work; HANDBILL_DATABASE_URL names a server",
        )


async def work(config: Config, master_key: bytes, *, clock: Clock, random: Random, log: Log) -> None:
    """Deliver beside the service, until cancelled. The key is overwritten once the vault is open.

    LockedError when there is no unlocked service, SettingsError when it works on other terms or another
    version, NetworkError when the database cannot be reached.
    """
    vault = Vault.unlock(config.home, master_key, random=random, needed=config.vault.unlock)
    wipe(master_key)
    try:
        store = await Store.open(config.database, vault, random=random, clock=clock, helping=True)
        try:
            if store.common is None:
                raise RuntimeError("a worker without a server")
            crewman = _Crewman(config, store, store.common, clock, log)
            async with store.common.working():
                over = await crewman.work()
        finally:
            await store.close()
    finally:
        vault.close()
    raise over


class _Crewman:
    """A worker with its database open."""

    def __init__(self, config: Config, store: Store, common: Common, clock: Clock, log: Log) -> None:
        self._config, self._store, self._clock, self._log = config, store, clock, log
        self._pacer = SharedPacer(clock=clock, common=common, rate=config.telegram.rate)
        self._helper = Helper(
            store=store, common=common, clock=clock, terms=terms(config), workers=self._speaking
        )

    async def work(self) -> HandbillError:
        """Until cancelled, or there is nothing to help with; which is returned."""
        async with asyncio.TaskGroup() as group:
            slots = group.create_task(self._pacer.run(), name="send slots")
            helping = group.create_task(self._deliver(), name="deliveries")
            watching = group.create_task(self._helper.watch(), name="the service")
            locking = group.create_task(self._lock(), name="lock by itself")
            keys = group.create_task(self._outlive_keys(), name="the keys")
            ends = {watching, locking, keys}
            self._log.info("worker.started")
            try:
                over, _ = await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            finally:
                self._helper.close()
                await asyncio.wait({helping}, timeout=WIND_DOWN)
                for task in (slots, helping, *ends):
                    task.cancel()
        return over.pop().result()

    async def _deliver(self) -> None:
        while not await survives(self._helper.help(), self._log):
            await self._clock.sleep(CRASH_PAUSE)

    async def _lock(self) -> HandbillError:
        """As a service does after `auto_lock`."""
        span = self._config.vault.auto_lock
        if not isinstance(span, timedelta):
            await asyncio.Event().wait()
        else:
            await Deadline(self._clock, span).wait()
        return LockedError("locked by itself, as the settings say", hint="start the worker again")

    async def _outlive_keys(self) -> HandbillError:
        """Until a panic destroys the keys of this home, whether or not a service runs that could be told."""
        while os.access(self._config.home / KEYRING, os.F_OK):
            await self._clock.sleep(LOOK)
        return LockedError(
            "the keys of this home are gone, so the worker ends",
            hint="where nobody destroyed them, restore the home, then start the worker again",
        )

    @asynccontextmanager
    async def _speaking(self, token: str) -> AsyncIterator[Worker]:
        telegram = self._config.telegram
        connections = Connections(telegram.api_url, proxy=telegram.proxy)
        try:
            yield Worker(
                store=self._store,
                sender=TelegramSender(connections, token, now=self._clock.now, paid=telegram.pays),
                pacer=self._pacer,
                clock=self._clock,
                in_doubt=self._config.publishing.in_doubt,
                helping=True,
            )
        finally:
            connections.close()
