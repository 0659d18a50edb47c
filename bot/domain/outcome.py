"""What became of one delivery. Every answer and every failure of a send is one of these."""

from dataclasses import dataclass
from enum import IntEnum

from bot.domain.contact import ChatId


class Outcome(IntEnum):
    """What the journal keeps for a contact; the numbers are written to disk."""

    SENT = 1
    GONE = 2
    """Blocked, deleted, kicked: the contact will be erased unless the breaker fires."""
    REFUSED = 3
    """A group in which the bot may not write: kept, and paused."""
    IN_DOUBT = 4
    """The answer was lost, and the policy is not to send again."""
    FAILED = 5
    """Tried several times without an outcome."""
    DOUBTED = 6
    """Counted as gone when the breaker fired. Not finished: tried once more after a resume."""
    KEPT = 7
    """Gone a second time after being doubted: finished, but not erased by this broadcast."""
    BEGUN = 8
    """Written before the message leaves where nobody may get it twice: perhaps sent. Not finished."""
    WITHDRAWN = 9
    """It was begun and is known not to have been delivered. Not finished: it will be sent."""

    @property
    def finished(self) -> bool:
        """Whether nothing more is sent to the contact in this broadcast."""
        return self not in {Outcome.DOUBTED, Outcome.BEGUN, Outcome.WITHDRAWN}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """Delivered, as this message."""

    message: int


@dataclass(frozen=True, slots=True)
class Gone:
    """The chat is not there for the bot any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """The group became a supergroup: send again to this number."""

    chat: ChatId


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The bot may not write in this chat; or, with `media`, only send no picture or file."""

    media: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ours:
    """Our own mistake; it would fail for everybody. `reason` is one of a few constant words."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """Not sent. Try again after so many seconds; `flood` when Telegram asked for it (429)."""

    after: float
    flood: bool = False


@dataclass(frozen=True, slots=True)
class InDoubt:
    """The request left, no readable answer came: it may have been delivered."""


@dataclass(frozen=True, slots=True)
class TokenSuspect:
    """401 or 404: perhaps the token is dead. Ask getMe before believing it."""


Answer = Sent | Gone | Moved | Refused | Ours | Retry | InDoubt | TokenSuspect
