"""One unlocked vault with everything built on it: database, bot, bell. Made at unlock, gone at lock.

Together with `app` the only file that knows every part. What was not foreseen is logged and begun again.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC
from functools import partial

from bot.actions import audit, census, helping, policy
from bot.actions.deadman import DeadMan
from bot.chat import notices
from bot.chat.application import Application
from bot.chat.failures import survives
from bot.clock import Clock
from bot.config import Config
from bot.control import home as homes
from bot.control import messages, signing
from bot.control.audit import Noticed
from bot.control.desk import Desk, another_bot, read_token
from bot.control.ends import Ends
from bot.control.messages import Answer, DeskRequest, State, Status
from bot.domain.broadcast import Broadcast, next_due
from bot.domain.broadcast import State as Stage
from bot.errors import NetworkError
from bot.identity import Identity
from bot.observability.logs import Log
from bot.scheduler import Scheduler
from bot.store import Store
from bot.store.common import serving
from bot.store.moments import BACKUP
from bot.vault import keys
from bot.vault.mark import Mark
from bot.vault.vault import Vault

CRASH_PAUSE, ALERT_PAUSE = 5.0, 3600.0
"""Seconds before what failed unforeseen is begun again; and between two notices of a second poller."""
DOUBT = "the list of readers is not what was written last: see `handbill database check`"
ROTATING = "the change of the root key has not ended: `handbill database rotate`"

Random = Callable[[int], bytes]
_UNFINISHED = (Stage.SENDING, Stage.PAUSED, Stage.COOLING, Stage.WAITING, Stage.HELD)
"""What `status` shows, the most urgent first."""


class Session:
    """One unlocked vault: its database, its bot, its bell."""

    def __init__(
        self,
        *,
        config: Config,
        store: Store,
        clock: Clock,
        random: Random,
        log: Log,
        end: Ends,
        opened: audit.Opened,
    ) -> None:
        """`opened` is told once Telegram answers."""
        self._end, self._opened = end, opened
        self._config, self._store, self._clock, self._random, self._log = config, store, clock, random, log
        self._desk = Desk(store=store, config=config, clock=clock, random=random)
        self._who = Identity(store=store, clock=clock)
        self.deadman = DeadMan(
            store=store,
            clock=clock,
            days=config.vault.deadman_days,
            warn=partial(self.alert, notices.SILENCE),
            lock=partial(end.lock, notices.SILENT),
        )
        self._application: Application | None = None
        self._new_token = asyncio.Event()
        self._reached = asyncio.Event()
        self._disturbed = asyncio.Event()
        self.settled = asyncio.Event()
        """Set once there is more to say than "starting"."""
        self.state = State.STARTING
        self.problems: tuple[str, ...] = ()

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        config: Config,
        master_key: bytes,
        *,
        clock: Clock,
        random: Random,
        log: Log,
        end: Ends,
        attended: bool = True,
    ) -> AsyncIterator["Session"]:
        """Open vault and database; closed, and the keys dropped, when the block ends.

        `attended` is whether a person brought the passphrase: the dead man's switch asks.
        NetworkError when another service works with this database, or its server cannot be reached.
        """
        vault = Vault.unlock(config.home, master_key, random=random, needed=config.vault.unlock)
        try:
            store = await _store(config, vault, random=random, clock=clock)
            try:
                async with store.alone(), serving(store.common, helping.terms(config)):
                    await store.reckoning.compare()
                    await policy.hold(store, config, clock)
                    await policy.bar_unsigned(store, config, clock)
                    found = await audit.opened(store, keys.marks(config.home, config.vault.unlock), clock)
                    made = cls(
                        config=config,
                        store=store,
                        clock=clock,
                        random=random,
                        log=log,
                        end=end,
                        opened=found,
                    )
                    await made.deadman.begin(attended=attended)
                    yield made
            finally:
                await store.close()
        finally:
            vault.close()

    async def check(self) -> None:
        """Ask Telegram once who we are. Raises TokenError; a missing network is no error."""
        async with self._application_for((await self._who.record()).token) as application:
            with suppress(NetworkError):
                if not await self._who.is_ours(await application.identify()):
                    raise another_bot()

    async def run(self) -> None:
        """Bot and bell, until cancelled. Whatever was not foreseen is logged, and begun again."""
        scheduler = Scheduler(store=self._store, clock=self._clock, log=self._log)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._again_and_again(scheduler.run), name="bell")
            group.create_task(self._again_and_again(self._speak), name="bot")
            group.create_task(self._greet(), name="notice")
            group.create_task(self._warn(), name="warning")
            group.create_task(helping.stay(self._store, self._clock), name="at the database")
            parts = self._store, self._clock, self._log
            doubting = partial(census.doubt, *parts, moved=self._moved, tell=self._tell_doubt)
            group.create_task(self._again_and_again(partial(census.watch, *parts)), name="census")
            group.create_task(self._again_and_again(doubting), name="when the census does not fit")
            group.create_task(self._again_and_again(self.deadman.watch), name="dead man's switch")

    async def answer(self, request: DeskRequest) -> Answer:
        """Do what the keeper asks of the open database."""
        if isinstance(request, messages.SetToken):
            await self._try_token(request.token)
        answer = await self._desk.answer(request)
        if isinstance(request, messages.SetToken):
            self._new_token.set()
        if isinstance(request, messages.RemoveOrganiser) and self._application:
            await survives(self._application.ask(), self._log)
        if isinstance(request, signing.SetTrust | messages.UnfreezeOrganiser):
            await self.alert(notices.TRUST_SET if isinstance(request, signing.SetTrust) else notices.UNFROZEN)
        if isinstance(request, signing.SetTrust | signing.WithdrawStatement):
            self._moved()
        if isinstance(answer, Noticed) and answer.slots is not None:
            await self.alert(notices.KEYHOLDERS)
        return answer

    async def status(self, schema: int | None) -> Status:
        """Everything that `handbill status` shows."""
        async with self._store.read() as tx:
            record = await tx.bot.get()
            unfinished = await tx.broadcasts.in_states(*_UNFINISHED)
            backed_up = await tx.moments.get(BACKUP)
        states, due = {found.state for found in unfinished}, next_due(unfinished)
        return Status(
            state=self.state,
            bot=record.username if record else None,
            schema=schema,
            doubt=self._store.reckoning.doubt or "",
            backed_up=backed_up,
            next_due=f"{due.astimezone(UTC):%FT%TZ}" if due else None,
            silent_until=self.deadman.due,
            broadcast=next((state.name.lower() for state in _UNFINISHED if state in states), None),
            problems=(
                *self.problems,
                *([DOUBT] if self._store.reckoning.doubt else []),
                *([ROTATING] if self._store.rotating else []),
            ),
        )

    async def leave(self, notice: str = notices.LOCKING, **values: str | int) -> None:
        """Write down that it is locked now, and tell the organisers. Never fails: locking must not."""
        await survives(audit.locked(self._store, self._clock, notices.CAUSES.get(notice)), self._log)
        await self.alert(notice, **values)

    async def alert(self, message: str, **values: str | int) -> bool:
        """Tell the organisers, if Telegram can be reached now; whether it was tried."""
        if self._application and self.state in {State.RUNNING, State.SECOND_POLLER}:
            return await survives(self._application.alert(message, **values), self._log)
        return False

    async def _greet(self) -> None:
        await self._reached.wait()
        found = self._opened
        await self.alert(notices.RESTARTED if found.restarted else notices.UNLOCKED, head=found.head)
        if found.broken is not None:
            await self.alert(notices.GAP, entry=found.broken)
        if found.slots is not None:
            await self.alert(notices.KEYHOLDERS)
        if self._application:
            await survives(self._application.ask(), self._log)

    async def _warn(self) -> None:
        """A second poller is gone from the state as soon as ours asks again; it is told all the same."""
        while True:
            await self._disturbed.wait()
            await self.alert(notices.SECOND_POLLER)
            await self._clock.sleep(ALERT_PAUSE)
            self._disturbed.clear()

    def _moved(self, broadcast: Broadcast | None = None) -> None:
        if self._application:
            self._application.moved(broadcast)

    async def _tell_doubt(self) -> None:
        await self._reached.wait()
        await self.alert(notices.DOUBTED)

    async def _again_and_again(self, work: Callable[[], Awaitable[None]]) -> None:
        while True:
            if not await survives(work(), self._log):
                self.problems = ("something failed and was begun again: see the log",)
                await self._clock.sleep(CRASH_PAUSE)

    async def _speak(self) -> None:
        """Speak with the token there is, until there is another one."""
        self._new_token.clear()
        async with (
            self._application_for((await self._who.record()).token) as application,
            asyncio.TaskGroup() as group,
        ):
            speaking = group.create_task(self._speak_as(application), name="speaking")
            waiting = group.create_task(self._new_token.wait(), name="waiting for another token")
            await asyncio.wait({speaking, waiting}, return_when=asyncio.FIRST_COMPLETED)
            speaking.cancel()
            waiting.cancel()

    async def _speak_as(self, application: Application) -> None:
        identity = await self._who.asked(application, self._show)
        self._application = application
        try:
            await application.run(lambda state: self._show(State(state.value)), identity)
        finally:
            self._application = None
            self._show(State.STARTING)

    async def _try_token(self, token: str) -> None:
        """Raise TokenError when Telegram refuses a token; without a network it is taken as it is."""
        async with self._application_for(read_token(token.encode())) as application:
            with suppress(NetworkError):
                await application.identify()

    @asynccontextmanager
    async def _application_for(self, token: str) -> AsyncIterator[Application]:
        application = Application(
            config=self._config,
            store=self._store,
            token=token,
            clock=self._clock,
            random=self._random,
            log=self._log,
        )
        application.on_lock = partial(self._end.lock, notices.LOCKING)
        application.on_panic = self._end.destroy
        try:
            yield application
        finally:
            await application.close()

    def _show(self, state: State) -> None:
        if state is not self.state:
            self._log.info("bot.state", state=state)
        self.state = state
        if state is not State.STARTING:
            self.settled.set()
        if state is State.RUNNING:
            self._reached.set()
        if state is State.SECOND_POLLER:
            self.problems = (f"another program fetched this bot's updates at {self._clock.now():%F %R} UTC",)
            self._disturbed.set()


async def _store(config: Config, vault: Vault, *, random: Random, clock: Clock) -> Store:
    return await Store.open(
        config.database,
        vault,
        random=random,
        clock=clock,
        founded=True,
        mark=Mark(config.home, vault),
        place=homes.place(config.home),
    )
