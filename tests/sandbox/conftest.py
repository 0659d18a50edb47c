"""A sandbox for each test, without limits unless the test sets them, and a client that is no bot library."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest

from bot.sandbox import Limits, Sandbox, World

TOKEN = "1234567890:" + "A" * 35


@dataclass(slots=True)
class Clock:
    """Time that moves only when told."""

    seconds: float = 1_800_000_000.0

    def now(self) -> float:
        return self.seconds

    def pass_by(self, seconds: float) -> None:
        self.seconds += seconds


@dataclass(slots=True)
class Client:
    """Asks the sandbox as a bot would, and keeps the whole answer."""

    session: aiohttp.ClientSession
    url: str
    token: str = TOKEN
    headers: dict[str, str] = field(default_factory=dict)

    async def ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        url = f"{self.url}/bot{self.token}/{method}"
        async with self.session.post(url, json=parameters) as response:
            answer: dict[str, Any] = await response.json()
            self.headers = dict(response.headers)
            assert answer["ok"] == (response.status == 200)
            return answer

    async def result(self, method: str, **parameters: Any) -> Any:
        answer = await self.ask(method, **parameters)
        assert answer["ok"], answer
        return answer["result"]

    async def refusal(self, method: str, **parameters: Any) -> tuple[int, str]:
        answer = await self.ask(method, **parameters)
        return answer["error_code"], answer["description"]

    async def updates(self, **parameters: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = await self.result("getUpdates", **parameters)
        return found


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def limits() -> Limits:
    return Limits.off()


@pytest.fixture
async def sandbox(clock: Clock, limits: Limits) -> AsyncIterator[Sandbox]:
    async with Sandbox.start(limits=limits, now=clock.now, wall=clock.now) as running:
        running.world.bot(TOKEN)
        yield running


@pytest.fixture
def world(sandbox: Sandbox) -> World:
    return sandbox.world


@pytest.fixture
async def client(sandbox: Sandbox) -> AsyncIterator[Client]:
    async with aiohttp.ClientSession() as session:
        yield Client(session, sandbox.url)
