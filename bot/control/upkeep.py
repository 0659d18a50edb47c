"""What the keeper has done to the database as a whole: another root key, a look at every row, a backup.

Only one of them runs at a time: a backup holds the keys that its rows are sealed with.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path

from bot.clock import Clock
from bot.config import FILE
from bot.control.messages import AcceptList, Backup, CheckList, Done, ListState, Rotate
from bot.domain.audit import Event
from bot.domain.contact import SHARDS
from bot.store import Store
from bot.store.backup import About
from bot.store.paging import TOGETHER
from bot.vault import keys
from bot.vault.memory import wipe

UpkeepRequest = Rotate | CheckList | AcceptList | Backup


class Upkeep:
    """Works on one open store."""

    def __init__(self, *, store: Store, home: Path, clock: Clock, random: Callable[[int], bytes]) -> None:
        self._store, self._home = store, home
        self._clock, self._random = clock, random
        self._turn = asyncio.Lock()

    async def answer(self, request: UpkeepRequest) -> Done | ListState:
        """Do what is asked. Raises BadInputError with nothing changed."""
        async with self._turn:
            match request:
                case Rotate():
                    await self._rotate(request.master_key)
                case CheckList():
                    return await self._check()
                case AcceptList():
                    await self._store.accept()
                case Backup():
                    await self._back_up(request)
        return Done()

    async def _rotate(self, master_key: bytes) -> None:
        """Both root keys stand in the keyring until nothing needs the old one: safe at any kill."""
        await self._store.may_rotate()
        async with self._store.begin() as tx:
            await tx.audit.add(Event.ROTATED, self._clock.now())
        roots = keys.begin_rotation(self._home, master_key, random=self._random)
        try:
            await self._store.reseal(roots)
            keys.end_rotation(self._home, master_key, random=self._random)
        finally:
            wipe(*roots.values())
        self._store.drop_older_keys()

    async def _check(self) -> ListState:
        reckoning = self._store.reckoning
        await reckoning.compare()
        reckoning.forget_what_fitted()
        for start in range(0, SHARDS, TOGETHER):
            await reckoning.fits(*range(start, start + TOGETHER))
        return ListState(doubt=reckoning.doubt or "")

    async def _back_up(self, request: Backup) -> None:
        async with self._store.begin() as tx:
            await tx.audit.add(Event.BACKED_UP, self._clock.now())
        about = About(taken=self._clock.now(), settings=(self._home / FILE).read_text(encoding="utf-8"))
        await self._store.back_up(self._home, about, data=Path(request.data), keys=Path(request.keys))
