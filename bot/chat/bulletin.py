"""What organisers are told about a broadcast: the draft, each change of state, live progress, the report.

Pages are made inside the transaction of the change, because their buttons are rows; they are sent after it.
Numbers of people are rounded.
"""

import base64

from bot.actions.broadcasts import Changed, Drafted, TooLate, others
from bot.actions.gate import Gate
from bot.chat import keyboards, render
from bot.chat.letter import Consequence, Letter, letter
from bot.chat.outbox import LONG_PATIENCE, Job, Outbox
from bot.chat.page import Page, Rows, page
from bot.clock import Clock
from bot.domain.broadcast import ALL_OTHERS, Broadcast, Reason, State, Tally
from bot.domain.contact import ChatId
from bot.domain.organiser import Action, Organiser
from bot.i18n.translator import Translator, Words
from bot.store import Store, Tx

EDIT_EVERY = 3.0
"""Seconds between two edits of the progress message."""

BAR = 10
"""Blocks in the progress bar."""

AIMED_RATE = 29.8
"""Messages a second that a broadcast gets of Telegram's 30."""

FEW = 20
"""Readers; under so many no rate is told."""

SEND = "send"
APPROVE = "approve"
CANCEL = "cancel"
RESUME = "resume"
"""The actions of the buttons under these messages."""


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
        self._live: _Live | None = None

    def draft(self, words: Words, drafted: Drafted, send: str, cancel: str) -> list[Page]:
        """One preview a language, exactly as readers will see it, then the control message."""
        broadcast = drafted.broadcast
        text = "\n".join(
            [
                words("draft-title"),
                words("draft-audience", people=render.people(words, drafted.people)),
                words("draft-time", time=render.duration(words, drafted.people / AIMED_RATE)),
                self._languages(words, broadcast),
                words("draft-digest", digest=fingerprint(broadcast.digest)),
                words("draft-next", needed=broadcast.needed, seconds=broadcast.cooldown),
            ]
        )
        return [*_previews(broadcast), page(text, *keyboards.draft(words, send, cancel))]

    async def changed(self, tx: Tx, who: Organiser, result: Changed | TooLate) -> Consequence:
        """What everybody is told after somebody acted."""
        if isinstance(result, TooLate):
            words = self._translator.speaking(who.language)
            return Consequence(letters=(letter(who.chat, page(words("too-late"))),))
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

    async def began(self, broadcast: Broadcast) -> None:
        """Put up the progress message in the author's chat."""
        async with self._store.read() as tx:
            author = await tx.organisers.get(broadcast.author)
            people = await tx.contacts.estimate()
        if author is None:
            return
        words = self._translator.speaking(author.language)
        live = self._live = _Live(chat=author.chat, words=words, people=people)

        async def put_up() -> None:
            live.message = await self._outbox.send(live.chat, live.page(broadcast.tally)) or 0
            live.edited = self._clock.monotonic()

        # Behind what waits for this chat already; the first reader does not wait for it.
        self._outbox.queue(live.chat, put_up)

    def progress(self, tally: Tally) -> None:
        """Edit the progress message, at most every 3 seconds."""
        live, now = self._live, self._clock.monotonic()
        if live is None or not live.message or now - live.edited < EDIT_EVERY:
            return
        live.edited = now
        self._outbox.edit(live.chat, live.message, live.page(tally))

    async def finished(self, broadcast: Broadcast) -> None:
        """The report, to every organiser who sees broadcasts; or that it is paused, with what can be done."""
        live, self._live = self._live, None
        async with self._store.begin() as tx:
            letters = [
                await self._ending(tx, o, broadcast)
                for o in await tx.organisers.all()
                if o.may(Action.PROGRESS)
            ]
        for each in letters:
            self._outbox.post(each.chat, *each.pages, patience=LONG_PATIENCE)
        if live is not None:
            self._outbox.queue(live.chat, self._last_look(live, broadcast))

    def _last_look(self, live: "_Live", broadcast: Broadcast) -> Job:
        """The progress message as it stays."""
        last = live.page(broadcast.tally, done=broadcast.state is State.DONE)

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
            text = words("approve-ask", name=author.name, agreed=agreed, needed=needed, digest=digest)
            return letter(
                reader.chat, *_previews(broadcast), page(text, *keyboards.one(words("button-approve"), data))
            )
        if broadcast.state is State.CANCELLED:
            return letter(reader.chat, page(words("cancelled", name=who.name)))
        text = {
            State.SENDING: words("resumed", name=who.name),
            State.WAITING: words("waiting", agreed=agreed, needed=needed),
        }.get(broadcast.state, words("starts-in", seconds=broadcast.cooldown))
        return letter(reader.chat, page(text, *await self._cancel_row(tx, reader, words, broadcast)))

    async def _cancel_row(self, tx: Tx, reader: Organiser, words: Words, broadcast: Broadcast) -> Rows:
        """One tap, no code: whoever may, can stop it."""
        if not reader.may(Action.CANCEL):
            return ()
        data = await self._gate.button(tx, reader.id, CANCEL, broadcast.id)
        return keyboards.one(words("button-cancel"), data)

    async def _ending(self, tx: Tx, reader: Organiser, broadcast: Broadcast) -> Letter:
        words = self._translator.speaking(reader.language)
        if broadcast.state is not State.PAUSED:
            return letter(reader.chat, page(_report(words, broadcast)))
        text = "\n\n".join(
            [
                words(f"paused-{broadcast.reason.name.lower().replace('_', '-')}"),
                render.tally(words, broadcast.tally),
            ]
        )
        rows = list(await self._cancel_row(tx, reader, words, broadcast))
        if reader.may(Action.RESUME):
            data = await self._gate.button(tx, reader.id, RESUME, broadcast.id)
            rows = [*keyboards.one(words("button-resume"), data), *rows]
        return letter(reader.chat, page(text, *rows))

    def _languages(self, words: Words, broadcast: Broadcast) -> str:
        """Who reads which text, and who gets none."""
        own = keyboards.languages_of(broadcast)
        names = ", ".join(self._translator.speaking(language)("language-name") for language in own)
        if ALL_OTHERS in broadcast.texts:
            return words("draft-languages-and-rest", languages=names) if own else words("draft-languages-all")
        return words("draft-languages-only", languages=names)


class _Live:
    """The one progress message of the broadcast that is being sent."""

    def __init__(self, *, chat: ChatId, words: Words, people: int) -> None:
        self.chat = chat
        self.message = 0
        self.edited = 0.0
        self._words = words
        self._people = people

    def page(self, tally: Tally, *, done: bool = False) -> Page:
        """The bar and the numbers as they stand, in steps of a tenth: finer ones would tell an exact number.

        Readers whom a broadcast leaves out are never counted, so the end of it is told from outside.
        """
        share = min(1.0, tally.total / self._people) if self._people >= FEW else 0.0
        full = BAR if done else int(share * BAR)
        bar = "▰" * full + "▱" * (BAR - full)
        return page(f"{self._words('progress', bar=bar)}\n{render.tally(self._words, tally)}")


def fingerprint(digest: bytes) -> str:
    """The first eight characters of a digest, for two people to compare aloud."""
    text = base64.b32encode(digest).decode()
    return f"{text[:4]}-{text[4:8]}"


def _previews(broadcast: Broadcast) -> list[Page]:
    return [page(text) for _, text in sorted(broadcast.texts.items())]


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
