"""How well processes share the send slots of one database: rate, busiest second, a reply's wait, CPU.

    python -m tests.bench.slots [--processes N] [--rate R] [--seconds S]

Nothing is sent: each process takes slots as fast as it is given them. The service beside them asks for a slot
for a reply ten times a second. The server is a throw-away one on this machine, without fsync.
"""

import argparse
import asyncio
import bisect
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from itertools import count

from sqlalchemy import make_url

from bot.clock import SystemClock
from bot.delivery.limits import AIM
from bot.delivery.shared import SharedPacer
from bot.domain.contact import ChatId
from bot.store import server
from bot.store.common import Common
from bot.store.leases import WorkerId
from tests.support.postgres import serving

LANES = 200
"""Messages of one process that wait for a slot."""

REPLIES = 0.1


@asynccontextmanager
async def pacing(url: str, rate: float, *, service: bool) -> AsyncIterator[SharedPacer]:
    common = Common(partial(server.connect, make_url(url)), WorkerId(os.urandom(16)))
    pacer = SharedPacer(clock=SystemClock(), common=common, rate=rate)
    async with asyncio.TaskGroup() as group:
        if service:
            async with common.serving("bench"):
                task = group.create_task(pacer.run())
                yield pacer
        else:
            task = group.create_task(pacer.run())
            yield pacer
        task.cancel()
    await common.close()


async def send(url: str, rate: float, until: float, number: int) -> list[float]:
    """One process: when its messages would have left (monotonic seconds of this machine)."""
    left: list[float] = []
    chats = count(number * 10**9 + 1)

    async def lane(pacer: SharedPacer) -> None:
        while time.monotonic() < until:
            await pacer.slot(ChatId(next(chats)), group=False, bulk=True)
            left.append(time.monotonic())

    async with pacing(url, rate, service=False) as pacer:
        await asyncio.wait([asyncio.create_task(lane(pacer)) for _ in range(LANES)])
    return left


async def reply(url: str, rate: float, until: float) -> list[float]:
    """The service: how long each reply waited."""
    waits: list[float] = []
    async with pacing(url, rate, service=True) as pacer:
        for chat in count(1):
            if time.monotonic() >= until:
                break
            began = time.monotonic()
            await pacer.slot(ChatId(chat), group=False, bulk=False)
            waits.append(time.monotonic() - began)
            await asyncio.sleep(REPLIES)
    return waits


def child(arguments: list[str]) -> None:
    url, rate, until, number = arguments
    left = asyncio.run(send(url, float(rate), float(until), int(number)))
    usage = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps({"left": left, "cpu": usage.ru_utime + usage.ru_stime}))


def measure(processes: int, rate: float, seconds: float) -> str:
    with serving() as database:
        url = database.address("postgres")
        until = time.monotonic() + seconds
        command = [sys.executable, "-m", "tests.bench.slots", "child", url, str(rate), str(until)]
        children = [
            subprocess.Popen([*command, str(number + 1)], stdout=subprocess.PIPE)
            for number in range(processes)
        ]
        waits = asyncio.run(reply(url, rate, until))
        found = [json.loads(each.communicate()[0]) for each in children]
    moments = sorted(moment for one in found for moment in one["left"])
    whole = [at for at in moments if until - seconds / 2 <= at < until - 1]
    mean = (len(whole) - 1) / (whole[-1] - whole[0])
    busiest = max(bisect.bisect_left(moments, at + 1.0) - n for n, at in enumerate(moments))
    late = statistics.quantiles(waits, n=100)[98]
    return (
        f"{processes} processes, {rate:g}/s: mean {mean:.2f}/s ({mean / rate / AIM:.2%} of one's aim), "
        f"busiest second {busiest} ({busiest / rate:.3f} x), shares {[len(one['left']) for one in found]}, "
        f"replies wait {statistics.median(waits) * 1000:.1f} ms, p99 {late * 1000:.1f} ms, "
        f"{sum(one['cpu'] for one in found) / len(moments) * 1000:.3f} ms CPU a slot with the start"
    )


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.slots")
    parser.add_argument("--processes", type=int, default=4)
    parser.add_argument("--rate", type=float, default=1000.0)
    parser.add_argument("--seconds", type=float, default=20.0)
    given = parser.parse_args(arguments)
    print(measure(given.processes, given.rate, given.seconds))


if __name__ == "__main__":
    if sys.argv[1:2] == ["child"]:
        child(sys.argv[2:])
    else:
        main(sys.argv[1:])
