"""What organisers can do in a private chat: draft, send, approve, pause, resume, cancel.

Plain text from an organiser is never broadcast, and six digits count only while a code is asked for.
Strangers who type these commands get the same constant answer as for any unknown word.
"""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial

from bot.actions.broadcasts import Broadcasts, Changed, Drafted, TooFew, TooLate
from bot.actions.dispatch import Dispatcher
from bot.actions.gate import Gate, LockedOut, Passed, Wrong
from bot.actions.revisions import Revisions
from bot.chat.approving import Approving
from bot.chat.bulletin import APPROVE as APPROVE_BROADCAST
from bot.chat.bulletin import PAUSE, RELEASE, RESUME, Bulletin
from bot.chat.council import CouncilDesk
from bot.chat.digits import VERDICTS, question
from bot.chat.drafts import AUDIENCE, CANCEL, SEND, URGENT, Drafts, refused
from bot.chat.enrolment import APPROVE as APPROVE_NEWCOMER
from bot.chat.enrolment import Enrolment
from bot.chat.heard import Pressed, Said
from bot.chat.letter import Consequence, letter
from bot.chat.page import page
from bot.chat.planning import PlanningDesk
from bot.chat.revisions import ASK_UNDO, UNDO, Revised
from bot.chat.turn import Turn
from bot.domain.audience import Audience
from bot.domain.broadcast import State
from bot.domain.draft import Refusal
from bot.domain.media import Media, Unfit
from bot.domain.organiser import Action, Organiser
from bot.domain.rich_text import RichText
from bot.domain.stepup import StepUp
from bot.store import Tx

Confirmed = Callable[[Tx, Organiser, bytes, bytes], Awaitable[Changed | TooLate | TooFew]]
Tapped = Callable[[Tx, Organiser, bytes], Awaitable[Changed | TooLate]]


