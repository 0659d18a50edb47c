"""A contact: a person or a group that asked to hear from the organisers.

What is kept about one is all here. There is no name, no title, no user name, no activity, and of joining and
renewing the month instead of the day.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import IntEnum
from typing import NewType

from bot.domain.quiet import Quiet

ContactId = NewType("ContactId", bytes)
"""16 random bytes, made before the row is written. The first byte is the contact's shard."""

ChatId = NewType("ChatId", int)
"""Telegram's number of a private chat (positive) or of a group (negative). It is contact data."""

Month = NewType("Month", int)
"""Months since January of the year 0."""

SHARDS = 256


class Kind(IntEnum):
    """Who reads: one person, or a chat with several."""

    PERSON = 0
    GROUP = 1


class Asked(IntEnum):
    """Whether somebody was asked, in the month `Contact.renewed`, and has not answered."""

    NO = 0
    PERHAPS = 1
    """Written before the question leaves. Where it stays so, nobody knows whether it arrived."""
    YES = 2
    """Telegram has taken the question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """One reader. `thread` is the forum topic a group subscribed in, 0 for none."""

    id: ContactId
    chat: ChatId
    kind: Kind
    language: str
    joined: Month
    paused: bool = False
    """A group in which the bot lost the right to write: skipped until it regains it."""
    thread: int = 0
    renewed: Month = Month(0)
    """When the reader last said to stay, or was last asked (`domain.renewal`); 0 for neither."""
    asked: Asked = Asked.NO
    quiet: Quiet | None = None
    """When messages to this person make no sound."""

    @property
    def shard(self) -> int:
        """Which of the 256 parts of the list this contact belongs to."""
        return self.id[0]

    def speaking(self, language: str) -> "Contact":
        """The same contact, reading another language."""
        return replace(self, language=language)

    def moved(self, chat: ChatId) -> "Contact":
        """The same contact after its group became a supergroup with another number."""
        return replace(self, chat=chat)

    def muted(self, *, paused: bool) -> "Contact":
        """The same contact, with deliveries paused or resumed."""
        return replace(self, paused=paused)


def month(moment: datetime) -> Month:
    """The month of a moment; days are not kept."""
    return Month(moment.year * 12 + moment.month - 1)
