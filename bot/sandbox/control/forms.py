"""What the HTTP control API is told, field by field; anything else in a body is refused."""

from typing import Any

import msgspec

from bot.sandbox.chats import Kind
from bot.sandbox.kinds import OtherKind


class Form(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """One JSON object."""


class Nothing(Form):
    """An empty body."""


class NewPerson(Form):
    """Somebody to be made."""

    name: str
    language: str = "en"
    username: str | None = None
    started: bool = False


class NewGroup(Form):
    """A group to be made; `admin` is a person's id."""

    title: str
    admin: int
    kind: Kind = "supergroup"


class NewBot(Form):
    """A bot to be made known before it asks for anything."""

    token: str


class GroupAction(Form):
    """Who is concerned (add, remove, promote, demote), and who does it (add_bot, kick_bot)."""

    person: int | None = None
    by: int | None = None
    anonymous: bool = False
    name: str = "Topic"
    thread_id: int | None = None


class Say(Form):
    """A message to be written; without `sender` ("from") it is the person of the private chat.

    With a `photo` or a `document` (their bytes, in base64) the text is the caption; `name` is the file's.
    Messages with the same `album` are shown as one. `other` is a kind that is none of these.
    """

    text: str = ""
    photo: bytes | None = None
    document: bytes | None = None
    name: str = "file.bin"
    album: str | None = None
    other: OtherKind | None = None
    sender: int | None = msgspec.field(default=None, name="from")
    anonymous: bool = False
    reply_to: int | None = None
    thread_id: int | None = None
    entities: list[dict[str, Any]] = msgspec.field(default_factory=list)


class PressForm(Form):
    """A button to be pressed, by its label or by data no button shows; `wait` seconds for the answer."""

    label: str | None = None
    data: str | None = None
    message_id: int | None = None
    sender: int | None = msgspec.field(default=None, name="from")
    wait: float = 0.0
