"""The Bot API over HTTP: from a request to a method, and its result or refusal back; faults strike here."""

import asyncio
import inspect
import re
from typing import Any

import msgspec
from aiohttp import web

from bot.sandbox.bots import BotAccount
from bot.sandbox.errors import ApiError
from bot.sandbox.faults import Fault
from bot.sandbox.methods.call import Call
from bot.sandbox.methods.profile import path_of
from bot.sandbox.methods.table import METHODS
from bot.sandbox.parameters import Parameters, read_parameters
from bot.sandbox.state import State

_ADDRESS = re.compile(r"/(?P<file>file/)?bot(?P<token>[^/]*)/(?P<rest>.+)")
_HTML = "<html><head><title>502 Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>"


class BotApi:
    """Answers bots."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Any request below /bot<token>/ or /file/bot<token>/."""
        self._state.stats.requests += 1
        try:
            return await self._found(request)
        except ApiError as refusal:
            return _refused(refusal)

    async def _found(self, request: web.Request) -> web.StreamResponse:
        found = _ADDRESS.fullmatch(request.path)
        bot = self._state.bot(found["token"]) if found else None
        if found is None or bot is None:
            raise ApiError(404, "Not Found")
        if bot.revoked:
            raise ApiError(401, "Unauthorized")
        if found["file"]:
            return self._file(found["rest"])
        return await self._method(request, bot, found["rest"].strip("/").lower())

    async def _method(self, request: web.Request, bot: BotAccount, name: str) -> web.StreamResponse:
        if name not in METHODS:
            raise ApiError(404, "Not Found: method not found")
        try:
            given = await read_parameters(request)
        except web.HTTPRequestEntityTooLarge:
            raise ApiError(413, "Request Entity Too Large") from None
        strikes = self._state.faults.strike(name, given.number("chat_id") or None)
        for fault in strikes:
            if fault.kind == "latency":
                await asyncio.sleep(fault.seconds)
        striking = next((fault for fault in strikes if fault.kind != "latency"), None)
        if striking:
            return await self._struck(striking, request, bot, name, given)
        return _done(await self._run(bot, name, given))

    async def _run(self, bot: BotAccount, name: str, given: Parameters) -> Any:
        result = METHODS[name](Call(state=self._state, bot=bot, given=given))
        return await result if inspect.isawaitable(result) else result

    async def _struck(
        self, fault: Fault, request: web.Request, bot: BotAccount, name: str, given: Parameters
    ) -> web.StreamResponse:
        refusal = fault.refusal()
        if refusal:
            self._state.stats.refused += refusal.code == web.HTTPTooManyRequests.status_code
            raise refusal
        if fault.kind == "empty":
            return web.Response(status=fault.status)
        if fault.kind == "html":
            return web.Response(text=_HTML, content_type="text/html", status=fault.status)
        if fault.kind == "reset_after":
            await self._run(bot, name, given)
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    def _file(self, path: str) -> web.StreamResponse:
        unique_id = path.rpartition("/")[2].partition(".")[0]
        media = self._state.media.get(unique_id)
        if media is None or path_of(media) != path:
            raise ApiError(404, "Not Found")
        return web.Response(body=media.content, content_type="application/octet-stream")


def _done(result: Any) -> web.Response:
    return _json({"ok": True, "result": result})


def _refused(refusal: ApiError) -> web.Response:
    wait = (refusal.parameters or {}).get("retry_after")
    headers = {"Retry-After": str(wait)} if wait else {}
    return _json(refusal.body(), refusal.code, headers)


def _json(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    encoded = msgspec.json.encode(body)
    return web.Response(body=encoded, status=status, headers=headers, content_type="application/json")
