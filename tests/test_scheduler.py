"""The bell: message ids are wiped 48 hours after their send, without anybody asking."""

import asyncio
import io
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from bot import scheduler
from bot.actions.organisers import Enrolled, Organisers
from bot.config import load
from bot.domain.broadcast import State
from bot.domain.contact import ChatId, ContactId
from bot.domain.organiser import Role
from bot.observability.logs import Log
from bot.scheduler import Scheduler
from bot.store import Store
from bot.vault import totp
from tests.store.helpers import broadcast, sent
from tests.support.clock import StoryClock
from tests.support.house import new_vault, secret_of

READER = ContactId(bytes(16))


@dataclass(frozen=True, slots=True, kw_only=True)
class Bell:
    store: Store
    clock: StoryClock
    scheduler: Scheduler
    log: io.StringIO

    async def delivers(self) -> None:
        """One message goes out now."""
        one = broadcast()
        async with self.store.begin() as tx:
            await tx.broadcasts.add(one)
            await tx.journal.prepare(one.id)
            await tx.journal.append(one.id, [sent(READER)], self.clock.now())

    async def known(self) -> int:
        """How many messages the journal still knows."""
        async with self.store.read() as tx:
            return sum(message > 0 for message in await tx.journal.messages_of(READER))


@pytest.fixture
async def bell(tmp_path: Path) -> AsyncIterator[Bell]:
    clock, log = StoryClock(), io.StringIO()
    home = tmp_path / "home"
    vault = new_vault(home)
    store = await Store.open(
        load({"HANDBILL_HOME": str(home)}).database, vault, random=os.urandom, clock=clock
    )
    try:
        yield Bell(
            store=store,
            clock=clock,
            scheduler=Scheduler(store=store, clock=clock, log=Log(log, now=clock.now)),
            log=log,
        )
    finally:
        await store.close()


async def test_wiping(bell: Bell) -> None:
    """A message id is known for 48 hours and then no longer; the next one to go says when to ring again."""
    assert await bell.scheduler.wipe() is None
    first = bell.clock.now()
    await bell.delivers()
    bell.clock.forward(hours=1)
    await bell.delivers()
    bell.clock.forward(hours=46)
    assert await bell.scheduler.wipe() == first + timedelta(hours=48)
    assert await bell.known() == 2
    bell.clock.forward(hours=1, seconds=1)
    assert await bell.scheduler.wipe() == first + timedelta(hours=49)
    assert await bell.known() == 1
    assert bell.log.getvalue().count("messages.wiped") == 1


async def test_cleaning(bell: Bell) -> None:
    """Once a night the database is written anew, but not while something is sent or about to be.

    What waits for a later moment, a plan of slogans for months, is not in the way.
    """
    night = bell.clock.now().replace(hour=scheduler.NIGHT) + timedelta(days=1)
    assert await bell.scheduler.clean() == night, "it is noon"
    sending = broadcast(State.SENDING)
    async with bell.store.begin() as tx:
        await tx.broadcasts.add(sending)
    bell.clock.forward(hours=15, seconds=1)
    assert await bell.scheduler.clean() == bell.clock.now() + scheduler.LONGEST
    assert "database.cleaned" not in bell.log.getvalue()
    async with bell.store.begin() as tx:
        later = bell.clock.now() + timedelta(hours=3)
        await tx.broadcasts.add(broadcast(State.COOLING, starts=later))
        await tx.broadcasts.replace(sending.end(State.DONE, now=bell.clock.now()))
    bell.clock.forward(hours=1)
    assert await bell.scheduler.clean() == night + timedelta(days=1)
    assert await bell.scheduler.clean() == night + timedelta(days=1)
    assert bell.log.getvalue().count("database.cleaned") == 1


async def test_whom_nobody_let_in(bell: Bell) -> None:
    """A day after their digits a newcomer is forgotten, and an invitation when it has expired."""
    organisers = Organisers(clock=bell.clock, random=os.urandom, approvals=2)
    first, second = ChatId(1), ChatId(2)
    async with bell.store.begin() as tx:
        for chat in (first, second):
            invited = await organisers.invite(tx, f"Somebody {chat}", Role.AUTHOR)
            await organisers.claim(tx, invited.code, chat)
            code = totp.code(secret_of(invited.totp_uri), bell.clock.now())
            assert isinstance(await organisers.enrol(tx, chat, code, "en"), Enrolled)
        await organisers.invite(tx, "Nobody", Role.AUTHOR)
    bell.clock.forward(hours=23)
    await bell.scheduler.wipe()
    async with bell.store.read() as tx:
        assert await tx.invitations.by_name("Nobody") is None
        assert await tx.organisers.by_chat(second) is not None
    bell.clock.forward(hours=1)
    await bell.scheduler.wipe()
    async with bell.store.read() as tx:
        assert await tx.organisers.by_chat(second) is None
        assert await tx.organisers.by_chat(first) is not None, "the first organiser needs nobody"


async def test_ringing(bell: Bell, monkeypatch: pytest.MonkeyPatch) -> None:
    """It looks at once, and rings again by itself, as often as something is due."""
    monkeypatch.setattr(scheduler, "SHORTEST", timedelta(seconds=0.01))
    monkeypatch.setattr(scheduler, "LONGEST", timedelta(seconds=0.02))
    ticking = asyncio.create_task(bell.clock.keep(), name="short sleeps")
    ringing = asyncio.create_task(bell.scheduler.run(), name="bell")
    for round_ in range(1, 4):
        await bell.delivers()
        bell.clock.forward(hours=49)
        for _ in range(1000):
            if ringing.done() or bell.log.getvalue().count("messages.wiped") == round_:
                break
            await asyncio.sleep(0.01)
        assert bell.log.getvalue().count("messages.wiped") == round_
        assert await bell.known() == 0
    ringing.cancel()
    ticking.cancel()
    await asyncio.wait({ringing, ticking})
    assert ringing.cancelled()
