"""A group that became another chat has other messages under the same numbers: those of before are dropped."""

from dataclasses import replace
from pathlib import Path

from bot.delivery.ends import Finished
from bot.domain.broadcast import BroadcastId
from bot.domain.contact import ChatId
from bot.domain.outcome import Moved, Outcome
from bot.store import Entry
from tests.delivery.scripted import BROADCAST, broadcast, contact_id, town


async def test_while_something_is_sent(home: Path) -> None:
    """When Telegram says so in answer to a broadcast, no message of an earlier one can be taken back."""
    async with town(home) as found:
        await found.settle(0, groups=1)
        entry = Entry(contact=contact_id(-1), outcome=Outcome.SENT, message=5)
        earlier = BroadcastId(b"e" * 16)
        async with found.store.begin() as tx:
            await tx.broadcasts.add(replace(broadcast(), id=earlier))
            await tx.journal.prepare(earlier)
            await tx.journal.append(earlier, [entry], found.clock.now())
        found.sender.scripts[-1] = [Moved(chat=ChatId(-1001))]
        assert await found.deliver() == Finished()
        async with found.store.read() as tx:
            assert await tx.journal.known(earlier) == {}
            assert len(await tx.journal.known(BROADCAST)) == 1
