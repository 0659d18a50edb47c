"""What each answer of Telegram means for a delivery: the table is complete, and true to Telegram's words."""

import aiohttp
import aiohttp_socks
import msgspec
import pytest
import telegram.error

from bot.chat.connections import Silence
from bot.chat.failures import (
    _GONE,
    _NO_MEDIA,
    _OURS,
    _REFUSED,
    LOST,
    NOT_SENT,
    classify,
    classify_change,
    missed,
)
from bot.chat.sender import refuses_token
from bot.domain.contact import ChatId
from bot.domain.outcome import Answer, Gone, InDoubt, Moved, Ours, Refused, Retry, Sent, TokenSuspect

GONE = [
    (403, "Forbidden: bot was blocked by the user"),
    (403, "Forbidden: user is deactivated"),
    (403, "Forbidden: bot was kicked from the group chat"),
    (403, "Forbidden: bot was kicked from the supergroup chat"),
    (403, "Forbidden: bot was kicked from the channel chat"),
    (403, "Forbidden: bot is not a member of the supergroup chat"),
    (403, "Forbidden: bot is not a member of the channel chat"),
    (403, "Forbidden: the group chat was deleted"),
    (403, "Forbidden: bot can't initiate conversation with a user"),
    (400, "Bad Request: chat not found"),
    (400, "Bad Request: PEER_ID_INVALID"),
    (400, "Bad Request: user not found"),
]
REFUSED = [
    (400, "Bad Request: not enough rights to send text messages to the chat"),
    (400, "Bad Request: have no write access to the chat"),
    (400, "Bad Request: CHAT_WRITE_FORBIDDEN"),
    (400, "Bad Request: CHAT_RESTRICTED"),
    (400, "Bad Request: TOPIC_CLOSED"),
    (400, "Bad Request: TOPIC_DELETED"),
    (400, "Bad Request: message thread not found"),
    (403, "Forbidden: CHAT_SEND_PLAIN_FORBIDDEN"),
    (403, "Forbidden: CHAT_GUEST_SEND_FORBIDDEN"),
]
NO_MEDIA = [
    (400, "Bad Request: not enough rights to send photos to the chat"),
    (400, "Bad Request: not enough rights to send documents to the chat"),
    (400, "Bad Request: CHAT_SEND_MEDIA_FORBIDDEN"),
    (403, "Forbidden: CHAT_SEND_PHOTOS_FORBIDDEN"),
    (403, "Forbidden: CHAT_SEND_DOCS_FORBIDDEN"),
    (400, "Bad Request: VOICE_MESSAGES_FORBIDDEN"),
]
OURS = [
    (400, "Bad Request: message is too long"),
    (400, "Bad Request: can't parse entities: Can't find end of the entity"),
    (400, "Bad Request: message text is empty"),
    (400, "Bad Request: text must be non-empty"),
    (400, "Bad Request: text must be encoded in UTF-8"),
    (400, "Bad Request: BUTTON_DATA_INVALID"),
    (400, "Bad Request: object expected as reply markup"),
    (400, "Bad Request: entity begins in a middle of a UTF-16 symbol at byte offset 5"),
    (400, "Bad Request: message caption is too long"),
    (400, "Bad Request: MEDIA_CAPTION_TOO_LONG"),
    (400, "Bad Request: wrong file identifier/HTTP URL specified"),
    (400, "Bad Request: wrong remote file identifier specified: Wrong string length"),
    (400, "Bad Request: invalid remote file identifier"),
    (400, "Bad Request: wrong remote file id specified: can't unserialize it. Wrong last symbol"),
    (400, "Bad Request: wrong type of the web page content"),
    (400, "Bad Request: failed to get HTTP URL content"),
    (400, "Bad Request: can't use file of type Document as Photo"),
    (400, "Bad Request: type of file mismatch"),
    (400, "Bad Request: file is too big"),
    (400, "Bad Request: file must be non-empty"),
    (400, "Bad Request: there is no photo in the request"),
    (400, "Bad Request: there is no document in the request"),
    (400, "Bad Request: PHOTO_INVALID_DIMENSIONS"),
    (400, "Bad Request: PHOTO_SAVE_FILE_INVALID"),
    (400, "Bad Request: PHOTO_EXT_INVALID"),
    (400, "Bad Request: DOCUMENT_INVALID"),
    (400, "Bad Request: IMAGE_PROCESS_FAILED"),
    (400, "Bad Request: MEDIA_EMPTY"),
    (400, "Bad Request: MEDIA_INVALID"),
    (400, "Bad Request: FILE_ID_INVALID"),
    (400, "Bad Request: WEBPAGE_CURL_FAILED"),
]
SUSPECT = [(401, "Unauthorized"), (404, "Not Found"), (404, "Not Found: method not found")]
AGAIN = [
    (500, "Internal Server Error"),
    (502, "Bad Gateway"),
    (503, "Service Unavailable"),
    (400, "Bad Request: something nobody has heard of"),
    (409, "Conflict: terminated by other getUpdates request"),
    (413, "Request Entity Too Large"),
]


