"""Chats over HTTP: writing, pressing buttons, reading what stands there."""

from bot.sandbox.control.desk import Desk
from bot.sandbox.control.forms import PressForm, Say
from bot.sandbox.errors import SandboxError
from bot.sandbox.group import Group
from bot.sandbox.messages import Json, Message
from bot.sandbox.person import Along, Person
from bot.sandbox.signal import until
from bot.sandbox.window import Window

LONGEST_WAIT = 60.0
MOST_LAST = 10_000


async def say(desk: Desk) -> Json:
    """Somebody writes; the answer shows the message."""
    asked = await desk.read(Say)
    group, person = desk.place(asked.sender)
    window: Window = group or person
    reply = window.message(asked.reply_to) if asked.reply_to is not None else None
    if asked.photo is not None or asked.document is not None or asked.other is not None:
        said = await _sent(asked, person, group, reply)
    elif not asked.anonymous:
        said = await person.says(
            asked.text, chat=group, entities=asked.entities, reply_to=reply, thread=asked.thread_id
        )
    elif group is None:
        raise SandboxError("nobody is anonymous in a private chat")
    else:
        said = await person.says_anonymously(asked.text, chat=group, reply_to=reply, thread=asked.thread_id)
    return {"message": said.listed()}


async def _sent(asked: Say, person: Person, group: Group | None, reply: Message | None) -> Message:
    """A picture, a file, or something else that is no text."""
    if [asked.photo is None, asked.document is None, asked.other is None].count(False) > 1:
        raise SandboxError('name one of "photo", "document" and "other"')
    if asked.anonymous or asked.thread_id is not None:
        raise SandboxError("pictures and files go into the chat itself, in one's own name")
    along: Along = {"entities": asked.entities, "reply_to": reply, "album": asked.album}
    if asked.photo is not None:
        return await person.sends_photo(asked.photo, asked.text, chat=group, **along)
    if asked.document is not None:
        return await person.sends_document(asked.document, asked.name, asked.text, chat=group, **along)
    if asked.other is None or group is not None:
        raise SandboxError("other kinds are sent in private chats only")
    return await person.sends(asked.other, reply_to=reply)


async def press(desk: Desk) -> Json:
    """Somebody presses a button; with `wait`, the answer holds what the bot said to it."""
    asked = await desk.read(PressForm)
    group, person = desk.place(asked.sender)
    window: Window = group or person
    on = window.message(asked.message_id) if asked.message_id is not None else None
    if (asked.label is None) == (asked.data is None):
        raise SandboxError('name either "label" or "data"')
    if asked.label is not None:
        pressed = await person.presses(asked.label, on=on, chat=group)
    else:
        pressed = await person.presses_data(asked.data or "", on=on, chat=group)
    if asked.wait > 0:
        await person.answer(pressed, timeout=min(asked.wait, LONGEST_WAIT))
    return {
        "answered": pressed.answered,
        "answer": pressed.answer,
        "alert": pressed.alert,
        "url": pressed.url,
        "copied": pressed.copied,
    }


async def messages(desk: Desk) -> Json:
    """What stands in a chat after a message id; ?last=N keeps the newest, ?wait=SECONDS waits for one."""
    window: Window = desk.group(desk.id) if desk.id < 0 else desk.person(desk.id)
    after, wait = desk.asked("after"), min(desk.asked("wait"), LONGEST_WAIT)
    most = int(max(0, min(MOST_LAST, desk.asked("last"))))

    def newer() -> list[Message] | None:
        return [message for message in window.messages if message.id > after] or None

    found = newer() or (await until(window.chat.changed, newer, wait) if wait > 0 else None) or []
    return {"messages": [message.listed() for message in found[-most:]]}
