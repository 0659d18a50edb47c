"""Starting and stopping the sandbox: one HTTP server on loopback, and the world behind it."""

import random
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.sandbox.control.events import Events
from bot.sandbox.control.routes import control_routes
from bot.sandbox.limits import Limits
from bot.sandbox.page.serve import page_routes
from bot.sandbox.server import BotApi
from bot.sandbox.state import State
from bot.sandbox.world import World

_LARGEST_REQUEST = 52 * 1024 * 1024
_CLOSING_SECONDS = 0.5


class Sandbox:
    """A running sandbox: `url` without a slash at its end, and `world`."""

    def __init__(self, url: str, world: World) -> None:
        self.url = url
        self.world = world

    @classmethod
    @asynccontextmanager
    async def start(
        cls,
        *,
        port: int = 0,
        limits: Limits | None = None,
        now: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
        chance: random.Random | None = None,
    ) -> AsyncIterator["Sandbox"]:
        """Serve on 127.0.0.1 until the block ends, with all usual limits unless others are given.

        `now` is monotonic and rules the limits, `wall` gives dates; long polls wait in real time. Raises
        OSError when the port is taken.
        """
        made_up = chance or random.Random()  # noqa: S311 - ids of made-up people need no cryptography
        world = World(State(limits=limits or Limits(), now=now, wall=wall, chance=made_up))
        runner = web.AppRunner(
            _application(world), access_log=None, handler_cancellation=True, shutdown_timeout=_CLOSING_SECONDS
        )
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", port).start()
            yield cls(f"http://127.0.0.1:{runner.addresses[0][1]}", world)
        finally:
            await runner.cleanup()


@web.middleware
async def _own_pages_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse what another web page in the same browser asks for; programs send no Origin."""
    origin = request.headers.get("Origin")
    if origin is not None and origin != f"http://{request.host}":
        raise web.HTTPForbidden(text="only the sandbox's own page may do this")
    return await handler(request)


def _application(world: World) -> web.Application:
    application = web.Application(client_max_size=_LARGEST_REQUEST, middlewares=[_own_pages_only])

    async def end_polls(_: web.Application) -> None:
        for bot in world.state.bots.values():
            bot.queue.end()

    events = Events(world)
    application.on_shutdown.append(end_polls)
    application.on_shutdown.append(events.end)
    application.router.add_routes(page_routes())
    application.router.add_get("/world/events", events.stream)
    application.router.add_routes(control_routes(world))
    application.router.add_route("*", "/{path:(?:file/)?bot.*}", BotApi(world.state).answer)
    return application
