"""What an answer of Telegram means for a delivery: one table, for answers and for what goes wrong before one.

Classified by error code and parameters first, then by a part of the description, whatever its case
(descriptions: tdlib/telegram-bot-api 10.0). Texts of errors are never passed on: they may hold an address.
"""

import asyncio
from collections.abc import Awaitable, Mapping
from typing import Annotated

import aiohttp
import msgspec
from aiohttp_socks import ProxyConnectionError, ProxyError, ProxyTimeoutError
from telegram import Update
from telegram.error import TelegramError

from bot.chat.connections import Silence
from bot.domain.contact import ChatId
from bot.domain.outcome import Answer, Gone, InDoubt, Moved, Ours, Refused, Retry, Sent, TokenSuspect
from bot.observability.logs import Log

RETRY_SECONDS = 3.0
"""How long a delivery waits after a failure that names no time itself."""

LONGEST_WAIT = 86_400.0
"""Seconds. Telegram asks for hours at most; a relay's nonsense must not stop everything for ever."""

TOO_MANY_REQUESTS = 429
_ABOUT_THE_MESSAGE = frozenset({400, 403})
"""The HTTP statuses with which Telegram speaks of this chat or this text."""


class Parameters(msgspec.Struct):
    """`ResponseParameters` of the Bot API."""

    retry_after: float | None = None
    migrate_to_chat_id: Annotated[int, msgspec.Meta(ge=-(1 << 63), lt=0)] | None = None
    """A group's number is negative; no more bytes than a contact has for it."""


class Result(msgspec.Struct):
    """The one field of a `Message` that a delivery needs."""

    message_id: Annotated[int, msgspec.Meta(ge=0, lt=1 << 56)] = 0
    """What the journal has room for; a larger one is no answer of Telegram's."""


class Reply(msgspec.Struct):
    """The envelope of every Bot API answer."""

    ok: bool
    result: Result | None = None
    error_code: int = 0
    description: str = ""
    parameters: Parameters | None = None


_GONE = (
    "chat not found",
    "peer_id_invalid",
    "user is deactivated",
    "bot was blocked",
    "bot was kicked",
    "bot is not a member",
    "group chat was deleted",
    "can't initiate conversation",
    "user not found",
)
_NO_MEDIA = (
    "not enough rights to send photos",
    "not enough rights to send documents",
    "chat_send_media_forbidden",
    "chat_send_photos_forbidden",
    "chat_send_docs_forbidden",
    "_messages_forbidden",
)
"""This chat takes no pictures, no files, no such messages; texts may be welcome."""

_REFUSED = (
    "not enough rights",
    "have no write access",
    "chat_write_forbidden",
    "chat_send_plain_forbidden",
    "chat_guest_send_forbidden",
    "chat_restricted",
    "topic_closed",
    "topic_deleted",
    "message thread not found",
)
_OURS = {
    "message is too long": "too-long",
    "caption is too long": "too-long",
    "caption_too_long": "too-long",
    "wrong file identifier": "file",
    "remote file id": "file",
    "wrong type of the web page content": "file",
    "failed to get http url content": "file",
    "can't use file of type": "file",
    "type of file mismatch": "file",
    "file is too big": "file",
    "file must be non-empty": "file",
    "there is no photo in the request": "file",
    "there is no document in the request": "file",
    "photo_": "file",
    "document_invalid": "file",
    "image_process_failed": "file",
    "media_empty": "file",
    "media_invalid": "file",
    "webpage_": "file",
    "file_id_invalid": "file",
    "can't parse entities": "entities",
    "message text is empty": "empty",
    "text must be non-empty": "empty",
    "text must be encoded in utf-8": "encoding",
    "entity": "entities",
    "button": "buttons",
    "reply markup": "buttons",
}

_NO_MESSAGE = ("message to delete not found", "message to edit not found", "message_id_invalid")
_FIXED = ("message can't be deleted", "message can't be edited", "there is no text in the message")
_SAME = "message is not modified"
"""What is said only about a message that is there already, or is not."""

_reply = msgspec.json.Decoder(Reply)


class Done(msgspec.Struct):
    """The same envelope around something that nobody reads: a deletion's result is only `true`."""

    ok: bool
    error_code: int = 0
    description: str = ""
    parameters: Parameters | None = None


_done = msgspec.json.Decoder(Done)


