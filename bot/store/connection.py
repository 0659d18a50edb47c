"""What a repository sees of the database: three ways to run a statement inside its transaction.

A statement that was begun is finished even when the task is cancelled meanwhile, so a connection is never
left in the middle of something. Which database it is, is not known here.
"""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from sqlalchemy import Executable, Row
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

T = TypeVar("T")
AnyRow = Row[*tuple[Any, ...]]
Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]]


async def whole(work: Coroutine[Any, Any, T]) -> T:
    """Run something to its end, and only then let a cancellation through."""
    task = asyncio.ensure_future(work)
    cancelled = False
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError:
            cancelled = True
    if cancelled:
        task.exception()
        raise asyncio.CancelledError
    return task.result()


@asynccontextmanager
async def transaction(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A transaction that is never left half open, whenever the task is cancelled."""
    raw = engine.connect()
    try:
        await whole(_started(raw))
        yield raw
        await whole(raw.commit())
    except BaseException:
        if raw.sync_connection is not None:
            await whole(raw.rollback())
        raise
    finally:
        if raw.sync_connection is not None:
            await whole(raw.close())


async def _started(raw: AsyncConnection) -> None:
    await raw.start()
    await raw.begin().start()


class Connection:
    """A database connection inside one transaction."""

    def __init__(self, raw: AsyncConnection) -> None:
        self._raw = raw

    async def all(self, statement: Executable) -> Sequence[AnyRow]:
        """Every row of the answer."""
        return (await whole(self._raw.execute(statement))).all()

    async def one(self, statement: Executable) -> AnyRow | None:
        """The first row of the answer, or None."""
        return (await whole(self._raw.execute(statement))).first()

    async def run(self, statement: Executable, parameters: Parameters | None = None) -> int:
        """Change rows; returns how many."""
        return (await whole(self._raw.execute(statement, parameters))).rowcount
