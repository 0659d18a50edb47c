"""Everything that speaks Telegram for one unlocked vault, made anew at each unlock; tasks end with `run`."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta

from telegram import Bot
from telegram.error import InvalidToken, TelegramError

from bot.actions import policy
from bot.actions.broadcasts import Broadcasts
from bot.actions.council import Council
from bot.actions.dispatch import Dispatcher
from bot.actions.gate import Gate
from bot.actions.organisers import Organisers
from bot.actions.printing import Printer, Publisher
from bot.actions.publications import Watch
from bot.actions.reading import Reading
from bot.actions.revisions import Revisions
from bot.actions.rules import Rules
from bot.actions.subscriptions import Subscriptions
from bot.chat.activist import Activist
from bot.chat.bot_identity import BotIdentity
from bot.chat.bulletin import Bulletin
from bot.chat.checking import checking
from bot.chat.connections import Connections
from bot.chat.council import CouncilDesk
from bot.chat.drafts import Drafts
from bot.chat.enrolment import Enrolment
from bot.chat.flood import USUAL, Flood, Limits, Sieve
from bot.chat.group import Group
from bot.chat.menu import publish_menu
from bot.chat.organiser import OrganiserDesk
from bot.chat.outbox import LONG_PATIENCE, Outbox
from bot.chat.page import page
from bot.chat.parts import Parts
from bot.chat.planning import PlanningDesk
from bot.chat.poller import Hands, Poller, PollState
from bot.chat.prints import PrintDesk
from bot.chat.promises import Promises
from bot.chat.renewal import Asker, Year
from bot.chat.router import Handlers, Router
from bot.chat.sender import TelegramSender
from bot.chat.transport import Ears, Transport, open_session
from bot.clock import Clock
from bot.config import Config
from bot.config.sections import Publishing
from bot.delivery.shared import pacer
from bot.delivery.worker import Worker
from bot.domain.broadcast import Broadcast
from bot.errors import NetworkError, TokenError
from bot.i18n.translator import Translator
from bot.observability.logs import Log
from bot.store import Store

WIND_DOWN = 1.5
"""Seconds that a broadcast gets to commit what is in flight when the service stops."""


class Application:
    """Polls, answers and delivers, until its task is cancelled. `on_lock`, `on_panic`: /lock, /panic."""

    def __init__(
        self,
        *,
        config: Config,
        store: Store,
        token: str,
        clock: Clock,
        random: Callable[[int], bytes],
        log: Log,
        translator: Translator | None = None,
        limits: Limits = USUAL,
    ) -> None:
        """`translator` spares the reading of all words; `limits` are those of the flood rule."""
        self._config, self._store, self._clock = config, store, clock
        self._random, self._log, self._limits = random, log, limits
        self.on_lock: Callable[[], None] = lambda: None
        self.on_panic: Callable[[], None] = lambda: None
        self._session = open_session(config.telegram.proxy)
        base = config.telegram.api_url
        self._bot = Bot(
            token,
            base_url=f"{base}/bot",
            base_file_url=f"{base}/file/bot",
            request=Transport(self._session),
            get_updates_request=Ears(self._session),
        )
        self._translator = translator or Translator()
        self._pacer = pacer(store, clock, config.telegram.rate)
        self._outbox = Outbox(bot=self._bot, pacer=self._pacer, clock=clock, log=log)
        self._gate = Gate(clock=clock, random=random)
        self._bulletin = Bulletin(
            store=store, outbox=self._outbox, gate=self._gate, translator=self._translator, clock=clock
        )
        self._council = self._meeting()
        self._reading = Reading(clock=clock, random=random, signed_only=config.publishing.signed_only)
        self._connections = Connections(base, proxy=config.telegram.proxy)
        self._sender = TelegramSender(self._connections, token, now=clock.now, paid=config.telegram.pays)
        self._dispatcher = self._delivering()
        self._printer: Printer | None = None
        self._year = self._renewing(self._dispatcher)

    async def identify(self) -> BotIdentity:
        """Ask Telegram who we are. `TokenError` when it refuses, `NetworkError` when it does not answer."""
        try:
            me = await self._bot.get_me()
        except TelegramError as error:
            # A relay's page with the number 404 is no word of Telegram's: asked again, and read closely.
            if isinstance(error, InvalidToken) and not await self._sender.token_works():
                raise TokenError(
                    "Telegram refuses the token.",
                    hint="Get a new one from @BotFather and run `handbill token set`.",
                ) from None
            raise NetworkError(
                "Telegram does not answer.", hint="Check the network, api_url and proxy; it is tried again."
            ) from None
        return BotIdentity(id=me.id, username=me.username or "")

    async def run(self, on_state: Callable[[PollState], None], identity: BotIdentity) -> None:
        """Until cancelled; then what is in flight is committed within 1.5 s."""
        poller = self._poller(self._year.watching(on_state), identity.username)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._pacer.run(), name="send slots")
            group.create_task(self._outbox.run(), name="answers")
            group.create_task(self._tidy(), name="checkpoints after an erasure")
            group.create_task(self._year.run(), name="renewal")
            group.create_task(publish_menu(self._bot, self._translator, self._log), name="menu")
            dispatch = group.create_task(self._dispatcher.run(), name="broadcasts")
            polling = group.create_task(poller.run(), name="polling")
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                polling.cancel()
                self._dispatcher.close()
                await asyncio.wait({dispatch}, timeout=WIND_DOWN)
                raise

    async def alert(self, message: str, **values: str | int) -> None:
        """A notice to every organiser, at once: what is to be told must be told before the keys go."""
        async with self._store.read() as tx:
            organisers = await tx.organisers.all()
        for organiser in organisers:
            if not organiser.active:
                continue
            words = self._translator.speaking(organiser.language)
            self._outbox.post(organiser.chat, page(words(message, **values)))
        with suppress(TimeoutError):
            await asyncio.wait_for(self._outbox.settle(), WIND_DOWN)

    def _locked(self) -> None:
        self.on_lock()

    def _panicked(self) -> None:
        self.on_panic()

    async def ask(self) -> None:
        """Ask the organisers again about everything that was proposed and is not decided."""
        async with self._store.begin() as tx:
            letters = await self._council.asked(tx)
        for each in letters:
            self._outbox.post(each.chat, *each.pages, patience=LONG_PATIENCE)

    def moved(self, broadcast: Broadcast | None = None) -> None:
        """A broadcast was changed from outside the chats; without one it was the shelf."""
        self._dispatcher.moved(broadcast)

    async def close(self) -> None:
        """Close the connections. After `run` has ended."""
        self._connections.close()
        if self._printer:
            self._printer.close()
        await self._session.close()

    async def _tidy(self) -> None:
        while True:
            await self._outbox.untidy.wait()
            self._outbox.untidy.clear()
            await self._store.checkpoint()

    def _meeting(self) -> CouncilDesk:
        return CouncilDesk(
            council=Council(clock=self._clock, approvals=self._config.publishing.approvals),
            gate=self._gate,
            translator=self._translator,
            shaken=self._bulletin.shaken,
            random=self._random,
            lock=self._locked,
            destroy=self._panicked,
            deadman_days=self._config.vault.deadman_days,
        )

    def _renewing(self, by: Dispatcher) -> Year:
        ask = Asker(sender=self._sender, outbox=self._outbox, pacer=self._pacer, translator=self._translator)
        parts = self._store, self._clock, self._log
        return Year(*parts, asker=ask, strike=by.strike, alert=self.alert)

    def _from_a_copy(self, language: str, taken: date) -> str:
        return self._translator.speaking(language)("list-from-a-copy", date=taken.isoformat())

    def _delivering(self) -> Dispatcher:
        settings = self._config.publishing
        worker = Worker(
            store=self._store,
            sender=self._sender,
            pacer=self._pacer,
            clock=self._clock,
            in_doubt=settings.in_doubt,
        )
        return Dispatcher(
            store=self._store,
            worker=worker,
            clock=self._clock,
            observer=self._bulletin,
            wave_pause=timedelta(seconds=settings.wave_pause_seconds),
            watch=Watch(clock=self._clock, reading=self._reading, rules=Rules.of(settings)),
        )

    def _poller(self, on_state: Callable[[PollState], None], bot_name: str) -> Poller:
        """Who fetches updates, with the flood rule and the handlers behind it."""
        flood = Flood(self._random(32), self._limits)
        sieve = Sieve(bot_name=bot_name, store=self._store, clock=self._clock, log=self._log, flood=flood)
        router = self._router(bot_name)
        return Poller(
            bot=self._bot,
            store=self._store,
            hands=Hands(sift=sieve.sift, handle=router.handle, give_up=router.give_up),
            clock=self._clock,
            log=self._log,
            on_state=on_state,
            token_works=self._sender.token_works,
        )

    def _router(self, bot_name: str) -> Router:
        """The handlers, once the bot's name is known."""
        parts = Parts(
            bot=self._bot,
            bot_name=bot_name,
            store=self._store,
            outbox=self._outbox,
            translator=self._translator,
            clock=self._clock,
            rich=self._config.telegram.rich_messages,
        )
        return Router(parts=parts, handlers=self._handlers(parts))

    def _handlers(self, parts: Parts) -> Handlers:
        clock, random, translator = self._clock, self._random, self._translator
        settings, sealed = self._config.publishing, policy.of(self._config)
        promises, subscriptions = Promises.of(self._config), Subscriptions(clock=clock, random=random)
        organisers = Organisers(clock=clock, random=random, approvals=settings.approvals, policy=sealed)
        enrolment = Enrolment(organisers=organisers, gate=self._gate, translator=translator)
        self._printer = Printer(Publisher(username=parts.bot_name, mirror=promises.mirror), translator)
        prints = PrintDesk(parts=parts, reading=self._reading, printer=self._printer, log=self._log)
        return Handlers(
            activist=Activist(
                subscriptions=subscriptions,
                reading=self._reading,
                enrolment=enrolment,
                parts=parts,
                dispatcher=self._dispatcher,
                promises=promises,
                checking=checking(self._reading.catalogue, self._reading, clock, translator, promises),
                prints=prints,
            ),
            group=Group(
                parts=parts,
                subscriptions=subscriptions,
                reading=self._reading,
                dispatcher=self._dispatcher,
                prints=prints,
            ),
            desk=self._desk(settings, enrolment, parts.bot_name),
            enrolment=enrolment,
        )

    def _desk(self, settings: Publishing, enrolment: Enrolment, bot_name: str) -> OrganiserDesk:
        broadcasts = Broadcasts(
            clock=self._clock,
            random=self._random,
            rules=Rules.of(settings),
            languages=self._translator.languages,
            notice=self._from_a_copy,
        )
        drafts = Drafts(gate=self._gate, translator=self._translator, rate=self._config.telegram.rate)
        return OrganiserDesk(
            broadcasts=broadcasts,
            gate=self._gate,
            enrolment=enrolment,
            revisions=Revisions(clock=self._clock, random=self._random, broadcasts=broadcasts),
            drafts=drafts,
            bulletin=self._bulletin,
            dispatcher=self._dispatcher,
            council=self._council,
            planning=PlanningDesk.of(
                broadcasts, self._reading, drafts, self._bulletin, clock=self._clock, bot_name=bot_name
            ),
        )
