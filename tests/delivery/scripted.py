"""A Telegram that answers as it is told, and a real store and worker around it: a broadcast to try out."""

import asyncio
import hashlib
import random
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.clock import Clock
from bot.delivery.answers import DoubtPolicy
from bot.delivery.ends import End
from bot.delivery.pacing import Pacer
from bot.delivery.worker import Worker
from bot.domain.broadcast import ALL_OTHERS, Broadcast, BroadcastId, State, Tally
from bot.domain.contact import ChatId, Contact, ContactId, Kind, Month
from bot.domain.link import Link
from bot.domain.media import Media
from bot.domain.organiser import OrganiserId
from bot.domain.outcome import Answer, Outcome, Sent
from bot.domain.rich_text import RichText
from bot.errors import HandbillError
from bot.store import Store, Tx
from bot.store.common import Common
from bot.store.reckoning import Reckoning
from bot.vault.vault import Vault
from tests.delivery.told_clock import ToldClock, running

LATENCY = 0.05
BROADCAST = BroadcastId(b"b" * 16)

OPEN = 8
"""Shards that are open; all 256 would only make the tests slow."""


class ScriptedSender:
    """Answers `Sent` after a little while, unless the script of a chat or of everybody has something else."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.latency = LATENCY
        self.slow: dict[int, float] = {}
        self.began: list[tuple[float, int]] = []
        self.delivered: Counter[int] = Counter()
        self.texts: set[str] = set()
        self.deleted: list[tuple[int, int]] = []
        self.edited: list[tuple[int, int, str]] = []
        self.scripts: defaultdict[int, list[Answer]] = defaultdict(list)
        self.everybody: Callable[[int], Answer | None] = lambda chat: None
        self.in_flight = self.most_in_flight = 0
        self.token = True
        self.token_asked = 0
        self.warmed = 0
        self.at_each: Callable[[int], None] = lambda number: None
        self.meanwhile: Callable[[], Awaitable[None]] = self._nothing

    async def send(
        self, contact: Contact, text: RichText, media: Media | None = None, links: tuple[Link, ...] = ()
    ) -> Answer:
        self.texts.add(text.text)
        return await self._call(contact)

    async def edit(self, contact: Contact, message: int, text: RichText, *, caption: bool = False) -> Answer:
        assert not caption
        self.edited.append((contact.chat, message, text.text))
        return await self._call(contact)

    async def delete(self, contact: Contact, message: int) -> Answer:
        self.deleted.append((contact.chat, message))
        return await self._call(contact)

    async def _call(self, contact: Contact) -> Answer:
        self.began.append((self.clock.monotonic(), contact.chat))
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        self.at_each(len(self.began))
        try:
            await self.meanwhile()
            await self.clock.sleep(self.slow.get(contact.chat, self.latency))
        finally:
            self.in_flight -= 1
        return self._answer(contact.chat)

    async def warm(self, connections: int) -> None:
        self.warmed += connections

    async def token_works(self) -> bool:
        self.token_asked += 1
        await self.clock.sleep(self.latency)
        return self.token

    async def _nothing(self) -> None:
        pass

    def _answer(self, chat: int) -> Answer:
        script = self.scripts[chat]
        answer = script.pop(0) if script else self.everybody(chat)
        if answer is None:
            answer = Sent(message=len(self.began))
        if isinstance(answer, Sent):
            self.delivered[chat] += 1
        return answer


class CountedStore(Store):
    """The real store; time stands still while its threads work."""

    told: ToldClock
    killed = False
    in_write: Callable[[], object] | None = None
    """Called in each transaction, before anything is written in it."""
    after_write: Callable[[], object] | None = None
    """Called in the moment after each commit."""

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Tx]:
        if self.killed:
            await asyncio.sleep(0)  # meanwhile others ask as well
            raise HandbillError("killed")
        self.told.busy += 1
        try:
            async with super().begin() as tx:
                if self.in_write:
                    self.in_write()
                yield tx
            if self.after_write:
                self.after_write()
        finally:
            self.told.busy -= 1

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Tx]:
        self.told.busy += 1
        try:
            async with super().read() as tx:
                yield tx
        finally:
            self.told.busy -= 1


class CountedReckoning(Reckoning):
    """The real one; time stands still while it compares."""

    told: ToldClock

    async def fits(self, *shards: int) -> bool:
        self.told.busy += 1
        try:
            return await super().fits(*shards)
        finally:
            self.told.busy -= 1


class CountedCommon(Common):
    """The real one; time stands still while it asks."""

    told: ToldClock

    async def _ask(self, statement: str, *values: object) -> Any:
        self.told.busy += 1
        try:
            return await super()._ask(statement, *values)
        finally:
            self.told.busy -= 1


@dataclass
class Town:
    """A list of readers, a broadcast that is about to be sent, and the worker that sends it."""

    clock: ToldClock
    store: CountedStore
    sender: ScriptedSender
    pacer: Pacer
    worker: Worker
    broadcast: Broadcast
    tallies: list[Tally] = field(default_factory=list)

    async def settle(self, people: int, *, groups: int = 0, language: str = "en", shards: int = OPEN) -> None:
        """People get the chats 1, 2, 3 …, groups -1, -2, -3 …; the shard is the chat's number."""
        chats = [*range(1, people + 1), *range(-1, -groups - 1, -1)]
        async with self.store.begin() as tx:
            for chat in chats:
                await tx.contacts.add(contact(chat, language=language, shards=shards))

    async def deliver(self) -> End:
        return await self.worker.deliver(self.broadcast, self.tallies.append)

    def restarted(self, *, in_doubt: DoubtPolicy = "resend") -> None:
        """A new process over the same database: whatever only memory knew is lost."""
        self.worker = Worker(
            store=self.store, sender=self.sender, pacer=self.pacer, clock=self.clock, in_doubt=in_doubt
        )

    async def deliver_until_killed(self, after: int) -> None:
        """Send so many messages, then lose everything that is not in the database."""
        enough, last = asyncio.Event(), len(self.sender.began) + after
        self.sender.at_each = lambda number: enough.set() if number >= last else None
        running = asyncio.create_task(self.deliver())
        await enough.wait()
        self.store.killed = True
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        self.store.killed = False
        self.restarted()

    async def outcomes(self) -> Counter[Outcome]:
        found: Counter[Outcome] = Counter()
        async with self.store.read() as tx:
            for shard in range(256):
                found.update(e.outcome for e in (await tx.journal.read(BROADCAST, shard)).values())
        return found

    async def readers(self) -> set[int]:
        """The chats that are still on the list."""
        found: set[int] = set()
        async with self.store.read() as tx:
            for shard in range(256):
                page = await tx.contacts.page(shard, None, 5000)
                found.update(self.store.unseal(sealed).chat for sealed in page)
        return found

    async def open_shards(self) -> set[int]:
        async with self.store.read() as tx:
            return await tx.journal.open_shards(BROADCAST)


