"""The store: the database of one home, with every row sealed and opened by the vault it is given.

`begin` and `read` give a transaction with one repository a noun. Which kind of database it is, only `address`
knows, and what that kind needs, only `sqlite` and `postgres`.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Self

from bot.clock import Clock, SystemClock
from bot.domain.broadcast import State
from bot.domain.contact import Contact
from bot.errors import BadInputError
from bot.store import address, contacts, migrate, rotation
from bot.store.bot import Bot
from bot.store.broadcasts import Broadcasts
from bot.store.buttons import Buttons
from bot.store.connection import Connection
from bot.store.contacts import Contacts, SealedContact
from bot.store.engine import Engine
from bot.store.invitations import Invitations
from bot.store.journal import Journal
from bot.store.leases import Leases, WorkerId
from bot.store.motions import Motions
from bot.store.organisers import Organisers
from bot.store.statements import Statements
from bot.store.stepups import StepUps
from bot.store.trust import TrustRow
from bot.store.updates import Updates
from bot.vault.vault import Vault

CHECKPOINT_PAUSE = 1.0
"""Seconds from one checkpoint to the next; whoever asks in between shares the next one."""

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
        self.contacts = Contacts(connection, vault)
        self.broadcasts = Broadcasts(connection, vault)
        self.journal = Journal(connection, vault)
        self.leases = Leases(connection, worker)
        self.statements = Statements(connection, vault, random)
        self.trust = TrustRow(connection, vault)
        self.organisers = Organisers(connection, vault)
        self.invitations = Invitations(connection, vault)
        self.motions = Motions(connection, vault)
        self.buttons = Buttons(connection, vault)
        self.stepups = StepUps(connection, vault)
        self.updates = Updates(connection)
        self.bot = Bot(connection, vault)


class Store:
    """An open database. Made by `Store.open`."""

    def __init__(
        self,
        engine: Engine,
        vault: Vault,
        random: Callable[[int], bytes],
        clock: Clock,
        worker: WorkerId,
    ) -> None:
        self._engine = engine
        self._vault = vault
        self._random = random
        self._clock = clock
        self.shared = engine.shared
        """Whether several processes may deliver from this database, so that shards must be leased."""
        self._worker = worker if engine.shared else None
        self._cleaning = asyncio.Lock()
        self._asked = self._answered = 0
        self._cleaned_at = float("-inf")

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
    ) -> Self:
        """Open the database, and make or upgrade its tables; those of a `founded` home must be there.

        `place` is what makes it the same process to others after a restart; without one it is a new one.
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
        return cls(engine, vault, random, clock or SystemClock(), worker)

    async def close(self) -> None:
        """Close the database. Transactions that still run must have ended."""
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
            yield Tx(connection, self._vault, self._random, self._worker)

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

    @property
    def rotating(self) -> bool:
        """Whether a change of the root key is under way, or was and has not ended."""
        return self._vault.rotating

    async def reseal(self, roots: Mapping[int, bytes]) -> None:
        """Seal everything with the newest of these root keys; afterwards nothing needs an older one.

        Others read and write meanwhile. Interrupted, it is called again. BadInputError as in `may_rotate`,
        when that came to be meanwhile.
        """
        self._vault.adopt(roots)
        for kind in rotation.KINDS:
            after, first = None, True
            while first or after is not None:
                async with self._engine.writing() as connection:
                    after = await rotation.reseal(connection, self._vault, kind, after, self._random)
                first = False
        await self._engine.vacuum()
        await self.may_rotate()
        async with self._engine.writing() as connection:
            left = await rotation.left(connection, self._vault)
        if left or not await self.checkpoint():
            raise BadInputError("somebody else works with the database", hint="run this again")

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
        if not ready:
            raise BadInputError("not everything here can be sealed anew", hint="report this as a bug")

    def unseal(self, sealed: SealedContact) -> Contact:
        """Open one contact, without the database: at the moment of sending. DamagedVaultError if altered."""
        return contacts.unseal(self._vault, sealed)
