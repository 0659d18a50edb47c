"""Who waits for a send slot, and who is next: replies before broadcasts, but one slot in four for these.

Pure bookkeeping over a given `now`: it neither waits nor wakes anybody.
"""

import heapq
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

from bot.delivery.limits import ChatLimits
from bot.domain.contact import ChatId

REPLIES_IN_A_ROW = 3
"""While both wait, every fourth slot is a broadcast's."""


@dataclass(slots=True, kw_only=True, eq=False)
class Waiter:
    """Somebody who wants to send one message."""

    chat: ChatId
    group: bool
    bulk: bool
    deadline: float
    """Not given a slot before this moment, it wants none."""


class Line:
    """All who wait. Those whose chat is not ready stand aside and hold up nobody."""

    def __init__(self, chats: ChatLimits) -> None:
        self._replies = _Queue(chats)
        self._bulk = _Queue(chats)
        self._in_a_row = 0

    def __len__(self) -> int:
        return len(self._replies) + len(self._bulk)

    @property
    def replies(self) -> int:
        """How many replies wait."""
        return len(self._replies)

    def join(self, waiter: Waiter) -> None:
        """Stand at the end."""
        (self._bulk if waiter.bulk else self._replies).join(waiter)

    def leave(self, waiter: Waiter) -> None:
        """Give up waiting."""
        (self._bulk if waiter.bulk else self._replies).keep(lambda other: other is not waiter)

    def expired(self, now: float) -> list[Waiter]:
        """Take out the replies that have waited too long."""
        return self._replies.expired(now)

    def next(self, now: float, *, replies: bool = True) -> Waiter | None:
        """Take out who gets the slot of this moment; None if nobody may have it."""
        if not replies:
            return self._bulk.next(now)
        bulk_first = self._in_a_row >= REPLIES_IN_A_ROW
        first, second = (self._bulk, self._replies) if bulk_first else (self._replies, self._bulk)
        waiter = first.next(now) or second.next(now)
        if waiter:
            self._in_a_row = 0 if waiter.bulk or not len(self._bulk) else self._in_a_row + 1
        return waiter

    def wanting(self, until: float) -> int:
        """How many would take a slot at this moment."""
        return self._replies.wanting(until) + self._bulk.wanting(until)

    def ready(self, *, bulk: bool) -> float:
        """The first moment at which one of these may be ready."""
        return (self._bulk if bulk else self._replies).ready()


class _Queue:
    """First come, first served, among those whose chat is ready."""

    def __init__(self, chats: ChatLimits) -> None:
        self._chats = chats
        self._ready: deque[Waiter] = deque()
        self._aside: list[tuple[float, int, Waiter]] = []
        self._order = count()

    def __len__(self) -> int:
        return len(self._ready) + len(self._aside)

    def join(self, waiter: Waiter) -> None:
        self._ready.append(waiter)

    def next(self, now: float) -> Waiter | None:
        while self._aside and self._aside[0][0] <= now:
            self._ready.append(heapq.heappop(self._aside)[2])
        while self._ready:
            waiter = self._ready.popleft()
            at = self._chats.ready(waiter.chat, bulk=waiter.bulk)
            if at <= now:
                return waiter
            heapq.heappush(self._aside, (at, next(self._order), waiter))
        return None

    def keep(self, wanted: Callable[[Waiter], bool]) -> None:
        self._ready = deque(waiter for waiter in self._ready if wanted(waiter))
        self._aside = [entry for entry in self._aside if wanted(entry[2])]
        heapq.heapify(self._aside)

    def wanting(self, until: float) -> int:
        return len(self._ready) + sum(at <= until for at, _, _ in self._aside)

    def expired(self, now: float) -> list[Waiter]:
        everybody = [*self._ready, *(waiter for _, _, waiter in self._aside)]
        late = [waiter for waiter in everybody if waiter.deadline < now]
        if late:
            self.keep(lambda waiter: waiter.deadline >= now)
        return late

    def ready(self) -> float:
        if self._ready:
            return float("-inf")
        return self._aside[0][0] if self._aside else float("inf")
