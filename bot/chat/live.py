"""The one progress message of a broadcast that is being sent. Who sees it, and when, is `bulletin`'s part."""

from bot.chat import render
from bot.chat.page import Page, Rows, page
from bot.domain.broadcast import Broadcast, Tally
from bot.domain.contact import ChatId
from bot.i18n.translator import Words

EDIT_EVERY = 3.0
"""Seconds between two edits of the progress message."""

BAR = 10
"""Blocks in the progress bar."""

FEW = 20
"""Readers; under so many neither a part of the bar nor a rate is told."""


class Live:
    """The message as it stands: where it is, what it says, when it was changed."""

    def __init__(self, *, chat: ChatId, words: Words, people: int, broadcast: Broadcast) -> None:
        self.chat = chat
        self.words = words
        self.tally = broadcast.tally
        self.rows: Rows = ()
        self.message = 0
        self.edited = 0.0
        self._people = people

    def due(self, now: float) -> bool:
        """Whether it may be changed again."""
        return bool(self.message) and now - self.edited >= EDIT_EVERY

    def now(self) -> Page:
        """The page while it is being sent."""
        return page(self.text(self.words, self.tally), *self.rows)

    def last(self, tally: Tally, *, done: bool) -> Page:
        """The page as it stays."""
        return page(self.text(self.words, tally, done=done))

    def text(self, words: Words, tally: Tally, *, done: bool = False) -> str:
        """The bar and the numbers as they stand, in steps of a tenth: finer ones would tell an exact number.

        Readers whom a broadcast leaves out are never counted, so the end of it is told from outside.
        """
        share = min(1.0, tally.total / self._people) if self._people >= FEW else 0.0
        full = BAR if done else int(share * BAR)
        bar = "▰" * full + "▱" * (BAR - full)
        return f"{words('progress', bar=bar)}\n{render.tally(words, tally)}"
