"""Telegram's sending limits, under a clock that moves only when told."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sandbox import Limits, World
from bot.sandbox.limits import Gate
from bot.sandbox.stats import Stats


async def _send(client: Any, chat: int) -> int:
    """Zero, or the seconds to wait."""
    answer = await client.ask("sendMessage", chat_id=chat, text="hello")
    if answer["ok"]:
        return 0
    wait: int = answer["parameters"]["retry_after"]
    assert answer["description"] == f"Too Many Requests: retry after {wait}"
    assert client.headers["Retry-After"] == str(wait)
    return wait


class TestUsual:
    @pytest.fixture
    def limits(self) -> Limits:
        return Limits()

    async def test_bucket_of_the_bot(self, world: World, client: Any, clock: Any) -> None:
        """A burst of three, then thirty a second over all chats; a refusal says how long to wait."""
        people = [world.person("P", started=True) for _ in range(40)]
        assert [await _send(client, each.id) for each in people[:4]] == [0, 0, 0, 1]
        for person in people[4:34]:
            clock.pass_by(1 / 30)
            assert await _send(client, person.id) == 0
        assert (world.stats.accepted, world.stats.refused) == (33, 1)

    async def test_one_a_second_in_a_chat(self, world: World, client: Any, clock: Any) -> None:
        """In a private chat one a second, after a burst of five."""
        alice = world.person("Alice", started=True)
        sent = []
        for _ in range(8):
            clock.pass_by(0.2)
            sent.append(await _send(client, alice.id))
        assert sent == [0, 0, 0, 0, 0, 0, 1, 1]

    async def test_twenty_a_minute_in_a_group(self, world: World, client: Any, clock: Any) -> None:
        """A group takes twenty in any minute; the refusal names the rest of the minute."""
        group = world.group("Depot", admin=world.person("Alice"))
        await group.add_bot()
        for _ in range(20):
            assert await _send(client, group.id) == 0
            clock.pass_by(1)
        assert await _send(client, group.id) == 40
        clock.pass_by(40)
        assert await _send(client, group.id) == 0

    async def test_edits_count_and_answers_do_not(self, world: World, client: Any) -> None:
        """Edits take their place in the bucket; deletions and chat actions do not."""
        alice = world.person("Alice", started=True)
        sent = await client.result("sendMessage", chat_id=alice.id, text="one")
        which = {"chat_id": alice.id, "message_id": sent["message_id"]}
        for text in ("two", "three"):
            await client.result("editMessageText", text=text, **which)
        assert (await client.refusal("editMessageText", text="four", **which))[0] == 429
        for _ in range(5):
            await client.result("sendChatAction", chat_id=alice.id, action="typing")
        await client.result("deleteMessage", **which)

    async def test_paid_broadcasts(self, world: World, client: Any) -> None:
        """allow_paid_broadcast lifts the bucket to a thousand a second."""
        people = [world.person("P", started=True) for _ in range(60)]
        for person in people:
            await client.result("sendMessage", chat_id=person.id, text="hi", allow_paid_broadcast=True)


class TestPenaltyBox:
    @pytest.fixture
    def limits(self) -> Limits:
        return Limits(penalty_seconds=5)

    async def test_a_refusal_shuts_everything(self, world: World, client: Any, clock: Any) -> None:
        """One refusal closes all sending for five seconds, to other people too, and not for longer."""
        alice, bob = world.person("Alice", started=True), world.person("Bob", started=True)
        assert [await _send(client, alice.id) for _ in range(4)] == [0, 0, 0, 5]
        clock.pass_by(3)
        assert await _send(client, bob.id) == 2
        clock.pass_by(2)
        assert await _send(client, bob.id) == 0


def test_rest_does_not_add_up() -> None:
    """However long nothing was sent, no more than the burst is free afterwards."""
    gate = Gate(Limits())
    assert [gate.ask(person, 0.0, paid=False) for person in range(1, 5)] == [0, 0, 0, 1]
    assert [gate.ask(person, 3600.0, paid=False) for person in range(1, 5)] == [0, 0, 0, 1]


def test_figures() -> None:
    """The busiest second is any second, not one of the clock's; the rate is from first to last."""
    stats = Stats(accepted_at=[0.0, 0.5, 0.9, 1.0, 1.4, 2.5])
    assert (stats.accepted, stats.busiest_second(), stats.rate()) == (6, 4, 2.0)
    assert (Stats().busiest_second(), Stats().rate()) == (0, 0.0)


@settings(max_examples=60, deadline=None)
@given(
    pauses=st.lists(st.floats(0, 0.3), max_size=120),
    chats=st.lists(st.integers(1, 5), min_size=120, max_size=120),
)
def test_never_more_than_the_bucket_holds(pauses: list[float], chats: list[int]) -> None:
    """However requests arrive, any stretch of t seconds has at most depth + rate * t accepted ones."""
    gate, now, accepted = Gate(Limits(per_chat=None)), 0.0, []
    for pause, chat in zip(pauses, chats, strict=False):
        now += pause
        wait = gate.ask(chat, now, paid=False)
        assert wait in (0, 1)
        if not wait:
            accepted.append(now)
    for first, start in enumerate(accepted):
        for last in range(first, len(accepted)):
            assert last - first + 1 <= 3 + 30 * (accepted[last] - start) + 1e-6
