"""The composition root: from settings and a master key to a running service.

A `Service` has one `Session` or, while locked, none. Once it runs it never ends by itself: it shows a state.
"""

import asyncio
from contextlib import AsyncExitStack, suppress
from typing import Any

from bot.clock import Clock
from bot.config import Config
from bot.control import messages, server
from bot.control.messages import Answer, Request, State, Status
from bot.errors import LockedError
from bot.observability.logs import Log
from bot.session import DESTROYED, LOCKING, Random, Session
from bot.store import inspection

LAST_WORDS, GOODBYE = 3.0, 0.2
"""Seconds at most in which the organisers are told before the keys go; and from the answer to the end."""
SETTLE = 5.0
"""Seconds that `unlock` waits to be able to say more than "starting"."""


class Service:
    """What answers at the control socket: locked, or with one session."""

    def __init__(self, *, config: Config, clock: Clock, random: Random, log: Log) -> None:
        self._config, self._clock, self._random, self._log = config, clock, random, log
        self._turn = asyncio.Lock()
        self._group = asyncio.TaskGroup()
        self._main: asyncio.Task[Any] | None = None
        self._session: Session | None = None
        self._holding: asyncio.Task[None] | None = None

    async def run(self, master_key: bytes | None = None) -> None:
        """Until cancelled. With a master key, a wrong token or a damaged database ends it at once."""
        self._main = asyncio.current_task()
        opened = await self._open(master_key, check=True) if master_key is not None else None
        async with self._group:
            if opened:
                self._hold(*opened)
            self._log.info("service.started")
            await server.serve(self._config.home, self.answer, log=self._log)

    async def answer(self, request: Request) -> Answer:
        """Answer the terminal. Raises the errors that end its command."""
        match request:
            case messages.AskStatus():
                return await self._status()
            case messages.Unlock():
                return await self._unlock(request.master_key)
            case messages.Lock():
                return await self._lock()
            case messages.Panic():
                return await self._end()
        if self._session is None:
            raise LockedError("the service is locked", hint="open it with `handbill unlock`")
        return await self._session.answer(request)

    async def _open(self, master_key: bytes, *, check: bool = False) -> tuple[AsyncExitStack, Session]:
        async with AsyncExitStack() as stack:
            opening = Session.open(
                self._config, master_key, clock=self._clock, random=self._random, log=self._log
            )
            session = await stack.enter_async_context(opening)
            if check:
                await session.check()
            return stack.pop_all(), session

    def _hold(self, stack: AsyncExitStack, session: Session) -> None:
        async def hold() -> None:
            async with stack:
                await session.run()

        self._session = session
        self._holding = self._group.create_task(hold(), name="session")
        self._log.info("service.unlocked")

    async def _unlock(self, master_key: bytes) -> Answer:
        async with self._turn:
            if self._session is None:
                self._hold(*await self._open(master_key))
            session = self._session
        if session:
            with suppress(TimeoutError):
                await asyncio.wait_for(session.settled.wait(), SETTLE)
        return await self._status()

    async def _end(self) -> Answer:
        """After a panic the process ends, and its memory with it; the answer leaves first."""
        await self._lock(DESTROYED)
        if self._main:
            asyncio.get_running_loop().call_later(GOODBYE, self._main.cancel)
        return messages.Done()

    async def _lock(self, notice: str = LOCKING) -> Answer:
        async with self._turn:
            session, holding = self._session, self._holding
            if session and holding:
                with suppress(TimeoutError):
                    await asyncio.wait_for(session.alert(notice), LAST_WORDS)
                self._session = self._holding = None
                holding.cancel()
                await asyncio.wait({holding})
                self._log.info("service.locked")
        return messages.Done()

    async def _status(self) -> Status:
        schema = (await inspection.look(self._config.database)).schema
        if self._session:
            return await self._session.status(schema)
        state = State.STARTING if self._turn.locked() else State.LOCKED
        return Status(state=state, schema=schema)