def body(code: int, description: str, **parameters: int) -> bytes:
    """An answer as the Bot API writes it."""
    answer = {"ok": False, "error_code": code, "description": description}
    return msgspec.json.encode(answer | ({"parameters": parameters} if parameters else {}))


@pytest.mark.parametrize(
    ("code", "description", "kind"),
    [
        *((*line, Gone) for line in GONE),
        *((*line, Refused) for line in [*REFUSED, *NO_MEDIA]),
        *((*line, Ours) for line in OURS),
        *((*line, TokenSuspect) for line in SUSPECT),
        *((*line, Retry) for line in AGAIN),
    ],
)
def test_the_table(code: int, description: str, kind: type[Answer]) -> None:
    """Each line of Telegram's table of answers means what it should, in whatever case it is written."""
    for text in (description, description.upper(), description.lower()):
        answer = classify(code, body(code, text))
        assert type(answer) is kind
        assert not (isinstance(answer, Retry) and answer.flood)


def test_a_chat_without_pictures_may_take_texts() -> None:
    """Only what concerns pictures and files is told apart; every other refusal concerns all messages."""
    assert {classify(*_answer(line)) for line in NO_MEDIA} == {Refused(media=True)}
    assert {classify(*_answer(line)) for line in REFUSED} == {Refused()}


def test_every_part_of_the_table_is_tried() -> None:
    """No line of the table is there without an answer of Telegram's that it is for."""
    said = [description.lower() for _, description in [*GONE, *REFUSED, *NO_MEDIA, *OURS]]
    for part in (*_GONE, *_REFUSED, *_NO_MEDIA, *_OURS):
        assert any(part in each for each in said), part


def _answer(line: tuple[int, str]) -> tuple[int, bytes]:
    return line[0], body(*line)


def test_figures_decide_before_words() -> None:
    """`retry_after` and `migrate_to_chat_id` are believed before code and description."""
    flood = body(429, "Too Many Requests: retry after 17", retry_after=17)
    assert classify(429, flood) == Retry(after=17, flood=True)
    assert classify(403, body(403, "Forbidden: bot was blocked", retry_after=3)) == Retry(after=3, flood=True)
    assert classify(429, body(429, "Too Many Requests", retry_after=10**30)) == Retry(after=86400, flood=True)
    moved = body(400, "Bad Request: group chat was upgraded", migrate_to_chat_id=-1001)
    assert classify(400, moved) == Moved(chat=ChatId(-1001))
    assert classify(429, body(429, "Too Many Requests")) == Retry(after=3.0, flood=True)


def test_delivered() -> None:
    """A success carries the number of the message."""
    assert classify(200, b'{"ok":true,"result":{"message_id":7,"text":"x","chat":{"id":1}}}') == Sent(
        message=7
    )
    assert classify(200, b'{"ok":true}') == InDoubt()


@pytest.mark.parametrize("number", [-1, 1 << 56, 1 << 64, 10**30])
def test_a_message_number_without_room(number: int) -> None:
    """A number that the journal has no room for is no answer; it never reaches the journal."""
    assert classify(200, b'{"ok":true,"result":{"message_id":%d}}' % number) == InDoubt()
    largest = (1 << 56) - 1
    assert classify(200, b'{"ok":true,"result":{"message_id":%d}}' % largest) == Sent(message=largest)


@pytest.mark.parametrize("number", [0, 7, -(1 << 63) - 1, 10**30])
def test_a_new_number_that_no_group_has(number: int) -> None:
    """A group is said to have moved where no group can be: no answer, and the list stays as it is."""
    moved = b'{"ok":false,"error_code":400,"parameters":{"migrate_to_chat_id":%d}}'
    assert classify(400, moved % number) == InDoubt()
    assert classify(400, moved % -(1 << 63)) == Moved(chat=ChatId(-(1 << 63)))


