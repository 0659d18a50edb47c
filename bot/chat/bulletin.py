"""What organisers are told about a broadcast: the draft, each change of state, live progress, the report.

Pages are made inside the transaction of the change, because their buttons are rows; they are sent after it.
Numbers of people are rounded.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from math import ceil

from bot.actions.broadcasts import Changed, TooFew, TooLate, others
from bot.actions.gate import Gate
from bot.chat import keyboards, moments, recurring, render, report
from bot.chat.council import FREEZE
from bot.chat.drafts import CANCEL, previews, whom
from bot.chat.letter import Consequence, Letter, letter
from bot.chat.live import Board
from bot.chat.outbox import LONG_PATIENCE, Outbox
from bot.chat.page import Button, Page, Rows, page
from bot.chat.revisions import ASK_UNDO
from bot.clock import Clock
from bot.domain.approval import fingerprint
from bot.domain.broadcast import MESSAGE_ID_LIFE, Broadcast, Reason, State, Tally
from bot.domain.organiser import Action, Organiser
from bot.domain.revision import Purpose
from bot.i18n.translator import Translator, Words
from bot.store import Store, Tx

APPROVE = "approve"
PAUSE = "pause"
RESUME = "resume"
RELEASE = "release"
SKIP = "skip"
"""The actions of the buttons under these messages."""

_TAPS: Mapping[str, tuple[Action, str]] = {
    PAUSE: (Action.PAUSE, "button-pause"),
    RESUME: (Action.RESUME, "button-resume"),
    SKIP: (Action.PAUSE, "button-skip"),
    CANCEL: (Action.CANCEL, "button-cancel"),
}
_TOLD = frozenset({Reason.ORGANISER, Reason.FROZEN})
"""Whoever paused for these reasons was told at once, and so was everybody else."""
"""What takes one tap and no code: who may, and the label."""


class Bulletin:
    """Speaks to organisers; also the `Observer` of the dispatcher."""

    def __init__(
        self, *, store: Store, outbox: Outbox, gate: Gate, translator: Translator, clock: Clock
    ) -> None:
        self._store = store
        self._outbox = outbox
        self._gate = gate
        self.translator = translator
        self._clock = clock
        self._board = Board(
            store=store, outbox=outbox, translator=translator, clock=clock, buttons=self._controls
        )

    async def changed(self, tx: Tx, who: Organiser, result: Changed | TooLate | TooFew) -> Consequence:
        """What everybody is told after somebody acted."""
        words = self.translator.speaking(who.language)
        if isinstance(result, TooLate):
            return Consequence(letters=(letter(who.chat, page(words("too-late"))),))
        if isinstance(result, TooFew):
            text = words("urgent-too-few", needed=result.needed, organisers=result.organisers)
            return Consequence(letters=(letter(who.chat, page(text)),))
        letters = [
            await self.state(tx, organiser, who, result.broadcast) for organiser in (who, *result.others)
        ]
        return Consequence(letters=tuple(letters), broadcasts=(*result.besides, result.broadcast))

    def words(self, who: Organiser) -> Words:
        """The language that this organiser reads."""
        return self.translator.speaking(who.language)

    async def alarm(self, tx: Tx, about: Organiser, message: str) -> Consequence:
        """Tell every other organiser that something is odd."""
        letters = [
            letter(o.chat, page(self.translator.speaking(o.language)(message, name=about.name)))
            for o in await others(tx, about)
        ]
        return Consequence(letters=tuple(letters))

    async def shaken(self, tx: Tx, who: Organiser, changed: Sequence[Broadcast]) -> Consequence:
        """Where broadcasts stand that lost an approval, or their author, because somebody was frozen."""
        letters = [
            await self.state(tx, reader, who, each)
            for each in changed
            if each.state is not State.HELD
            for reader in await others(tx, who, everybody=each.urgent)
        ]
        return Consequence(letters=tuple(letters), broadcasts=tuple(changed))

    async def overview(self, tx: Tx, who: Organiser, broadcasts: Sequence[Broadcast]) -> Consequence:
        """How everything stands that is under way, for one organiser who asks."""
        words = self.translator.speaking(who.language)
        pages = [await self.standing(tx, who, words, each) for each in broadcasts]
        return Consequence(letters=(letter(who.chat, *(pages or [page(words("progress-none"))])),))

    async def began(self, broadcast: Broadcast) -> None:
        """Put up the progress message in the author's chat, unless it stands there already."""
        await self._board.began(broadcast)

    def progress(self, tally: Tally) -> None:
        """Edit the progress message, at most every 3 seconds."""
        self._board.progress(tally)

    async def first_wave(self, broadcast: Broadcast) -> None:
        """How the first wave went, to every organiser who sees broadcasts, before the rest goes."""
        async with self._store.begin() as tx:
            letters = [
                letter(o.chat, await self.standing(tx, o, self.translator.speaking(o.language), broadcast))
                for o in await tx.organisers.all()
                if o.may(Action.PROGRESS)
            ]
        for each in letters:
            self._outbox.post(each.chat, *each.pages, patience=LONG_PATIENCE)

    async def finished(self, broadcast: Broadcast) -> None:
        """The report, to every organiser who sees broadcasts; or that it is paused, with what can be done."""
        if broadcast.state.ended:
            self._outbox.tidy()  # who got it was deleted
        if broadcast.state is not State.PAUSED or broadcast.reason not in _TOLD:
            async with self._store.begin() as tx:
                letters = [
                    await self._ending(tx, o, broadcast)
                    for o in await tx.organisers.all()
                    if o.may(Action.PROGRESS)
                ]
            for each in letters:
                if broadcast.state is State.PAUSED:
                    # What paused it, a dead token or a hostile relay, refuses this notice as well.
                    self._outbox.insist(each.chat, *each.pages, wanted=partial(self._undecided, broadcast))
                else:
                    self._outbox.post(each.chat, *each.pages, patience=LONG_PATIENCE)
        await self._board.finished(broadcast)

    async def _undecided(self, broadcast: Broadcast) -> bool:
        """Whether it is still in the same pause."""
        async with self._store.read() as tx:
            found = await tx.broadcasts.get(broadcast.id)
        return found is not None and found.paused == broadcast.paused

    async def state(self, tx: Tx, reader: Organiser, who: Organiser, broadcast: Broadcast) -> Letter:
        """One organiser's view of where the broadcast stands now."""
        words = self.translator.speaking(reader.language)
        agreed = reader.id in broadcast.approved_by
        if broadcast.state is State.WAITING and reader.may(Action.APPROVE) and not agreed:
            return await self._asking(tx, reader, who, broadcast)
        if broadcast.purpose is Purpose.UNDO and broadcast.state is State.COOLING and not broadcast.paused:
            original = await tx.broadcasts.get(broadcast.of) if broadcast.of else None
            rows = await self._taps(tx, reader, words, broadcast, CANCEL, against=who)
            shown = previews(original) if original else []
            return letter(reader.chat, *shown, page(words("undo-begun", name=who.name), *rows))
        if broadcast.state is State.CANCELLED:
            row = await self._freeze(tx, reader, who)
            return letter(reader.chat, page(words("cancelled", name=who.name), row))
        if broadcast.state is State.HELD:
            return await self._aside(tx, reader, who, broadcast)
        text, *taps = self._told(words, who, broadcast)
        rows = await self._taps(tx, reader, words, broadcast, *taps, against=who)
        return letter(reader.chat, page(text, *rows))

    async def _asking(self, tx: Tx, reader: Organiser, who: Organiser, broadcast: Broadcast) -> Letter:
        """Whether this organiser agrees: everything that goes out, and the button for it."""
        words, author = self.words(reader), await tx.organisers.get(broadcast.author)
        data = await self._gate.button(tx, reader.id, APPROVE, broadcast.id, broadcast.digest)
        text = words(
            "approve-ask",
            name=author.name if author else words("author-removed"),
            audience=render.audience(words, self.translator, broadcast.readers),
            agreed=len(broadcast.approved_by),
            needed=broadcast.needed,
            digest=fingerprint(broadcast.digest),
        )
        text = f"{words('urgent-note')}\n\n{text}" if broadcast.urgent else text
        text = f"{words('edit-note')}\n\n{text}" if broadcast.purpose is Purpose.EDIT else text
        if broadcast.planned and broadcast.planned.at:
            text = f"{text}\n\n{moments.planned(words, broadcast.planned)}"
        text = "\n".join([text, *recurring.summary(words, broadcast)])
        row = (
            Button(label=words("button-approve"), data=data),
            *await self._freeze(tx, reader, author or who),
        )
        shown = [*previews(broadcast), *recurring.pool(words, self.translator, broadcast)]
        return letter(reader.chat, *shown, page(text, row))

    async def _aside(self, tx: Tx, reader: Organiser, who: Organiser, broadcast: Broadcast) -> Letter:
        """Somebody has put a publication aside, or came too late for it, and what can be done about that."""
        words, put_aside = self.words(reader), broadcast.reason is Reason.SKIPPED
        rows = await self._decisions(tx, reader, words, broadcast)
        text = words("skipped", name=who.name) if put_aside else report.held(words, broadcast)
        return letter(reader.chat, page(text, *rows))

    def _told(self, words: Words, who: Organiser, broadcast: Broadcast) -> tuple[str, ...]:
        """What somebody did to it, and the taps under that."""
        if broadcast.state is State.PAUSED and broadcast.reason is Reason.FROZEN:
            return words("paused-frozen"), CANCEL
        return {
            State.SENDING: (words("resumed", name=who.name), PAUSE, CANCEL),
            State.PAUSED: (words("paused-by", name=who.name), RESUME, CANCEL),
            State.WAITING: (report.waiting(words, broadcast), CANCEL),
        }.get(broadcast.state, (report.starting(words, broadcast), CANCEL))

    async def standing(self, tx: Tx, reader: Organiser, words: Words, broadcast: Broadcast) -> Page:
        """Where a broadcast stands at this moment, and what can be done with one tap."""
        state = broadcast.state
        taps: tuple[str, ...] = (PAUSE, CANCEL)
        if state is State.PAUSED:
            text, taps = report.paused(words, broadcast), (RESUME, CANCEL)
        elif state is State.SENDING and broadcast.rest:
            wave = words("wave-out", seconds=self._until(broadcast.rest))
            text = f"{wave}\n\n{render.tally(words, broadcast.tally)}"
        elif state is State.SENDING:
            text = self._board.text(words, broadcast) or words("progress-soon")
        elif state is State.COOLING:
            soon = words("starts-in", seconds=self._until(broadcast.starts))
            text = moments.waits(words, broadcast) or soon
            # A pause ends by itself after a day, which is no way to treat a plan.
            taps = (SKIP, CANCEL) if broadcast.planned and broadcast.planned.at else taps
        elif state is State.WAITING:
            text, taps = report.waiting(words, broadcast), (CANCEL,)
        else:
            return page(report.held(words, broadcast), *await self._decisions(tx, reader, words, broadcast))
        return page(text, *await self._taps(tx, reader, words, broadcast, *taps))

    def _until(self, moment: datetime | None) -> int:
        """Seconds until then, rounded up."""
        return max(0, ceil((moment - self._clock.now()).total_seconds())) if moment else 0

    async def _taps(
        self,
        tx: Tx,
        reader: Organiser,
        words: Words,
        broadcast: Broadcast,
        *taps: str,
        against: Organiser | None = None,
    ) -> Rows:
        """One row of what this organiser may do with one tap, without a code; also `against` who did it."""
        row = []
        for tap in taps:
            action, label = _TAPS[tap]
            if reader.may(action):
                data = await self._gate.button(tx, reader.id, tap, broadcast.id)
                row.append(Button(label=words(label), data=data))
        return ((*row, *(await self._freeze(tx, reader, against) if against else ())),)

    async def _freeze(self, tx: Tx, reader: Organiser, who: Organiser) -> tuple[Button, ...]:
        """Freeze, on what another organiser did."""
        if reader.id == who.id or not reader.may(Action.FREEZE):
            return ()
        data = await self._gate.button(tx, reader.id, FREEZE, who.id)
        return (Button(label=self.words(reader)("button-freeze"), data=data),)

    async def _controls(self, tx: Tx, reader: Organiser, words: Words, broadcast: Broadcast) -> Rows:
        """The buttons under the progress message."""
        return await self._taps(tx, reader, words, broadcast, PAUSE, CANCEL)

    async def _undoing(self, tx: Tx, reader: Organiser, words: Words, broadcast: Broadcast) -> Rows:
        """Undo, under the report of what was sent to somebody, as long as it can be undone."""
        if broadcast.purpose.revises or not broadcast.tally.sent or not reader.may(Action.UNDO):
            return ()
        data = await self._gate.button(tx, reader.id, ASK_UNDO, broadcast.id, life=MESSAGE_ID_LIFE)
        return keyboards.one(words("button-undo"), data)

    async def _decisions(self, tx: Tx, reader: Organiser, words: Words, broadcast: Broadcast) -> Rows:
        """Under what was held: Resume takes a code, and of an undo or an edit there is none."""
        rows = await self._taps(tx, reader, words, broadcast, CANCEL)
        late = broadcast.reason is Reason.LATE and not broadcast.approved
        if broadcast.purpose.revises or late or not reader.may(Action.RESUME):
            return rows
        data = await self._gate.button(tx, reader.id, RELEASE, broadcast.id, broadcast.digest)
        return (*keyboards.one(words("button-resume"), data), *rows)

    async def _ending(self, tx: Tx, reader: Organiser, broadcast: Broadcast) -> Letter:
        words = self.translator.speaking(reader.language)
        if broadcast.state is State.HELD:
            return letter(reader.chat, await self.standing(tx, reader, words, broadcast))
        if broadcast.state is not State.PAUSED:
            text = f"{report.report(words, broadcast)}\n{whom(words, self.translator, broadcast)}"
            text = f"{text}\n{report.audit(words, await tx.audit.head())}"
            return letter(reader.chat, page(text, *await self._undoing(tx, reader, words, broadcast)))
        rows = await self._taps(tx, reader, words, broadcast, RESUME, CANCEL)
        return letter(reader.chat, page(report.paused(words, broadcast), *rows))
