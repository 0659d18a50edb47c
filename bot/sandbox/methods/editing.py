"""Changing and deleting: editMessageText, -Caption, -ReplyMarkup, deleteMessage, deleteMessages."""

from typing import Any

from bot.sandbox.chats import Chat
from bot.sandbox.errors import bad_request
from bot.sandbox.messages import Json, Message
from bot.sandbox.methods.call import Call
from bot.sandbox.methods.content import body_text, caption, keyboard

DELETABLE_SECONDS = 48 * 3600
_MOST_IDS = 100
_SAME = (
    "message is not modified: specified new message content and reply markup are exactly the same"
    " as a current content and reply markup of the message"
)


def edit_message_text(call: Call) -> Json:
    """New text; without reply_markup the buttons go."""
    text, entities = body_text(call)
    chat, message = _own(call)
    if message.media:
        raise bad_request("there is no text in the message to edit")
    preview = call.given.object("link_preview_options")
    return _edit(call, chat, message, {"text": text, "entities": entities, "preview": preview})


def edit_message_caption(call: Call) -> Json:
    """New caption; without reply_markup the buttons go."""
    text, entities = caption(call)
    chat, message = _own(call)
    if not message.media:
        raise bad_request("there is no caption in the message to edit")
    return _edit(call, chat, message, {"text": text, "entities": entities})


def edit_message_reply_markup(call: Call) -> Json:
    """New buttons, or none."""
    chat, message = _own(call)
    return _edit(call, chat, message, {})


def delete_message(call: Call) -> bool:
    """One message away for everybody."""
    chat = call.chat()
    chat.check_reach(call.bot.id)
    message = chat.messages.get(call.given.number("message_id"))
    if message is None:
        raise bad_request("message to delete not found")
    _check_deletable(call, chat, message)
    call.state.remove(chat, message.id)
    return True


def delete_messages(call: Call) -> bool:
    """Several away; those that are not there are passed over."""
    chat = call.chat()
    chat.check_reach(call.bot.id)
    numbers = call.given.numbers("message_ids")
    if not 1 <= len(numbers) <= _MOST_IDS:
        raise bad_request("too many message identifiers specified" if numbers else "message_ids is empty")
    found = [chat.messages[number] for number in numbers if number in chat.messages]
    for message in found:
        _check_deletable(call, chat, message)
    for message in found:
        call.state.remove(chat, message.id)
    return True


def _own(call: Call) -> tuple[Chat, Message]:
    chat = call.chat()
    message = chat.messages.get(call.given.number("message_id"))
    chat.check_reach(call.bot.id)
    if message is None:
        raise bad_request("message to edit not found")
    if message.author.id != call.bot.id or message.service:
        raise bad_request("message can't be edited")
    return chat, message


def _edit(call: Call, chat: Chat, message: Message, parts: dict[str, Any]) -> Json:
    parts["buttons"] = keyboard(call)
    call.admit(chat)
    visible = {name: value for name, value in parts.items() if name != "preview"}
    if all(getattr(message, name) == value for name, value in visible.items()):
        raise bad_request(_SAME)
    edited = call.state.change(chat, message, **parts)
    call.accepted()
    return chat.message_json(edited, call.bot.id)


def _check_deletable(call: Call, chat: Chat, message: Message) -> None:
    """A bot deletes its own, all of a private chat, and as an admin everything, for 48 hours."""
    if call.state.wall() - message.sent_at >= DELETABLE_SECONDS:
        raise bad_request("message can't be deleted for everyone")
    own = message.author.id == call.bot.id
    if not own and chat.kind != "private" and not chat.leads(call.bot.id):
        raise bad_request("message can't be deleted")
