"""What readers can do in a private chat. The same words for members and strangers, wherever that matters.

Nothing is stored before Subscribe, and reading is never recorded.
"""

from collections.abc import Awaitable, Callable, Mapping
from functools import lru_cache

from bot.actions.dispatch import Dispatcher
from bot.actions.reading import Reading
from bot.actions.subscriptions import Left, Subscriptions
from bot.chat import keyboards, points, render
from bot.chat.checking import Checking
from bot.chat.enrolment import Enrolment
from bot.chat.heard import Pressed, Said, whole_number
from bot.chat.page import Page, page
from bot.chat.parts import Parts
from bot.chat.points import Wanted
from bot.chat.prints import PrintDesk
from bot.chat.promises import Promises
from bot.chat.quiet import QuietDesk
from bot.chat.slogans import SloganDesk
from bot.chat.turn import Turn
from bot.domain.contact import Kind
from bot.domain.organiser import Action, Organiser, Standing

Handler = Callable[[Turn, str], Awaitable[None]]
"""Takes what follows the command, or the part of a button's data that is not the language."""

STATEMENTS_KEPT = 32
"""Statements whose pages are kept ready: laying one out costs more than sending it."""


class Activist:
    """A reader's commands and buttons."""

    def __init__(
        self,
        *,
        subscriptions: Subscriptions,
        reading: Reading,
        enrolment: Enrolment,
        parts: Parts,
        dispatcher: Dispatcher,
        promises: Promises,
        checking: Checking,
        prints: PrintDesk,
    ) -> None:
        self._slogans = SloganDesk(clock=parts.clock, reading=reading)
        self._checking, self._quiet = checking, QuietDesk(subscriptions, parts.clock)
        self._prints = prints
        self._bot_name = parts.bot_name
        self._promises = promises
        self._subscriptions = subscriptions
        self._reading = reading
        self._enrolment = enrolment
        self._translator = parts.translator
        self._dispatcher = dispatcher
        # A crowd asks for one and the same. Kept here and not in the module, so that a lock drops it.
        self._pages = lru_cache(maxsize=STATEMENTS_KEPT)(
            render.rich_statement if parts.rich else render.statement
        )
        self._commands, self._buttons = self._all_commands(), self._all_buttons()

    @property
    def commands(self) -> frozenset[str]:
        """The names of all commands, as the manual must list them."""
        return frozenset(self._commands)

    def _all_commands(self) -> Mapping[str, Handler]:
        return {
            "start": self._start,
            "subscribe": self._subscribe,
            "stop": self._stop,
            "latest": self._latest,
            "statements": self._statements,
            "statement": self._statement,
            "updates": self._updates,
            **self._slogans.commands,
            "leaflet": self._prints.leaflet,
            "poster": self._prints.poster,
            "language": self._language,
            "privacy": self._privacy,
            "mydata": self._my_data,
            "forget": self._forget,
            "help": self._help,
            **self._checking.commands,
            **self._quiet.commands,
        }

    def _all_buttons(self) -> Mapping[str, Handler]:
        return {
            "card": self._card,
            "card-languages": self._card_languages,
            "latest": self._latest,
            "leaflet": self._prints.leaflet,
            "poster": self._prints.poster,
            "point": self._statement,
            **self._slogans.buttons,
            "speak": self._speak,
            "statement": self._statement,
            "statements": self._statements,
            "stay": self._stay,
            "subscribe": self._subscribe,
            "unsubscribe": self._stop,
            **self._checking.buttons,
            **self._quiet.buttons,
        }

    async def said(self, turn: Turn, said: Said) -> None:
        """A message in a private chat."""
        handler = self._commands.get(said.command)
        if handler is None:
            await self._checking.shown(turn, said)
        else:
            await handler(turn, said.argument.text)

    async def pressed(self, turn: Turn, pressed: Pressed) -> None:
        """A button in a private chat. Anything that is not a button of ours gets the constant answer."""
        action, _, rest = pressed.data.partition(":")
        language, _, argument = rest.partition(":")
        handler = self._buttons.get(action)
        if handler is None or language not in self._translator.languages:
            turn.say(page(turn.words("unknown")))
            return
        turn.words = self._translator.speaking(language)
        await handler(turn, argument)

    async def blocked(self, turn: Turn) -> None:
        """Blocking the bot is a /forget."""
        async with turn.work() as tx:
            left = await self._subscriptions.leave(tx, turn.chat)
            await self._enrolment.forget(tx, turn.chat)
        await self._erased(turn, left)

    async def _start(self, turn: Turn, payload: str) -> None:
        if payload.startswith("o") and await self._enrolment.claim(turn, payload):
            return
        await self._still_there(turn)
        if payload.startswith("s") and points.wanted(payload[1:]) is not None:
            await self._statement(turn, payload[1:])
            return
        turn.say(await self._risk_card(turn))

    async def _still_there(self, turn: Turn) -> None:
        """Whoever was asked whether to stay, and presses Start, has answered; nothing else is written."""
        async with turn.look() as tx:
            known = await self._subscriptions.about(tx, turn.chat)
        if known is not None and known.asked:
            async with turn.work() as tx:
                await self._subscriptions.stay(tx, turn.chat)

    async def _risk_card(self, turn: Turn) -> Page:
        async with turn.look() as tx:
            trust = await self._reading.trust(tx)
        return render.risk_card(turn.words, self._promises, trust)

    async def _subscribe(self, turn: Turn, _: str) -> None:
        async with turn.work() as tx:
            await self._subscriptions.join(tx, turn.chat, Kind.PERSON, turn.words.language)
        turn.say(page(turn.words("subscribed"), *keyboards.unsubscribe(turn.words)))

    async def _stay(self, turn: Turn, _: str) -> None:
        async with turn.work() as tx:
            await self._subscriptions.stay(tx, turn.chat)
        turn.say(page(turn.words("renewal-stayed")))

    async def _stop(self, turn: Turn, _: str) -> None:
        async with turn.work() as tx:
            left = await self._subscriptions.leave(tx, turn.chat)
        await self._erased(turn, left)
        _unsay(turn)
        stopped = "stopped-organiser" if _stays(turn.organiser) else "stopped"
        turn.say(page(turn.words(stopped), *keyboards.subscribe_again(turn.words)))

    async def _forget(self, turn: Turn, _: str) -> None:
        async with turn.work() as tx:
            left = await self._subscriptions.leave(tx, turn.chat)
            await self._enrolment.forget(tx, turn.chat)
        await self._erased(turn, left)
        _unsay(turn, *(left.messages if left else ()))
        turn.say(page(turn.words("forgotten-organiser" if _stays(turn.organiser) else "forgotten")))

    async def _erased(self, turn: Turn, left: Left | None) -> None:
        if left is not None:
            await self._dispatcher.strike(left.contact)
            turn.tidy()

    async def _latest(self, turn: Turn, _: str) -> None:
        await self._show(turn, None)

    async def _statement(self, turn: Turn, argument: str) -> None:
        wanted = points.wanted(argument)
        if wanted is None:
            turn.say(page(turn.words("statement-which")))
        else:
            await self._show(turn, wanted)

    async def _show(self, turn: Turn, wanted: Wanted | None) -> None:
        """The statement that is wanted, or the newest; or one point of it."""
        async with turn.look() as tx:
            number = wanted.statement if wanted else None
            found = await self._reading.statement(tx, turn.words.language, number)
        if found is None:
            turn.say(page(turn.words("statement-unknown" if wanted else "statements-none")))
        elif wanted is None or wanted.point is None:
            turn.say(*self._pages(turn.words, self._bot_name, self._translator, found))
        else:
            turn.say(*points.point(turn.words, self._bot_name, found, wanted.point))

    async def _statements(self, turn: Turn, argument: str) -> None:
        async with turn.look() as tx:
            shown = await self._reading.titles(tx, turn.words.language)
        new = render.titles(turn.words, shown, whole_number(argument) or 0)
        if isinstance(turn.heard, Pressed):
            turn.change(new)
        else:
            turn.say(new)

    async def _updates(self, turn: Turn, _: str) -> None:
        async with turn.look() as tx:
            shown = await self._reading.updates(tx, turn.words.language)
        turn.say(*render.updates(turn.words, shown))

    async def _language(self, turn: Turn, _: str) -> None:
        turn.say(page(turn.words("language-choose"), *keyboards.languages(self._translator, "speak")))

    async def _speak(self, turn: Turn, _: str) -> None:
        async with turn.work() as tx:
            await self._subscriptions.speak(tx, turn.chat, turn.words.language)
        # The buttons below the card carry the language for somebody of whom nothing is stored.
        turn.change(page(turn.words("language-chosen"), *keyboards.card(turn.words)))

    async def _card(self, turn: Turn, _: str) -> None:
        async with turn.work() as tx:
            await self._subscriptions.speak(tx, turn.chat, turn.words.language)
        turn.change(await self._risk_card(turn))

    async def _card_languages(self, turn: Turn, _: str) -> None:
        card = await self._risk_card(turn)
        turn.change(page(card.text, *keyboards.languages(self._translator, "card")))

    async def _privacy(self, turn: Turn, _: str) -> None:
        turn.say(render.privacy(turn.words, self._promises))

    async def _my_data(self, turn: Turn, _: str) -> None:
        async with turn.look() as tx:
            contact = await self._subscriptions.about(tx, turn.chat)
            claims = await self._enrolment.asked(tx, turn.chat)
        turn.say(render.my_data(turn.words, self._translator, contact, turn.organiser, claims=claims))

    async def _help(self, turn: Turn, _: str) -> None:
        turn.say(page(turn.words(_help_for(turn.organiser))))


def _unsay(turn: Turn, *more: int) -> None:
    """Take the command out of the chat: nobody who finds the phone should read there who left, and when.

    Of a stranger too, so that nothing shows who was on the list.
    """
    said = (turn.heard.message,) if isinstance(turn.heard, Said) and not turn.quiet else ()
    if said or more:
        turn.delete(*said, *more)


def _stays(who: Organiser | None) -> bool:
    """Whether something stays stored when somebody leaves the list: what makes an organiser."""
    return who is not None and who.standing is Standing.ENROLLED


def _help_for(who: Organiser | None) -> str:
    """The help that names no command which the role forbids."""
    helps = {
        Action.BROADCAST: "help-organiser",
        Action.APPROVE: "help-approver",
        Action.PROGRESS: "help-keeper",
        Action.FREEZE: "help-answerer",
    }
    return next((words for action, words in helps.items() if who and who.may(action)), "help")