def contact(chat: int, *, language: str = "en", shards: int = OPEN) -> Contact:
    kind = Kind.GROUP if chat < 0 else Kind.PERSON
    return Contact(
        id=contact_id(chat, shards), chat=ChatId(chat), kind=kind, language=language, joined=Month(1)
    )


def contact_id(chat: int, shards: int = OPEN) -> ContactId:
    return ContactId(bytes([chat % shards]) + hashlib.sha256(str(chat).encode()).digest()[:15])


def broadcast(texts: Iterable[tuple[str, str]] = ((ALL_OTHERS, "Strike on Monday"),)) -> Broadcast:
    return Broadcast(
        id=BROADCAST,
        state=State.SENDING,
        author=OrganiserId(b"o" * 16),
        texts={language: RichText(text) for language, text in texts},
        digest=b"d" * 32,
        created=datetime(2026, 11, 22, tzinfo=UTC),
        needed=1,
        cooldown=1,
    )


async def make_home(folder: Path) -> None:
    """A database with nobody in it, and a broadcast of which only the first shards are open."""
    store = await opened(folder, ToldClock())
    async with store.begin() as tx:
        await tx.broadcasts.add(broadcast())
        await tx.journal.prepare(BROADCAST)
        for shard in range(OPEN, 256):
            await tx.journal.finish(BROADCAST, [shard])
    await store.close()


async def opened(folder: Path, clock: ToldClock) -> CountedStore:
    return await served(f"sqlite:///{folder}/handbill.db", clock)


async def served(url: str, clock: ToldClock, *, number: int = 7) -> CountedStore:
    """The database at an address; two processes at one have different numbers."""
    noise = random.Random(number).randbytes
    CountedStore.told = clock
    vault = Vault({1: b"k" * 32}, random=noise)
    store = await CountedStore.open(url, vault, random=noise, clock=clock)
    # What the store has made of itself is empty yet: no row was looked at.
    store.reckoning = CountedReckoning(store._engine, vault, None)
    store.reckoning.told = clock
    if store.common:
        store.common = CountedCommon(store.common._connect, store.common._worker)
        store.common.told = clock
    return store


@asynccontextmanager
async def town(home: Path, *, rate: float = 1000.0, in_doubt: DoubtPolicy = "resend") -> AsyncIterator[Town]:
    """Everything but readers."""
    clock = ToldClock()
    store = await opened(home, clock)
    sender, pacer = ScriptedSender(clock), Pacer(clock=clock, rate=rate)
    worker = Worker(store=store, sender=sender, pacer=pacer, clock=clock, in_doubt=in_doubt)
    try:
        async with running(clock.run(), pacer.run()):
            yield Town(clock, store, sender, pacer, worker, broadcast())
    finally:
        await store.close()
