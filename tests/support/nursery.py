"""Starts the real command quickly and often: a process that has imported it, and forks for each start.

A start takes over a second of imports, and a crash test needs hundreds. From `bot.cli.main.main` on the
child is what the shell would have started: its own arguments, environment, output and folder. Only where a
rate is named that settings do not allow yet, the service is started one step further down.
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
from typing import Any, NoReturn

from tests.support.keeper import Keeper

ROOT = Path(__file__).parents[2]
DRIVERS = (
    "sqlalchemy.dialects.sqlite.aiosqlite",
    "aiosqlite",
    "sqlalchemy.dialects.postgresql.asyncpg",
    "asyncpg",
)
IMPORTED = ("bot.cli.main", "bot.app", "uvloop", *DRIVERS)


class Child:
    """A service started by the nursery. One that was killed or stopped stays so."""

    def __init__(self, nursery: "Nursery", pid: int) -> None:
        self._nursery = nursery
        self.pid = pid

    async def kill(self) -> None:
        """As a power cut would; returns when the process is no more."""
        await self._nursery.order(signal=signal.SIGKILL, pid=self.pid)

    async def stop(self) -> int:
        """As the system does it; the exit code."""
        return await self._nursery.order(signal=signal.SIGTERM, pid=self.pid)


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

    async def run(self, keeper: Keeper, *, rate: int = 0) -> Child:
        """What `Keeper.run` does, but fast; at so many messages a second, however many."""
        order = {"arguments": keeper.running, "environment": keeper.environment, "rate": rate}
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
    alive: set[int] = set()
    while line := sys.stdin.readline():
        order = json.loads(line)
        if "pid" in order:
            answer = end(order["pid"], order["signal"])
            alive.discard(order["pid"])
        else:
            answer = os.fork()
            if not answer:
                become(**order)
            alive.add(answer)
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()
    for pid in alive:
        end(pid, signal.SIGKILL)


def end(pid: int, number: int) -> int:
    """Signal a child and wait for its end; its exit code."""
    os.kill(pid, number)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def become(
    *, arguments: Sequence[str], environment: dict[str, str], folder: str, log: str, rate: int
) -> None:
    """In the forked child: take the place of the command."""
    output = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["handbill", *arguments]
    if rate:
        run_at(rate, Path(arguments[-1]))
    importlib.import_module("bot.cli.main").main()


def run_at(rate: int, passphrase_file: Path) -> NoReturn:
    """What `handbill run --passphrase-file` does, at a rate that settings do not allow yet."""
    from bot.cli import run
    from bot.cli.terminal import Terminal
    from bot.clock import SystemClock
    from bot.config import load
    from bot.control import home

    terminal = Terminal(
        environment=os.environ, out=sys.stdout, err=sys.stderr, clock=SystemClock(), random=os.urandom
    )
    config = load(os.environ)
    telegram = config.telegram.model_copy(update={"rate": rate})
    with home.only_one(config.home):
        key = run.derive(terminal, config.home, (passphrase_file,))
        sys.exit(run.live(terminal, config.model_copy(update={"telegram": telegram}), key))


if __name__ == "__main__":
    serve()
