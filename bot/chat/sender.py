"""Bulk delivery: one call a recipient, with a body that is serialised once for each text.

Only the chat differs from message to message, so no python-telegram-bot object is built here. Every failure
becomes an answer; nothing is retried here.
"""

from collections.abc import Callable
from datetime import datetime

import msgspec

from bot.chat.connections import Connections, Heard
from bot.chat.failures import classify, classify_change, missed
from bot.chat.page import Page, markup
from bot.domain.contact import Contact
from bot.domain.link import Link
from bot.domain.media import Media, MediaKind
from bot.domain.outcome import Answer
from bot.domain.rich_text import Entity, RichText

_METHODS = {None: "sendMessage", MediaKind.PHOTO: "sendPhoto", MediaKind.DOCUMENT: "sendDocument"}
EDIT_TEXT, EDIT_CAPTION, DELETE = "editMessageText", "editMessageCaption", "deleteMessage"
_CHANGES = (EDIT_TEXT, EDIT_CAPTION, DELETE)
_KEPT = 8
"""Serialised texts kept; a broadcast has one a language."""

_Body = tuple[RichText, Media | None, tuple[Link, ...], bytes]
"""What a serialised text was made of, kept so that their ids stay theirs."""


class TelegramSender:
    """Sends over connections of its own, which the caller closes."""

    def __init__(
        self, connections: Connections, token: str, *, now: Callable[[], datetime], paid: bool = False
    ) -> None:
        """`connections` lead to the Bot API; `now` in UTC. `paid`: more than the free rate, for Stars."""
        self._paid, self._now = paid, now
        self._connections = connections
        self._send = {kind: f"/bot{token}/{method}".encode() for kind, method in _METHODS.items()}
        self._change = {method: f"/bot{token}/{method}".encode() for method in _CHANGES}
        self._me = f"/bot{token}/getMe".encode()
        self._bodies: dict[tuple[int, int, int], _Body] = {}

    async def send(
        self, contact: Contact, text: RichText, media: Media | None = None, links: tuple[Link, ...] = ()
    ) -> Answer:
        """One message to one contact: a text, or a picture or file that Telegram has, with its caption."""
        topic = b',"message_thread_id":%d' % contact.thread if contact.thread else b""
        hush = b',"disable_notification":true' if self._hushed(contact) else b""
        data = b'{"chat_id":%d%b%b,%b' % (contact.chat, topic, hush, self._body(text, media, links))
        heard = await self._connections.post(self._send[media.kind if media else None], data)
        return classify(heard.status, heard.body) if isinstance(heard, Heard) else missed(heard)

    async def ask(self, contact: Contact, asked: Page) -> Answer:
        """One message with buttons of ours, at the free rate; sent once, whatever comes of it."""
        fields: dict[str, object] = {
            "chat_id": contact.chat,
            "disable_notification": self._hushed(contact),
            "text": asked.text.text,
            "entities": [_entity(entity) for entity in asked.text.entities],
            "link_preview_options": {"is_disabled": True},
        }
        if buttons := markup(asked.rows):
            fields["reply_markup"] = buttons.to_dict()
        heard = await self._connections.post(self._send[None], msgspec.json.encode(fields))
        return classify(heard.status, heard.body) if isinstance(heard, Heard) else missed(heard)

    def _hushed(self, contact: Contact) -> bool:
        return contact.quiet is not None and contact.quiet.holds(self._now())

    async def edit(self, contact: Contact, message: int, text: RichText, *, caption: bool = False) -> Answer:
        """Let one message say something else."""
        data = b'{"chat_id":%d,"message_id":%d,%b' % (contact.chat, message, _said(text, caption=caption))
        return await self._changed(EDIT_CAPTION if caption else EDIT_TEXT, data)

    async def delete(self, contact: Contact, message: int) -> Answer:
        """Delete one message."""
        return await self._changed(DELETE, b'{"chat_id":%d,"message_id":%d}' % (contact.chat, message))

    async def _changed(self, method: str, data: bytes) -> Answer:
        heard = await self._connections.post(self._change[method], data)
        return classify_change(heard.status, heard.body) if isinstance(heard, Heard) else missed(heard)

    async def warm(self, connections: int) -> None:
        """Open so many connections at once."""
        await self._connections.open(connections)

    async def token_works(self) -> bool:
        """False only if Telegram itself refuses the token; no answer at all says nothing about it."""
        heard = await self._connections.get(self._me)
        if not isinstance(heard, Heard):
            return True
        return not (heard.status in {401, 404} and refuses_token(heard.body))

    def _body(self, text: RichText, media: Media | None = None, links: tuple[Link, ...] = ()) -> bytes:
        # By identity: hashing a text with a hundred entities costs more than sending it.
        key = (id(text), id(media), id(links))
        known = self._bodies.get(key)
        if known is None:
            if len(self._bodies) >= _KEPT:
                self._bodies.clear()
            body = _serialised(text, media, links, paid=self._paid)
            known = self._bodies[key] = (text, media, links, body)
        return known[3]


def _serialised(text: RichText, media: Media | None, links: tuple[Link, ...], *, paid: bool) -> bytes:
    """Everything of the request but the chat, without the opening brace."""
    entities = [_entity(entity) for entity in text.entities]
    fields: dict[str, object] = {"text": text.text, "entities": entities}
    if media is None:
        fields["link_preview_options"] = {"is_disabled": True}
    else:
        fields = {media.kind: media.file_id, "caption": text.text, "caption_entities": entities}
    if links:
        row = [{"text": link.label, "url": link.url} for link in links]
        fields["reply_markup"] = {"inline_keyboard": [row]}
    if paid:
        fields["allow_paid_broadcast"] = True
    return msgspec.json.encode(fields)[1:]


def _said(text: RichText, *, caption: bool) -> bytes:
    """The same for an edit, which leaves everything else as it is."""
    entities = [_entity(entity) for entity in text.entities]
    if caption:
        return msgspec.json.encode({"caption": text.text, "caption_entities": entities})[1:]
    preview = {"is_disabled": True}
    fields = {"text": text.text, "entities": entities, "link_preview_options": preview}
    return msgspec.json.encode(fields)[1:]


def _entity(entity: Entity) -> dict[str, str | int]:
    fields: dict[str, str | int] = {"type": entity.kind, "offset": entity.offset, "length": entity.length}
    if entity.url:
        fields["url"] = entity.url
    if entity.language:
        fields["language"] = entity.language
    return fields


def refuses_token(body: bytes) -> bool:
    """Whether a 401 or 404 is Telegram's own answer and not a relay's page."""
    try:
        answer = msgspec.json.decode(body)
    except msgspec.DecodeError:
        return False
    return isinstance(answer, dict) and answer.get("ok") is False and "error_code" in answer
