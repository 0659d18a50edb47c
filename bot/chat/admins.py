"""Who leads a group: asked of Telegram each time, because nobody's rank is kept.

Only a refusal is remembered, for a few seconds and only for those who ask too much, so that a member of a
group cannot make the bot ask Telegram as often as he likes.
"""

from collections import OrderedDict

from telegram import Bot
from telegram.error import TelegramError

from bot.chat.heard import Heard
from bot.clock import Clock
from bot.domain.contact import ChatId

REFUSED = 10.0
"""Seconds in which those who are over the limit stay what they were when Telegram was asked last."""

REMEMBERED = 100
"""Groups, the most recent ones."""


class Admins:
    """Whether somebody speaks for a group."""

    def __init__(self, *, bot: Bot, clock: Clock) -> None:
        self._bot = bot
        self._clock = clock
        self._asked: OrderedDict[ChatId, tuple[float, frozenset[int]]] = OrderedDict()

    async def lead(self, heard: Heard, *, hurried: bool = False) -> bool:
        """Whether an admin acted: the chat itself (anonymous admin, channel), or one of its list.

        `hurried`: this chat is over the limit, so a refusal of the last seconds still holds.
        """
        if heard.sender is None:
            return True
        when, known = self._asked.get(heard.chat, (float("-inf"), frozenset()))
        if hurried and self._clock.monotonic() - when < REFUSED and heard.sender not in known:
            return False
        return heard.sender in await self._ask(heard.chat)

    async def _ask(self, chat: ChatId) -> frozenset[int]:
        """Nobody, where Telegram does not say."""
        try:
            admins = frozenset(admin.user.id for admin in await self._bot.get_chat_administrators(chat))
        except TelegramError:
            admins = frozenset()
        self._asked[chat] = (self._clock.monotonic(), admins)
        self._asked.move_to_end(chat)
        if len(self._asked) > REMEMBERED:
            self._asked.popitem(last=False)
        return admins
