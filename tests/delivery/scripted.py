"""A Telegram that answers as it is told, and a store and a worker around it: one broadcast to try things on."""

import hashlib
import random
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from bot.clock import Clock
from bot.delivery.ends import End
from bot.delivery.pacing import Pacer
from bot.delivery.worker import Worker
from bot.domain.broadcast import ALL_OTHERS, Broadcast, BroadcastId, State, Tally
from bot.domain.contact import ChatId, Contact, ContactId, Kind, Month
from bot.domain.organiser import OrganiserId
from bot.domain.outcome import Answer, Outcome, Sent
from bot.domain.rich_text import RichText
from bot.store import Store, Tx
from bot.vault.vault import Vault
from tests.delivery.told_clock import ToldClock, running

LATENCY = 0.05
BROADCAST = BroadcastId(b"b" * 16)


class ScriptedSender:
    """Answers `Sent` after a little while, unless the script of a chat or of everybody has something else."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.latency = LATENCY
        self.began: list[tuple[float, int]] = []
        self.delivered: Counter[int] = Counter()
        self.texts: set[str] = set()
        self.scripts: defaultdict[int, list[Answer]] = defaultdict(list)
        self.everybody: Callable[[int], Answer | None] = lambda chat: None
        self.in_flight = self.most_in_flight = 0
        self.token = True
        self.token_asked = 0
        self.at_each: Callable[[int], None] = lambda number: None

    async def send(self, contact: Contact, text: RichText) -> Answer:
        self.began.append((self.clock.monotonic(), contact.chat))
        self.texts.add(text.text)
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        self.at_each(len(self.began))
        try:
            await self.clock.sleep(self.latency)
        finally:
            self.in_flight -= 1
        return self._answer(contact.chat)

    async def token_works(self) -> bool:
        self.token_asked += 1
        await self.clock.sleep(self.latency)
        return self.token

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

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Tx]:
        self.told.busy += 1
        try:
            async with super().begin() as tx:
                yield tx
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

    async def settle(self, people: int, *, groups: int = 0, language: str = "en", shards: int = 256) -> None:
        """People get the chats 1, 2, 3 …, groups -1, -2, -3 …; the shard is the chat's number."""
        chats = [*range(1, people + 1), *range(-1, -groups - 1, -1)]
        async with self.store.begin() as tx:
            for chat in chats:
                await tx.contacts.add(contact(chat, language=language, shards=shards))

    async def deliver(self) -> End:
        return await self.worker.deliver(self.broadcast, self.tallies.append)

    def restarted(self, *, in_doubt: Literal["resend", "skip"] = "resend") -> None:
        """A new process over the same database: whatever only memory knew is lost."""
        self.worker = Worker(
            store=self.store, sender=self.sender, pacer=self.pacer, clock=self.clock, in_doubt=in_doubt
        )

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


def contact(chat: int, *, language: str = "en", shards: int = 256) -> Contact:
    kind = Kind.GROUP if chat < 0 else Kind.PERSON
    return Contact(
        id=contact_id(chat, shards), chat=ChatId(chat), kind=kind, language=language, joined=Month(1)
    )


def contact_id(chat: int, shards: int = 256) -> ContactId:
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


@asynccontextmanager
async def town(
    folder: Path, *, rate: float = 1000.0, in_doubt: Literal["resend", "skip"] = "resend"
) -> AsyncIterator[Town]:
    """Everything but readers."""
    clock = ToldClock()
    noise = random.Random(7).randbytes
    vault = Vault({1: b"k" * 32}, random=noise)
    CountedStore.told = clock
    store = await CountedStore.open(f"sqlite:///{folder}/handbill.db", vault, random=noise, clock=clock)
    sender, pacer = ScriptedSender(clock), Pacer(clock=clock, rate=rate)
    worker = Worker(store=store, sender=sender, pacer=pacer, clock=clock, in_doubt=in_doubt)
    sent = broadcast()
    async with store.begin() as tx:
        await tx.broadcasts.add(sent)
        await tx.journal.prepare(sent.id)
    try:
        async with running(clock.run(), pacer.run()):
            yield Town(clock, store, sender, pacer, worker, sent)
    finally:
        await store.close()
