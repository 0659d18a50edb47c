"""What people use today, beside ours: each peer in a process of its own, against the same endpoint.

`python -m tests.bench.peers JSON` prints what it measured of itself. Peers get plain chat numbers in memory,
write nothing to a disk and may open their connections before the clock starts: all of that favours them.
The loops are written the way the libraries' own manuals write them.
"""

import asyncio
import json
import math
import os
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any

import uvloop

from tests.bench import homes
from tests.bench.homes import TEXT, TOKEN
from tests.bench.watch import Watch, cpu_time

WARM = 100
TOGETHER = 100
"""Messages under way at once, where a peer bounds them; aiogram opens a hundred connections."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What this process is asked for. `rate` 0 is as fast as it goes; `seconds` at most are measured."""

    peer: str
    port: int
    rate: float
    seconds: float
    people: int
    groups: int = 0

    @property
    def chats(self) -> list[int]:
        """The same numbers that ours has sealed."""
        return list(homes.chats(self.people, self.groups))

    @property
    def paid(self) -> bool | None:
        """Above the free rate messages say that they may cost; so do ours."""
        return True if self.rate > 30 or not self.rate else None

    @property
    def warm(self) -> int:
        """Connections opened before the clock starts: as many as are in use then, at most a hundred."""
        return min(max(math.ceil(self.rate * 0.1), 1), WARM) if self.rate else WARM


@dataclass(slots=True)
class Count:
    """Messages that were taken, and those given up because of an error."""

    taken: int = 0
    lost: int = 0


Body = Callable[[Task, Count, "Lap"], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lap:
    """The measured stretch: it begins when the peer is ready, and is cut after so many seconds."""

    seconds: float
    count: Count

    async def over(self, work: Coroutine[Any, Any, None]) -> None:
        """Do the work until it is done or the time is over; print the figures and end the process."""
        watch = Watch()
        watching = asyncio.create_task(watch.run(), name="watch")
        await asyncio.sleep(0.05)
        begin, before = time.monotonic(), cpu_time()

        def told(*, finished: bool) -> None:
            figures = {
                "begin": begin,
                "end": time.monotonic(),
                "cpu": cpu_time() - before,
                "finished": finished,
            }
            counted = {"taken": self.count.taken, "lost": self.count.lost}
            print(json.dumps(figures | counted | watch.told()), flush=True)
            # Taking back thousands of requests costs some peers minutes, and is nobody's measurement.
            os._exit(0)

        # A thread, because a peer may hold its event loop for as long as it likes.
        threading.Timer(self.seconds, told, kwargs={"finished": False}).start()
        await work
        watching.cancel()
        told(finished=True)


async def evenly(rate: float, chats: list[int], send: Callable[[int], Awaitable[None]]) -> None:
    """At most a hundred under way, begun one after the other by the clock: the kindest way to hold a rate."""
    room = asyncio.Semaphore(TOGETHER)

    async def one(chat: int) -> None:
        try:
            await send(chat)
        finally:
            room.release()

    begin = time.monotonic()
    async with asyncio.TaskGroup() as group:
        for number, chat in enumerate(chats):
            await room.acquire()
            due = begin + number / rate if rate else 0.0
            if due > time.monotonic():
                await asyncio.sleep(due - time.monotonic())
            group.create_task(one(chat))


async def floor(task: Task, count: Count, lap: Lap) -> None:
    """Nothing but aiohttp: a ready body, ticks of 5 ms, no reading of the answer, nothing written."""
    import aiohttp

    from bot.chat.transport import open_session

    address = f"https://127.0.0.1:{task.port}/bot{TOKEN}"
    rest = json.dumps({"text": TEXT, "allow_paid_broadcast": True}).encode()[1:]
    headers = {"Content-Type": "application/json"}

    async def send(session: aiohttp.ClientSession, chat: int) -> None:
        data = b'{"chat_id":%d,%b' % (chat, rest)
        async with session.post(f"{address}/sendMessage", data=data, headers=headers) as response:
            count.taken += b'"ok":true' in await response.read()

    async def ticks(session: aiohttp.ClientSession) -> None:
        begin, given = time.monotonic(), 0
        async with asyncio.TaskGroup() as group:
            for number, chat in enumerate(task.chats):
                while number >= given:
                    await asyncio.sleep(0.005)
                    given = int((time.monotonic() - begin) * task.rate * 149 / 150) + 1
                group.create_task(send(session, chat))

    async def lanes(session: aiohttp.ClientSession) -> None:
        chats = iter(task.chats)

        async def lane() -> None:
            for chat in chats:
                await send(session, chat)

        await asyncio.gather(*(lane() for _ in range(TOGETHER)))

    async def me(session: aiohttp.ClientSession) -> None:
        async with session.get(f"{address}/getMe") as response:
            await response.read()

    async with open_session("") as session:
        await asyncio.gather(*(me(session) for _ in range(task.warm)))
        await lap.over(ticks(session) if task.rate else lanes(session))


def body(name: str) -> Body:
    """A peer by its name. Only its own library is imported, so that its memory is its own."""
    if name.startswith("aiogram"):
        from tests.bench import with_aiogram

        return with_aiogram.PEERS[name]
    if name.startswith("ptb"):
        from tests.bench import with_ptb

        return with_ptb.PEERS[name]
    return floor


async def run(task: Task) -> None:
    count = Count()
    await body(task.peer)(task, count, Lap(seconds=task.seconds, count=count))


if __name__ == "__main__":
    given = Task(**json.loads(sys.argv[1]))
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(run(given))
