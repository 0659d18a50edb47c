"""getUpdates as Telegram means it."""

import asyncio
from typing import Any

import pytest

from bot.sandbox import World
from bot.sandbox.updates import UpdateQueue

CONFLICT = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"


@pytest.fixture
async def texts(world: World) -> list[str]:
    """Five messages that wait for the bot."""
    alice = world.person("Alice")
    written = [f"message {number}" for number in range(5)]
    for text in written:
        await alice.says(text)
    return written


async def test_nothing_is_confirmed_by_reading(client: Any, texts: list[str]) -> None:
    """Updates come again until an offset confirms them; their ids follow one another."""
    first = await client.updates()
    assert [each["message"]["text"] for each in first] == texts
    assert [each["update_id"] for each in first] == list(
        range(first[0]["update_id"], first[0]["update_id"] + 5)
    )
    assert await client.updates() == first
    assert await client.updates(offset=first[2]["update_id"]) == first[2:]
    assert await client.updates() == first[2:]
    assert await client.updates(offset=first[4]["update_id"] + 1) == []
    assert await client.updates() == []


async def test_limit_and_negative_offset(client: Any, texts: list[str]) -> None:
    """A limit takes the oldest; a negative offset keeps only the newest and forgets the rest."""
    every = await client.updates()
    assert await client.updates(limit=2) == every[:2]
    assert await client.updates(offset=-2) == every[3:]
    assert await client.updates() == every[3:]


async def test_allowed_updates_stay_in_force(world: World, client: Any) -> None:
    """What a bot asked for holds until it asks for something else."""
    alice = world.person("Alice")
    assert await client.updates(allowed_updates=["callback_query"]) == []
    await alice.says("unheard")
    assert await client.updates() == []
    assert (await client.result("getWebhookInfo"))["allowed_updates"] == ["callback_query"]
    assert await client.updates(allowed_updates=[]) == []
    await alice.says("heard")
    assert [each["message"]["text"] for each in await client.updates()] == ["heard"]


async def test_long_poll_ends_with_the_first_update(world: World, client: Any) -> None:
    """A waiting poll is answered as soon as something happens."""
    alice = world.person("Alice")
    poll = asyncio.create_task(client.updates(timeout=50))
    await world.listening()
    await alice.says("now")
    (update,) = await poll
    assert update["message"]["text"] == "now"


async def test_long_poll_ends_empty() -> None:
    """When nothing happens, the poll ends after its time with nothing."""
    queue = UpdateQueue(5, lambda: 0.0)
    assert await queue.fetch(0, 100, 0.001) == []
    assert not queue.listening


async def test_too_many_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond what Telegram keeps for a bot, the oldest updates go."""
    monkeypatch.setattr("bot.sandbox.updates.MAX_WAITING", 3)
    queue = UpdateQueue(5, lambda: 0.0)
    for number in range(5):
        queue.push("message", {"text": str(number)})
    assert [each["update_id"] for each in await queue.fetch(0, 100, 0)] == [7, 8, 9]


async def test_second_poller_ends_the_first(world: World, client: Any) -> None:
    """Two pollers: the older one is told of the conflict in Telegram's words, the newer one is served."""
    older = asyncio.create_task(client.refusal("getUpdates", timeout=50))
    await world.listening()
    newer = asyncio.create_task(client.updates(timeout=50))
    assert await older == (409, CONFLICT)
    await world.listening()
    await world.person("Alice").says("hello")
    assert len(await newer) == 1


async def test_a_poller_that_went_away_disturbs_nobody(world: World, client: Any) -> None:
    """A broken connection ends its poll; what comes then waits for the next one."""
    gone = asyncio.create_task(client.updates(timeout=50))
    await world.listening()
    gone.cancel()
    await asyncio.gather(gone, return_exceptions=True)
    await world.person("Alice").says("hello")
    assert len(await client.updates()) == 1


async def test_updates_wait_for_a_day(client: Any, clock: Any, texts: list[str]) -> None:
    """Unconfirmed updates are kept for 24 hours."""
    clock.pass_by(24 * 3600 - 1)
    assert len(await client.updates()) == 5
    clock.pass_by(1)
    assert await client.updates() == []


async def test_a_webhook_excludes_polling(client: Any, texts: list[str]) -> None:
    """With a webhook set, getUpdates is a conflict; deleteWebhook can drop what waits."""
    await client.result("setWebhook", url="https://example.org/hook")
    code, text = await client.refusal("getUpdates")
    assert code == 409
    assert "while webhook is active" in text
    assert (await client.result("getWebhookInfo"))["pending_update_count"] == 5
    await client.result("deleteWebhook", drop_pending_updates=True)
    assert await client.updates() == []


async def test_settled_means_confirmed(world: World, client: Any, texts: list[str]) -> None:
    """world.settled() returns once the bot has confirmed everything."""
    settled = asyncio.create_task(world.settled())
    every = await client.updates()
    assert not settled.done()
    await client.updates(offset=every[-1]["update_id"] + 1)
    await settled
