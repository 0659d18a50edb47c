"""A real browser for tests, if this machine has one: pages are opened, measured and photographed.

Spoken to in its own protocol over a loopback socket (chromedevtools.github.io/devtools-protocol). Nothing is
fetched, and its profile lies in a folder of the test.
"""

import asyncio
import base64
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

NAMES = ("chromium", "chromium-browser", "google-chrome", "headless_shell")
PATIENCE = 60.0
"""Seconds until an answer that does not come is a failure; never waited for otherwise."""


def installed() -> str | None:
    """The browser's program."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


@dataclass
class Screen:
    """What a page is looked at on."""

    width: int
    height: int
    dark: bool = False
    printed: bool = False


@dataclass
class Browser:
    """One open tab."""

    socket: aiohttp.ClientWebSocketResponse
    asked: list[str] = field(default_factory=list)
    """Every address that a page wanted to have."""
    complaints: list[str] = field(default_factory=list)
    """What the browser had to say about pages: what was refused, what was wrong."""
    _number: int = 0

    async def do(self, method: str, **parameters: Any) -> dict[str, Any]:
        """One command, and its answer."""
        self._number += 1
        await self.socket.send_json({"id": self._number, "method": method, "params": parameters})
        while True:
            answer = await self._heard()
            if answer.get("id") == self._number:
                assert "error" not in answer, answer
                return dict(answer["result"])

    async def open(self, page: Path, screen: Screen) -> None:
        """Show a page on a screen, and wait until it is there."""
        await self.do(
            "Emulation.setDeviceMetricsOverride",
            width=screen.width,
            height=screen.height,
            deviceScaleFactor=1,
            mobile=screen.width < 600,
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if screen.dark else "light"}
        media = "print" if screen.printed else "screen"
        await self.do("Emulation.setEmulatedMedia", media=media, features=[scheme])
        await self.do("Page.navigate", url=page.as_uri())
        while (await self._heard()).get("method") != "Page.loadEventFired":
            pass

    async def value(self, expression: str) -> Any:
        """What an expression has for a value on the page."""
        answer = await self.do("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    async def picture(self) -> bytes:
        """The whole page, from top to bottom, as PNG."""
        answer = await self.do("Page.captureScreenshot", format="png", captureBeyondViewport=True)
        return base64.b64decode(answer["data"])

    async def paper(self) -> bytes:
        """The page as it is printed on A4."""
        answer = await self.do("Page.printToPDF", paperWidth=8.27, paperHeight=11.69, preferCSSPageSize=True)
        return base64.b64decode(answer["data"])

    async def _heard(self) -> dict[str, Any]:
        said: dict[str, Any] = await self.socket.receive_json(timeout=PATIENCE)
        match said.get("method"):
            case "Network.requestWillBeSent":
                self.asked.append(said["params"]["request"]["url"])
            case "Log.entryAdded":
                self.complaints.append(said["params"]["entry"]["text"])
        return said


@asynccontextmanager
async def browser(program: str, profile: Path) -> AsyncIterator[Browser]:
    """A browser with one empty tab, ended afterwards."""
    options = ["--headless=new", "--remote-debugging-port=0", f"--user-data-dir={profile}", "--no-first-run"]
    options += [
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-dev-shm-usage",
        "--disable-sync",
    ]
    options += ["--no-sandbox"] if os.geteuid() == 0 else []  # it refuses to run as root with one
    quiet = asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(
        program, *options, "about:blank", stdin=quiet, stdout=quiet, stderr=asyncio.subprocess.PIPE
    )
    try:
        assert process.stderr is not None
        address = await asyncio.wait_for(_address(process.stderr), PATIENCE)
        drain = asyncio.create_task(process.stderr.read())
        async with aiohttp.ClientSession() as session:
            async with session.get(
                address.replace("ws://", "http://").partition("/devtools")[0] + "/json"
            ) as found:
                (tab,) = [each for each in await found.json() if each["type"] == "page"]
            async with session.ws_connect(tab["webSocketDebuggerUrl"], max_msg_size=0) as socket:
                tab_ = Browser(socket)
                for domain in ("Page", "Network", "Log", "Runtime"):
                    await tab_.do(f"{domain}.enable")
                yield tab_
    finally:
        process.terminate()
        await process.wait()
        await drain


async def _address(stderr: asyncio.StreamReader) -> str:
    async for line in stderr:
        _, found, address = line.decode().partition("DevTools listening on ")
        if found:
            return address.strip()
    raise AssertionError("the browser did not start")
