"""Serves the files of the chat page. The page works with the HTTP control API alone; nothing is made here."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from aiohttp import web

_FOLDER = Path(__file__).parent
_KINDS = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".txt": "text/plain"}
# What bots write can never become markup: with "trusted types" the browser itself refuses innerHTML.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:;"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script';"
    " trusted-types 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-cache",
}


def page_routes() -> list[web.RouteDef]:
    """The page at /, and each of its files at /page/NAME; other names are unknown addresses."""
    files = sorted(path for path in _FOLDER.rglob("*") if path.suffix in _KINDS)
    routes = [web.get(f"/page/{path.relative_to(_FOLDER).as_posix()}", _file(path)) for path in files]
    return [web.get("/", _file(_FOLDER / "index.html")), *routes]


def _file(path: Path) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    headers = {"Content-Type": f"{_KINDS[path.suffix]}; charset=utf-8", **_HEADERS}

    async def answer(_: web.Request) -> web.StreamResponse:
        return web.FileResponse(path, headers=headers)

    return answer
