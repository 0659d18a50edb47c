"""A list that somebody wrote into: nobody in that part is written to, nothing counts as delivered."""

from pathlib import Path

from sqlalchemy import delete

from bot.delivery.ends import Interrupted
from bot.store import Doubt, tables
from tests.delivery.scripted import contact_id, town
from tests.store.helpers import execute

ALL_IN_ONE = 1


async def test_a_shard_that_does_not_fit(home: Path) -> None:
    """A shard is compared with the census before its first message; if it does not fit, none leaves."""
    async with town(home, rate=30.0) as t:
        await t.settle(20, shards=ALL_IN_ONE)
        gone = tables.contacts.c.id == contact_id(7, ALL_IN_ONE)
        await execute(t.store, delete(tables.contacts).where(gone))
        assert await t.deliver() == Interrupted()
        assert t.store.reckoning.doubt is Doubt.ROWS
        assert not t.sender.began
        assert len(await t.readers()) == 19
        assert 0 in await t.open_shards()
        await t.store.accept()
        t.restarted()
        await t.deliver()
        assert len(t.sender.delivered) == 19
