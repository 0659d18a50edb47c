"""One round of ours, in a process of its own: the whole program sends one broadcast from a home made here.

The application with its poller and dispatcher, sealed contacts in an SQLite file (or PostgreSQL),
synchronous=FULL, real pacing. `python -m tests.bench.ours JSON` prints what it measured of itself.
"""

import asyncio
import json
import os
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import uvloop

from bot.chat.application import Application, BotIdentity
from bot.cli.run import spare_collector
from bot.clock import SystemClock
from bot.config import Config
from bot.config.sections import Telegram
from bot.domain.broadcast import State
from bot.domain.contact import SHARDS
from bot.i18n.translator import Translator
from bot.observability.logs import Log
from bot.store.paging import TOGETHER
from tests.bench import homes
from tests.bench.watch import Watch, cpu_time

COOLDOWN = 2.5
FASTEST = 1_000_000
LOOK = 0.1
ENDED = 0.5
"""Seconds between two looks whether the broadcast has ended: each look costs a transaction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What this process is asked for. `rate` 0 is as fast as it goes; `seconds` at most are measured."""

    home: str
    port: int
    rate: float
    seconds: float
    database: str = ""
    changed: tuple[str, ...] = ()
    """Constants to be tried with another value, each as `module:NAME=number`."""
    loop: str = "uvloop"
    stay: bool = False
    """Whether it is measured to the end of the time, though the broadcast is long over."""
    unlocked: bool = False
    """Whether the list is compared with its census on the way, as in the first seconds after an unlock."""


def change(constants: tuple[str, ...]) -> None:
    """Give constants other values. AttributeError if there is no such constant any more."""
    for one in constants:
        place, _, value = one.partition("=")
        module, _, name = place.partition(":")
        found = import_module(module)
        kind = type(getattr(found, name))
        setattr(found, name, kind(float(value)))


async def round_of(task: Task) -> dict[str, float]:
    """Send for so many seconds or until everybody has it."""
    async with homes.opened(Path(task.home), task.database) as home:
        await homes.emptied(home)
        compared = 0.0 if task.unlocked else await _compared(home)
        address = f"https://127.0.0.1:{task.port}"
        telegram = Telegram().model_copy(update={"api_url": address, "rate": task.rate or FASTEST})
        config = Config(home=home.path).model_copy(update={"telegram": telegram})
        return {**await _send(home, config, task), "compared": compared}


async def _compared(home: homes.BenchHome) -> float:
    """Look through the list as the service does after an unlock; CPU seconds."""
    before = cpu_time()
    for start in range(0, SHARDS, TOGETHER):
        if not await home.store.reckoning.fits(*range(start, start + TOGETHER)):
            raise AssertionError("the list does not fit its census")
    return cpu_time() - before


async def _send(home: homes.BenchHome, config: Config, task: Task) -> dict[str, float]:
    clock, watch = SystemClock(), Watch()
    application = Application(
        config=config,
        store=home.store,
        token=homes.TOKEN,
        clock=clock,
        random=os.urandom,
        log=Log(sys.stderr, now=clock.now),
        translator=Translator(),
    )
    broadcast = await homes.cooling(home, COOLDOWN)
    go = time.monotonic() + ((broadcast.starts or broadcast.created) - clock.now()).total_seconds()
    identity = BotIdentity(id=0, username="bench")
    running = asyncio.create_task(application.run(lambda _: None, identity), name="application")
    await asyncio.sleep(go - time.monotonic() - LOOK)
    watching = asyncio.create_task(watch.run(), name="watch")
    before = cpu_time()
    await _done(home, go + task.seconds, running, stay=task.stay)
    cpu, end = cpu_time() - before, time.monotonic()
    watching.cancel()
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    await application.close()
    return {"begin": go, "end": end, "cpu": cpu, **watch.told()}


async def _done(home: homes.BenchHome, until: float, running: "asyncio.Task[None]", *, stay: bool) -> None:
    while time.monotonic() < until and not running.done():
        await asyncio.sleep(min(ENDED, max(0.0, until - time.monotonic())))
        async with home.store.read() as tx:
            if not stay and await tx.broadcasts.in_states(State.DONE):
                return


def main(task: Task) -> None:
    change(task.changed)
    spare_collector()
    factory = uvloop.new_event_loop if task.loop == "uvloop" else asyncio.new_event_loop
    with asyncio.Runner(loop_factory=factory) as runner:
        print(json.dumps(runner.run(round_of(task))), flush=True)


if __name__ == "__main__":
    given = json.loads(sys.argv[1])
    main(Task(**given | {"changed": tuple(given.get("changed", ()))}))
