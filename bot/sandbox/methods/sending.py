"""New messages: sendMessage, sendRichMessage, sendPhoto, sendDocument, copyMessage, sendChatAction."""

from typing import Any, Literal

from bot.sandbox.chats import Chat
from bot.sandbox.errors import bad_request
from bot.sandbox.messages import Json, Message
from bot.sandbox.methods.call import Call
from bot.sandbox.methods.content import body_text, caption, keyboard, media
from bot.sandbox.rich import rich

_ACTIONS = frozenset(
    [
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    ]
)


def send_message(call: Call) -> Json:
    """A text."""
    chat = call.chat()
    text, entities = body_text(call)
    preview = call.given.object("link_preview_options")
    parts = {"text": text, "entities": entities, "preview": preview}
    return _shown(call, chat, _deliver(call, chat, "text messages", parts))


def send_rich_message(call: Call) -> Json:
    """A long text made of blocks."""
    chat = call.chat()
    shown = rich(call.given.object("rich_message"))
    parts = {"text": shown.text, "entities": shown.entities, "rich": shown.message}
    return _shown(call, chat, _deliver(call, chat, "text messages", parts))


def send_photo(call: Call) -> Json:
    """A picture, uploaded or known."""
    return _send_media(call, "photo")


def send_document(call: Call) -> Json:
    """A file, uploaded or known."""
    return _send_media(call, "document")


def copy_message(call: Call) -> Json:
    """The same content again, without a link to the original; its buttons do not come along."""
    chat = call.chat()
    source = call.chat("from_chat_id")
    source.check_reach(call.bot.id)
    original = source.messages.get(call.given.number("message_id"))
    if original is None:
        raise bad_request("message to copy not found")
    if original.service:
        raise bad_request("message can't be copied")
    text, entities = original.text, original.entities
    if original.media and "caption" in call.given.values:
        text, entities = caption(call)
    what = f"{original.media.kind}s" if original.media else "text messages"
    parts = {"text": text, "entities": entities, "media": original.media}
    return {"message_id": _deliver(call, chat, what, parts).id}


def send_chat_action(call: Call) -> bool:
    """Shown for a moment, kept nowhere."""
    chat = call.chat()
    if call.given.text("action") not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat.check_reach(call.bot.id)
    return True


def _send_media(call: Call, kind: Literal["photo", "document"]) -> Json:
    chat = call.chat()
    text, entities = caption(call)
    parts = {"text": text, "entities": entities, "media": media(call, kind)}
    return _shown(call, chat, _deliver(call, chat, f"{kind}s", parts))


def _deliver(call: Call, chat: Chat, what: str, parts: dict[str, Any]) -> Message:
    buttons, reply = keyboard(call), _answered(call, chat)
    thread = call.given.number("message_thread_id") or None
    call.admit(chat)
    chat.check_writing(call.bot.id, thread, what)
    message = call.state.post(
        chat,
        call.bot.peer,
        buttons=buttons,
        reply_to=reply,
        thread_id=thread,
        silent=call.given.flag("disable_notification"),
        protected=call.given.flag("protect_content"),
        **parts,
    )
    call.accepted()
    return message


def _answered(call: Call, chat: Chat) -> int | None:
    """The message that is answered; None for none. Raises the 400 of a lost one that must be there."""
    reply = call.given.object("reply_parameters") or {}
    number = reply.get("message_id", call.given.number("reply_to_message_id"))
    lenient = reply.get("allow_sending_without_reply") or call.given.flag("allow_sending_without_reply")
    if not number or number in chat.messages:
        return number or None
    if lenient:
        return None
    raise bad_request("message to be replied not found")


def _shown(call: Call, chat: Chat, message: Message) -> Json:
    return chat.message_json(message, call.bot.id)
