"""The content of a picture or file in a chat, for the chat page."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.sandbox.world import World


def content(world: World) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """What answers with the bytes. A browser shows pictures and keeps everything else; it guesses nothing."""

    async def answer(request: web.Request) -> web.StreamResponse:
        media = world.state.media.get(request.match_info["id"])
        if media is None:
            raise web.HTTPNotFound(text="there is no file with this id")
        headers = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox"}
        if media.kind == "photo":
            return web.Response(body=media.content, content_type=media.mime, headers=headers)
        headers["Content-Disposition"] = "attachment"
        return web.Response(body=media.content, content_type="application/octet-stream", headers=headers)

    return answer
