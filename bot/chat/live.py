"""The one progress message of a broadcast under way: put up, edited, left behind. `bulletin` says the rest.

Its place is kept in the broadcast's sealed record, so that after a restart the same message goes on. Nothing
here holds up the first reader: whatever takes time waits in the outbox.
"""

from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from bot.chat import render
from bot.chat.outbox import Outbox
from bot.chat.page import Page, Rows, page
from bot.clock import Clock
from bot.domain.broadcast import Broadcast, BroadcastId, State, Tally
from bot.domain.contact import ChatId
from bot.domain.organiser import Organiser
from bot.domain.revision import Purpose
from bot.i18n.translator import Translator, Words
from bot.store import Store, Tx

EDIT_EVERY = 3.0
"""Seconds between two edits of the progress message."""

BAR = 10
"""Blocks in the progress bar."""

FEW = 20
"""Readers; under so many neither a part of the bar nor a rate is told."""

LATELY = 10.0
"""The rate is that of so many seconds."""

_TITLES: Mapping[Purpose, str] = {
    Purpose.SEND: "progress",
    Purpose.UNDO: "progress-undo",
    Purpose.EDIT: "progress-edit",
}

Buttons = Callable[[Tx, Organiser, Words, Broadcast], Awaitable[Rows]]
"""Makes the buttons under it."""


class Live:
    """The message as it stands: where it is, what it says, when it was changed."""

    def __init__(self, *, chat: ChatId, words: Words, broadcast: Broadcast) -> None:
        self.chat = chat
        self.words = words
        self.tally = broadcast.tally
        self.rows: Rows = ()
        self.message = 0
        self.edited = 0.0
        self.people = broadcast.people
        self._purpose = broadcast.purpose
        self._lately: deque[tuple[float, int]] = deque()

    def told(self, tally: Tally, now: float) -> None:
        """So much is done, at this moment (monotonic seconds)."""
        self.tally = tally
        self._lately.append((now, tally.total))
        while now - self._lately[0][0] > LATELY:
            self._lately.popleft()

    def due(self, now: float) -> bool:
        """Whether it may be changed again."""
        return bool(self.message) and now - self.edited >= EDIT_EVERY

    def now(self) -> Page:
        """The page while it is being sent."""
        return page(self.text(self.words), *self.rows)

    def last(self, tally: Tally, *, done: bool) -> Page:
        """The page as it stays."""
        self.tally = tally
        self._lately.clear()
        return page(self.text(self.words, done=done))

    def text(self, words: Words, *, done: bool = False) -> str:
        """The bar and the numbers as they stand, in steps of a tenth: finer ones would tell an exact number.

        Readers whom a broadcast leaves out are never counted, so the end of it is told from outside.
        """
        share = min(1.0, self.tally.total / self.people) if self.people >= FEW else 0.0
        full = BAR if done else int(share * BAR)
        bar = "▰" * full + "▱" * (BAR - full)
        lines = [words(_TITLES[self._purpose], bar=bar), render.tally(words, self.tally, self._purpose)]
        return "\n".join([*lines, *self._speed(words)])

    def _speed(self, words: Words) -> list[str]:
        """How fast it goes, and how long it will take at that."""
        rate = self._rate()
        if not rate:
            return []
        left = render.time_left(words, (self.people - self.tally.total) / rate)
        return [words("progress-speed", rate=rate, left=left)]

    def _rate(self) -> int:
        """Whole messages a second over the last seconds; 0 where that is not told."""
        if len(self._lately) < 2 or min(self.people, self.tally.total) < FEW:  # noqa: PLR2004 - a span has two ends
            return 0
        (began, before), (ended, after) = self._lately[0], self._lately[-1]
        return round((after - before) / (ended - began)) if ended - began >= 1 else 0


class Board:
    """The progress messages of what is under way, or waits in the middle of it."""

    def __init__(
        self, *, store: Store, outbox: Outbox, translator: Translator, clock: Clock, buttons: Buttons
    ) -> None:
        self._store = store
        self._outbox = outbox
        self._translator = translator
        self._clock = clock
        self._buttons = buttons
        self._lives: dict[BroadcastId, Live] = {}
        self._current: Live | None = None

    async def began(self, broadcast: Broadcast) -> None:
        """Put up the progress message in the author's chat, or go on with the one that stands there."""
        self._current = self._lives.get(broadcast.id)
        if self._current is not None:
            return
        author = await self._author(broadcast)
        if author is None:
            return
        words = self._translator.speaking(author.language)
        live = self._current = Live(chat=author.chat, words=words, broadcast=broadcast)
        self._lives[broadcast.id] = live

        async def put_up() -> None:
            await self._catch_up(live, author, broadcast)
            await self._put_up(live, broadcast.id)

        # Behind what waits for this chat already; the first reader does not wait for it.
        self._outbox.queue(live.chat, put_up)

    def progress(self, tally: Tally) -> None:
        """Edit the progress message, at most every 3 seconds."""
        live, now = self._current, self._clock.monotonic()
        if live is None:
            return
        live.told(tally, now)
        if live.due(now):
            live.edited = now
            self._outbox.edit(live.chat, live.message, live.now())

    def text(self, words: Words, broadcast: Broadcast) -> str | None:
        """What the progress message says now; None before there is one."""
        live = self._lives.get(broadcast.id)
        return live.text(words) if live else None

    async def finished(self, broadcast: Broadcast) -> None:
        """Let the message stay as it is, without its buttons. What goes on after a pause gets a new one."""
        live = self._lives.pop(broadcast.id, None) or await self._from_before(broadcast)
        if live is None:
            return
        last = live.last(broadcast.tally, done=broadcast.state is State.DONE)

        async def show() -> None:
            await self._keep(broadcast.id, 0)
            if live.message:
                await self._outbox.change(live.chat, live.message, last)

        self._outbox.queue(live.chat, show)

    async def _catch_up(self, live: Live, author: Organiser, broadcast: Broadcast) -> None:
        """What was done before a restart, and the number of readers where nobody has estimated it."""
        async with self._store.read() as tx:
            tally = await tx.journal.tally(broadcast.id)
            people = live.people or await tx.contacts.estimate()
        live.people = people
        live.tally = max(live.tally, tally, key=lambda one: one.total)
        async with self._store.begin() as tx:
            live.rows = await self._buttons(tx, author, live.words, broadcast)
            kept = await tx.broadcasts.get(broadcast.id)
        live.message = kept.progress if kept else 0

    async def _put_up(self, live: Live, broadcast: BroadcastId) -> None:
        """Show it where it stands; if it is not there any more, or never was, as a new message."""
        if not (live.message and await self._outbox.change(live.chat, live.message, live.now())):
            live.message = await self._outbox.send(live.chat, live.now()) or 0
            await self._keep(broadcast, live.message)
        live.edited = self._clock.monotonic()

    async def _keep(self, broadcast: BroadcastId, message: int) -> None:
        async with self._store.begin() as tx:
            found = await tx.broadcasts.get(broadcast)
            if found is not None and found.progress != message:
                await tx.broadcasts.replace(replace(found, progress=message))

    async def _from_before(self, broadcast: Broadcast) -> Live | None:
        """The message that an earlier process put up."""
        author = await self._author(broadcast) if broadcast.progress else None
        if author is None:
            return None
        words = self._translator.speaking(author.language)
        live = Live(chat=author.chat, words=words, broadcast=broadcast)
        live.message = broadcast.progress
        return live

    async def _author(self, broadcast: Broadcast) -> Organiser | None:
        async with self._store.read() as tx:
            return await tx.organisers.get(broadcast.author)
