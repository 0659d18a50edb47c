"""The composition root: from settings and a master key to a running service.

A `Service` has one `Session` or, while locked, none. Once it runs it never ends by itself: it shows a state.
"""

import asyncio
from contextlib import AsyncExitStack, suppress
from datetime import timedelta
from typing import Any

import msgspec

from bot.chat import notices
from bot.clock import Clock
from bot.config import Config
from bot.control import destroying, messages, process, room, server
from bot.control.deadline import Deadline
from bot.control.ends import Ends
from bot.control.grace import Grace
from bot.control.messages import Answer, Request, State, Status
from bot.control.waiting import Waiting
from bot.domain.silence import GRACE
from bot.errors import BadInputError, DamagedVaultError, LockedError
from bot.observability.logs import Log
from bot.session import Random, Session
from bot.store import inspection
from bot.vault import keys
from bot.vault.memory import wipe
from bot.vault.slots import Half

LAST_WORDS, GOODBYE = 3.0, 0.2
"""Seconds at most in which the organisers are told before the keys go; and from the answer to the end."""
SETTLE = 5.0
"""Seconds that `unlock` waits to be able to say more than "starting"."""


class Service:
    """What answers at the control socket: locked, or with one session."""

    def __init__(self, *, config: Config, clock: Clock, random: Random, log: Log) -> None:
        self._config, self._clock, self._random, self._log = config, clock, random, log
        self._turn, self._looking = asyncio.Lock(), asyncio.Lock()
        self._group = asyncio.TaskGroup()
        self._main: asyncio.Task[Any] | None = None
        self._session: Session | None = None
        self._holding: asyncio.Task[None] | None = None
        self._ending: asyncio.Task[None] | None = None
        self._waiting = Waiting(clock)
        self._grace = Grace(config.home, clock)
        self._unattended = False

    async def run(self, master_key: bytes | None = None) -> None:
        """Until cancelled. With a master key, a wrong token or a damaged database ends it at once.

        The key is overwritten once the vault is open.
        """
        self._main = asyncio.current_task()
        opened = await self._open(master_key, check=True) if master_key is not None else None
        async with self._group:
            self._group.create_task(self._waiting.watch(), name="waiting for a second keyholder")
            self._group.create_task(self._watch_grace(), name="after the dead man's lock")
            if opened:
                self._unattended = True
                wipe(master_key or b"")
                self._hold(*opened)
            self._log.info("service.started")
            await server.serve(self._config.home, self.answer, log=self._log)

    async def answer(self, request: Request) -> Answer:
        """Answer the terminal. Raises the errors that end its command."""
        match request:
            case messages.AskStatus():
                return await self._status()
            case messages.Unlock():
                return await self._unlock(request.master_key, request.seconds)
            case messages.UnlockHalf():
                return await self._unlock_half(request)
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
                self._config,
                master_key,
                clock=self._clock,
                random=self._random,
                log=self._log,
                end=Ends(lock=self._lock_soon, destroy=self._destroy_soon),
                attended=not check,
            )
            session = await stack.enter_async_context(opening)
            if check:
                await session.check()
            return stack.pop_all(), session

    def _hold(self, stack: AsyncExitStack, session: Session, seconds: int | None = None) -> None:
        async def hold() -> None:
            async with stack:
                await session.run()

        self._session = session
        self._holding = self._group.create_task(hold(), name="session")
        self._waiting.leave()
        span = self._span(seconds)
        self._ending = (
            self._group.create_task(self._lock_after(span), name="lock by itself") if span else None
        )
        self._log.info("service.unlocked")

    def _span(self, seconds: int | None) -> timedelta | None:
        """How long it stays unlocked: what was asked for, but never longer than the settings allow."""
        longest, asked = self._config.vault.auto_lock, seconds and timedelta(seconds=seconds)
        return min((span for span in (longest, asked) if isinstance(span, timedelta)), default=None)

    async def _lock_after(self, span: timedelta) -> None:
        await Deadline(self._clock, span).wait()
        await self._lock()

    async def _unlock_half(self, request: messages.UnlockHalf) -> Answer:
        """Two that fit open the vault; the first one waits. What fits no longer is forgotten."""
        half = Half(slot=request.slot, private=request.private)
        master = None
        if self._session is None:
            keys.combine(self._config.home, [half])
            try:
                master = keys.combine(self._config.home, self._waiting.join(half))
            except DamagedVaultError:
                self._waiting.leave()
                raise
        if master is None:
            return await self._status()
        try:
            return await self._unlock(master, request.seconds)
        finally:
            wipe(master)

    async def _unlock(self, master_key: bytes, seconds: int | None = None) -> Answer:
        async with self._turn:
            if self._session is None:
                self._hold(*await self._open(master_key), seconds)
                self._grace.end()
            session = self._session
        if session:
            with suppress(TimeoutError):
                await asyncio.wait_for(session.settled.wait(), SETTLE)
        return await self._status()

    async def _end(self, notice: str = notices.DESTROYED) -> Answer:
        """After a panic the process ends, and its memory with it; the answer leaves first."""
        await self._lock(notice)
        if self._main:
            asyncio.get_running_loop().call_later(GOODBYE, self._main.cancel)
        return messages.Done()

    async def _lock(self, notice: str = notices.LOCKING) -> Answer:
        async with self._turn:
            session, holding, ending = self._session, self._holding, self._ending
            self._waiting.leave()
            if session and holding:
                with suppress(TimeoutError):
                    await asyncio.wait_for(session.leave(notice, grace=GRACE.days), LAST_WORDS)
                self._session = self._holding = self._ending = None
                if ending and ending is not asyncio.current_task():
                    ending.cancel()
                async with self._looking:  # whoever looks at the open database now has seen enough then
                    holding.cancel()
                await asyncio.wait({holding})
                self._log.info("service.locked")
        return messages.Done()

    def _lock_soon(self, notice: str) -> None:
        """Lock from within the session that ends by it."""
        if notice == notices.SILENT and self._config.vault.panic == "destroy":
            notice = notices.SILENT_GRACE
            self._grace.begin()
        self._group.create_task(self._lock(notice), name="locking")

    def _destroy_soon(self) -> None:
        self._group.create_task(self._destroy(), name="destroying")

    async def _destroy(self) -> None:
        """Keys first, then the organisers are told, then everything else; the process ends."""
        try:
            await asyncio.to_thread(destroying.destroy_keys, self._config.home, self._random)
        except BadInputError:
            self._log.warning("panic.incomplete")
        await self._end(notices.BURNED)
        destroying.destroy_rest(self._config.home, self._config.database_file)

    async def _watch_grace(self) -> None:
        """Nobody has come for all the time after the dead man's lock."""
        await self._grace.over()
        if self._config.vault.deadman_days and self._config.vault.panic == "destroy":
            self._log.warning("deadman.destroyed")
            await self._destroy()

    async def _status(self) -> Status:
        schema = (await inspection.look(self._config.database)).schema
        async with self._looking:
            found = await self._session.status(schema) if self._session else None
        if found is None:
            state = State.STARTING if self._turn.locked() else State.LOCKED
            problems = (*self._waiting.problem(), *self._grace.problem())
            found = Status(state=state, schema=schema, problems=problems)
        full = room.problem(self._config)
        return msgspec.structs.replace(
            found,
            problems=(*found.problems, *([full] if full else [])),
            unattended=self._unattended,
            hardened=process.is_hardened(),
            memory_locked=process.is_locked(),
        )
