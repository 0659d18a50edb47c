"""Bulk delivery: one call a recipient, with a body that is serialised once for each text.

Only the chat differs from message to message, so no python-telegram-bot object is built here. Every failure
becomes an answer; nothing is retried here.
"""

import asyncio
from contextlib import AbstractAsyncContextManager

import aiohttp
import msgspec

from bot.chat.failures import LOST, NOT_SENT, classify, classify_change, missed
from bot.domain.contact import Contact
from bot.domain.outcome import Answer
from bot.domain.rich_text import Entity, RichText

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
        self._address = address
        self._send = f"{address}/sendMessage"
        self._me = f"{address}/getMe"
        self._bodies: dict[RichText, bytes] = {}

    async def send(self, contact: Contact, text: RichText) -> Answer:
        """One message to one contact."""
        topic = b',"message_thread_id":%d' % contact.thread if contact.thread else b""
        data = b'{"chat_id":%d%b,%b' % (contact.chat, topic, self._body(text))
        try:
            async with self._post(data) as response:
                return classify(response.status, await response.read())
        except (*NOT_SENT, *LOST) as error:
            return missed(error)

    async def edit(self, contact: Contact, message: int, text: RichText, *, caption: bool = False) -> Answer:
        """Let one message say something else."""
        body = _serialised_caption(text) if caption else self._body(text)
        data = b'{"chat_id":%d,"message_id":%d,%b' % (contact.chat, message, body)
        return await self._change("editMessageCaption" if caption else "editMessageText", data)

    async def delete(self, contact: Contact, message: int) -> Answer:
        """Delete one message."""
        return await self._change(
            "deleteMessage", b'{"chat_id":%d,"message_id":%d}' % (contact.chat, message)
        )

    async def _change(self, method: str, data: bytes) -> Answer:
        try:
            async with self._post(data, f"{self._address}/{method}") as response:
                return classify_change(response.status, await response.read())
        except (*NOT_SENT, *LOST) as error:
            return missed(error)

    def _post(self, data: bytes, address: str = "") -> AbstractAsyncContextManager[aiohttp.ClientResponse]:
        # A redirect is followed nowhere: it would take text and reader to a place nobody chose.
        return self._session.post(address or self._send, data=data, headers=_HEADERS, allow_redirects=False)

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

    def _body(self, text: RichText) -> bytes:
        body = self._bodies.get(text)
        if body is None:
            if len(self._bodies) >= _KEPT:
                self._bodies.clear()
            body = self._bodies[text] = _serialised(text, paid=self._paid)
        return body


def _serialised(text: RichText, *, paid: bool) -> bytes:
    """Everything of the request but the chat, without the opening brace."""
    fields: dict[str, object] = {
        "text": text.text,
        "entities": [_entity(entity) for entity in text.entities],
        "link_preview_options": {"is_disabled": True},
    }
    if paid:
        fields["allow_paid_broadcast"] = True
    return msgspec.json.encode(fields)[1:]


def _serialised_caption(text: RichText) -> bytes:
    """The same for the caption of a picture or a file."""
    fields = {"caption": text.text, "caption_entities": [_entity(entity) for entity in text.entities]}
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