def classify(status: int, body: bytes) -> Answer:
    """The meaning of one HTTP answer to a send."""
    try:
        reply = _reply.decode(body)
    except msgspec.DecodeError:
        # An empty body or a relay's page: nobody knows whether the message went out.
        return InDoubt()
    if reply.ok:
        return Sent(message=reply.result.message_id) if reply.result else InDoubt()
    return _refusal(reply.error_code or status, reply.description.lower(), reply.parameters or Parameters())


def classify_change(status: int, body: bytes) -> Answer:
    """The meaning of one HTTP answer to an edit or a deletion.

    `Sent` (as message 0): it is as it was asked to be, also when it was so before. `Gone`: message or chat
    is not there. `Refused`: Telegram does not let it be changed any more.
    """
    try:
        reply = _done.decode(body)
    except msgspec.DecodeError:
        return InDoubt()
    description = reply.description.lower()
    if reply.ok or _SAME in description:
        return Sent(message=0)
    if any(part in description for part in _NO_MESSAGE):
        return Gone()
    if any(part in description for part in _FIXED):
        return Refused()
    return _refusal(reply.error_code or status, description, reply.parameters or Parameters())


def unchanged(error: TelegramError) -> bool:
    """Whether an edit was refused only because the message says so already."""
    return _SAME in error.message.lower()


def _refusal(code: int, description: str, parameters: Parameters) -> Answer:
    if parameters.retry_after is not None:
        return Retry(after=min(parameters.retry_after, LONGEST_WAIT), flood=True)
    if parameters.migrate_to_chat_id is not None:
        return Moved(chat=ChatId(parameters.migrate_to_chat_id))
    if code in {401, 404}:
        return TokenSuspect()
    if code == TOO_MANY_REQUESTS:  # here without its parameters
        return Retry(after=RETRY_SECONDS, flood=True)
    if code in _ABOUT_THE_MESSAGE:
        return _by_description(description)
    # The server's own trouble, told before anything was sent: safe to repeat.
    return Retry(after=RETRY_SECONDS)


def _by_description(description: str) -> Answer:
    if any(part in description for part in _GONE):
        return Gone()
    if any(part in description for part in _NO_MEDIA):
        return Refused(media=True)
    if any(part in description for part in _REFUSED):
        return Refused()
    for part, reason in _OURS.items():
        if part in description:
            return Ours(reason=reason)
    # Unknown: tried again a few times, then given up; many of them in a row pause the broadcast.
    return Retry(after=RETRY_SECONDS)


NOT_SENT: tuple[type[Exception], ...] = (
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.InvalidURL,
    ProxyConnectionError,
    ProxyError,
    ProxyTimeoutError,
)
"""No connection was made, so nothing was sent: DNS, TLS, refused, proxy. `SocketTimeoutError` is not here."""

LOST: tuple[type[Exception], ...] = (aiohttp.ClientError, asyncio.TimeoutError, OSError)
"""The request may have arrived."""


def missed(silence: Silence) -> Answer:
    """The meaning of a send that got no answer at all."""
    return Retry(after=RETRY_SECONDS) if silence is Silence.NOT_SENT else InDoubt()


class FloodError(TelegramError):
    """A 429 to a call that is no delivery: nothing before so many `seconds` have passed.

    python-telegram-bot has its own, which warns of a change in itself each time it is made.
    """

    def __init__(self, seconds: float) -> None:
        super().__init__("Too many requests")
        self.seconds = seconds


def flood(status: int, body: bytes) -> FloodError | None:
    """What a 429 asks for; None for any other answer."""
    if status != TOO_MANY_REQUESTS:
        return None
    answer = classify(status, body)
    return FloodError(answer.after if isinstance(answer, Retry) else RETRY_SECONDS)


def legible(update: Mapping[str, object]) -> bool:
    """Whether python-telegram-bot can read an update. It says no in as many ways as there are fields."""
    try:
        Update.de_json(dict(update), None)
    except Exception:  # noqa: BLE001 - whatever it is: nobody may end the service by what he sends
        return False
    return True


async def survives(work: Awaitable[None], log: Log) -> bool:
    """Whether a handler ended well. One of the two places that catch whatever was not foreseen."""
    try:
        await work
    except Exception as error:  # noqa: BLE001 - a bug in one update must not stop all others
        log.failure("update.failed", error=error)
        return False
    return True