class OrganiserDesk:
    """The organisers' commands, buttons and codes."""

    def __init__(  # noqa: PLR0913 - one for each thing that organisers do
        self,
        *,
        broadcasts: Broadcasts,
        gate: Gate,
        enrolment: Enrolment,
        drafts: Drafts,
        revisions: Revisions,
        bulletin: Bulletin,
        dispatcher: Dispatcher,
        council: CouncilDesk,
        planning: PlanningDesk,
    ) -> None:
        self._council, self._planning = council, planning
        self._broadcasts = broadcasts
        self._gate, self._enrolment = gate, enrolment
        self._drafts, self._revisions = drafts, revisions
        self._revised = Revised(gate=gate)
        self._bulletin = bulletin
        self._dispatcher = dispatcher
        self._coded: Mapping[str, Callable[[Tx, Organiser, StepUp], Awaitable[Consequence]]] = {
            SEND: partial(self._confirmed, broadcasts.send),
            URGENT: partial(self._confirmed, broadcasts.send_urgent),
            APPROVE_BROADCAST: partial(self._confirmed, broadcasts.approve),
            APPROVE_NEWCOMER: self._approve_newcomer,
            UNDO: partial(self._confirmed, revisions.undo),
            RELEASE: partial(self._confirmed, broadcasts.release),
            **council.coded,
            **planning.coded,
        }
        self._direct: Mapping[str, Callable[[Tx, Organiser, bytes], Awaitable[Consequence]]] = {
            PAUSE: partial(self._tapped, broadcasts.pause),
            RESUME: self._resume,
            CANCEL: partial(self._tapped, broadcasts.cancel),
            ASK_UNDO: self._ask_undo,
            **council.direct,
            **planning.direct,
        }
        self._chosen = {AUDIENCE: self._aim, **planning.chosen}
        self._commands = self._table()

    def _table(self) -> Mapping[str, Callable[[Turn, Organiser, Said], Awaitable[None]]]:
        """What each command does."""
        approving = Approving(self._bulletin, self._council, self._enrolment)
        more = self._council.commands | self._planning.commands | approving.commands
        return {
            "broadcast": self._broadcast,
            "pause": partial(self._at_once, Action.PAUSE, _newest(self._direct[PAUSE])),
            "resume": partial(self._at_once, Action.RESUME, _newest(self._resume)),
            "cancel": partial(self._at_once, Action.CANCEL, _newest(self._cancel_newest)),
            "progress": partial(self._at_once, Action.PROGRESS, _newest(self._progress)),
            "undo": partial(self._at_once, Action.UNDO, _newest(self._ask_undo)),
            "edit": self._edit,
            **{name: partial(self._at_once, *each) for name, each in more.items()},
        }

    @property
    def commands(self) -> frozenset[str]:
        """The names of all commands, as the manual must list them."""
        return frozenset(self._commands)

    async def said(self, turn: Turn, who: Organiser, said: Said) -> bool:
        """A message from an organiser. False if it is nothing that only organisers can say."""
        if said.digits:
            return await self._digits(turn, who, said)
        if said.attached == Unfit(why="album") and not said.text.text:
            # One answer an album is enough: to the picture that has the words.
            return True
        handler = self._commands.get(said.command)
        if handler is None:
            return False
        if who.suspended:
            turn.say(page(turn.words("suspended")))
            return True
        await handler(turn, who, said)
        return True

    async def pressed(self, turn: Turn, who: Organiser, pressed: Pressed) -> bool:
        """A button with an opaque handle. False if it is forged, used, expired or another's."""
        async with turn.work() as tx:
            button = await self._gate.pressed(tx, who, pressed.data)
            if button is None or not await _still(tx, who):
                return False
            too_few = await self._broadcasts.too_few(tx) if button.action == URGENT else None
            action, _, choice = button.action.partition(":")
            if too_few:
                consequence = await self._bulletin.changed(tx, who, too_few)
            elif action in self._chosen:
                consequence = await self._chosen[action](tx, who, button.subject, choice)
            elif action in self._coded:
                await self._gate.ask(tx, button)
                asked = await question(tx, turn.words, button.action, button.subject)
                consequence = Consequence(letters=(letter(turn.chat, asked),))
            else:
                consequence = await self._direct[button.action](tx, who, button.subject)
        self._carry_out(turn, consequence)
        return True

    async def _digits(self, turn: Turn, who: Organiser, said: Said) -> bool:
        async with turn.look() as tx:
            if await self._gate.asked(tx, who.id) is None:
                return False
        # The code goes before anything is done with it.
        await turn.delete_now(said.message)
        consequence = Consequence()
        async with turn.work() as tx:
            verdict = await self._gate.check(tx, who, said.digits)
            if isinstance(verdict, Passed):
                stepup = verdict.stepup
                consequence = await self._coded[stepup.action.partition(":")[0]](tx, who, stepup)
            elif isinstance(verdict, Wrong) or (isinstance(verdict, LockedOut) and verdict.first):
                alert = "alert-code" if isinstance(verdict, Wrong) else "alert-codes"
                consequence = await self._bulletin.alarm(tx, who, alert)
        self._carry_out(turn, consequence)
        if not isinstance(verdict, Passed):
            turn.say(page(turn.words(VERDICTS[type(verdict)])))
        return True

    def _carry_out(self, turn: Turn, consequence: Consequence) -> None:
        turn.post(consequence.letters)
        if consequence.instead:
            turn.change(consequence.instead)
        for broadcast in consequence.broadcasts:
            self._dispatcher.moved(broadcast)
        if consequence.destroys:
            self._council.destroy()
        elif consequence.locks:
            self._council.lock()

    async def _broadcast(self, turn: Turn, who: Organiser, said: Said) -> None:
        if not who.may(Action.BROADCAST):
            turn.say(page(turn.words("not-allowed")))
            return
        written, attached, replied = said.argument, said.attached, said.replied
        if attached is None and replied is not None:
            # Words after the command take the place of those under the picture.
            written, attached = written if written.text else replied.text, replied.attached
        if isinstance(attached, Unfit):
            turn.say(page(turn.words(f"refused-{attached.why}")))
        else:
            await self._draft(turn, who, written, attached)

    async def _draft(self, turn: Turn, who: Organiser, written: RichText, media: Media | None) -> None:
        async with turn.work() as tx:
            drafted = await self._broadcasts.draft(tx, who, written, media)
            if isinstance(drafted, Drafted):
                pages = await self._drafts.draft(tx, who, turn.words, drafted)
        if isinstance(drafted, Refusal):
            turn.say(refused(turn.words, drafted))
        else:
            turn.say(*pages)

    async def _edit(self, turn: Turn, who: Organiser, said: Said) -> None:
        """The new text stands behind the command, or in the message that it answers."""
        if not who.may(Action.EDIT):
            turn.say(page(turn.words("not-allowed")))
            return
        if said.attached is not None:
            turn.say(page(turn.words("edit-media")))
            return
        written, quoted = said.argument, said.replied.text.text if said.replied else ""
        if not written.text and said.replied is not None:
            written, quoted = said.replied.text, ""
        async with turn.work() as tx:
            drafted = await self._revisions.edit(tx, who, written, quoted)
            if isinstance(drafted, Drafted):
                pages = await self._revised.draft(tx, who, turn.words, drafted)
        if isinstance(drafted, Drafted):
            turn.say(*pages)
        elif isinstance(drafted, TooLate):
            turn.say(page(turn.words("edit-which" if quoted else "edit-nothing")))
        else:
            turn.say(refused(turn.words, drafted))

    async def _at_once(
        self,
        action: Action,
        act: Callable[[Tx, Organiser, Said], Awaitable[Consequence]],
        turn: Turn,
        who: Organiser,
        said: Said,
    ) -> None:
        """A command that takes no code and names no broadcast."""
        if not who.may(action):
            turn.say(page(turn.words("not-allowed")))
            return
        async with turn.work() as tx:
            consequence = await act(tx, who, said) if await _still(tx, who) else Consequence()
        self._carry_out(turn, consequence)

    async def _aim(self, tx: Tx, who: Organiser, subject: bytes, choice: str) -> Consequence:
        """Show the choices, or take one and show what will happen now."""
        words = self._bulletin.words(who)
        if not choice:
            draft = await self._broadcasts.drafted(tx, who, subject)
            if isinstance(draft, TooLate):
                return await self._bulletin.changed(tx, who, draft)
            shown = [await self._drafts.choices(tx, who, words, draft)]
        else:
            aimed = await self._broadcasts.aim(tx, who, subject, Audience.read(choice))
            if isinstance(aimed, TooLate):
                return await self._bulletin.changed(tx, who, aimed)
            shown = [await self._drafts.control(tx, who, words, aimed)]
        return Consequence(letters=(letter(who.chat, *shown),))

    async def _confirmed(self, act: Confirmed, tx: Tx, who: Organiser, stepup: StepUp) -> Consequence:
        """Something about a broadcast, with the right code."""
        return await self._bulletin.changed(tx, who, await act(tx, who, stepup.subject, stepup.digest))

    async def _tapped(self, act: Tapped, tx: Tx, who: Organiser, subject: bytes) -> Consequence:
        """Something about a broadcast that takes no code."""
        return await self._bulletin.changed(tx, who, await act(tx, who, subject))

    async def _ask_undo(self, tx: Tx, who: Organiser, subject: bytes) -> Consequence:
        found = await self._revisions.find(tx, subject=subject)
        words = self._bulletin.words(who)
        return Consequence(letters=(letter(who.chat, *await self._revised.ask_undo(tx, who, words, found)),))

    async def _approve_newcomer(self, tx: Tx, who: Organiser, stepup: StepUp) -> Consequence:
        return await self._enrolment.approved(tx, who, stepup.subject)

    async def _cancel_newest(self, tx: Tx, who: Organiser, subject: bytes) -> Consequence:
        await self._gate.drop(tx, who.id)
        return await self._direct[CANCEL](tx, who, subject)

    async def _resume(self, tx: Tx, who: Organiser, subject: bytes) -> Consequence:
        result = await self._broadcasts.resume(tx, who, subject)
        held = [b for b in await self._broadcasts.under_way(tx) if b.state is State.HELD]
        if isinstance(result, TooLate) and held and not subject:
            return await self._bulletin.overview(tx, who, held)
        return await self._bulletin.changed(tx, who, result)

    async def _progress(self, tx: Tx, who: Organiser, _: bytes) -> Consequence:
        return await self._bulletin.overview(tx, who, await self._broadcasts.under_way(tx))


def _newest(
    act: Callable[[Tx, Organiser, bytes], Awaitable[Consequence]],
) -> Callable[[Tx, Organiser, Said], Awaitable[Consequence]]:
    """A command that names no broadcast: what it is about is found out."""

    async def acted(tx: Tx, who: Organiser, _: Said) -> Consequence:
        return await act(tx, who, b"")

    return acted


async def _still(tx: Tx, who: Organiser) -> bool:
    """Whether nobody has frozen or removed them since the update was looked at."""
    found = await tx.organisers.get(who.id)
    return found is not None and found.active
