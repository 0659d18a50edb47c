"""What groups can do: ask for the latest statement or a slogan, and, for their admins, subscribe and leave.

A channel in which the bot may post counts as a group. Unknown commands are met with silence, because groups
have other bots. No title and no member is ever stored.
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping

from bot.actions.dispatch import Dispatcher
from bot.actions.reading import Reading
from bot.actions.subscriptions import Subscriptions
from bot.chat import keyboards, points, render
from bot.chat.admins import Admins
from bot.chat.heard import Membership, Migrated, Pressed, Said
from bot.chat.page import page
from bot.chat.parts import Parts
from bot.chat.points import Wanted
from bot.chat.prints import PrintDesk
from bot.chat.slogans import SloganDesk
from bot.chat.turn import Turn
from bot.domain.contact import ChatId, Kind

QUIET = 10.0
"""Seconds between two answers to people who are not admins."""

REMEMBERED = 10_000
"""Groups whose last answer is remembered, the most recent ones."""

Handler = Callable[[Turn, Said], Awaitable[None]]


class Group:
    """Commands, buttons and changes of membership in groups."""

    def __init__(
        self,
        *,
        parts: Parts,
        subscriptions: Subscriptions,
        reading: Reading,
        dispatcher: Dispatcher,
        prints: PrintDesk,
    ) -> None:
        self._slogans = SloganDesk(clock=parts.clock, reading=reading)
        self._prints = prints
        self._leaders = Admins(bot=parts.bot, clock=parts.clock)
        self._bot_name = parts.bot_name
        self._translator = parts.translator
        self._clock = parts.clock
        self._subscriptions = subscriptions
        self._reading = reading
        self._dispatcher = dispatcher
        self._answered: OrderedDict[ChatId, float] = OrderedDict()
        self._anyone: Mapping[str, Handler] = {
            "latest": self._latest,
            "statement": self._statement,
            "slogan": self._slogan,
            "leaflet": self._leaflet,
        }
        self._admins: Mapping[str, Handler] = {
            "subscribe": self._subscribe,
            "stop": self._stop,
            "language": self._language,
        }

    @property
    def commands(self) -> frozenset[str]:
        """The names of all commands, as the manual must list them."""
        return frozenset((*self._anyone, *self._admins))

    async def said(self, turn: Turn, said: Said) -> None:
        """A message in a group; only commands for this bot matter."""
        if said.command in self._admins:
            if await self._leaders.lead(said, hurried=turn.quiet):
                await self._admins[said.command](turn, said)
            elif self._may_answer(said.chat):
                turn.say(page(turn.words("group-admins-only")))
        elif said.command in self._anyone and (self._may_answer(said.chat) or await self._leaders.lead(said)):
            await self._anyone[said.command](turn, said)

    async def pressed(self, turn: Turn, pressed: Pressed) -> None:
        """Those of /language, for admins, and Another under a slogan; all else is met with silence."""
        action, _, rest = pressed.data.partition(":")
        language, _, argument = rest.partition(":")
        if action == "slogan" and language in self._translator.languages:
            if self._may_answer(pressed.chat) or await self._leaders.lead(pressed):
                turn.words = self._translator.speaking(language)
                await self._slogans.exchange(turn, argument)
            return
        if action != "speak" or rest != language or not await self._may_speak(pressed, language):
            return
        async with turn.work() as tx:
            await self._subscriptions.speak(tx, turn.chat, language)
        turn.change(page(self._translator.speaking(language)("group-language-chosen")))

    async def membership(self, turn: Turn, change: Membership) -> None:
        """Added, removed, or the right to write given or taken."""
        if not change.present:
            async with turn.work() as tx:
                left = await self._subscriptions.leave(tx, turn.chat)
            if left is not None:
                await self._dispatcher.strike(left.contact)
                turn.tidy()
            return
        async with turn.work() as tx:
            await self._subscriptions.muted(tx, turn.chat, paused=not change.may_write)
        if not change.was_present and change.may_write:
            turn.say(page(turn.words("group-hello")))

    async def migrated(self, turn: Turn, change: Migrated) -> None:
        """The group has a new number."""
        async with turn.work() as tx:
            gone = await self._subscriptions.moved(tx, turn.chat, change.to)
        if gone is not None:
            await self._dispatcher.strike(gone)

    async def _subscribe(self, turn: Turn, said: Said) -> None:
        async with turn.work() as tx:
            await self._subscriptions.join(tx, turn.chat, Kind.GROUP, turn.words.language, said.thread)
        turn.say(page(turn.words("group-subscribed")))

    async def _stop(self, turn: Turn, _: Said) -> None:
        async with turn.work() as tx:
            left = await self._subscriptions.leave(tx, turn.chat)
        if left is not None:
            await self._dispatcher.strike(left.contact)
            turn.tidy()
        turn.say(page(turn.words("group-stopped")))

    async def _language(self, turn: Turn, _: Said) -> None:
        turn.say(page(turn.words("language-choose"), *keyboards.languages(self._translator, "speak")))

    async def _latest(self, turn: Turn, _: Said) -> None:
        await self._show(turn, None)

    async def _statement(self, turn: Turn, said: Said) -> None:
        wanted = points.wanted(said.argument.text)
        if wanted is None:
            turn.say(page(turn.words("group-statement-which")))
        else:
            await self._show(turn, wanted)

    async def _show(self, turn: Turn, wanted: Wanted | None) -> None:
        """One message, whatever is asked for; of a long point its beginning, and the way to the rest."""
        async with turn.look() as tx:
            number = wanted.statement if wanted else None
            found = await self._reading.statement(tx, turn.words.language, number)
        if found is None:
            turn.say(page(turn.words("group-statement-unknown" if wanted else "statements-none")))
        elif wanted is None or wanted.point is None:
            turn.say(render.statement_in_group(turn.words, self._bot_name, found))
        else:
            turn.say(points.point_in_group(turn.words, self._bot_name, found, wanted.point))

    async def _slogan(self, turn: Turn, said: Said) -> None:
        await self._slogans.in_group(turn, said.argument.text)

    async def _leaflet(self, turn: Turn, said: Said) -> None:
        await self._prints.leaflet(turn, said.argument.text)

    async def _may_speak(self, pressed: Pressed, language: str) -> bool:
        return language in self._translator.languages and await self._leaders.lead(pressed)

    def _may_answer(self, chat: ChatId) -> bool:
        """At most one answer in 10 seconds a group."""
        now = self._clock.monotonic()
        last = self._answered.get(chat)
        if last is not None and now - last < QUIET:
            return False
        self._answered[chat] = now
        self._answered.move_to_end(chat)
        while len(self._answered) > REMEMBERED:
            self._answered.popitem(last=False)
        return True
