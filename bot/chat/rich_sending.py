"""Rich messages on their way out; whoever cannot have them gets parts.

python-telegram-bot has no method for them, so the call is made by its name. A server that does not know it is
asked once. What an old app shows of one is not known: `[telegram] rich_messages` is off until somebody asks.
"""

from typing import Any

from telegram import Bot, Message
from telegram.error import BadRequest, InvalidToken

from bot.chat.page import Page, markup
from bot.domain.contact import ChatId
from bot.domain.rich_message import RichMessage
from bot.observability.logs import Log

METHOD = "sendRichMessage"


class RichSending:
    """For one connection to Telegram."""

    def __init__(self, bot: Bot, log: Log) -> None:
        self._bot, self._log = bot, log
        self.known = True
        """Whether the server knows the method, as far as it was asked."""

    async def send(self, chat: ChatId, new: Page, rich: RichMessage, thread: int | None) -> Message | None:
        """The message as it was sent; None where Telegram does not take it, and it is to go out in parts.

        Raises what python-telegram-bot raises for everything else.
        """
        content = {"blocks": list(rich.blocks), "skip_entity_detection": True}
        asked: dict[str, Any] = {
            "chat_id": chat,
            "message_thread_id": thread,
            "rich_message": content | ({"is_rtl": True} if rich.right_to_left else {}),
            "reply_markup": markup(new.rows),
        }
        try:
            sent: Message = await self._bot.do_api_request(
                METHOD, {name: value for name, value in asked.items() if value}, Message
            )
        except InvalidToken:  # so it calls the 404 of an unknown method, too
            self.known = False
            self._log.warning("rich.unknown")
            return None
        except BadRequest as error:
            self._log.warning("rich.refused", error=error)
            return None
        return sent
