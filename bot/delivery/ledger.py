"""What is finished: written to the journal in commit groups, and only then shown as progress.

Readers who seem gone are erased here, but late: see `breaker`. Which outcome an answer means is decided in
`run`.
"""

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable

from bot.clock import Clock
from bot.delivery.agenda import Delivery, Shards
from bot.delivery.breaker import WINDOW
from bot.delivery.lease import Lease
from bot.domain.broadcast import BroadcastId, Tally
from bot.domain.contact import ContactId
from bot.domain.outcome import Outcome
from bot.store import Entry, Store, Tx
from bot.store.connection import whole

COMMIT_EVERY = 0.25
AT_ONCE_BELOW = 50.0
"""Seconds between commit groups at 50 messages a second and more; below, each outcome is written at once."""

BATCH = 500


class Ledger:
    """The finished deliveries of one run. `keep` must be running; `commit` writes the rest at the end."""

    def __init__(
        self,
        *,
        store: Store,
        broadcast: BroadcastId,
        clock: Clock,
        rate: float,
        shards: Shards,
        progress: Callable[[Tally], None],
        lease: Lease,
        fenced: Callable[[], None],
    ) -> None:
        """`fenced` is called when another process has one of our shards."""
        self.tally = Tally()
        self._store = store
        self._broadcast = broadcast
        self._clock = clock
        self._window = COMMIT_EVERY if rate >= AT_ONCE_BELOW else 0.0
        self._shards = shards
        self._progress = progress
        self._lease = lease
        self._fenced = fenced
        self._entries: list[Entry] = []
        self._settled: list[int] = []
        self._gone: deque[tuple[int, ContactId]] = deque()
        self._ripe: list[ContactId] = []
        self._struck: set[ContactId] = set()
        self._doubting = self._to_take_back = False
        self._news = asyncio.Event()
        self._before: dict[ContactId, Outcome] = {}
        self._announcing = asyncio.Lock()

    def record(self, delivery: Delivery, outcome: Outcome, *, message: int = 0) -> None:
        """One delivery is finished; it will be in the journal soon."""
        if outcome is Outcome.GONE and self._doubting:
            outcome = Outcome.DOUBTED
        if outcome.finished:
            self._settled.append(delivery.shard)
        self._entries.append(Entry(contact=delivery.contact, outcome=outcome, message=message))
        self._news.set()

    def skip(self, delivery: Delivery) -> None:
        """Nothing was or will be sent to this contact, and nothing is written about it."""
        self._settled.append(delivery.shard)

    async def announce(self, delivery: Delivery) -> None:
        """Write down that this message is about to leave, together with all that wait for the same.

        A kill then finds it in doubt. Cancelled, it is withdrawn.
        """
        self._before[delivery.contact] = Outcome.BEGUN
        try:
            async with self._announcing:
                if delivery.contact in self._before:
                    await whole(self._write_before())
        except asyncio.CancelledError:
            self.withdraw(delivery)
            raise

    def withdraw(self, delivery: Delivery) -> None:
        """What was announced has not been delivered, and will be sent later."""
        self._before[delivery.contact] = Outcome.WITHDRAWN
        self._news.set()

    async def _write_before(self) -> None:
        before, self._before = self._before, {}
        entries = [Entry(contact=contact, outcome=one) for contact, one in before.items()]
        try:
            async with self._store.begin() as tx:
                known = [entry for entry in entries if entry.contact not in self._struck]
                lost = await self._lost(tx, {entry.contact[0] for entry in known})
                known = [entry for entry in known if entry.contact[0] not in lost]
                await tx.journal.append(self._broadcast, known, self._clock.now())
        except BaseException:
            self._before = before | self._before
            raise

    def gone(self, delivery: Delivery, *, answers: int) -> None:
        """Record that a contact seems gone, as the answer of this number."""
        self.record(delivery, Outcome.GONE)
        self._gone.append((answers, delivery.contact))

    def ripen(self, answers: int) -> None:
        """A hundred answers after a reader seemed gone without the breaker firing, it is."""
        while not self._doubting and self._gone and self._gone[0][0] + WINDOW <= answers:
            self._ripe.append(self._gone.popleft()[1])

    def forget(self, contact: ContactId) -> None:
        """Write nothing about a contact who was erased meanwhile."""
        self._struck.add(contact)

    def doubt(self) -> None:
        """The breaker fired: whoever seems gone and is not erased yet is not believed to be.

        No shard is finished any more in this run: it may hold somebody who is to be tried again.
        """
        self._to_take_back = self._to_take_back or not self._doubting
        self._doubting = True
        self._news.set()
        self._ripe.clear()
        unwritten = [entry for entry in self._entries if entry.outcome is Outcome.GONE]
        self._entries = [entry for entry in self._entries if entry.outcome is not Outcome.GONE]
        for entry in unwritten:
            self._entries.append(Entry(contact=entry.contact, outcome=Outcome.DOUBTED))
            self._settled.remove(entry.contact[0])

    async def keep(self) -> None:
        """Commit whatever is recorded, until cancelled; a commit that was begun is finished first."""
        while True:
            await self._news.wait()
            if self._window:
                await self._clock.sleep(self._window)
            await whole(self.commit())

    async def commit(self) -> None:
        """Write all that is recorded, in one transaction."""
        self._news.clear()
        if self._before:
            async with self._announcing:
                await self._write_before()
        entries = [entry for entry in self._entries if entry.contact not in self._struck]
        ripe, self._ripe = self._ripe, []
        for shard in self._settled:
            self._shards.settled(shard)
        self._entries, self._settled = [], []
        complete = [] if self._doubting else self._shards.complete()
        take_back, self._to_take_back = self._to_take_back, False
        if not (entries or ripe or complete or take_back):
            return
        async with self._store.begin() as tx:
            written = {*complete, *(one.contact[0] for one in entries), *(id_[0] for id_ in ripe)}
            lost = await self._lost(tx, written)
            entries = [entry for entry in entries if entry.contact[0] not in lost]
            await tx.journal.append(self._broadcast, entries, self._clock.now())
            await tx.contacts.erase_all([id_ for id_ in ripe if id_[0] not in lost])
            if complete := [shard for shard in complete if shard not in lost]:
                await tx.journal.finish(self._broadcast, complete)
            tally = await self._take_back(tx) if take_back else _more(self.tally, entries)
        self.tally = tally
        self._progress(tally)

    async def _lost(self, tx: Tx, shards: Collection[int]) -> set[int]:
        """Of which of these shards nothing may be written; the run then ends."""
        lost = await self._lease.lost(tx, shards)
        if lost:
            self._fenced()
        return lost

    async def _take_back(self, tx: Tx) -> Tally:
        """Doubt in the journal too, in the transaction of the first commit after the breaker fired.

        A kill before it finds the answers that fired the breaker unwritten, and they are asked for again; a
        kill after it finds nobody marked as gone.
        """
        gone = await tx.journal.gone(self._broadcast)
        doubted = [contact for contact in gone if await tx.contacts.get(contact)]
        await tx.journal.reopen(self._broadcast, {contact[0] for contact in doubted})
        doubts = [Entry(contact=contact, outcome=Outcome.DOUBTED) for contact in doubted]
        await tx.journal.append(self._broadcast, doubts, self._clock.now())
        return await tx.journal.tally(self._broadcast)


async def bury(store: Store, broadcast: BroadcastId) -> None:
    """Erase everybody whom a broadcast that has ended found to be gone, down to the bytes on the disk."""
    async with store.read() as tx:
        gone = list(await tx.journal.gone(broadcast))
    for start in range(0, len(gone), BATCH):
        async with store.begin() as tx:
            await tx.contacts.erase_all(gone[start : start + BATCH])
    await store.checkpoint()


def _more(tally: Tally, entries: Iterable[Entry]) -> Tally:
    by = Counter(entry.outcome for entry in entries)
    return Tally(
        sent=tally.sent + by[Outcome.SENT],
        gone=tally.gone + by[Outcome.GONE] + by[Outcome.KEPT],
        refused=tally.refused + by[Outcome.REFUSED],
        in_doubt=tally.in_doubt + by[Outcome.IN_DOUBT],
        failed=tally.failed + by[Outcome.FAILED],
    )
