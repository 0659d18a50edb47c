"""One unlocked vault with everything built on it: database, bot, bell. Made at unlock, gone at lock.

Together with `app` the only file that knows every part. What was not foreseen is logged and begun again.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

from bot.actions import audit, helping, policy
from bot.actions.census import watch
from bot.actions.holding import hold
from bot.chat.application import Application
from bot.chat.failures import survives
from bot.clock import Clock
from bot.config import Config
from bot.control import home as homes
from bot.control import messages
from bot.control.audit import Noticed
from bot.control.desk import Desk, another_bot, read_token
from bot.control.messages import Answer, DeskRequest, State, Status
from bot.control.signing import SetTrust
from bot.domain.broadcast import Reason
from bot.domain.broadcast import State as Stage
from bot.errors import NetworkError
from bot.identity import Identity
from bot.observability.logs import Log
from bot.scheduler import Scheduler
from bot.store import Store
from bot.store.common import serving
from bot.vault import keys
from bot.vault.mark import Mark
from bot.vault.vault import Vault

CRASH_PAUSE, ALERT_PAUSE = 5.0, 3600.0
"""Seconds before what failed unforeseen is begun again; and between two notices of a second poller."""
STAY = 10.0
"""Seconds between two looks whether the database server knows the service."""
LOCKING, UNLOCKED, SECOND_POLLER = "alert-locking", "alert-unlocked", "alert-second-poller"
UNFROZEN, RESTARTED, GAP, KEYHOLDERS = "alert-unfrozen", "alert-restarted", "alert-gap", "alert-keyholders"
DOUBTED, DESTROYED, TRUST_SET = "alert-census", "alert-destroyed", "alert-trust"
"""The notices that organisers get."""
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
        lock: Callable[[], None],
        opened: audit.Opened,
    ) -> None:
        """`lock` locks the service soon, for an organiser's /lock; `opened` is told once Telegram answers."""
        self._lock, self._opened = lock, opened
        self._config, self._store, self._clock, self._random, self._log = config, store, clock, random, log
        self._desk = Desk(store=store, config=config, clock=clock, random=random)
        self._who = Identity(store=store, clock=clock)
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
        lock: Callable[[], None],
    ) -> AsyncIterator["Session"]:
        """Open vault and database; closed, and the keys dropped, when the block ends.

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
                    marks = keys.marks(config.home, config.vault.unlock)
                    found = await audit.opened(store, marks, clock)
                    yield cls(
                        config=config,
                        store=store,
                        clock=clock,
                        random=random,
                        log=log,
                        lock=lock,
                        opened=found,
                    )
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
            group.create_task(self._stay(), name="at the database")
            group.create_task(self._again_and_again(self._watch), name="census")
            group.create_task(self._again_and_again(self._doubt), name="when the census does not fit")

    async def answer(self, request: DeskRequest) -> Answer:
        """Do what the keeper asks of the open database."""
        if isinstance(request, messages.SetToken):
            await self._try_token(request.token)
        answer = await self._desk.answer(request)
        if isinstance(request, messages.SetToken):
            self._new_token.set()
        if isinstance(request, messages.RemoveOrganiser) and self._application:
            await survives(self._application.ask(), self._log)
        if isinstance(request, SetTrust):
            await self.alert(TRUST_SET)
        if isinstance(request, messages.UnfreezeOrganiser):
            await self.alert(UNFROZEN)
        if isinstance(answer, Noticed) and answer.slots is not None:
            await self.alert(KEYHOLDERS)
        return answer

    async def status(self, schema: int | None) -> Status:
        """Everything that `handbill status` shows."""
        async with self._store.read() as tx:
            record = await tx.bot.get()
            states = {found.state for found in await tx.broadcasts.in_states(*_UNFINISHED)}
        return Status(
            state=self.state,
            bot=record.username if record else None,
            schema=schema,
            broadcast=next((state.name.lower() for state in _UNFINISHED if state in states), None),
            problems=(
                *self.problems,
                *([DOUBT] if self._store.reckoning.doubt else []),
                *([ROTATING] if self._store.rotating else []),
            ),
        )

    async def leave(self, notice: str = LOCKING) -> None:
        """Write down that it is locked now, and tell the organisers. Never fails: locking must not."""
        await survives(audit.locked(self._store, self._clock), self._log)
        await self.alert(notice)

    async def alert(self, message: str, **values: str | int) -> None:
        """Tell the organisers, if Telegram can be reached now."""
        if self._application and self.state in {State.RUNNING, State.SECOND_POLLER}:
            await survives(self._application.alert(message, **values), self._log)

    async def _greet(self) -> None:
        await self._reached.wait()
        found = self._opened
        await self.alert(RESTARTED if found.restarted else UNLOCKED, head=found.head)
        if found.broken is not None:
            await self.alert(GAP, entry=found.broken)
        if found.slots is not None:
            await self.alert(KEYHOLDERS)
        if self._application:
            await survives(self._application.ask(), self._log)

    async def _warn(self) -> None:
        """A second poller is gone from the state as soon as ours asks again; it is told all the same."""
        while True:
            await self._disturbed.wait()
            await self.alert(SECOND_POLLER)
            await self._clock.sleep(ALERT_PAUSE)
            self._disturbed.clear()

    async def _stay(self) -> None:
        """A database server that came back finds the service again, though there is nothing to write."""
        while self._store.common:
            await self._clock.sleep(STAY)
            with suppress(NetworkError):
                await self._store.common.look()
                async with self._store.begin():
                    pass

    async def _watch(self) -> None:
        await watch(self._store, self._clock, self._log)

    async def _doubt(self) -> None:
        """The list is not what was written last: hold what is unfinished, and tell, once an unlock."""
        while True:
            await self._store.reckoning.doubted.wait()
            self._log.warning("census.doubt")
            async with self._store.begin() as tx:
                held = await hold(tx, Reason.CENSUS, self._clock.now())
            if self._application:
                for broadcast in held:
                    self._application.moved(broadcast)
            await self._reached.wait()
            await self.alert(DOUBTED)
            while self._store.reckoning.doubt:
                await self._clock.sleep(ALERT_PAUSE)

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
        application.on_lock = self._lock
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