@pytest.mark.parametrize("status", [200, 400, 401, 403, 404, 429, 500, 502])
@pytest.mark.parametrize(
    "page",
    [b"", b"<html>502</html>", b"[]", b"null", b"1", b'{"ok":1}', b'{"error_code":403}', b"\xff\xfe", b"{"],
)
def test_what_is_no_answer(status: int, page: bytes) -> None:
    """An empty body or a relay's page decides nothing, whatever its status: nobody is erased for it."""
    assert classify(status, page) == InDoubt()
    assert not refuses_token(page)


def test_only_telegram_refuses_a_token() -> None:
    """A token is refused only in the words of the Bot API."""
    assert refuses_token(body(401, "Unauthorized"))
    assert refuses_token(body(404, "Not Found"))


def below(kind: type[BaseException]) -> list[type[BaseException]]:
    """A class and everything under it."""
    return [kind, *(deeper for child in kind.__subclasses__() for deeper in below(child))]


NO_CONNECTION = {
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.InvalidURL,
    aiohttp_socks.ProxyError,
    aiohttp_socks.ProxyConnectionError,
    aiohttp_socks.ProxyTimeoutError,
}


@pytest.mark.parametrize("kind", below(aiohttp.ClientError))
def test_every_error_of_aiohttp(kind: type[Exception]) -> None:
    """Every error aiohttp can raise is caught; only where no connection was made is it safe to repeat."""
    assert issubclass(kind, (*NOT_SENT, *LOST))
    assert issubclass(kind, NOT_SENT) is issubclass(kind, tuple(NO_CONNECTION))


@pytest.mark.parametrize(
    "kind",
    [
        thing
        for thing in vars(aiohttp_socks).values()
        # The others are names of long ago, which nothing raises any more.
        if isinstance(thing, type) and issubclass(thing, Exception) and "aiohttp_socks" in thing.__module__
    ],
)
def test_every_error_of_the_proxy(kind: type[Exception]) -> None:
    """A proxy that fails has sent nothing."""
    assert issubclass(kind, NOT_SENT)


@pytest.mark.parametrize(
    "error", [TimeoutError(), OSError(), ConnectionResetError(), aiohttp.SocketTimeoutError()]
)
def test_lost_on_the_way(error: Exception) -> None:
    """A late answer or a broken connection leaves a doubt."""
    assert isinstance(error, LOST)
    assert not isinstance(error, NOT_SENT)


def test_no_answer_at_all() -> None:
    """Without a connection nothing was sent; anything later is a doubt. There is nothing else."""
    meanings = {silence: missed(silence) for silence in Silence}
    assert meanings == {Silence.NOT_SENT: Retry(after=3.0), Silence.LOST: InDoubt()}


def test_every_error_of_the_bot_library_is_caught_as_one() -> None:
    """Whatever python-telegram-bot raises for a request is a TelegramError, which all callers catch."""
    public = [
        thing
        for thing in vars(telegram.error).values()
        if isinstance(thing, type) and issubclass(thing, Exception)
    ]
    assert len(public) >= 10
    assert all(issubclass(kind, telegram.error.TelegramError) for kind in public)


@pytest.mark.parametrize(
    ("description", "kind"),
    [
        ("Bad Request: message is not modified: specified new message content is the same", Sent),
        ("Bad Request: message to delete not found", Gone),
        ("Bad Request: message to edit not found", Gone),
        ("Bad Request: MESSAGE_ID_INVALID", Gone),
        ("Bad Request: message can't be deleted", Refused),
        ("Bad Request: message can't be deleted for everyone", Refused),
        ("Bad Request: message can't be edited", Refused),
        ("Bad Request: there is no text in the message to edit", Refused),
        ("Bad Request: chat not found", Gone),
        ("Bad Request: message is too long", Ours),
        ("Bad Request: something nobody has heard of", Retry),
    ],
)
def test_the_table_of_changes(description: str, kind: type[Answer]) -> None:
    """An edit or a deletion that cannot or need not be done is finished; the rest is as for sending."""
    body = msgspec.json.encode({"ok": False, "error_code": 400, "description": description})
    assert type(classify_change(400, body)) is kind


def test_changed() -> None:
    """A deletion is answered with `true`, an edit with the message; no number is taken from either."""
    assert classify_change(200, b'{"ok":true,"result":true}') == Sent(message=0)
    assert classify_change(200, b'{"ok":true,"result":{"message_id":7}}') == Sent(message=0)
    assert classify_change(200, b"") == InDoubt()
    assert classify_change(429, b'{"ok":false,"parameters":{"retry_after":7}}') == Retry(after=7, flood=True)
