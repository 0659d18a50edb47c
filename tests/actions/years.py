"""Readers over years of told time, a Telegram that does what it is told to, and processes that are killed."""

import asyncio
import os
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import StringIO
from itertools import pairwise
from pathlib import Path

from bot.actions.renewal import Begin, Renewal, Voice
from bot.actions.subscriptions import Subscriptions
from bot.domain.contact import ChatId, Contact, ContactId, Kind, Month, month
from bot.domain.outcome import Answer, Gone, InDoubt, Ours, Retry, Sent
from bot.domain.renewal import HEARD, YEAR, Terms, last_month
from bot.observability.logs import Log
from bot.store import Store, Tx
from bot.store.restored import Copied
from tests.support.clock import START
from tests.support.house import new_vault

FOREVER = float("inf")
DAY = 24 * 3600

FATES: dict[str, Answer] = {
    "sent": Sent(message=1),
    "lost before": InDoubt(),
    "lost after": InDoubt(),
    "busy": Retry(after=1.0),
    "blocked": Gone(),
    "ours": Ours(reason="empty"),
}


class KilledError(Exception):
    """The process is gone."""


class Doomed(Store):
    """A store whose process is killed in so many steps: before a commit, after it, or while it asks."""

    left = FOREVER

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Tx]:
        async with super().begin() as tx:
            yield tx
            self.step()
        self.step()

    def step(self) -> None:
        self.left -= 1
        if self.left < 0:
            self.left = FOREVER
            raise KilledError


class Calendar:
    """Time that passes when somebody sleeps, or when it is told to."""

    def __init__(self) -> None:
        self.at = START

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return (self.at - START).total_seconds()

    async def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)
        await asyncio.sleep(0)


@dataclass
class Life:
    """What a reader has lived through."""

    contact: Contact
    questions: list[Month] = field(default_factory=list)
    """The months in which one arrived."""
    answered: bool = False
    answers: int = 0
    heard: timedelta = timedelta()
    """Since the last question."""
    void: bool = False
    """The list came from a copy since."""
    left: bool = False
    erased: bool = False
    """And that was right."""
    hasty: bool = False
    """Answers before the bot has written down that it asked."""


@dataclass
class Town:
    """Readers, and a Telegram that does what it is told to."""

    store: Doomed
    clock: Calendar
    lives: dict[ContactId, Life] = field(default_factory=dict)
    fates: list[str] = field(default_factory=list)
    """Of the next questions; then all arrive."""
    told: Counter[str] = field(default_factory=Counter)
    """What became of all who ever lived here."""

    async def anew(self, readers: int) -> None:
        """Nobody but so many readers, who joined at different times."""
        async with self.store.begin() as tx:
            await tx.renewals.change(lambda _: Terms())
            await tx.contacts.erase_all(list(self.lives))
        self.fates.clear()
        self.lives.clear()
        self.clock.at = START
        for number in range(readers):
            await self.joins(number)

    async def joins(self, number: int) -> Life:
        """Somebody who is due in so many months."""
        contact = Contact(
            id=ContactId(bytes([number % 2]) + os.urandom(15)),
            chat=ChatId(int.from_bytes(os.urandom(4), "big")),
            kind=Kind.PERSON,
            language="en",
            joined=Month(month(self.clock.now()) - YEAR + number),
        )
        async with self.store.begin() as tx:
            await tx.contacts.add(contact)
        return self.lives.setdefault(contact.id, Life(contact))

    async def looks(self, days: int) -> bool:
        """After so many days the list is looked through; False if the process was killed meanwhile."""
        self.clock.at += timedelta(days=days)
        for life in self.lives.values():
            life.heard += timedelta(days=days)
        voice = Voice(ask=self._ask, erased=self._erased, silent=_nothing)
        log = Log(StringIO(), now=self.clock.now)
        renewal = Renewal(store=self.store, clock=self.clock, log=log, voice=voice, shards=(0, 1))
        try:
            await renewal.pass_time(days * DAY)
            await renewal.round()
        except KilledError:
            return False
        return True

    async def gone(self, life: Life) -> bool:
        async with self.store.read() as tx:
            return await tx.contacts.get(life.contact.id) is None

    async def stays(self, life: Life) -> None:
        """The reader presses Stay."""
        life.answered, life.answers = True, life.answers + 1
        async with Store.begin(self.store) as tx:
            await self._subscriptions().stay(tx, life.contact.chat)

    async def leaves(self, life: Life) -> None:
        """The reader says /stop."""
        life.left = True
        async with self.store.begin() as tx:
            await self._subscriptions().leave(tx, life.contact.chat)

    async def restored(self) -> None:
        """The list comes from a copy: here one that is quite new."""
        now = self.clock.now()
        for life in self.lives.values():
            life.void = True
        async with self.store.begin() as tx:
            await tx.restored.set(Copied(taken=now, since=now))

    def remember(self) -> None:
        """Count what became of these readers."""
        for life in self.lives.values():
            self.told["readers"] += 1
            self.told["questions"] += len(life.questions)
            self.told["answers"] += life.answers
            self.told["erased"] += life.erased

    async def check(self) -> None:
        """What must hold at any time."""
        async with self.store.read() as tx:
            there = {id_ for id_ in self.lives if await tx.contacts.get(id_)}
        for life in self.lives.values():
            joined = life.contact.joined
            assert all(later - earlier >= YEAR for earlier, later in pairwise([joined, *life.questions]))
            if not life.left and not life.erased and life.contact.id not in there:
                assert life.questions, "erased unasked"
                assert not life.answered, "erased after an answer"
                assert month(self.clock.now()) > last_month(life.questions[-1]), "erased early"
                assert life.heard >= HEARD, "erased unheard"
                assert not life.void, "erased though an answer may be lost"
                life.erased = True

    async def _ask(self, contact: Contact, begin: Begin) -> Answer | None:
        if await begin() is None:
            return None
        self.store.step()
        fate = self.fates.pop() if self.fates else "sent"
        if fate in {"sent", "lost after"}:
            await self._arrives(self.lives[contact.id])
        self.store.step()
        return FATES[fate]

    async def _arrives(self, life: Life) -> None:
        life.questions.append(month(self.clock.now()))
        life.answered, life.heard, life.void = False, timedelta(), False
        if life.hasty:
            await self.stays(life)

    async def _erased(self, contact: ContactId) -> None:
        assert await self.gone(self.lives[contact])

    def _subscriptions(self) -> Subscriptions:
        return Subscriptions(clock=self.clock, random=os.urandom)


async def _nothing() -> None:
    """Nobody has to be told."""


@asynccontextmanager
async def opened(home: Path) -> AsyncIterator[Town]:
    clock = Calendar()
    url = f"sqlite+aiosqlite:///{home / 'handbill.db'}"
    store = await Doomed.open(url, new_vault(home), random=os.urandom, clock=clock)
    try:
        yield Town(store, clock)
    finally:
        await store.close()
