"""What every handler may need: the connection, the database, the way out, the words and the time."""

from dataclasses import dataclass

from telegram import Bot

from bot.chat.outbox import Outbox
from bot.clock import Clock
from bot.i18n.translator import Translator
from bot.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Put together once the bot's name is known."""

    bot: Bot
    bot_name: str
    store: Store
    outbox: Outbox
    translator: Translator
    clock: Clock
    rich: bool = False
    """Whether long statements go out as one rich message."""
