"""The way between a bot and the sandbox, in a test's hands: slow in both directions, and cut when it likes.

What the bot had sent when it was killed still arrives, as on a real network; only its answer finds nobody.
"""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
from aiohttp import web

PATIENCE = 30.0
"""Seconds until a test gives up waiting for the bot."""


class Wire:
    """`url` is what the bot is given. Counts the requests of each method, in small letters."""

    def __init__(self, target: str, session: aiohttp.ClientSession, delay: float) -> None:
        self.url = ""
        self.heard: Counter[str] = Counter()
        self.answered: list[float] = []
        """When each answer to a sendMessage went back, in monotonic seconds."""
        self._target = target
        self._session = session
        self._delay = delay
        self._waits = 0.0
        self._open = 0
        self._changed = asyncio.Condition()
        self._held: set[str] = set()
        self._polls: set[asyncio.Task[None]] = set()

    @classmethod
    @asynccontextmanager
    async def to(cls, target: str, *, delay: float = 0.0) -> AsyncIterator["Wire"]:
        """Lead to a sandbox; a sendMessage takes `delay` seconds there and again back."""
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
            wire = cls(target, session, delay)
            application = web.Application()
            application.router.add_route("*", "/{path:.*}", wire.carry)
            runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
            await runner.setup()
            try:
                await web.TCPSite(runner, "127.0.0.1", 0).start()
                wire.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
                yield wire
            finally:
                await runner.cleanup()

    async def carry(self, request: web.Request) -> web.Response:
        """Take one request there and its answer back."""
        method = request.path.rpartition("/")[2].lower()
        body = await request.read()
        bulk = method == "sendmessage"
        self._open += bulk
        self.heard[method] += 1
        await self._tell()
        self._forget_with_its_bot(method)
        if method in self._held:
            await asyncio.Event().wait()
        await asyncio.sleep(self._delay * bulk)
        answer = await self._ask(request, body)
        await asyncio.sleep((self._waits or self._delay) * bulk)
        if bulk:
            self._open -= 1
            self.answered.append(time.monotonic())
        await self._tell()
        return answer

    async def _ask(self, request: web.Request, body: bytes) -> web.Response:
        kind = {"Content-Type": request.headers["Content-Type"]} if body else {}
        address = self._target + request.path_qs
        try:
            async with self._session.request(request.method, address, data=body, headers=kind) as answer:
                content = await answer.read()
        except aiohttp.ClientError:
            raise web.HTTPBadGateway from None  # the sandbox has closed
        return web.Response(body=content, status=answer.status, content_type=answer.content_type)

    def hold(self, method: str) -> None:
        """From now on nothing of this method arrives any more; what is held is lost for good."""
        self._held.add(method)

    def release(self) -> None:
        """From now on everything arrives again."""
        self._held.clear()

    def drag(self, seconds: float) -> None:
        """From now on a message arrives as before, but its answer takes so long; 0 to end that."""
        self._waits = seconds

    async def hears(self, method: str, count: int = 1) -> None:
        """Wait for so many more requests of this method."""
        wanted = self.heard[method] + count
        async with asyncio.timeout(PATIENCE), self._changed:
            await self._changed.wait_for(lambda: self.heard[method] >= wanted)

    async def calm(self) -> None:
        """Wait until everything that was under way when the bot was killed has landed; its polls end."""
        for poll in self._polls:
            poll.cancel()
        heard = -1
        while heard < self.heard.total():  # what lies in the sockets is not known yet
            heard = self.heard.total()
            await asyncio.sleep(0.05)
            async with asyncio.timeout(PATIENCE), self._changed:
                await self._changed.wait_for(lambda: not self._open)

    def _forget_with_its_bot(self, method: str) -> None:
        task = asyncio.current_task()
        if method == "getupdates" and task:
            self._polls.add(task)
            task.add_done_callback(self._polls.discard)

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()
