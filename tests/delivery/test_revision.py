"""Undo and edit: every message that is known, the oldest first, through kills and whatever Telegram says."""

import random
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.actions.subscriptions import Subscriptions
from bot.delivery.ends import Finished, Interrupted, Paused, Stopped
from bot.domain.broadcast import BroadcastId, Reason, Tally
from bot.domain.contact import ChatId
from bot.domain.outcome import Answer, Gone, InDoubt, Moved, Ours, Outcome, Refused, Retry, Sent, TokenSuspect
from bot.domain.revision import Purpose
from bot.domain.rich_text import RichText
from bot.store import Entry
from tests.delivery.scripted import BROADCAST, OPEN, Town, broadcast, contact, contact_id, town

UNDO = BroadcastId(b"u" * 16)


@pytest.fixture
async def sent(home: Path) -> AsyncIterator[Town]:
    """Fifty readers and a group got a broadcast; now it is to be taken back."""
    async with town(home) as found:
        await found.settle(50, groups=1)
        assert await found.deliver() == Finished()
        await asked(found)
        yield found


async def asked(found: Town, purpose: Purpose = Purpose.UNDO) -> None:
    """The original has ended, and an undo or edit of it is about to start."""
    texts = {} if purpose is Purpose.UNDO else {"": RichText("Strike on Tuesday")}
    async with found.store.begin() as tx:
        await tx.journal.end(BROADCAST)
        found.broadcast = replace(broadcast(), id=UNDO, purpose=purpose, of=BROADCAST, texts=texts)
        await tx.broadcasts.add(found.broadcast)
        await tx.journal.prepare(UNDO)
    found.sender.began.clear()


async def messages(found: Town) -> dict[int, int]:
    """Which message each chat has, as the original's journal knows it."""
    known = {}
    async with found.store.read() as tx:
        for shard in range(OPEN):
            for entry in (await tx.journal.read(BROADCAST, shard)).values():
                sealed = await tx.contacts.sealed([entry.contact])
                known[found.store.unseal(sealed[entry.contact]).chat] = entry.message
    return {int(chat): message for chat, message in known.items() if message}


async def outcomes(found: Town) -> Counter[Outcome]:
    counted: Counter[Outcome] = Counter()
    async with found.store.read() as tx:
        for shard in range(OPEN):
            counted.update(e.outcome for e in (await tx.journal.read(UNDO, shard)).values())
    return counted


async def test_every_message_once(sent: Town) -> None:
    """Each recipient's own message is deleted with one call; nobody is erased, no other number is used."""
    known = await messages(sent)
    assert len(known) == 51
    assert await sent.deliver() == Finished()
    assert dict(sent.sender.deleted) == known
    assert len(sent.sender.deleted) == 51
    assert sent.tallies[-1] == Tally(sent=51)
    assert len(await sent.readers()) == 51
    async with sent.store.begin() as tx:
        await tx.journal.withdraw(BROADCAST, UNDO)
        await tx.journal.end(UNDO)
    assert await messages(sent) == {}


async def test_edited(home: Path) -> None:
    """An edit gives each of them the new text in the place of the old, once, and keeps the messages known."""
    async with town(home) as found:
        await found.settle(20)
        await found.deliver()
        await asked(found, Purpose.EDIT)
        known = await messages(found)
        assert await found.deliver() == Finished()
        assert {chat: message for chat, message, _ in found.sender.edited} == known
        assert {text for _, _, text in found.sender.edited} == {"Strike on Tuesday"}
        assert len(found.sender.edited) == 20
        assert await messages(found) == known


@pytest.mark.parametrize("after", [1, 7, 25, 49])
async def test_killed(sent: Town, after: int) -> None:
    """After a kill what is left is computed again: every message goes, and few are asked for twice."""
    known = await messages(sent)
    await sent.deliver_until_killed(after)
    assert await sent.deliver() == Finished()
    assert dict(sent.sender.deleted) == known
    # Idempotent; still no more are repeated than were in flight or in the last commit group.
    assert max(Counter(sent.sender.deleted).values()) <= 2
    assert (await outcomes(sent)).total() == 51


