"""Who is left out of an edit or an undo: for whom it has no words, and who is stopped before a slot came."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from bot.delivery.ends import Finished, Interrupted
from bot.domain.outcome import Retry
from bot.domain.revision import Purpose
from bot.domain.rich_text import RichText
from bot.store import Tx
from tests.delivery.scripted import BROADCAST, CountedStore, town
from tests.delivery.test_revision import asked


async def test_no_words_for_somebody(home: Path) -> None:
    """An edit with a text in one language only leaves the others' message as it is."""
    async with town(home) as found:
        await found.settle(20)
        assert await found.deliver() == Finished()
        await asked(found, Purpose.EDIT)
        found.broadcast = replace(found.broadcast, texts={"ru": RichText("Забастовка во вторник")})
        assert await found.deliver() == Finished()
        assert found.sender.edited == []


async def test_stopped_while_it_is_looked_up(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second try that is being looked up when the organisers stop it does not leave."""
    async with town(home) as found:
        await found.settle(1)
        assert await found.deliver() == Finished()
        await asked(found)
        found.sender.scripts[1] = [Retry(after=1.0)]

        @asynccontextmanager
        async def stopping(store: CountedStore) -> AsyncIterator[Tx]:
            if found.sender.began:
                found.worker.interrupt()
            async with reading(store) as tx:
                yield tx

        reading = CountedStore.read
        monkeypatch.setattr(CountedStore, "read", stopping)
        assert await found.deliver() == Interrupted()
        assert len(found.sender.began) == 1
        async with reading(found.store) as tx:
            assert await tx.journal.open_shards(found.broadcast.id)


async def test_alone_nobody_is_waited_for(home: Path) -> None:
    """Where there is one process, what it does not send any more has landed."""
    async with town(home) as found:
        await found.settle(1)
        assert await found.deliver() == Finished()
        await found.worker.landed(BROADCAST)
