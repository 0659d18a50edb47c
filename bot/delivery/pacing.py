"""Send slots for the whole process: every message anybody sends waits here for its turn.

The arithmetic is in `limits`, the order in `line`; this file only waits and wakes. `run` must be running
(a named task of the program's) for anybody who has to wait.
"""

import asyncio

from bot.clock import Clock
from bot.delivery.limits import ChatLimits, Floods, Schedule, Slots
from bot.delivery.line import Line, Waiter
from bot.domain.contact import ChatId

TICK = 0.005
FAST = 200.0
"""Above 200 a second slots are given in ticks of 5 ms: waking for each message was the largest cost."""

SHORTEST = 0.0005
"""Seconds; a shorter sleep is not worth asking for."""

LOOK = 0.05
"""Seconds after which a waiting line is looked at again, because somebody may have joined it."""


class Pacer:
    """Gives each message its moment. One for the process, whatever sends."""

    def __init__(self, *, clock: Clock, rate: float = 30.0, schedule: Schedule | None = None) -> None:
        """`rate` is what Telegram permits, messages a second; a little less is used.

        Above 30 only messages of broadcasts go so fast, because only they are paid for.
        `schedule` is where slots come from that are shared with others.
        """
        self.rate = rate
        self._clock = clock
        self._shortest = TICK if rate > FAST else SHORTEST
        self._slots = Slots(rate=rate, now=clock.monotonic(), schedule=schedule)
        self._chats = ChatLimits()
        self._floods = Floods()
        self._line = Line(self._chats)
        self._turns: dict[Waiter, asyncio.Future[bool]] = {}
        self._somebody = asyncio.Event()

    async def slot(self, chat: ChatId, *, group: bool, bulk: bool, patience: float | None = None) -> bool:
        """Return True when a message to this chat may leave, now.

        `bulk` is a broadcast's message; a reply overtakes it. False as soon as it is plain that the wait
        would be longer than `patience` seconds; such a message must be dropped.
        """
        now = self._clock.monotonic()
        deadline = float("inf") if patience is None else now + patience
        if self._earliest(chat, bulk=bulk, now=now) > deadline:
            return False
        waiter = Waiter(chat=chat, group=group, bulk=bulk, deadline=deadline)
        if not len(self._line) and self._ready(waiter, now):
            self._take(waiter, now)
            return True
        return await self._wait(waiter)

    def flooded(self, chat: ChatId, *, group: bool, after: float) -> None:
        """Telegram answered 429: nothing goes to this chat for `after` seconds.

        All sending pauses only if other chats are refused within the same second (DESIGN §4, Pacing).
        """
        now = self._clock.monotonic()
        self._chats.block(chat, now + after, group=group)
        pause = self._floods.refused(chat, group=group, until=now + after, now=now)
        if pause is not None:
            self._slots.pause(pause)

    async def run(self) -> None:
        """Give out slots until cancelled."""
        while True:
            await self._somebody.wait()
            now = self._clock.monotonic()
            self._give(now)
            await self._clock.sleep(self._until_next(now))

    async def _wait(self, waiter: Waiter) -> bool:
        turn: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._turns[waiter] = turn
        self._line.join(waiter)
        self._somebody.set()
        try:
            return await turn
        finally:
            if turn.cancelled():
                self._line.leave(waiter)
            self._turns.pop(waiter, None)

    def _earliest(self, chat: ChatId, *, bulk: bool, now: float) -> float:
        """A moment before which there is surely no slot; replies already waiting are counted in."""
        ahead = 0 if bulk else self._line.replies
        free = self._slots.next(now, bulk=bulk) + ahead / self._slots.rate(bulk=bulk)
        return max(free, self._chats.ready(chat, bulk=bulk))

    def _ready(self, waiter: Waiter, now: float) -> bool:
        slot = self._slots.next(now, bulk=waiter.bulk)
        return slot <= now and self._chats.ready(waiter.chat, bulk=waiter.bulk) <= now

    def _give(self, now: float) -> None:
        """Wake all whose moment has come."""
        for waiter in self._line.expired(now):
            self._answer(waiter, slot=False)
        while self._slots.next(now, bulk=True) <= now:
            waiter_now = self._line.next(now, replies=self._slots.next(now, bulk=False) <= now)
            if waiter_now is None:
                break
            self._take(waiter_now, now)
            self._answer(waiter_now, slot=True)
        if not len(self._line):
            self._somebody.clear()

    def _take(self, waiter: Waiter, now: float) -> None:
        self._slots.take(now, bulk=waiter.bulk)
        self._chats.take(waiter.chat, now, group=waiter.group)

    def _answer(self, waiter: Waiter, *, slot: bool) -> None:
        turn = self._turns[waiter]
        if not turn.done():
            turn.set_result(slot)

    def _until_next(self, now: float) -> float:
        """Seconds to sleep: until there is a slot and somebody for it; not long, for others may join."""
        first = self._slots.next(now, bulk=True)
        if not len(self._line):
            return max(first - now, self._shortest)
        moments = [max(self._slots.next(now, bulk=b), self._line.ready(bulk=b)) for b in (True, False)]
        return max(first - now, min(*moments, now + LOOK) - now, self._shortest)
