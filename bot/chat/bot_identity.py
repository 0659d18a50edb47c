"""Who Telegram says that we are. Neither is ever shown by accident."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class BotIdentity:
    """Who Telegram says that we are."""

    id: int = field(repr=False)
    username: str = field(repr=False)
