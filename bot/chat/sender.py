"""Bulk delivery: one message a recipient, with a body that is serialised once for each text.

Only the chat differs from message to message, so no python-telegram-bot object is built here. Every failure
becomes an answer; nothing is retried here.
"""

import asyncio
from contextlib import AbstractAsyncContextManager

import aiohttp
import msgspec

from bot.chat.failures import LOST, NOT_SENT, classify, missed
from bot.domain.contact import Contact
from bot.domain.media import Media, MediaKind
from bot.domain.outcome import Answer
from bot.domain.rich_text import Entity, RichText

_METHODS = {None: "sendMessage", MediaKind.PHOTO: "sendPhoto", MediaKind.DOCUMENT: "sendDocument"}
_HEADERS = {"Content-Type": "application/json"}
_KEPT = 8
"""Serialised texts kept; a broadcast has one a language."""


class TelegramSender:
    """Sends through the session that everything else uses too."""

    def __init__(self, session: aiohttp.ClientSession, address: str, *, paid: bool = False) -> None:
        """`address`: the Bot API with the token, `https://…/bot123:abc`; never shown anywhere.

        `paid`: messages above the free rate may leave, and cost Stars.
        """
        self._paid = paid
        self._session = session
        self._send = {kind: f"{address}/{method}" for kind, method in _METHODS.items()}
        self._me = f"{address}/getMe"
        self._bodies: dict[tuple[RichText, Media | None], bytes] = {}

    async def send(self, contact: Contact, text: RichText, media: Media | None = None) -> Answer:
        """One message to one contact: a text, or a picture or file that Telegram has, with its caption."""
        topic = b',"message_thread_id":%d' % contact.thread if contact.thread else b""
        data = b'{"chat_id":%d%b,%b' % (contact.chat, topic, self._body(text, media))
        try:
            async with self._post(self._send[media.kind if media else None], data) as response:
                return classify(response.status, await response.read())
        except (*NOT_SENT, *LOST) as error:
            return missed(error)

    def _post(self, method: str, data: bytes) -> AbstractAsyncContextManager[aiohttp.ClientResponse]:
        # A redirect is followed nowhere: it would take text and reader to a place nobody chose.
        return self._session.post(method, data=data, headers=_HEADERS, allow_redirects=False)

    async def warm(self, connections: int) -> None:
        """Open so many connections at once; what goes wrong is the first message's business."""
        await asyncio.gather(*(self.token_works() for _ in range(connections)))

    async def token_works(self) -> bool:
        """False only if Telegram itself refuses the token; no answer at all says nothing about it."""
        try:
            async with self._session.get(self._me, allow_redirects=False) as response:
                status, body = response.status, await response.read()
        except (*NOT_SENT, *LOST):
            return True
        return not (status in {401, 404} and refuses_token(body))

    def _body(self, text: RichText, media: Media | None = None) -> bytes:
        body = self._bodies.get((text, media))
        if body is None:
            if len(self._bodies) >= _KEPT:
                self._bodies.clear()
            body = self._bodies[text, media] = _serialised(text, media, paid=self._paid)
        return body


def _serialised(text: RichText, media: Media | None, *, paid: bool) -> bytes:
    """Everything of the request but the chat, without the opening brace."""
    entities = [_entity(entity) for entity in text.entities]
    fields: dict[str, object] = {"text": text.text, "entities": entities}
    if media is None:
        fields["link_preview_options"] = {"is_disabled": True}
    else:
        fields = {media.kind: media.file_id, "caption": text.text, "caption_entities": entities}
    if paid:
        fields["allow_paid_broadcast"] = True
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
