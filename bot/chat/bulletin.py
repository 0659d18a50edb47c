"""What organisers are told about a broadcast: the draft, each change of state, live progress, the report.

Pages are made inside the transaction of the change, because their buttons are rows; they are sent after it.
Numbers of people are rounded.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from math import ceil

from bot.actions.broadcasts import Changed, TooFew, TooLate, others
from bot.actions.gate import Gate
from bot.chat import keyboards, render
from bot.chat.drafts import CANCEL, fingerprint, previews, whom
from bot.chat.letter import Consequence, Letter, letter
from bot.chat.live import FEW, Live
from bot.chat.outbox import LONG_PATIENCE, Job, Outbox
from bot.chat.page import Button, Page, Rows, page
from bot.clock import Clock
from bot.domain.broadcast import Broadcast, BroadcastId, Reason, State, Tally
from bot.domain.organiser import Action, Organiser
from bot.i18n.translator import Translator, Words
from bot.store import Store, Tx

APPROVE = "approve"
PAUSE = "pause"
RESUME = "resume"
"""The actions of the buttons under these messages."""

_TAPS: Mapping[str, tuple[Action, str]] = {
    PAUSE: (Action.PAUSE, "button-pause"),
    RESUME: (Action.RESUME, "button-resume"),
    CANCEL: (Action.CANCEL, "button-cancel"),
}
"""What takes one tap and no code: who may, and the label."""


class Bulletin:
    """Speaks to organisers; also the `Observer` of the dispatcher."""

    def __init__(
        self, *, store: Store, outbox: Outbox, gate: Gate, translator: Translator, clock: Clock
    ) -> None:
        self._store = store
        self._outbox = outbox
        self._gate = gate
        self._translator = translator
        self._clock = clock
        self._live: dict[BroadcastId, Live] = {}
        """The progress messages of what is being sent, or waits in the middle of it."""
        self._current: Live | None = None

    async def changed(self, tx: Tx, who: Organiser, result: Changed | TooLate | TooFew) -> Consequence:
        """What everybody is told after somebody acted."""
        words = self._translator.speaking(who.language)
        if isinstance(result, TooLate):
            return Consequence(letters=(letter(who.chat, page(words("too-late"))),))
        if isinstance(result, TooFew):
            text = words("urgent-too-few", needed=result.needed, organisers=result.organisers)
            return Consequence(letters=(letter(who.chat, page(text)),))
        letters = [
            await self._state(tx, organiser, who, result.broadcast) for organiser in (who, *result.others)
        ]
        return Consequence(letters=tuple(letters), broadcast=result.broadcast)

    async def alarm(self, tx: Tx, about: Organiser, message: str) -> Consequence:
        """Tell every other organiser that something is odd."""
        letters = [
            letter(o.chat, page(self._translator.speaking(o.language)(message, name=about.name)))
            for o in await others(tx, about)
        ]
        return Consequence(letters=tuple(letters))

    async def overview(self, tx: Tx, who: Organiser, broadcasts: Sequence[Broadcast]) -> Consequence:
        """How everything stands that is under way, for one organiser who asks."""
        words = self._translator.speaking(who.language)
        pages = [await self._standing(tx, who, words, each) for each in broadcasts]
        return Consequence(letters=(letter(who.chat, *(pages or [page(words("progress-none"))])),))

    async def began(self, broadcast: Broadcast) -> None:
        """Put up the progress message in the author's chat, unless it stands there already."""
        self._current = self._live.get(broadcast.id)
        if self._current is not None:
            return
        async with self._store.read() as tx:
            author = await tx.organisers.get(broadcast.author)
            people = broadcast.people or await tx.contacts.estimate()
        if author is None:
            return
        words = self._translator.speaking(author.language)
        live = Live(chat=author.chat, words=words, people=people, broadcast=broadcast)
        self._current = self._live[broadcast.id] = live

        async def put_up() -> None:
            async with self._store.begin() as tx:
                live.rows = await self._taps(tx, author, words, broadcast, PAUSE, CANCEL)
            live.message = await self._outbox.send(live.chat, live.now()) or 0
            live.edited = self._clock.monotonic()

        # Behind what waits for this chat already; the first reader does not wait for it.
        self._outbox.queue(live.chat, put_up)

    def progress(self, tally: Tally) -> None:
        """Edit the progress message, at most every 3 seconds."""
        live, now = self._current, self._clock.monotonic()
        if live is None:
            return
        live.tally = tally
        if live.due(now):
            live.edited = now
            self._outbox.edit(live.chat, live.message, live.now())

    async def first_wave(self, broadcast: Broadcast) -> None:
        """How the first wave went, to every organiser who sees broadcasts, before the rest goes."""
        async with self._store.begin() as tx:
            letters = [
                letter(o.chat, await self._standing(tx, o, self._translator.speaking(o.language), broadcast))
                for o in await tx.organisers.all()
                if o.may(Action.PROGRESS)
            ]
        for each in letters:
            self._outbox.post(each.chat, *each.pages, patience=LONG_PATIENCE)

    async def finished(self, broadcast: Broadcast) -> None:
        """The report, to every organiser who sees broadcasts; or that it is paused, with what can be done."""
        live = self._live.pop(broadcast.id, None)
        if broadcast.state.ended:
            self._outbox.tidy()  # who got it was deleted
        # Whoever paused it was told at once, and so was everybody else.
        if broadcast.state is not State.PAUSED or broadcast.reason is not Reason.ORGANISER:
            async with self._store.begin() as tx:
                letters = [
                    await self._ending(tx, o, broadcast)
                    for o in await tx.organisers.all()
                    if o.may(Action.PROGRESS)
                ]
            for each in letters:
                if broadcast.state is State.PAUSED:
                    # What paused it, a dead token or a hostile relay, refuses this notice as well.
                    self._outbox.insist(each.chat, *each.pages)
                else:
                    self._outbox.post(each.chat, *each.pages, patience=LONG_PATIENCE)
        if live is not None:
            self._outbox.queue(live.chat, self._last_look(live, broadcast))

    def _last_look(self, live: Live, broadcast: Broadcast) -> Job:
        """The progress message as it stays, without its buttons."""
        last = live.last(broadcast.tally, done=broadcast.state is State.DONE)

        async def show() -> None:
            if live.message:
                await self._outbox.change(live.chat, live.message, last)

        return show

    async def _state(self, tx: Tx, reader: Organiser, who: Organiser, broadcast: Broadcast) -> Letter:
        """One organiser's view of where the broadcast stands now."""
        words = self._translator.speaking(reader.language)
        agreed, needed = len(broadcast.approved_by), broadcast.needed
        if (
            broadcast.state is State.WAITING
            and reader.may(Action.APPROVE)
            and reader.id not in broadcast.approved_by
        ):
            data = await self._gate.button(tx, reader.id, APPROVE, broadcast.id, broadcast.digest)
            digest = fingerprint(broadcast.digest)
            author = await tx.organisers.get(broadcast.author) or who
            audience = render.audience(words, self._translator, broadcast.readers)
            text = words(
                "approve-ask",
                name=author.name,
                audience=audience,
                agreed=agreed,
                needed=needed,
                digest=digest,
            )
            text = f"{words('urgent-note')}\n\n{text}" if broadcast.urgent else text
            return letter(
                reader.chat, *previews(broadcast), page(text, *keyboards.one(words("button-approve"), data))
            )
        if broadcast.state is State.CANCELLED:
            return letter(reader.chat, page(words("cancelled", name=who.name)))
        text, *taps = {
            State.SENDING: (words("resumed", name=who.name), PAUSE, CANCEL),
            State.PAUSED: (words("paused-by", name=who.name), RESUME, CANCEL),
            State.WAITING: (_waiting(words, broadcast), CANCEL),
        }.get(broadcast.state, (_starting(words, broadcast), CANCEL))
        return letter(reader.chat, page(text, *await self._taps(tx, reader, words, broadcast, *taps)))

    async def _standing(self, tx: Tx, reader: Organiser, words: Words, broadcast: Broadcast) -> Page:
        """Where a broadcast stands at this moment, and what can be done with one tap."""
        state, live = broadcast.state, self._live.get(broadcast.id)
        taps: tuple[str, ...] = (PAUSE, CANCEL)
        if state is State.PAUSED:
            text, taps = _paused(words, broadcast), (RESUME, CANCEL)
        elif state is State.SENDING and broadcast.rest:
            wave = words("wave-out", seconds=self._until(broadcast.rest))
            text = f"{wave}\n\n{render.tally(words, broadcast.tally)}"
        elif state is State.SENDING:
            text = live.text(words, live.tally) if live else words("progress-soon")
        elif state is State.COOLING:
            text = words("starts-in", seconds=self._until(broadcast.starts))
        elif state is State.WAITING:
            text, taps = _waiting(words, broadcast), (CANCEL,)
        else:
            text, taps = words("progress-held"), (CANCEL,)
        return page(text, *await self._taps(tx, reader, words, broadcast, *taps))

    def _until(self, moment: datetime | None) -> int:
        """Seconds until then, rounded up."""
        return max(0, ceil((moment - self._clock.now()).total_seconds())) if moment else 0

    async def _taps(self, tx: Tx, reader: Organiser, words: Words, broadcast: Broadcast, *taps: str) -> Rows:
        """One row of what this organiser may do with one tap, without a code."""
        row = []
        for tap in taps:
            action, label = _TAPS[tap]
            if reader.may(action):
                data = await self._gate.button(tx, reader.id, tap, broadcast.id)
                row.append(Button(label=words(label), data=data))
        return (tuple(row),)

    async def _ending(self, tx: Tx, reader: Organiser, broadcast: Broadcast) -> Letter:
        words = self._translator.speaking(reader.language)
        if broadcast.state is not State.PAUSED:
            return letter(
                reader.chat, page(f"{_report(words, broadcast)}\n{whom(words, self._translator, broadcast)}")
            )
        rows = await self._taps(tx, reader, words, broadcast, RESUME, CANCEL)
        return letter(reader.chat, page(_paused(words, broadcast), *rows))


