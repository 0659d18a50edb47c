"""Which of Telegram's updates were tried and which are done, so that a crash repeats none and loses none.

Only their numbers are kept, and only until Telegram has been told that they need not come again.
"""

from collections.abc import Collection

from sqlalchemy import delete, insert, select, update

from bot.store import tables
from bot.store.connection import Connection


class Updates:
    """The updates of the last batch or two."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def attempt(self, number: int) -> int:
        """Count an attempt at an update: 1 for the first; 0, and nothing changed, when it is done already."""
        column = tables.updates_seen.c
        row = await self._connection.one(select(tables.updates_seen).where(column.update == number))
        if row is None:
            first = {"update": number, "attempts": 1, "done": False}
            await self._connection.run(insert(tables.updates_seen).values(first))
            return 1
        if row.done:
            return 0
        again = update(tables.updates_seen).where(column.update == number)
        await self._connection.run(again.values(attempts=row.attempts + 1))
        return int(row.attempts) + 1

    async def done(self, number: int) -> None:
        """Mark an update that was attempted as done: in the transaction of its effects."""
        mine = tables.updates_seen.c.update == number
        await self._connection.run(update(tables.updates_seen).where(mine).values(done=True))

    async def prune(self, keep: Collection[int] = ()) -> int:
        """Forget all updates but these; returns how many.

        Call it once Telegram has confirmed them, which it has when the next batch arrives: keep that batch.
        Older numbers must go, because Telegram may start to count anew after a quiet week.
        """
        others = tables.updates_seen.c.update.not_in(list(keep))
        return await self._connection.run(delete(tables.updates_seen).where(others))
