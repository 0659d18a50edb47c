"""What stands in a chat: messages with their senders, buttons and files, as readers see them and as bots do.

Frozen values: an edit puts a new one in the place of the old. Nothing here knows who may see what.
"""

from dataclasses import dataclass, field
from typing import Any, Literal

from bot.sandbox.kinds import OtherKind
from bot.sandbox.texts import Entity

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """A person or a bot; ids as Telegram gives them."""

    id: int
    name: str
    is_bot: bool = False
    username: str | None = None
    language: str | None = None

    def json(self) -> Json:
        """A Bot API User."""
        user: Json = {"id": self.id, "is_bot": self.is_bot, "first_name": self.name}
        if self.username:
            user["username"] = self.username
        if self.language:
            user["language_code"] = self.language
        return user


# Telegram's stand-in for a group's anonymous admins, the same in every group.
ANONYMOUS = Peer(id=1087968824, name="Group", is_bot=True, username="GroupAnonymousBot")


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """One inline button: exactly one of `data`, `url` and `copy` is set."""

    label: str
    data: str | None = None
    url: str | None = None
    copy: str | None = None

    def json(self) -> Json:
        """A Bot API InlineKeyboardButton."""
        button: Json = {"text": self.label}
        if self.data is not None:
            button["callback_data"] = self.data
        if self.url is not None:
            button["url"] = self.url
        if self.copy is not None:
            button["copy_text"] = {"text": self.copy}
        return button


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """A picture or a file in a message; `bytes` in full."""

    kind: Literal["photo", "document"]
    unique_id: str
    name: str
    mime: str
    content: bytes = field(repr=False)
    width: int = 0
    height: int = 0

    def json(self, file_id: str) -> Json:
        """A Bot API PhotoSize or Document, under the id that one bot knows it by."""
        known: Json = {"file_id": file_id, "file_unique_id": self.unique_id, "file_size": len(self.content)}
        if self.kind == "photo":
            return known | {"width": self.width, "height": self.height}
        return known | {"file_name": self.name, "mime_type": self.mime}


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message. `text` is the caption where there is `media`; times are wall seconds since 1970.

    Of a `rich` message the text is what its blocks say, laid out.
    Messages with the same `album` are shown as one; `other` is neither text nor picture nor file.
    `service` and `origin` are Bot API fields as they stand (new_chat_members, forward_origin and the like).
    """

    id: int
    author: Peer
    sent_at: float
    text: str = ""
    entities: tuple[Entity, ...] = ()
    buttons: tuple[tuple[Button, ...], ...] = ()
    media: Media | None = None
    album: str | None = None
    other: OtherKind | None = None
    thread_id: int | None = None
    reply_to: int | None = None
    silent: bool = False
    protected: bool = False
    preview: Json | None = None
    rich: Json | None = None
    edited_at: float | None = None
    in_name_of_chat: bool = False
    origin: Json | None = None
    service: Json | None = None

    @property
    def edited(self) -> bool:
        """Whether the text was changed after it was sent."""
        return self.edited_at is not None

    @property
    def labels(self) -> list[str]:
        """The words on its buttons, row by row."""
        return [button.label for row in self.buttons for button in row]

    def button(self, label: str) -> Button | None:
        """The button with exactly this label."""
        return next((button for row in self.buttons for button in row if button.label == label), None)

    def render(self) -> str:
        """The message as its reader sees it: a file's name, the text, the buttons below."""
        lines: list[str] = []
        if self.media:
            lines.append("[photo]" if self.media.kind == "photo" else f"[file {self.media.name}]")
        if self.other:
            lines.append(f"[{self.other}]")
        if self.service:
            lines.append(f"· {', '.join(self.service).replace('_', ' ')} ·")
        if self.text:
            lines.append(self.text)
        lines += [" ".join(f"[ {button.label} ]" for button in row) for row in self.buttons]
        return "\n".join(lines)

    def listed(self) -> Json:
        """The message for the HTTP control API, README.md beside this file."""
        sender = {"id": self.author.id, "name": self.author.name, "bot": self.author.is_bot}
        return {
            "id": self.id,
            "from": sender,
            "anonymous": self.in_name_of_chat,
            "text": self.text,
            "entities": list(self.entities),
            "buttons": [[_listed(button) for button in row] for row in self.buttons],
            "photo": self.media is not None and self.media.kind == "photo",
            "document": self.media.name if self.media and self.media.kind == "document" else None,
            "file": f"/world/files/{self.media.unique_id}" if self.media else None,
            "album": self.album,
            "other": self.other,
            "thread_id": self.thread_id,
            "reply_to": self.reply_to,
            "silent": self.silent,
            "protected": self.protected,
            "edited": self.edited,
            "service": self.service,
            "sent_at": self.sent_at,
        }


def _listed(button: Button) -> Json:
    pairs = {"data": button.data, "url": button.url, "copy": button.copy}
    return {"label": button.label} | {name: value for name, value in pairs.items() if value is not None}
