"""One bot's account: its token, its waiting updates, what it has told Telegram about itself."""

from dataclasses import dataclass, field

from bot.sandbox.limits import Gate
from bot.sandbox.messages import Json, Peer
from bot.sandbox.signal import Signal
from bot.sandbox.updates import UpdateQueue


@dataclass(slots=True, kw_only=True, eq=False)
class Press:
    """A button that somebody pressed, and what came of it: the bot's answer, a page opened, a text copied."""

    id: str
    pressed_at: float
    answered: bool = False
    answer: str = ""
    alert: bool = False
    url: str | None = None
    copied: str | None = None
    changed: Signal = field(default_factory=Signal)


@dataclass(slots=True, kw_only=True, eq=False)
class BotAccount:
    """A bot as Telegram keeps it. `commands` is by scope (as JSON text) and language, names by language."""

    token: str = field(repr=False)
    peer: Peer
    queue: UpdateQueue
    gate: Gate
    revoked: bool = False
    webhook: str = ""
    presses: dict[str, Press] = field(default_factory=dict)
    commands: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    short_descriptions: dict[str, str] = field(default_factory=dict)

    @property
    def id(self) -> int:
        """The number before the colon of its token."""
        return self.peer.id

    @property
    def username(self) -> str:
        """Without the @."""
        return self.peer.username or ""
