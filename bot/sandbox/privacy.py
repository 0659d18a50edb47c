"""Privacy mode: which messages of a chat a bot hears (core.telegram.org/bots/features#privacy-mode)."""

from bot.sandbox.chats import Chat
from bot.sandbox.messages import Message, Peer


def hears(chat: Chat, bot: Peer, message: Message) -> bool:
    """Whether this bot gets an update about the message; the bot is in the chat."""
    if chat.kind == "private" or chat.leads(bot.id) or message.service:
        return True
    if chat.kind == "channel":
        return False
    answered = chat.messages.get(message.reply_to) if message.reply_to is not None else None
    if answered is not None and answered.author.id == bot.id:
        return True
    return _addressed(chat, bot, message)


def _addressed(chat: Chat, bot: Peer, message: Message) -> bool:
    units = message.text.encode("utf-16-le")
    for entity in message.entities:
        if entity["type"] != "bot_command":
            continue
        start = 2 * entity["offset"]
        command = units[start : start + 2 * entity["length"]].decode("utf-16-le")
        _, _, name = command.partition("@")
        if name:
            if name.lower() == (bot.username or "").lower():
                return True
        elif start == 0 and chat.last_bot == bot.id:
            return True
    return False
