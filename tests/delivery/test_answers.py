"""What each answer of Telegram does to the reader, the broadcast and the list."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.delivery.ends import Finished, Stopped
from bot.domain.broadcast import BroadcastId, Reason, Tally
from bot.domain.contact import ChatId
from bot.domain.outcome import (
    Answer,
    Gone,
    Moved,
    Ours,
    Outcome,
    Refused,
)
from bot.store import Entry
from tests.delivery.scripted import contact_id, town


async def test_who_is_gone_is_erased_at_the_end(home: Path) -> None:
    """Somebody who blocked the bot is off the list when the broadcast has ended, and not before."""
    async with town(home) as t:
        await t.settle(40)
        t.sender.scripts[3] = [Gone()]
        assert await t.deliver() == Finished()
        assert await t.readers() == set(range(1, 41)) - {3}
        assert t.tallies[-1] == Tally(sent=39, gone=1)


async def test_who_is_gone_is_erased_after_a_hundred_other_answers(home: Path) -> None:
    """In a long broadcast the gone are erased on the way, once 100 later answers were good enough."""
    async with town(home) as t:
        await t.settle(400)
        answered: list[int] = []

        def one_is_gone(chat: int) -> Answer | None:
            answered.append(chat)
            return Gone() if len(answered) == 10 else None

        t.sender.everybody = one_is_gone
        t.sender.at_each = lambda number: t.worker.interrupt() if number == 399 else None
        await t.deliver()
        assert await t.readers() == set(range(1, 401)) - {answered[9]}


async def test_who_is_gone_stays_until_enough_others_answered(home: Path) -> None:
    """Before that nobody is erased, even if the broadcast is interrupted."""
    async with town(home) as t:
        await t.settle(400)
        t.sender.everybody = lambda chat: Gone() if t.sender.delivered.total() == 50 else None
        t.sender.at_each = lambda number: t.worker.interrupt() if number == 120 else None
        await t.deliver()
        assert len(await t.readers()) == 400


async def test_a_group_that_moved_gets_it_under_its_new_number(home: Path) -> None:
    """The contact keeps its place and preferences and gets the message once, in the new chat."""
    async with town(home) as t:
        await t.settle(3, groups=1)
        t.sender.scripts[-1] = [Moved(chat=ChatId(-1001))]
        assert await t.deliver() == Finished()
        assert t.sender.delivered[-1001] == 1
        assert await t.readers() == {1, 2, 3, -1001}
        async with t.store.read() as tx:
            moved = await tx.contacts.find(ChatId(-1001))
        assert moved
        assert moved.id == contact_id(-1)


async def test_a_group_that_moved_where_it_subscribed_already_is_one_contact(home: Path) -> None:
    """If the new chat is on the list already, the old contact is dropped and nothing is sent twice."""
    async with town(home) as t:
        await t.settle(0, groups=2)
        t.sender.scripts[-1] = [Moved(chat=ChatId(-2))]
        assert await t.deliver() == Finished()
        assert t.sender.delivered == {-2: 1}
        assert await t.readers() == {-2}
        assert await t.open_shards() == set()


async def test_nothing_is_left_of_a_contact_that_was_merged(home: Path) -> None:
    """What earlier broadcasts noted down about the dropped contact goes with it."""
    async with town(home) as t:
        await t.settle(0, groups=2)
        earlier = replace(t.broadcast, id=BroadcastId(b"e" * 16))
        async with t.store.begin() as tx:
            await tx.broadcasts.add(earlier)
            await tx.journal.prepare(earlier.id)
            known = [Entry(contact=contact_id(chat), outcome=Outcome.SENT, message=7) for chat in (-1, -2)]
            await tx.journal.append(earlier.id, known, t.clock.now())
        t.sender.scripts[-1] = [Moved(chat=ChatId(-2))]
        assert await t.deliver() == Finished()
        async with t.store.read() as tx:
            assert contact_id(-1) not in await tx.journal.read(earlier.id, contact_id(-1)[0])
            assert contact_id(-2) in await tx.journal.read(earlier.id, contact_id(-2)[0])


async def test_a_group_that_moves_for_ever_fails(home: Path) -> None:
    """A server that always names another number is not followed endlessly."""
    async with town(home) as t:
        await t.settle(0, groups=1)
        t.sender.everybody = lambda chat: Moved(chat=ChatId(chat - 1))
        assert await t.deliver() == Finished()
        assert len(t.sender.began) == 5
        assert t.tallies[-1] == Tally(failed=1)


async def test_a_group_that_refuses_is_paused(home: Path) -> None:
    """Without the right to write the group is kept, paused, and the next broadcast skips it."""
    async with town(home) as t:
        await t.settle(1, groups=1)
        t.sender.scripts[-1] = [Refused()]
        assert await t.deliver() == Finished()
        assert t.tallies[-1] == Tally(sent=1, refused=1)
        async with t.store.read() as tx:
            group = await tx.contacts.get(contact_id(-1))
        assert group
        assert group.paused


async def test_a_group_without_pictures_is_not_paused(home: Path) -> None:
    """Where only pictures or files are unwelcome the group misses this one; the next text reaches it."""
    async with town(home) as t:
        await t.settle(1, groups=1)
        t.sender.scripts[-1] = [Refused(media=True)]
        assert await t.deliver() == Finished()
        assert t.tallies[-1] == Tally(sent=1, refused=1)
        async with t.store.read() as tx:
            group = await tx.contacts.get(contact_id(-1))
        assert group
        assert not group.paused


async def test_a_person_who_refuses_is_kept(home: Path) -> None:
    """An unclear refusal in a private chat erases and pauses nobody."""
    async with town(home) as t:
        await t.settle(1)
        t.sender.scripts[1] = [Refused()]
        assert await t.deliver() == Finished()
        async with t.store.read() as tx:
            person = await tx.contacts.get(contact_id(1))
        assert person
        assert not person.paused
        assert await t.outcomes() == {Outcome.REFUSED: 1}


@pytest.mark.parametrize("answer", [Refused(), Moved(chat=ChatId(-9))])
async def test_a_group_that_left_meanwhile_stays_erased(home: Path, answer: Answer) -> None:
    """An answer about a group that was erased while the message was under way writes nothing back."""
    async with town(home) as t:
        await t.settle(0, groups=1)
        t.sender.scripts[-1] = [answer]

        async def leave() -> None:
            async with t.store.begin() as tx:
                await tx.contacts.erase(contact_id(-1))

        t.sender.meanwhile = leave
        assert await t.deliver() == Finished()
        assert await t.readers() == set()
        assert len(t.sender.began) == 1


async def test_our_mistake_stops_at_the_first(home: Path) -> None:
    """A message that Telegram refuses for itself is not tried on everybody, and nobody is erased."""
    async with town(home, rate=30.0) as t:
        await t.settle(200)
        t.sender.everybody = lambda chat: Ours(reason="too-long")
        assert await t.deliver() == Stopped(reason=Reason.OUR_MISTAKE, word="too-long")
        assert len(t.sender.began) <= 3
        assert len(await t.readers()) == 200
        assert await t.outcomes() == {}
