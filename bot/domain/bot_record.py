"""Which bot this home speaks as, and which bot its list of readers belongs to."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class BotRecord:
    """The token and what Telegram says about it. The token is the contact list: nothing here is ever shown.

    `list_bot_id` is the bot that the readers wrote to; sending through any other pauses every broadcast.
    """

    token: str = field(repr=False)
    bot_id: int = field(repr=False)
    username: str | None = field(default=None, repr=False)
    """Unknown until the bot has run once."""
    list_bot_id: int | None = field(default=None, repr=False)
    counted: bool = field(default=False, repr=False)
    """Whether the list has a census: one that is missing later was taken away."""
