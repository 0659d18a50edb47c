"""A sandbox for each test, without limits unless the test sets them, and a client that is no bot library."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest

from bot.sandbox import Limits, Person, Sandbox, World
from bot.sandbox.chats import Kind
from bot.sandbox.kinds import OTHER_KINDS
from bot.sandbox.world import KINDS

TOKEN = "1234567890:" + "A" * 35


@dataclass(slots=True)
class Clock:
    """Time that moves only when told."""

    seconds: float = 0.0

    def now(self) -> float:
        return self.seconds

    def wall(self) -> float:
        return 1_800_000_000 + self.seconds

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
    async with Sandbox.start(limits=limits, now=clock.now, wall=clock.wall) as running:
        running.world.bot(TOKEN)
        yield running


@pytest.fixture
def world(sandbox: Sandbox) -> World:
    return sandbox.world


@pytest.fixture
async def client(sandbox: Sandbox) -> AsyncIterator[Client]:
    async with aiohttp.ClientSession() as session:
        yield Client(session, sandbox.url)


@pytest.fixture
def everything(world: World, client: Client) -> Callable[[], Awaitable[None]]:
    """Makes one of each update that the sandbox knows wait for the bot."""

    async def happen() -> None:
        alice, bob = world.person("Alice", language="ru"), world.person("Bob", username="bob_b")
        said = await alice.says("/start s12")
        await alice.edits(said, "changed")
        await alice.sends_photo(b"picture", "caption")
        await alice.sends_document(b"%PDF", "leaflet.pdf")
        await alice.sends_album(b"one", b"two", caption="both")
        for other in OTHER_KINDS:
            await alice.sends(other)
        await alice.forwards(said)
        keyboard = {"inline_keyboard": [[{"text": "Subscribe", "callback_data": "s"}]]}
        await client.result("sendMessage", chat_id=alice.id, text="hi", reply_markup=keyboard)
        message = alice.last
        await alice.replies(message, "thanks")
        await alice.presses("Subscribe")
        await alice.deletes(message)
        await alice.presses_data("forged", on=message)
        await alice.block()
        await alice.unblock()
        for kind in KINDS:
            await _in_a_group(world, alice, bob, kind)

    return happen


async def _in_a_group(world: World, alice: Person, bob: Person, kind: Kind) -> None:
    group = world.group(f"A {kind}", admin=alice, kind=kind)
    await group.add_bot(by=alice)
    await group.promote_bot()
    await group.add(bob)
    await bob.says(f"/latest@{world.bot_username}", chat=group)
    await group.mute_bot()
    await group.unmute_bot()
    if kind == "group":
        group = await group.migrate()
        await group.promote_bot()
    if kind != "channel":
        topic = await group.topic("News")
        await bob.says("/latest", chat=group, thread=topic)
        await alice.says_anonymously("/subscribe", chat=group)
    await bob.leaves(group)
    await group.kick_bot(by=alice)
