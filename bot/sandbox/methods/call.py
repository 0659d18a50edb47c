"""What every Bot API method is given, and the steps they share. Results are plain JSON values."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from bot.sandbox.bots import BotAccount
from bot.sandbox.chats import Chat
from bot.sandbox.errors import bad_request, too_many_requests
from bot.sandbox.parameters import Parameters
from bot.sandbox.state import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request of one bot."""

    state: State
    bot: BotAccount
    given: Parameters

    def chat(self, name: str = "chat_id") -> Chat:
        """The chat that a parameter names. Raises the 400 of an empty or unknown one."""
        number = self.given.text(name).strip()
        if not number:
            raise bad_request("chat_id is empty")
        return self.state.find(self.bot, self.given.number(name))

    def admit(self, chat: Chat) -> None:
        """Pass the limits. Raises 429 when there is no room; what passed is counted."""
        paid = self.given.flag("allow_paid_broadcast")
        wait = self.bot.gate.ask(chat.id, self.state.now(), paid=paid)
        if wait:
            self.state.stats.refused += 1
            raise too_many_requests(wait)

    def accepted(self) -> None:
        """Count a message, copy or edit that went through."""
        self.state.stats.accepted_at.append(self.state.now())


Method = Callable[[Call], Any | Awaitable[Any]]
