"""The first of two keyholders, until the second comes: in memory only, for a quarter of an hour at most."""

import asyncio
from datetime import timedelta

from bot.clock import Clock
from bot.control.deadline import Deadline
from bot.vault.memory import wipe
from bot.vault.slots import Half

PATIENCE = timedelta(minutes=15)


class Waiting:
    """Whoever came first, without a name."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._halves: dict[int, bytearray] = {}
        self._until: Deadline | None = None
        self._came = asyncio.Event()

    def join(self, half: Half) -> list[Half]:
        """Wait from now on; everybody who waits, this one too."""
        self._drop_late()
        wipe(self._halves.get(half.slot, b""))
        self._halves[half.slot] = bytearray(half.private)
        self._until = Deadline(self._clock, PATIENCE)
        self._came.set()
        return [Half(slot=slot, private=private) for slot, private in self._halves.items()]

    def leave(self) -> None:
        """Nobody waits any more; what they left is overwritten."""
        wipe(*self._halves.values())
        self._halves.clear()
        self._until = None

    def problem(self) -> tuple[str, ...]:
        """What `status` says about it."""
        self._drop_late()
        return (f"a second keyholder is needed before {self._until.at:%H:%M} UTC",) if self._until else ()

    async def watch(self) -> None:
        """See to it, until cancelled, that nobody waits for longer."""
        while True:
            await self._came.wait()
            self._came.clear()
            while self._until:
                await self._until.wait()
                self._drop_late()

    def _drop_late(self) -> None:
        if self._until and self._until.passed:
            self.leave()
