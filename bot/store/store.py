"""The store: the database of one home, with every row sealed and opened by the vault it is given.

`begin` and `read` give a transaction with one repository a noun. Which kind of database it is, only `address`
knows, and what that kind needs, only `sqlite` and `postgres`.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Self

from bot.clock import Clock, SystemClock
from bot.domain.audit import Event
from bot.domain.broadcast import State
from bot.domain.contact import Contact
from bot.errors import BadInputError
from bot.store import address, backup, contacts, migrate, rotation
from bot.store.audit import Audit
from bot.store.bot import Bot
from bot.store.broadcasts import Broadcasts
from bot.store.buttons import Buttons
from bot.store.census import Census, Line
from bot.store.connection import Connection
from bot.store.contacts import Contacts, SealedContact
from bot.store.engine import Engine
from bot.store.invitations import Invitations
from bot.store.journal import Journal
from bot.store.leases import Leases, WorkerId
from bot.store.moments import BACKUP, Moments
from bot.store.motions import Motions
from bot.store.organisers import Organisers
from bot.store.prints import Prints
from bot.store.reckoning import Reckoning
from bot.store.renewals import Renewals
from bot.store.restored import Copied, Restored
from bot.store.silence import Silences
from bot.store.statements import Statements
from bot.store.stepups import StepUps
from bot.store.trust import TrustRow
from bot.store.updates import Updates
from bot.vault.mark import Mark
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
        known: Mapping[int, Line] | None = None,
    ) -> None:
        self.census = Census(connection, vault, known)
        self.contacts = Contacts(connection, vault, self.census)
        self.broadcasts = Broadcasts(connection, vault)
        self.journal = Journal(connection, vault)
        self.leases = Leases(connection, worker)
        self.statements = Statements(connection, vault, random)
        self.trust = TrustRow(connection, vault)
        self.organisers = Organisers(connection, vault)
        self.invitations = Invitations(connection, vault)
        self.motions = Motions(connection, vault)
        self.moments = Moments(connection, vault)
        self.buttons = Buttons(connection, vault)
        self.stepups = StepUps(connection, vault)
        self.updates = Updates(connection)
        self.bot = Bot(connection, vault)
        self.renewals = Renewals(connection, vault)
        self.restored = Restored(connection, vault)
        self.silence = Silences(connection, vault)
        self.audit = Audit(connection, vault, random)
        self.prints = Prints(connection, vault)


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
        self._vault, self._random, self._clock = vault, random, clock
        self.shared = engine.shared
        """Whether several processes may deliver, so that shards must be leased."""
        self.common = engine.common(worker)
        self._worker = worker if engine.shared else None
        self._cleaning, self._cleaned_at = asyncio.Lock(), float("-inf")
        self._asked = self._answered = 0
        self.reckoning = Reckoning(engine, vault, mark)

    @classmethod
    async def open(
        cls,
        url: str,
        vault: Vault,
        *,
        random: Callable[[int], bytes],
        clock: Clock | None = None,
        founded: bool = False,
        helping: bool = False,
        place: bytes = b"",
        mark: Mark | None = None,
    ) -> Self:
        """Open the database, and make or upgrade its tables; those of a `founded` home must be there.

        Who is `helping` changes none: SettingsError when they are another version's. `place` makes it the
        same process after a restart; the `mark` is where a home remembers how far the census had come.
        NewerDatabaseError (nothing changed) when a newer Handbill wrote it, DamagedVaultError for no database
        or none of a founded home, SettingsError for a useless address, NetworkError for a silent server.
        """
        engine = await address.engine(url, vault.file_keys())
        try:
            newest = migrate.founded_to_newest if founded else migrate.to_newest
            await engine.migrate(migrate.is_newest if helping else newest)
        except BaseException:
            await engine.close()
            raise
        worker = WorkerId(vault.index("shards", place) if place else random(16))
        store = cls(engine, vault, random, clock or SystemClock(), worker, mark)
        await store._adopt()
        return store

    async def close(self) -> None:
        """Close the database. Transactions that still run must have ended."""
        if self.common:
            await self.common.close()
        self.reckoning.note()
        await self._engine.close()

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """Be the only service with this database, as `control/home` for SQLite. Else NetworkError."""
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
            tx = Tx(connection, self._vault, self._random, self._worker, self.reckoning.known)
            yield tx
            await tx.census.flush()
        self.reckoning.committed(tx.census)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Tx]:
        """One unchanging view; nobody waits for it. Short: what was deleted stays in the log meanwhile."""
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

    @property
    def rotating(self) -> bool:
        """Whether a change of the root key is under way, or was and has not ended."""
        return self._vault.rotating

    async def reseal(self, roots: Mapping[int, bytes]) -> None:
        """Seal everything with the newest of these root keys; afterwards nothing needs an older one.

        Others read and write meanwhile. Interrupted, it is called again. BadInputError as in `may_rotate`.
        """
        self._vault.adopt(roots)
        for kind in rotation.KINDS:
            after, first = None, True
            while first or after is not None:
                after, first = await self._reseal(kind, after), False
        self.reckoning.note()
        await self._engine.rekey(self._vault.file_keys()[0])
        await self._engine.vacuum()
        await self.may_rotate()
        async with self._engine.writing() as connection:
            left = await rotation.left(connection, self._vault)
        if left or not await self.checkpoint():
            raise BadInputError("somebody else works with the database", hint="run this again")

    async def _reseal(self, kind: rotation.Kind, after: rotation.Key | None) -> rotation.Key | None:
        async with self._engine.writing() as connection:
            census = Census(connection, self._vault, self.reckoning.known)
            after = await rotation.reseal(connection, census, self._vault, kind, after, self._random)
            await census.flush()
        self.reckoning.committed(census)
        return after

    def drop_older_keys(self) -> None:
        """Open nothing any more that an older root key sealed."""
        self._vault.drop_older()

    async def may_rotate(self) -> None:
        """Raise BadInputError while a broadcast is sent, and when not everything sealed is known here."""
        async with self._engine.reading() as connection:
            sending = await Broadcasts(connection, self._vault).in_states(State.SENDING)
            ready = await rotation.ready(connection)
        if sending:
            raise BadInputError(
                "a broadcast is being sent",
                hint="run this again when it has ended, or pause it; nothing is lost",
            )
        if self.common:
            await self.common.without_workers()
        if not ready:
            raise BadInputError("not everything here can be sealed anew", hint="report this as a bug")
        if self.reckoning.doubt:
            raise BadInputError(
                "the list of readers is not what was written last",
                hint="see `handbill database check`, and run this again when that is decided",
            )

    async def accept(self) -> None:
        """Take the list for right as it is now: only the keeper may say so."""
        async with self.begin() as tx:
            await tx.census.rebuild(self.reckoning.generation)
            now = self._clock.now()
            await tx.restored.set(Copied(taken=now, since=now))
            await tx.audit.add(Event.ACCEPTED, now)
        self.reckoning.accepted()

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
        async with self.begin() as tx:
            await tx.moments.set(BACKUP, about.taken)

    def unseal(self, sealed: SealedContact) -> Contact:
        """Open one contact, without the database: at the moment of sending. DamagedVaultError if altered."""
        return contacts.unseal(self._vault, sealed)
