"""Send slots that several processes share: taken from the database a few at a time, in time to be used.

The slots of all processes together are as evenly spaced as those of one, by the server's clock. What is not
used within 20 ms of its moment is dropped, so no second sees more than its share however late somebody is.
"""

import asyncio
from collections import deque

from bot.clock import Clock
from bot.delivery.limits import CATCH_UP, CREEP, SLOWER, Schedule, recovering
from bot.delivery.pacing import LOOK, TICK, Pacer
from bot.delivery.servertime import ServerTime
from bot.domain.contact import ChatId
from bot.errors import NetworkError
from bot.store import Store
from bot.store.common import Common, Taken

BLOCK = 20
"""Slots that are taken at once, at most."""

SPAN = 0.05
"""Seconds that a block covers, at most: somebody's reply waits for the blocks of all others to pass."""

LEAD = 0.02
"""Seconds before the last slot passes at which more are asked for; or twice the way to the server."""

LONGEST_TRIP = 0.25
"""Seconds; a server that takes longer to answer is not waited for."""

AGAIN = 1.0
"""Seconds until a server that could not be reached is asked again."""


class Taking(Schedule):
    """The slots that this process has taken. Times are its own monotonic seconds, as everywhere."""

    def __init__(self, *, rate: float, now: float) -> None:
        super().__init__(rate=rate, now=now)
        self.time = ServerTime()
        self.pausing: float | None = None
        """A pause of which the others do not know yet."""
        self._held: deque[float] = deque()
        """By the server's clock."""
        self._paused = now
        self.trip = LEAD / 2
        """Seconds that the server's answers take lately, the slow ones."""

    def next(self, now: float) -> float:
        """The first slot that is held; if there is none, soon, for one may be taken by then."""
        while self._held and self._held[0] - self.time.ahead < now - CATCH_UP:
            self._held.popleft()
        first = self._held[0] - self.time.ahead if self._held else now + TICK
        return max(first, self._paused)

    def take(self, now: float) -> None:  # noqa: ARG002 - a slot that is held has its moment already
        """A message leaves now. Only to be called when `next` allows it."""
        self._held.popleft()

    def pause(self, until: float) -> None:
        """No message leaves before `until`, in any process."""
        self._paused = max(self._paused, until)
        self.pausing = max(until, self.pausing or until)

    def due(self, now: float) -> float:
        """When the next slots should be asked for."""
        last = max(self._held[-1] - self.time.ahead, self._paused) if self._held else now
        return last - max(LEAD, 2 * self.trip)

    def size(self, wanting: int) -> int:
        """How many to ask for, when so many would take one."""
        most = max(1, min(BLOCK, int(self.rate * SPAN)))
        return min(most, wanting - len(self._held))

    def took(self, taken: Taken, slots: int, *, asked: float, answered: float) -> None:
        """The server's answer."""
        self.time.heard(asked=asked, shown=taken.now, answered=answered)
        self.trip = min(max(answered - asked, 0.9 * self.trip), LONGEST_TRIP)
        self._paused = max(self._paused, taken.resumed - self.time.ahead)
        apart = 1 / recovering(self.rate, taken.now - taken.resumed)
        self._held.extend(taken.next - apart * left for left in range(slots, 0, -1))


class SharedPacer(Pacer):
    """A pacer beside others. `run` must be running in each process."""

    def __init__(self, *, clock: Clock, common: Common, rate: float = 30.0) -> None:
        """`rate` is what Telegram permits all processes together; every one is given the same."""
        self._common = common
        self._taking = Taking(rate=rate, now=clock.monotonic())
        super().__init__(clock=clock, rate=rate, schedule=self._taking)

    def flooded(self, chat: ChatId, *, group: bool, after: float) -> None:
        """As for one process; a pause of all sending is everybody's."""
        super().flooded(chat, group=group, after=after)
        if self._taking.pausing is not None:
            self._somebody.set()

    async def run(self) -> None:
        """Take slots and give them out until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(super().run(), name="send slots given out")
            group.create_task(self._keep_taking(), name="send slots taken")

    async def _keep_taking(self) -> None:
        while True:
            await self._somebody.wait()
            try:
                await self._tell_pause()
                await self._take_some()
            except NetworkError:
                await self._clock.sleep(AGAIN)

    async def _tell_pause(self) -> None:
        """Pass on a pause, as soon as it is known when that is by the server's clock."""
        if self._taking.pausing is not None and self._taking.time.known:
            until = self._taking.pausing
            await self._common.pause(until + self._taking.time.ahead)
            if self._taking.pausing == until:
                self._taking.pausing = None

    async def _take_some(self) -> None:
        asked = self._clock.monotonic()
        wait = self._taking.due(asked) - asked
        slots = self._taking.size(self._line.wanting(asked + LEAD)) if wait <= 0 else 0
        if slots <= 0:
            await self._clock.sleep(min(max(wait, TICK), LOOK))
            return
        taken = await self._common.take(
            slots, rate=self._taking.rate, notice=self._taking.trip, creep=CREEP, slower=SLOWER
        )
        if taken is None:
            await self._clock.sleep(AGAIN)
        else:
            self._taking.took(taken, slots, asked=asked, answered=self._clock.monotonic())


def pacer(store: Store, clock: Clock, rate: float) -> Pacer:
    """The pacer for this database: one that shares its slots where several processes send."""
    if store.common is None:
        return Pacer(clock=clock, rate=rate)
    return SharedPacer(clock=clock, common=store.common, rate=rate)
