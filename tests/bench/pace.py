"""One round: the whole program sends at a rate to a TLS endpoint that answers after 50 ms.

`python -m tests.bench pace --rate 1000 --contacts 10000`. The application with its poller and dispatcher,
sealed contacts in an SQLite file, synchronous=FULL, real pacing. Rate 0 means as fast as it goes.
"""

import asyncio
import json
import os
import resource
import subprocess
import sys
import time
from argparse import ArgumentParser
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvloop

from bot.chat.application import Application, BotIdentity
from bot.cli.run import spare_collector
from bot.clock import SystemClock
from bot.config import Config
from bot.config.sections import Telegram
from bot.domain.broadcast import State
from bot.i18n.translator import Translator
from bot.observability.logs import Log
from tests.bench import homes

COOLDOWN = 2.0
FASTEST = 1_000_000
WATCH = 0.005
LOOK = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One round. Seconds, messages and bytes."""

    sent: int
    seconds: float
    cpu: float
    rate: float
    """Between the first and the last message."""
    worst_second: int
    first: float
    """From the end of the cool-down to the first message at the endpoint."""
    hold: float
    hold_cpu: float
    """How long the event loop was away at most: by the clock, and in its own CPU time."""
    before: int
    growth: int
    repeated: int
    connections: int

    def lines(self) -> Iterator[tuple[str, str]]:
        yield "messages", f"{self.sent:,} in {self.seconds:.1f} s, {self.repeated} repeated"
        yield "CPU a message", f"{self.cpu / max(self.sent, 1) * 1e3:.3f} ms"
        yield "sustained", f"{self.rate:,.0f}/s on {self.connections} connections"
        yield "most in any second", f"{self.worst_second:,}"
        yield "first message after the go", f"{self.first * 1e3:.0f} ms"
        yield "longest hold of the event loop", f"{self.hold * 1e3:.1f} ms ({self.hold_cpu * 1e3:.1f} ms CPU)"
        yield "memory", f"{self.before / 2**20:.0f} MB, grew by {self.growth / 2**20:.0f} MB"


class Watch:
    """Looks at the event loop and at memory while a round runs."""

    def __init__(self) -> None:
        self.hold = self.hold_cpu = 0.0
        self.before = self.most = resident()

    async def run(self) -> None:
        last, cpu = time.monotonic(), time.thread_time()
        self.before = self.most = resident()
        for number in range(10**9):
            await asyncio.sleep(WATCH)
            now, cpu_now = time.monotonic(), time.thread_time()
            self.hold, self.hold_cpu = max(self.hold, now - last - WATCH), max(self.hold_cpu, cpu_now - cpu)
            last, cpu = now, cpu_now
            if number % 20 == 0:
                self.most = max(self.most, resident())


def resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def cpu_time() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


@contextmanager
def endpoint(folder: Path) -> Iterator[tuple[int, "subprocess.Popen[str]"]]:
    """Run the endpoint; its certificate is the only one this process trusts meanwhile."""
    command = [sys.executable, "-m", "tests.bench.endpoint", str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        os.environ["SSL_CERT_FILE"] = str(folder / "certificate.pem")
        try:
            yield port, process
        finally:
            process.terminate()


async def round_of(*, rate: int, contacts: int, seconds: float) -> Measured:
    """Make a home, fill it, send for so many seconds or until everybody has it."""
    async with homes.made() as home:
        await homes.fill(home, contacts)
        with endpoint(home.path) as (port, process):
            telegram = Telegram().model_copy(
                update={"api_url": f"https://127.0.0.1:{port}", "rate": rate or FASTEST}
            )
            config = Config(home=home.path).model_copy(update={"telegram": telegram})
            watch = Watch()
            go, cpu, end = await _send(home, config, watch, seconds)
            out, _ = process.communicate("")
    return _measured(json.loads(out), watch, go=go, cpu=cpu, end=end)


async def _send(
    home: homes.BenchHome, config: Config, watch: Watch, seconds: float
) -> tuple[float, float, float]:
    """Run the application through one broadcast: when it was due, the CPU time from there, and the end."""
    clock = SystemClock()
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
    running = asyncio.create_task(application.run(lambda _: None, BotIdentity(id=0, username="bench")))
    await asyncio.sleep(go - time.monotonic() - LOOK)
    watching = asyncio.create_task(watch.run())
    before = cpu_time()
    while time.monotonic() < go + seconds and not running.done():
        await asyncio.sleep(LOOK)
        async with home.store.read() as tx:
            if await tx.broadcasts.in_states(State.DONE):
                break
    cpu, end = cpu_time() - before, time.monotonic()
    watching.cancel()
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    await application.close()
    return go, cpu, end


def _measured(report: dict[str, Any], watch: Watch, *, go: float, cpu: float, end: float) -> Measured:
    arrivals = sorted(report["arrivals"])
    counted = [moment for moment in arrivals if moment <= end]
    took = counted[-1] - counted[0] if len(counted) > 1 else 1.0
    return Measured(
        sent=len(counted),
        seconds=took,
        cpu=cpu,
        rate=(len(counted) - 1) / took,
        worst_second=max(bisect_right(counted, m + 1.0) - n for n, m in enumerate(counted)),
        first=counted[0] - go,
        hold=watch.hold,
        hold_cpu=watch.hold_cpu,
        before=watch.before,
        growth=watch.most - watch.before,
        repeated=len(arrivals) - report["chats"],
        connections=report["connections"],
    )


def measure(*, rate: int, contacts: int, seconds: float) -> Measured:
    """One round on an event loop of its own."""
    spare_collector()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(round_of(rate=rate, contacts=contacts, seconds=seconds))


def show(rate: int, contacts: int, measured: Measured) -> None:
    print(f"\nthe whole program, {f'{rate}/s' if rate else 'full speed'}, {contacts:,} readers, TLS, 50 ms")
    for what, figure in measured.lines():
        print(f"  {what:<56} {figure}", flush=True)


def main(arguments: list[str]) -> None:
    parser = ArgumentParser(prog="python -m tests.bench pace", description=__doc__)
    parser.add_argument("--rate", type=int, default=1000)
    parser.add_argument("--contacts", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=20.0)
    given = parser.parse_args(arguments)
    show(
        given.rate,
        given.contacts,
        measure(rate=given.rate, contacts=given.contacts, seconds=given.seconds),
    )