async def test_killed_again_and_again(sent: Town) -> None:
    """However often it is killed, it comes to its end, with the true tally."""
    known = await messages(sent)
    for _ in range(3):
        await sent.deliver_until_killed(12)
    sent.sender.at_each = lambda number: None
    assert await sent.deliver() == Finished()
    assert dict(sent.sender.deleted) == known
    async with sent.store.read() as tx:
        assert await tx.journal.tally(UNDO) == Tally(sent=51)


async def test_oldest_first(home: Path) -> None:
    """What will be too old first goes first, whatever the order of the list."""
    async with town(home, rate=30.0) as found:
        await found.settle(24)
        now = found.clock.now()
        async with found.store.begin() as tx:
            for chat in range(1, 25):
                entry = Entry(contact=contact_id(chat), outcome=Outcome.SENT, message=chat)
                # The shard is the chat's number, modulo eight.
                at = now - timedelta(hours=chat % OPEN, minutes=chat)
                await tx.journal.append(BROADCAST, [entry], at)
        await asked(found)
        await found.deliver()
        ages = [timedelta(hours=chat % OPEN, minutes=chat) for chat, _ in found.sender.deleted]
        assert ages == sorted(ages, reverse=True)


async def test_48_hours_pass_meanwhile(home: Path) -> None:
    """What becomes 48 hours old while it runs is not touched, and so counts as beyond."""
    async with town(home, rate=30.0) as found:
        await found.settle(60)
        edge = found.clock.now() - timedelta(hours=48)
        async with found.store.begin() as tx:
            for chat in range(1, 61):
                entry = Entry(contact=contact_id(chat), outcome=Outcome.SENT, message=chat)
                await tx.journal.append(BROADCAST, [entry], edge + timedelta(seconds=chat % OPEN // 4 * 600))
        await asked(found)
        # Half of them will be too old within the first second.
        found.clock.time += 1.0
        assert await found.deliver() == Finished()
        assert {chat % OPEN // 4 for chat, _ in found.sender.deleted} == {1}
        assert found.tallies[-1].sent == sum(chat % OPEN >= 4 for chat in range(1, 61))


FINISHED: dict[Answer, Outcome] = {
    Sent(message=0): Outcome.SENT,
    Gone(): Outcome.KEPT,
    Moved(chat=contact(-99).chat): Outcome.KEPT,
    Refused(): Outcome.REFUSED,
}


@pytest.mark.parametrize(("answer", "outcome"), FINISHED.items(), ids=lambda one: type(one).__name__)
async def test_finished_outcomes(sent: Town, answer: Answer, outcome: Outcome) -> None:
    """Gone before, moved away, refused: each is finished at the first answer, and no contact changes."""
    before = await sent.readers()
    for chat in (7, -1):
        sent.sender.scripts[chat] = [answer]
    assert await sent.deliver() == Finished()
    assert (await outcomes(sent))[outcome] >= 2
    assert (await outcomes(sent)).total() == len(sent.sender.deleted) == 51
    assert await sent.readers() == before
    async with sent.store.read() as tx:
        group = await tx.contacts.get(contact_id(-1))
    assert group is not None
    assert not group.paused


@pytest.mark.parametrize("answer", [Retry(after=3.0), Retry(after=20.0, flood=True), InDoubt()])
async def test_tried_again(sent: Town, answer: Answer) -> None:
    """Floods, server trouble and lost answers are tried again: nothing is worse for it."""
    sent.sender.scripts[7] = [answer, answer]
    assert await sent.deliver() == Finished()
    assert Counter(chat for chat, _ in sent.sender.deleted)[7] == 3
    assert await outcomes(sent) == {Outcome.SENT: 51}


async def test_answers_lost_for_ever(sent: Town) -> None:
    """A message whose answers are always lost is in doubt after three of them."""
    sent.sender.scripts[7] = [InDoubt()] * 9
    assert await sent.deliver() == Finished()
    assert await outcomes(sent) == {Outcome.SENT: 50, Outcome.IN_DOUBT: 1}


async def test_a_flood_is_obeyed(sent: Town) -> None:
    """Nothing goes to a chat before the seconds are over that Telegram asked for."""
    sent.sender.scripts[7] = [Retry(after=20.0, flood=True)]
    await sent.deliver()
    first, second = (at for at, chat in sent.sender.began if chat == 7)
    assert second - first >= 20


async def test_a_dead_token(sent: Town) -> None:
    """A token that getMe refuses too pauses it; once there is a good one, it goes on."""
    known = await messages(sent)
    sent.sender.token = False
    sent.sender.everybody = lambda chat: TokenSuspect()
    assert await sent.deliver() == Paused(reason=Reason.FAULTS, word="token")
    sent.sender.token, sent.sender.everybody = True, lambda chat: None
    assert await sent.deliver() == Finished()
    assert dict(sent.sender.deleted) == known


async def test_nothing_gets_through(sent: Town) -> None:
    """When one call after another fails, it pauses and people decide; no outcome is made up."""
    sent.sender.everybody = lambda chat: InDoubt()
    assert await sent.deliver() == Paused(reason=Reason.FAULTS)
    assert (await outcomes(sent))[Outcome.SENT] == 0
    sent.sender.everybody = lambda chat: None
    await sent.deliver()
    assert (await outcomes(sent))[Outcome.SENT] >= 45


async def test_our_mistake(home: Path) -> None:
    """A text that Telegram refuses stops an edit at the first answer."""
    async with town(home) as found:
        await found.settle(50)
        await found.deliver()
        await asked(found, Purpose.EDIT)
        found.sender.everybody = lambda chat: Ours(reason="entities")
        assert await found.deliver() == Stopped(reason=Reason.OUR_MISTAKE, word="entities")
        assert await outcomes(found) == {}


async def test_interrupted(sent: Town) -> None:
    """Interrupted, it begins nothing more, writes down what landed, and goes on later."""
    known = await messages(sent)
    sent.sender.at_each = lambda number: sent.worker.interrupt() if number == 10 else None
    assert await sent.deliver() == Interrupted()
    assert (await outcomes(sent)).total() == len(sent.sender.deleted) < 51
    sent.sender.at_each = lambda number: None
    assert await sent.deliver() == Finished()
    assert dict(sent.sender.deleted) == known
    assert len(sent.sender.deleted) == 51


async def test_struck(sent: Town) -> None:
    """Nothing is asked for about somebody who was erased, before it began or meanwhile."""

    async def erased(chat: int) -> None:
        async with sent.store.begin() as tx:
            await tx.contacts.erase(contact_id(chat))
            await tx.journal.forget(contact_id(chat))
        await sent.worker.strike(contact_id(chat))

    last = 48

    async def meanwhile() -> None:
        sent.sender.meanwhile = sent.sender._nothing
        await erased(last)

    await erased(7)
    sent.sender.meanwhile = meanwhile
    assert await sent.deliver() == Finished()
    assert 7 not in dict(sent.sender.deleted)
    assert sent.tallies[-1].total <= 50
    async with sent.store.read() as tx:
        for shard in range(256):
            assert contact_id(last) not in await tx.journal.read(UNDO, shard)


async def test_paused_original(home: Path) -> None:
    """Of a broadcast that stopped half-way only those who got it are asked about."""
    async with town(home) as found:
        await found.settle(50)
        found.sender.at_each = lambda number: found.worker.interrupt() if number == 20 else None
        assert await found.deliver() == Interrupted()
        found.sender.at_each = lambda number: None
        got = set(found.sender.delivered)
        await asked(found)
        assert await found.deliver() == Finished()
        assert set(dict(found.sender.deleted)) == got
        assert 20 <= len(got) < 50


async def test_a_group_that_moved(sent: Town) -> None:
    """A group that became another chat since is left alone: there the number would be another message."""
    subscriptions = Subscriptions(clock=sent.clock, random=random.Random(1).randbytes)
    async with sent.store.begin() as tx:
        await subscriptions.moved(tx, ChatId(-1), ChatId(-1001))
    assert await sent.deliver() == Finished()
    assert {chat for chat, _ in sent.sender.deleted} == set(range(1, 51))
