"""What somebody did, in our own words: the last place where a `telegram.Update` is looked at.

Everything the handlers decide on is in these values. Titles are not read, names only as a hash, which is kept
of organisers alone; pictures and files are known by Telegram's ids for them and never fetched.
"""

import hashlib
import re
from dataclasses import dataclass, field
from datetime import datetime

from telegram import CallbackQuery, ChatMemberUpdated, Document, Message, PhotoSize, Update, User
from telegram.constants import ChatMemberStatus, ChatType

from bot.chat.marks import formatted, has_words, marked, rich_text
from bot.domain.contact import ChatId, Kind
from bot.domain.media import Attached, Media, MediaKind, Unfit
from bot.domain.rich_text import RichText

DIGITS = 6
"""The most that the number of a statement has (DESIGN §5: to 999999)."""

_FILE_ID = re.compile(r"[A-Za-z0-9_-]{1,256}")
"""All that Telegram makes ids of. Anything else comes from a relay, and might be an address or a path."""

_SIX_DIGITS = re.compile(r"([0-9]{3}) ?([0-9]{3})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """Something happened. `sender` is None where the chat itself speaks (anonymous admin, channel)."""

    update: int
    chat: ChatId
    kind: Kind
    sender: int | None
    client_language: str | None
    at: datetime | None
    named: bytes = field(default=b"", repr=False)
    """32 bytes that are others when the sender's name or user name in Telegram is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said(Heard):
    """A message. `command` is without slash and address, `text` is everything, `argument` what follows.

    Of a picture or a file (`attached`) the text is its caption.
    """

    message: int
    thread: int
    text: RichText
    command: str = ""
    argument: RichText = field(default=RichText(""))
    replied: "Replied | None" = None
    attached: Attached = None
    quoted: RichText = field(default=RichText(""))
    """What of another message was marked to be answered to."""
    forwarded: bool = False
    album: str = ""
    """What the pictures of one album share; empty where it is none."""

    @property
    def digits(self) -> str:
        """Six digits, if that is all that was said, with or without a space in the middle; else nothing."""
        found = _SIX_DIGITS.fullmatch(self.text.text.strip())
        return found[1] + found[2] if found else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replied:
    """The message a command answers to: its text, and what else it holds."""

    text: RichText
    attached: Attached


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressed(Heard):
    """A button. The data may be forged; the message is the one that it is said to stand under."""

    query: str
    data: str = field(repr=False)
    message: int
    thread: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership(Heard):
    """The bot was added or removed, blocked or unblocked, or its right to write changed."""

    was_present: bool
    present: bool
    may_write: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Migrated(Heard):
    """The group became a supergroup with this number."""

    to: ChatId


def hear(update: Update, bot_name: str) -> Heard | None:
    """What the update says, or None if it is nothing for us."""
    if update.my_chat_member:
        return _membership(update.update_id, update.my_chat_member)
    if update.callback_query:
        return _pressed(update.update_id, update.callback_query)
    message = update.message or update.channel_post
    return _said(update.update_id, message, bot_name) if message else None


def _said(number: int, message: Message, bot_name: str) -> Heard | None:
    sender = message.from_user
    as_chat = message.sender_chat is not None and message.sender_chat.id == message.chat.id
    who = None if as_chat or sender is None else sender.id
    chat, kind, client = ChatId(message.chat.id), _kind(message.chat.type), _language(sender)
    if message.migrate_to_chat_id:
        return Migrated(
            update=number,
            chat=chat,
            kind=kind,
            sender=who,
            client_language=client,
            at=message.date,
            to=ChatId(message.migrate_to_chat_id),
        )
    others = sender is None or sender.is_bot or message.is_automatic_forward
    # Bots; a channel's post, which is heard there and not once more in the group beside it; and what a chat
    # says about itself: a new title, a pinned message.
    if (others and not as_chat) or (not has_words(message) and not message.effective_attachment):
        return None
    command, argument = _command(text := rich_text(message), bot_name)
    return Said(
        update=number,
        chat=chat,
        kind=kind,
        sender=who,
        client_language=client,
        at=message.date,
        named=_named(sender),
        message=message.message_id,
        thread=(message.message_thread_id or 0) if message.is_topic_message else 0,
        text=text,
        command=command,
        argument=formatted(argument),
        replied=_replied(message),
        attached=_attached(message),
        quoted=_quoted(message),
        forwarded=message.forward_origin is not None,
        album=message.media_group_id or "",
    )


def whole_number(text: str) -> int | None:
    """The number that somebody wrote after a command, of at most six digits."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= DIGITS else None


def _command(text: RichText, bot_name: str) -> tuple[str, RichText]:
    """The command a text begins with, and the rest; nothing if it is addressed to another bot."""
    first = next((e for e in text.entities if e.kind == "bot_command" and e.offset == 0), None)
    if first is None:
        return "", RichText("")
    name, _, address = text.cut(1, first.length).text.partition("@")
    if address and address.lower() != bot_name.lower():
        return "", RichText("")
    return name.lower(), text.cut(first.length, len(text)).strip()


def _replied(message: Message) -> Replied | None:
    original = message.reply_to_message
    if original is None or original.forum_topic_created:
        return None
    return Replied(text=formatted(rich_text(original)), attached=_attached(original))


def _quoted(message: Message) -> RichText:
    quote = message.quote
    return RichText(quote.text, marked(quote.entities or ())) if quote else RichText("")


def sent_file(message: Message) -> Media | None:
    """The picture or file of a message that was sent, to send it again."""
    found = _attached(message)
    return found if isinstance(found, Media) else None


def _attached(message: Message) -> Attached:
    """What a message holds besides words; nothing if these are all there is."""
    if has_words(message):
        return None
    if message.media_group_id:
        return Unfit(why="album")
    if message.photo:
        largest = max(message.photo, key=lambda size: size.width * size.height)
        return _sendable(MediaKind.PHOTO, largest)
    # An animation is shown as a document too, for old bots.
    if message.document and not message.animation:
        return _sendable(MediaKind.DOCUMENT, message.document)
    return Unfit(why="other")


def _sendable(kind: MediaKind, file: PhotoSize | Document) -> Attached:
    ids = (file.file_id, file.file_unique_id)
    if not all(_FILE_ID.fullmatch(each) for each in ids):
        return Unfit(why="other")
    return Media(kind=kind, file_id=ids[0], unique_id=ids[1], size=file.file_size or 0)


def _pressed(number: int, query: CallbackQuery) -> Pressed | None:
    if query.message is None or query.data is None or query.from_user.is_bot:
        return None
    message = query.message
    topic = isinstance(message, Message) and message.is_topic_message
    return Pressed(
        update=number,
        chat=ChatId(message.chat.id),
        kind=_kind(message.chat.type),
        sender=query.from_user.id,
        client_language=_language(query.from_user),
        at=None,
        named=_named(query.from_user),
        query=query.id,
        data=query.data,
        message=message.message_id,
        thread=(message.message_thread_id or 0) if isinstance(message, Message) and topic else 0,
    )


def _membership(number: int, change: ChatMemberUpdated) -> Membership:
    new = change.new_chat_member
    restricted = new.status == ChatMemberStatus.RESTRICTED
    posts = getattr(new, "can_post_messages", None)
    channel = change.chat.type == ChatType.CHANNEL
    return Membership(
        update=number,
        chat=ChatId(change.chat.id),
        kind=_kind(change.chat.type),
        sender=change.from_user.id,
        client_language=_language(change.from_user),
        at=change.date,
        was_present=_present(change.old_chat_member),
        present=_present(new),
        may_write=bool(posts)
        if channel
        else not restricted or bool(getattr(new, "can_send_messages", False)),
    )


def _present(member: object) -> bool:
    status = getattr(member, "status", "")
    if status == ChatMemberStatus.RESTRICTED:
        return bool(getattr(member, "is_member", False))
    return status not in {ChatMemberStatus.LEFT, ChatMemberStatus.BANNED}


def _kind(chat_type: str) -> Kind:
    return Kind.PERSON if chat_type == ChatType.PRIVATE else Kind.GROUP


def _language(user: User | None) -> str | None:
    return user.language_code if user else None


def _named(user: User | None) -> bytes:
    """A hash, because nobody needs the names themselves; each part with its length before it."""
    state = hashlib.sha256(b"handbill/names/v1")
    for part in (user.first_name, user.last_name, user.username) if user else ():
        data = (part or "").encode("utf-8", "surrogatepass")
        state.update(len(data).to_bytes(4, "big") + data)
    return state.digest() if user else b""
