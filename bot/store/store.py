"""The store: the database of one home, with every row sealed and opened by the vault it is given.

`begin` and `read` give a transaction with one repository a noun. Which kind of database it is, only `address`
knows, and what that kind needs, only `sqlite` and `postgres`.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Self

from bot.clock import Clock, SystemClock
from bot.domain.contact import Contact
from bot.store import address, backup, contacts, migrate
from bot.store.bot import Bot
from bot.store.broadcasts import Broadcasts
from bot.store.buttons import Buttons
from bot.store.census import Census, Doubt
from bot.store.connection import Connection
from bot.store.contacts import Contacts, SealedContact
from bot.store.engine import Engine
from bot.store.invitations import Invitations
from bot.store.journal import Journal
from bot.store.leases import Leases, WorkerId
from bot.store.organisers import Organisers
from bot.store.restored import Copied, Restored
from bot.store.statements import Statements
from bot.store.stepups import StepUps
from bot.store.updates import Updates
from bot.vault.mark import Mark, Marked
from bot.vault.vault import Vault

CHECKPOINT_PAUSE = 1.0
"""Seconds from one checkpoint to the next; whoever asks in between shares the next one."""

COPY = "backup.copy"
"""A copy of the database in the home, as long as a backup is being written."""

CHECKPOINT_TRIES = 50
CHECKPOINT_RETRY = 0.1


class Tx:
    """One transaction, seen through one repository a noun."""

    def __init__(
        self,
        connection: Connection,
        vault: Vault,
        random: Callable[[int], bytes],
        worker: WorkerId | None,
    ) -> None:
        self.census = Census(connection, vault)
        self.contacts = Contacts(connection, vault, self.census)
        self.broadcasts = Broadcasts(connection, vault)
        self.journal = Journal(connection, vault)
        self.leases = Leases(connection, worker)
        self.statements = Statements(connection, vault, random)
        self.organisers = Organisers(connection, vault)
        self.invitations = Invitations(connection, vault)
        self.buttons = Buttons(connection, vault)
        self.stepups = StepUps(connection, vault)
        self.updates = Updates(connection)
        self.bot = Bot(connection, vault)
        self.restored = Restored(connection, vault)


class Store:
    """An open database. Made by `Store.open`."""

    def __init__(
        self,
        engine: Engine,
        vault: Vault,
        random: Callable[[int], bytes],
        clock: Clock,
        worker: WorkerId,
        mark: Mark | None = None,
    ) -> None:
        self._engine = engine
        self._mark = mark
        self._vault = vault
        self._random = random
        self._clock = clock
        self.shared = engine.shared
        """Whether several processes may deliver from this database, so that shards must be leased."""
        self._worker = worker if engine.shared else None
        self._cleaning = asyncio.Lock()
        self._asked = self._answered = 0
        self._cleaned_at = float("-inf")
        self._fitting: set[int] = set()
        self._generation = 0
        self.doubt: Doubt | None = None
        """What does not fit between the list and its census. As long as it is set, nothing may be sent."""
        self.doubted = asyncio.Event()

    @classmethod
    async def open(
        cls,
        url: str,
        vault: Vault,
        *,
        random: Callable[[int], bytes],
        clock: Clock | None = None,
        founded: bool = False,
        place: bytes = b"",
        mark: Mark | None = None,
    ) -> Self:
        """Open the database, and make or upgrade its tables; those of a `founded` home must be there.

        `place` is what makes it the same process to others after a restart; without one it is a new one.
        The `mark` is where a home remembers how far the census had come.
        NewerDatabaseError (nothing changed) when a newer Handbill wrote it, DamagedVaultError when the file
        is no database or lacks the tables of a founded home, SettingsError when the address cannot be used,
        NetworkError when the server cannot be reached.
        """
        engine = address.engine(url)
        try:
            await engine.migrate(migrate.founded_to_newest if founded else migrate.to_newest)
        except BaseException:
            await engine.close()
            raise
        worker = WorkerId(vault.index("shards", place) if place else random(16))
        store = cls(engine, vault, random, clock or SystemClock(), worker, mark)
        await store._adopt()
        return store

    async def close(self) -> None:
        """Close the database. Transactions that still run must have ended."""
        self.note()
        await self._engine.close()

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """Be the only service that works with this database. NetworkError when there is another.

        For SQLite a home's own lock says the same (`control/home`).
        """
        async with self._engine.alone():
            yield

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Tx]:
        """One write transaction; in a process one after the other, in the order of asking.

        Another process waits as well: what was read here is still true when this is committed. Commits at the
        end, rolls back when an error or a cancellation leaves the block. Keep it short, and never wait for
        Telegram inside. NetworkError when a server cannot be reached, or somebody writes for five seconds.
        """
        async with self._engine.writing() as connection:
            tx = Tx(connection, self._vault, self._random, self._worker)
            yield tx
            generation = await tx.census.flush()
        if generation and generation <= self._generation:
            self.put_in_doubt(Doubt.BEHIND)
        self._generation = max(self._generation, generation)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Tx]:
        """One unchanging view of the database; it waits for no writer and no writer waits for it.

        Keep it short: while it is open, what was deleted stays readable in the write-ahead log.
        """
        async with self._engine.reading() as connection:
            yield Tx(connection, self._vault, self._random, self._worker)

    async def checkpoint(self) -> bool:
        """Make what was deleted really disappear from the write-ahead log (VAULT §3).

        Returns when a checkpoint that began after this call has ended. At most one runs a second: calls
        meanwhile share the next. False when a reader was in the way for five seconds.
        """
        self._asked += 1
        mine = self._asked
        async with self._cleaning:
            if self._answered >= mine:
                return True
            await self._clock.sleep(max(0.0, self._cleaned_at + CHECKPOINT_PAUSE - self._clock.monotonic()))
            self._cleaned_at = self._clock.monotonic()
            covered = self._asked
            for _ in range(CHECKPOINT_TRIES):
                if await self._engine.checkpoint():
                    self._answered = covered
                    return True
                await self._clock.sleep(CHECKPOINT_RETRY)
        return False

    async def compare(self) -> Doubt | None:
        """Compare the numbers of rows with the census, and its generation with the newest that is known.

        A doubt is kept in `doubt`, and in the mark of the home, until `accept`.
        """
        marked = self._mark.read() if self._mark else None
        async with self.read() as tx:
            generation = await tx.census.generation()
            doubt = await tx.census.compare()
        known = max(self._generation, marked.generation if marked else 0)
        self._generation = max(generation, known)
        if marked and marked.doubt:
            self.put_in_doubt(Doubt(marked.doubt))
        elif generation < known:
            self.put_in_doubt(Doubt.BEHIND)
        elif doubt:
            self.put_in_doubt(doubt)
        self.note()
        return self.doubt

    async def fits(self, shard: int) -> bool:
        """Whether every row of a shard is the one written last; it is read when this is asked first."""
        if self.doubt is None and shard not in self._fitting:
            async with self.read() as tx:
                if await tx.census.fits(shard):
                    self._fitting.add(shard)
                else:
                    self.put_in_doubt(Doubt.ROWS)
        return self.doubt is None

    def forget_what_fitted(self) -> None:
        """Look at every shard again when it is asked for."""
        self._fitting.clear()

    async def accept(self) -> None:
        """Take the list for right as it is now: only the keeper may say so."""
        async with self.begin() as tx:
            await tx.census.rebuild(self._generation)
            now = self._clock.now()
            await tx.restored.set(Copied(taken=now, since=now))
            self._generation = await tx.census.generation()
        self.doubt = None
        self.doubted.clear()
        self._fitting.clear()
        self.note()

    def note(self) -> None:
        """Let the home remember how far the census has come, and whether it is in doubt."""
        if self._mark and self._generation:
            self._mark.write(Marked(self._generation, self.doubt or ""))

    def put_in_doubt(self, doubt: Doubt) -> None:
        """Something does not fit; whoever waits for `doubted` hears it."""
        self.doubt = self.doubt or doubt
        self.doubted.set()
        self.note()

    async def _adopt(self) -> None:
        """Count the list of a home that is older than the census, once in its life."""
        async with self.read() as tx:
            record = await tx.bot.get()
        if record and not record.counted:
            async with self.begin() as tx:
                await tx.census.rebuild()
                await tx.bot.set(replace(record, counted=True))

    async def vacuum(self) -> None:
        """Write the database anew, then cut the log: nothing of what was deleted is left (VAULT §3)."""
        await self._engine.vacuum()
        await self.checkpoint()

    async def back_up(self, home: Path, about: backup.About, *, data: Path, keys: Path) -> None:
        """Write the two files of a backup. BadInputError when they cannot be, with nothing left behind."""
        copy = home / COPY
        copy.unlink(missing_ok=True)
        try:
            await self._engine.copy(copy)
            await asyncio.to_thread(
                backup.write,
                vault=self._vault,
                home=home,
                database=copy,
                about=about,
                data=data,
                keys=keys,
                random=self._random,
            )
        finally:
            copy.unlink(missing_ok=True)

    def unseal(self, sealed: SealedContact) -> Contact:
        """Open one contact, without the database: at the moment of sending. DamagedVaultError if altered."""
        return contacts.unseal(self._vault, sealed)
