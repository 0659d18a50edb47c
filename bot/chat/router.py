"""From an update to the one handler it belongs to: who speaks, in which language, how old it is.

Old updates are dropped after a long silence, except those that join or leave; an organiser's command is
never carried out late.
"""

from dataclasses import dataclass

from telegram import Update
from telegram.error import BadRequest, TelegramError

from bot.chat.activist import Activist
from bot.chat.enrolment import Enrolment
from bot.chat.flood import Passed, always, too_late
from bot.chat.group import Group
from bot.chat.heard import Heard, Membership, Migrated, Pressed, Said, hear
from bot.chat.keyboards import NOTHING
from bot.chat.organiser import OrganiserDesk
from bot.chat.page import page
from bot.chat.parts import Parts
from bot.chat.presence import Doorkeeper
from bot.chat.turn import Turn
from bot.domain.contact import Kind
from bot.domain.organiser import Organiser, Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Handlers:
    """Where an update can go."""

    activist: Activist
    group: Group
    desk: OrganiserDesk
    enrolment: Enrolment


class Router:
    """Hands each update to the activist's, the group's or the organiser's handlers."""

    def __init__(self, *, parts: Parts, handlers: Handlers) -> None:
        self._bot = parts.bot
        self._bot_name = parts.bot_name
        self._store = parts.store
        self._outbox = parts.outbox
        self._translator = parts.translator
        self._clock = parts.clock
        self._activist = handlers.activist
        self._group = handlers.group
        self._desk = handlers.desk
        self._enrolment = handlers.enrolment
        self._doorkeeper = Doorkeeper(store=parts.store, translator=parts.translator, clock=parts.clock)

    async def handle(self, passed: Passed) -> None:
        """Carry out one update."""
        heard = hear(passed.update, self._bot_name)
        if heard is None:
            return
        late = not passed.quiet and await self._is_late(heard)
        turn = await self._turn(heard, quiet=passed.quiet)
        if late and not always(heard):
            if turn.organiser and isinstance(heard, Said | Pressed):
                turn.say(page(turn.words("was-away")))
            return
        await (self._in_private(turn) if heard.kind is Kind.PERSON else self._in_group(turn))

    async def give_up(self, update: Update) -> None:
        """It failed twice: say so to the person who waits for an answer."""
        heard = hear(update, self._bot_name)
        if isinstance(heard, Said | Pressed) and heard.kind is Kind.PERSON:
            words = self._translator.speaking(self._translator.nearest(heard.client_language))
            self._outbox.post(heard.chat, page(words("failure")))

    async def _is_late(self, heard: Heard) -> bool:
        """A message tells its age; a button does not, but answering an old one fails."""
        if isinstance(heard, Pressed):
            return not await self._answer(heard)
        return too_late(heard, self._clock)

    async def _answer(self, pressed: Pressed) -> bool:
        """Stop the button's spinner, before anything else. False if Telegram says that it is too old."""
        try:
            await self._bot.answer_callback_query(pressed.query)
        except BadRequest:
            return False
        except TelegramError:
            return True
        return True

    async def _turn(self, heard: Heard, *, quiet: bool) -> Turn:
        """Who this is, as far as it is known, and in which language to answer."""
        organiser: Organiser | None = None
        async with self._store.read() as tx:
            contact = await tx.contacts.find(heard.chat)
            if heard.kind is Kind.PERSON:
                organiser = await tx.organisers.by_chat(heard.chat)
        known = contact or organiser
        language = known.language if known else self._translator.nearest(heard.client_language)
        words = self._translator.speaking(language)
        return Turn(
            heard=heard,
            words=words,
            organiser=organiser,
            store=self._store,
            outbox=self._outbox,
            quiet=quiet,
        )

    async def _in_private(self, turn: Turn) -> None:
        heard = turn.heard
        await self._doorkeeper.look(turn)
        if isinstance(heard, Membership):
            if not heard.present:
                await self._activist.blocked(turn)
        elif isinstance(heard, Pressed):
            if heard.data == NOTHING:
                return
            if turn.organiser and heard.data.startswith("h"):
                if not await self._desk.pressed(turn, turn.organiser, heard):
                    turn.say(page(turn.words("unknown")))
                return
            await self._activist.pressed(turn, heard)
        elif isinstance(heard, Said) and not await self._as_organiser(turn, heard):
            await self._activist.said(turn, heard)

    async def _as_organiser(self, turn: Turn, said: Said) -> bool:
        """What only organisers, or those who are becoming one, can say."""
        if turn.organiser and turn.organiser.standing is Standing.ENROLLED:
            return await self._desk.said(turn, turn.organiser, said)
        return bool(said.digits) and await self._enrolment.digits(turn, said)

    async def _in_group(self, turn: Turn) -> None:
        heard = turn.heard
        if isinstance(heard, Membership):
            await self._group.membership(turn, heard)
        elif isinstance(heard, Migrated):
            await self._group.migrated(turn, heard)
        elif isinstance(heard, Pressed):
            await self._group.pressed(turn, heard)
        elif isinstance(heard, Said):
            await self._group.said(turn, heard)
