"""Bulk delivery: one `sendMessage` a recipient, with a body that is serialised once for each text.

Only the chat differs from message to message, so no python-telegram-bot object is built here. Every failure
becomes an answer; nothing is retried here.
"""

import asyncio

import aiohttp
import msgspec

from bot.chat.failures import LOST, NOT_SENT, classify, missed
from bot.domain.contact import Contact
from bot.domain.outcome import Answer
from bot.domain.rich_text import Entity, RichText

_HEADERS = {"Content-Type": "application/json"}
_KEPT = 8
"""Serialised texts kept; a broadcast has one a language."""


class TelegramSender:
    """Sends through the session that everything else uses too."""

    def __init__(self, session: aiohttp.ClientSession, address: str) -> None:
        """`address`: the Bot API with the token, `https://…/bot123:abc`; never shown anywhere."""
        self._session = session
        self._send = f"{address}/sendMessage"
        self._me = f"{address}/getMe"
        self._bodies: dict[RichText, bytes] = {}

    async def send(self, contact: Contact, text: RichText) -> Answer:
        """One message to one contact."""
        topic = b',"message_thread_id":%d' % contact.thread if contact.thread else b""
        data = b'{"chat_id":%d%b,%b' % (contact.chat, topic, self._body(text))
        try:
            async with self._session.post(self._send, data=data, headers=_HEADERS) as response:
                return classify(response.status, await response.read())
        except (*NOT_SENT, *LOST) as error:
            return missed(error)

    async def warm(self, connections: int) -> None:
        """Open so many connections at once; what goes wrong is the first message's business."""
        await asyncio.gather(*(self.token_works() for _ in range(connections)))

    async def token_works(self) -> bool:
        """False only if Telegram itself refuses the token; no answer at all says nothing about it."""
        try:
            async with self._session.get(self._me) as response:
                status, body = response.status, await response.read()
        except (*NOT_SENT, *LOST):
            return True
        return not (status in {401, 404} and refuses_token(body))

    def _body(self, text: RichText) -> bytes:
        body = self._bodies.get(text)
        if body is None:
            if len(self._bodies) >= _KEPT:
                self._bodies.clear()
            body = self._bodies[text] = _serialised(text)
        return body


def _serialised(text: RichText) -> bytes:
    """Everything of the request but the chat, without the opening brace."""
    fields = {
        "text": text.text,
        "entities": [_entity(entity) for entity in text.entities],
        "link_preview_options": {"is_disabled": True},
    }
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
