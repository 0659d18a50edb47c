"""Renewal over years of told time: killed at every commit, and in random lives of readers.

Nobody who answered is erased, nobody is erased early or unasked, nobody is asked twice in a year.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import StringIO
from itertools import count, pairwise
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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

SOAK = bool(os.environ.get("HANDBILL_TEST_SOAK"))
FOREVER = float("inf")
DAY = 24 * 3600

Fate = Literal["sent", "lost before", "lost after", "busy", "blocked", "ours"]
FATES: dict[Fate, Answer] = {
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
    heard: timedelta = timedelta()
    """Since the last question."""
    void: bool = False
    """The list came from a copy since."""
    left: bool = False
    hasty: bool = False
    """Answers before the bot has written down that it asked."""


@dataclass
class Town:
    """Readers, and a Telegram that does what it is told to."""

    store: Doomed
    clock: Calendar
    lives: dict[ContactId, Life] = field(default_factory=dict)
    fates: list[Fate] = field(default_factory=list)
    """Of the next questions; then all arrive."""

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
        life.answered = True
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

    async def check(self) -> None:
        """What must hold at any time."""
        for life in self.lives.values():
            joined = life.contact.joined
            assert all(later - earlier >= YEAR for earlier, later in pairwise([joined, *life.questions]))
            if not life.left and await self.gone(life):
                assert life.questions, "erased unasked"
                assert not life.answered, "erased after an answer"
                assert month(self.clock.now()) > last_month(life.questions[-1]), "erased early"
                assert life.heard >= HEARD, "erased unheard"
                assert not life.void, "erased though an answer may be lost"

    async def _ask(self, contact: Contact, begin: Begin) -> Answer | None:
        if await begin() is None:
            return None
        self.store.step()
        fate: Fate = self.fates.pop() if self.fates else "sent"
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


async def test_killed_at_every_step(tmp_path: Path) -> None:
    """Around each commit, and with the question under way: asked once, erased in time or next year."""
    async with opened(tmp_path / "home") as town:
        for moment in count():
            life = await town.joins(0)
            town.store.left = moment
            killed = not all([await town.looks(days) for days in (1, 25, 20, 20)])
            town.store.left = FOREVER
            await town.looks(1)
            await town.check()
            assert len(life.questions) <= 1
            if not killed:
                break
            for days in (370, 35, 35):
                await town.looks(days)
                await town.check()
            assert await town.gone(life)
        assert moment >= 12
        assert await town.gone(life)


Event = tuple[str, int]
NUMBERS = st.integers(0, 39)
EVENTS = st.lists(
    st.one_of(
        st.tuples(st.just("days"), NUMBERS),
        st.tuples(st.just("days"), NUMBERS),
        st.tuples(st.sampled_from(["off", "stays", "leaves", "hasty", "killed", "restored"]), NUMBERS),
        st.tuples(st.sampled_from(list(FATES)), NUMBERS),
    ),
    max_size=60,
)


async def happens(town: Town, what: str, number: int) -> None:
    """One thing in the lives of these readers."""
    life = list(town.lives.values())[number % len(town.lives)]
    match what:
        case "days":
            await town.looks(number)
        case "off":
            town.clock.at += timedelta(days=3 * number)
        case "stays":
            await town.stays(life)
        case "leaves" if number % 3 == 0:
            await town.leaves(life)
        case "hasty":
            life.hasty = not life.hasty
        case "killed":
            town.store.left = number
            await town.looks(number)
            town.store.left = FOREVER
        case "restored":
            await town.restored()
        case "sent" | "lost before" | "lost after" | "busy" | "blocked" | "ours":
            town.fates.append(what)
        case _:
            pass


async def lived(town: Town, events: list[Event]) -> None:
    await town.anew(readers=4)
    for what, number in events:
        await happens(town, what, number)
        await town.check()
    silent = [life for life in town.lives.values() if not life.hasty]
    town.fates.clear()
    for _ in range(30):
        await town.looks(31)
        await town.check()
    assert all([await town.gone(life) for life in silent]), "who never answers is erased at last"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[list[Event]], None]]:
    """Live through something, in one town for all examples."""
    with asyncio.Runner() as runner:
        doors = AsyncExitStack()
        home = tmp_path_factory.mktemp("town") / "home"
        town = runner.run(doors.enter_async_context(opened(home)))
        try:
            yield lambda events: runner.run(lived(town, events))
        finally:
            runner.run(doors.aclose())


@settings(max_examples=1000 if SOAK else 12, deadline=None)
@given(EVENTS)
def test_random_lives(run: Callable[[list[Event]], None], events: list[Event]) -> None:
    """Answers, kills, lost questions, months switched off, restored lists: nobody is wronged by any order."""
    run(events)
