"""Trouble on demand."""

from typing import Any

import aiohttp
import pytest

from bot.sandbox import Fault, SandboxError, World
from bot.sandbox.faults import KINDS

WORDS = {
    "429": (429, "Too Many Requests: retry after 7"),
    "blocked": (403, "Forbidden: bot was blocked by the user"),
    "deactivated": (403, "Forbidden: user is deactivated"),
    "kicked": (403, "Forbidden: bot was kicked from the supergroup chat"),
    "not a member": (403, "Forbidden: bot is not a member of the supergroup chat"),
    "deleted": (403, "Forbidden: the group chat was deleted"),
    "not started": (403, "Forbidden: bot can't initiate conversation with a user"),
    "chat not found": (400, "Bad Request: chat not found"),
    "no rights": (400, "Bad Request: not enough rights to send text messages to the chat"),
    "no photos": (400, "Bad Request: not enough rights to send photos to the chat"),
    "no documents": (400, "Bad Request: CHAT_SEND_DOCS_FORBIDDEN"),
    "wrong file": (400, "Bad Request: wrong file identifier/HTTP URL specified"),
    "too long": (400, "Bad Request: message is too long"),
    "migrate": (400, "Bad Request: group chat was upgraded to a supergroup chat"),
    "unauthorized": (401, "Unauthorized"),
    "500": (500, "Internal Server Error"),
    "502": (502, "Bad Gateway"),
}


@pytest.mark.parametrize("kind", sorted(WORDS))
async def test_refusals(world: World, client: Any, kind: Any) -> None:
    """Each refusal comes once, in Telegram's words, and nothing is delivered by it."""
    alice = world.person("Alice", started=True)
    world.faults.add(Fault(kind=kind, seconds=7, to=-100123))
    assert await client.refusal("sendMessage", chat_id=alice.id, text="hi") == WORDS[kind]
    assert alice.inbox == []
    await client.result("sendMessage", chat_id=alice.id, text="hi")
    assert [each.text for each in alice.inbox] == ["hi"]


async def test_figures_in_refusals(world: World, client: Any) -> None:
    """A 429 carries retry_after in body and header, a migration the new id."""
    alice = world.person("Alice", started=True)
    world.faults.add(Fault(kind="429", seconds=7))
    world.faults.add(Fault(kind="migrate", to=-100123))
    answer = await client.ask("sendMessage", chat_id=alice.id, text="hi")
    assert (answer["parameters"], client.headers["Retry-After"]) == ({"retry_after": 7}, "7")
    assert world.stats.refused == 1
    answer = await client.ask("sendMessage", chat_id=alice.id, text="hi")
    assert answer["parameters"] == {"migrate_to_chat_id": -100123}


@pytest.mark.parametrize(("kind", "delivered"), [("reset_before", 0), ("reset_after", 1)])
async def test_broken_connections(world: World, client: Any, kind: Any, delivered: int) -> None:
    """The connection breaks without an answer; only reset_after has delivered the message."""
    alice = world.person("Alice", started=True)
    world.faults.add(Fault(kind=kind))
    with pytest.raises(aiohttp.ClientConnectionError):
        await client.ask("sendMessage", chat_id=alice.id, text="hi")
    assert len(alice.inbox) == delivered


@pytest.mark.parametrize(("kind", "status"), [("empty", 200), ("empty", 502), ("html", 404), ("html", 200)])
async def test_bodies_that_are_no_answer(world: World, client: Any, kind: Any, status: int) -> None:
    """A relay's empty or HTML body, with any code."""
    world.faults.add(Fault(kind=kind, status=status))
    async with client.session.get(f"{client.url}/bot{client.token}/getMe") as response:
        body = await response.text()
        assert response.status == status
    assert body == "" if kind == "empty" else "Bad Gateway" in body


async def test_latency_lets_the_answer_through(world: World, client: Any) -> None:
    """Latency comes before the true answer, and another fault may come after it."""
    world.faults.add(Fault(kind="latency", seconds=0.01))
    assert (await client.result("getMe"))["is_bot"]
    world.faults.add(Fault(kind="latency", seconds=0.01))
    world.faults.add(Fault(kind="500"))
    assert (await client.refusal("getMe"))[0] == 500


async def test_aim(world: World, client: Any) -> None:
    """A fault strikes only its chat and method, as often as it says, until it is cleared."""
    alice, bob = world.person("Alice", started=True), world.person("Bob", started=True)
    world.faults.add(Fault(kind="blocked", chat=alice.id, method="sendMessage", times=2))
    await client.result("sendMessage", chat_id=bob.id, text="hi")
    await client.result("sendChatAction", chat_id=alice.id, action="typing")
    for code in (403, 403):
        assert (await client.refusal("SENDMESSAGE", chat_id=alice.id, text="hi"))[0] == code
    await client.result("sendMessage", chat_id=alice.id, text="hi")
    world.faults.add(Fault(kind="500", times=None))
    for _ in range(3):
        assert (await client.refusal("getMe"))[0] == 500
    world.faults.clear()
    await client.result("getMe")


async def test_share(world: World, client: Any) -> None:
    """With a share only part of the requests is struck."""
    world.faults.add(Fault(kind="500", times=None, share=0.5))
    codes = {(await client.ask("getMe"))["ok"] for _ in range(60)}
    assert codes == {True, False}


def test_unknown_kinds() -> None:
    """A fault nobody knows is refused, and so is a migration to nowhere; every kind can be made."""
    with pytest.raises(SandboxError, match="no such fault"):
        Fault(kind="rain")  # type: ignore[arg-type] # the mistake is the point
    with pytest.raises(SandboxError, match='needs "to"'):
        Fault(kind="migrate")
    for kind in KINDS:
        assert Fault(kind=kind, to=-1).listed()["kind"] == kind  # type: ignore[arg-type] # KINDS are plain text