def _waiting(words: Words, broadcast: Broadcast) -> str:
    """How many have agreed; of something urgent also the fingerprint that the others see."""
    text = words("waiting", agreed=len(broadcast.approved_by), needed=broadcast.needed)
    if not broadcast.urgent:
        return text
    digest = words("draft-digest", digest=fingerprint(broadcast.digest))
    return f"{words('urgent-note')}\n\n{text}\n{digest}"


def _starting(words: Words, broadcast: Broadcast) -> str:
    """When the first message leaves."""
    return words("starts-urgent") if broadcast.urgent else words("starts-in", seconds=broadcast.cooldown)


def _paused(words: Words, broadcast: Broadcast) -> str:
    """Why it is paused, and how far it came."""
    why = words(f"paused-{broadcast.reason.name.lower().replace('_', '-')}")
    return f"{why}\n\n{render.tally(words, broadcast.tally)}"


def _report(words: Words, broadcast: Broadcast) -> str:
    """How a broadcast ended, in numbers."""
    started, ended = broadcast.started, broadcast.ended
    seconds = (ended - started).total_seconds() if started and ended else 0.0
    # In whole messages a second, and not for a few readers: time and rate together would tell their number.
    rate = round(broadcast.tally.total / seconds) if seconds >= 1 and broadcast.tally.total >= FEW else 0
    lines = [words("report"), words(f"report-{broadcast.state.name.lower()}")]
    if broadcast.reason is not Reason.NONE:
        lines.append(words(f"reason-{broadcast.reason.name.lower().replace('_', '-')}"))
    lines.append(render.tally(words, broadcast.tally))
    time = render.duration(words, seconds)
    lines.append(words("report-speed", time=time, rate=rate) if rate else words("report-time", time=time))
    return "\n".join(lines)
