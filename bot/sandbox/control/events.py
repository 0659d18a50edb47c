"""Server-sent events: tells who watches that something changed, so that they ask anew. Sends no contents."""

import asyncio
from contextlib import suppress

from aiohttp import web

from bot.sandbox.world import World

MOST_STREAMS = 32
PAUSE_SECONDS = 0.1
"""Between two events of a stream: whatever changes in the meantime becomes one event."""

_GLANCE_SECONDS = 1.0
_HEADERS = {"Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-store"}


class Events:
    """All open streams of one sandbox."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._streams: set[asyncio.Event] = set()
        self._ended = False

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """GET /world/events: one event at once, then one after each change, until either side ends it."""
        if len(self._streams) >= MOST_STREAMS:
            return web.json_response({"error": f"there are {MOST_STREAMS} streams already"}, status=503)
        response = web.StreamResponse(headers=_HEADERS)
        changed = asyncio.Event()
        self._streams.add(changed)
        try:
            await response.prepare(request)
            async with asyncio.TaskGroup() as group:
                watching = [
                    group.create_task(self._listen(changed), name="events-listen"),
                    group.create_task(self._glance(changed), name="events-glance"),
                ]
                await self._send(response, changed)
                for task in watching:
                    task.cancel()
        finally:
            self._streams.discard(changed)
        return response

    async def end(self, _: web.Application | None = None) -> None:
        """End all streams; the sandbox is about to close."""
        self._ended = True
        for changed in self._streams:
            changed.set()

    async def _send(self, response: web.StreamResponse, changed: asyncio.Event) -> None:
        # A reader who has gone is the usual end of a stream.
        with suppress(ConnectionResetError):
            while not self._ended:
                await response.write(b"data: changed\n\n")
                await asyncio.sleep(PAUSE_SECONDS)
                await changed.wait()
                changed.clear()

    async def _listen(self, changed: asyncio.Event) -> None:
        # Nothing is lost between two waits: the event is set after whatever happened in between.
        while True:
            await self._world.state.changed.wait()
            changed.set()

    async def _glance(self, changed: asyncio.Event) -> None:
        """Some things only are counted and wake nobody: they are looked at now and then."""
        counted = self._counted()
        while True:
            await asyncio.sleep(_GLANCE_SECONDS)
            if counted != (counted := self._counted()):
                changed.set()

    def _counted(self) -> tuple[object, ...]:
        world = self._world
        struck = tuple((fault.kind, fault.times) for fault in world.faults)
        return len(world.people), len(world.state.groups), world.stats.refused, struck
