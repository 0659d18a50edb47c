"""One turn of a conversation: what was heard, the words to answer in, a transaction, and the way out.

The effect of an update and the note that it is done are one transaction, so an update that was carried out
is never carried out again, and one that was not is fetched again after a crash.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from bot.chat.heard import Heard, Pressed, Said
from bot.chat.letter import Letter
from bot.chat.outbox import LONG_PATIENCE, PATIENCE, Outbox
from bot.chat.page import Page
from bot.domain.contact import ChatId
from bot.domain.organiser import Organiser
from bot.i18n.translator import Words
from bot.store import Store, Tx


class Turn:
    """Given to a handler, which reads it, calls one action and says the result."""

    def __init__(
        self,
        *,
        heard: Heard,
        words: Words,
        organiser: Organiser | None,
        store: Store,
        outbox: Outbox,
        quiet: bool,
    ) -> None:
        """`quiet`: what is done is done without an answer, because this chat has had too many."""
        self._quiet = quiet
        self.heard = heard
        self.words = words
        self.organiser = organiser
        self._store = store
        self._outbox = outbox

    @property
    def chat(self) -> ChatId:
        """Where it happened."""
        return self.heard.chat

    @property
    def thread(self) -> int:
        """The forum topic it happened in, 0 for none."""
        return self.heard.thread if isinstance(self.heard, Said | Pressed) else 0

    @asynccontextmanager
    async def work(self) -> AsyncIterator[Tx]:
        """The transaction for the effect; the update is done when it commits."""
        async with self._store.begin() as tx:
            yield tx
            await tx.updates.done(self.heard.update)

    @asynccontextmanager
    async def look(self) -> AsyncIterator[Tx]:
        """A consistent read; changes nothing."""
        async with self._store.read() as tx:
            yield tx

    def tidy(self) -> None:
        """After an erasure: what the database left on disk goes too, soon."""
        self._outbox.tidy()

    def say(self, *pages: Page) -> None:
        """Answer in this chat and topic."""
        if self._quiet:
            return
        patience = LONG_PATIENCE if self.organiser else PATIENCE
        self._outbox.post(self.chat, *pages, thread=self.thread, patience=patience)

    def change(self, new: Page) -> None:
        """Change the message whose button was pressed."""
        if isinstance(self.heard, Pressed) and not self._quiet:
            self._outbox.edit(self.chat, self.heard.message, new)

    def post(self, letters: Sequence[Letter]) -> None:
        """Send what was written inside a transaction."""
        for each in letters:
            self._outbox.post(each.chat, *each.pages, patience=LONG_PATIENCE)

    def delete(self, *messages: int) -> None:
        """Remove messages of this chat, behind the answers that are already on their way."""
        self._outbox.delete(self.chat, messages)

    async def delete_now(self, message: int) -> None:
        """Remove a message of this chat before anything else is done."""
        await self._outbox.remove(self.chat, [message])
