"""Starts the real command quickly and often: a process that has imported it, and forks for each start.

A start takes over a second of imports, and a crash test needs hundreds. From `bot.cli.main.main` on the
child is what the shell would have started: its own arguments, environment, output and folder.
"""

import asyncio
import importlib
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bot.i18n.translator import Translator
from tests.support.keeper import Keeper

ROOT = Path(__file__).parents[2]
DRIVERS = (
    "sqlalchemy.dialects.sqlite.aiosqlite",
    "aiosqlite",
    "sqlalchemy.dialects.postgresql.asyncpg",
    "asyncpg",
)
NONE = 0
"""A signal that is none."""
IMPORTED = ("bot.cli.main", "bot.app", "bot.worker", "uvloop", *DRIVERS)


class Child:
    """A service started by the nursery. One that was killed or stopped stays so."""

    def __init__(self, nursery: "Nursery", pid: int) -> None:
        self._nursery = nursery
        self.pid = pid

    async def kill(self) -> None:
        """As a power cut would; returns when the process is no more."""
        await self._nursery.order(signal=signal.SIGKILL, pid=self.pid)

    @asynccontextmanager
    async def frozen(self) -> AsyncIterator[None]:
        """It does nothing at all in this block."""
        await self._nursery.order(signal=signal.SIGSTOP, pid=self.pid)
        yield
        await self._nursery.order(signal=signal.SIGCONT, pid=self.pid)

    async def stop(self) -> int:
        """As the system does it; the exit code."""
        return await self._nursery.order(signal=signal.SIGTERM, pid=self.pid)

    async def ended(self) -> int:
        """Wait until it ends by itself; the exit code."""
        return await self._nursery.order(signal=NONE, pid=self.pid)


class Nursery:
    """The other end of the pipe to the forking process."""

    def __init__(self, process: Process) -> None:
        self._process = process

    @classmethod
    @asynccontextmanager
    async def open(cls) -> AsyncIterator["Nursery"]:
        """Whatever still runs at the end is killed."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.support.nursery", cwd=ROOT, stdin=PIPE, stdout=PIPE, env={}
        )
        try:
            yield cls(process)
        finally:
            assert process.stdin is not None
            process.stdin.close()
            await process.wait()

    async def run(self, keeper: Keeper) -> Child:
        """What `Keeper.run` does, but fast."""
        order = {"arguments": keeper.running, "environment": keeper.environment}
        return Child(self, await self.order(**order, folder=str(keeper.machine), log=str(keeper.log)))

    async def order(self, **order: Any) -> int:
        """Send an order, wait for the number that answers it."""
        pipe, answers = self._process.stdin, self._process.stdout
        assert pipe is not None
        assert answers is not None
        pipe.write(json.dumps(order).encode() + b"\n")
        return int(await answers.readline())


def serve() -> None:
    """Fork and end children as ordered, one line each, until the pipe is closed."""
    for name in IMPORTED:
        importlib.import_module(name)
    Translator()  # reads all words, which the children then have
    alive: set[int] = set()
    while line := sys.stdin.readline():
        order = json.loads(line)
        if "pid" in order:
            answer = tell(order["pid"], order["signal"])
            if order["signal"] in {signal.SIGKILL, signal.SIGTERM, NONE}:
                alive.discard(order["pid"])
        else:
            answer = os.fork()
            if not answer:
                become(**order)
            alive.add(answer)
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()
    for pid in alive:
        tell(pid, signal.SIGKILL)


def tell(pid: int, number: int) -> int:
    """Signal a child and wait until it has ended, or stands still; its exit code."""
    os.kill(pid, number)
    if number == signal.SIGCONT:
        return 0
    status = os.waitpid(pid, os.WUNTRACED)[1]
    return 0 if os.WIFSTOPPED(status) else os.waitstatus_to_exitcode(status)


def become(*, arguments: Sequence[str], environment: dict[str, str], folder: str, log: str) -> None:
    """In the forked child: take the place of the command."""
    output = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["handbill", *arguments]
    importlib.import_module("bot.cli.main").main()


if __name__ == "__main__":
    serve()
