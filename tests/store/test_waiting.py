"""What waits to be used once: buttons, actions that need a code, updates; and the bot's own record."""

from dataclasses import replace

import pytest

from bot.domain.organiser import OrganiserId
from bot.store import Store, bot, buttons, stepups, tables
from tests.store.helpers import NOW, blobs, button, record, stepup

HANDLE, OTHER = b"twelve bytes", b"others bytes"


class TestButtons:
    async def test_once(self, store: Store) -> None:
        """A button works once; looking at it does not use it up."""
        send = button()
        async with store.begin() as tx:
            await tx.buttons.add(HANDLE, send)
            await tx.buttons.add(OTHER, button())
            assert await tx.buttons.peek(HANDLE, NOW) == send
            assert await tx.buttons.take(HANDLE, NOW) == send
            assert await tx.buttons.take(HANDLE, NOW) is None
            assert await tx.buttons.peek(HANDLE, NOW) is None
            assert await tx.buttons.peek(OTHER, NOW) is not None

    async def test_expired(self, store: Store) -> None:
        """An old button does nothing, and goes."""
        async with store.begin() as tx:
            await tx.buttons.add(HANDLE, button(expires=NOW))
            assert await tx.buttons.peek(HANDLE, NOW) is None
            assert await tx.buttons.take(HANDLE, NOW) is None
            await tx.buttons.add(HANDLE, button(expires=NOW))
            await tx.buttons.add(OTHER, button())
            assert await tx.buttons.purge(NOW) == 1
        assert len(await blobs(store, tables.buttons)) == 1

    async def test_dropped(self, store: Store) -> None:
        """When a broadcast is cancelled all its buttons stop working, and no others."""
        async with store.begin() as tx:
            await tx.buttons.add(HANDLE, button(subject=b"a" * 16))
            await tx.buttons.add(OTHER, button(subject=b"b" * 16))
            assert await tx.buttons.drop_for(b"a" * 16) == 1
            assert await tx.buttons.take(HANDLE, NOW) is None
            assert await tx.buttons.take(OTHER, NOW) is not None

    async def test_handle_unknown(self, store: Store) -> None:
        """The database does not know the handles that Telegram knows."""
        async with store.begin() as tx:
            await tx.buttons.add(HANDLE, button())
        for column in ("id", "about", "rec"):
            [value] = await blobs(store, tables.buttons, column)
            assert HANDLE not in value

    def test_every_field(self) -> None:
        """Nothing is left out of the records."""
        assert buttons.CODEC.missing() == stepups.CODEC.missing() == bot.CODEC.missing() == set()


class TestStepUps:
    async def test_one_each(self, store: Store) -> None:
        """One action an organiser waits for a code; a new one takes its place."""
        vera, boris = OrganiserId(b"v" * 16), OrganiserId(b"b" * 16)
        first, second, other = stepup(), stepup(), stepup()
        async with store.begin() as tx:
            await tx.stepups.set(vera, first)
            await tx.stepups.set(boris, other)
            await tx.stepups.set(vera, second)
            assert await tx.stepups.get(vera) == second
            await tx.stepups.clear(vera)
            await tx.stepups.clear(vera)
            assert await tx.stepups.get(vera) is None
            assert await tx.stepups.get(boris) == other


class TestUpdates:
    async def test_attempts(self, store: Store) -> None:
        """Attempts are counted until an update is done; then it is never taken up again."""
        async with store.begin() as tx:
            assert [await tx.updates.attempt(2**40) for _ in range(3)] == [1, 2, 3]
            assert await tx.updates.attempt(7) == 1
            await tx.updates.done(2**40)
            assert await tx.updates.attempt(2**40) == 0
            assert await tx.updates.attempt(7) == 2

    async def test_rolled_back(self, store: Store) -> None:
        """When the effect of an update is undone, so is its being done; the attempt still counts."""
        async with store.begin() as tx:
            await tx.updates.attempt(7)

        async def fail() -> None:
            async with store.begin() as tx:
                await tx.updates.done(7)
                raise RuntimeError

        with pytest.raises(RuntimeError):
            await fail()
        async with store.begin() as tx:
            assert await tx.updates.attempt(7) == 2

    async def test_pruned(self, store: Store) -> None:
        """Numbers that Telegram will not send again are forgotten, larger ones too."""
        async with store.begin() as tx:
            for number in (5, 6, 7, 9000):
                await tx.updates.attempt(number)
                await tx.updates.done(number)
            assert await tx.updates.prune(keep=[6, 7]) == 2
            assert [await tx.updates.attempt(number) for number in (5, 6, 7, 9000)] == [1, 0, 0, 1]
            assert await tx.updates.prune() == 4


class TestBot:
    async def test_replaced(self, store: Store) -> None:
        """There is one record; a new token takes the place of the old one."""
        new = replace(record(), token="1000001:another", username=None, list_bot_id=1000001)
        async with store.begin() as tx:
            assert await tx.bot.get() is None
            await tx.bot.set(record())
            assert await tx.bot.get() == record()
            await tx.bot.set(new)
            assert await tx.bot.get() == new
        assert len(await blobs(store, tables.bot, "token")) == 1

    def test_shows_nothing(self) -> None:
        """A record that is printed by mistake tells nothing."""
        shown = repr(replace(record(), list_bot_id=1000001))
        assert not any(part in shown for part in ("1000001", "made-for-tests", "example_bot"))
