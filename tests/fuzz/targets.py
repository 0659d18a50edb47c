"""Every parser that reads what others wrote: bytes in, an expected answer or an expected error out.

A target returns when the parser behaved and raises whatever else it did. `python -m tests.fuzz` hunts with
atheris, which follows the branches taken; `make test` runs the same targets on examples of hypothesis.
"""

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import count
from zoneinfo import available_timezones

from telegram import Update

from bot.actions.gate import HANDLE, handle_of
from bot.chat.heard import Pressed, Said, hear, whole_number
from bot.chat.verdict import differences
from bot.config import span
from bot.control import messages, wire
from bot.domain import publication
from bot.domain.audience import Audience
from bot.domain.audit import head_of
from bot.domain.contact import ContactId
from bot.domain.draft import Refusal, compose
from bot.domain.organiser import Organiser
from bot.domain.rich_text import Entity, RichText
from bot.errors import DamagedVaultError, NewerDatabaseError
from bot.library import header, recognise
from bot.library.rich_words import LARGEST as LARGEST_RICH
from bot.store import contacts
from bot.store.organisers import CODEC
from bot.vault import keyring, slots
from bot.vault.vault import LARGEST, Vault
from tests.fuzz.files import FILES
from tests.fuzz.target import Target
from tests.support.workshop import text

BOT = "fuzz_bot"
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
TAIL = len(b'","sha256":"') + 64 + len(b'"}\n')


def _vault() -> Vault:
    """A vault whose keys and nonces are the same each time, so that a finding can be repeated."""
    return Vault({1: b"\1" * 32}, random=bytes)


def _keyring() -> bytes:
    kdf = keyring.new_kdf(random=bytes, memory_mib=8, time=1, lanes=1)
    drawn = count()
    random = lambda size: sha256(bytes([next(drawn) % 256])).digest()[:1] * size  # noqa: E731 - the same each time
    made, master = slots.create(["a passphrase"], needed=1, kdf=kdf, pad=bytes(32), random=random)
    return keyring.encode(made, master)


def read_keyring(data: bytes) -> None:
    """As it is, and again with a checksum that fits, as whoever wants to get past it would write it."""
    body = data[:-TAIL]
    for each in (data, body + b'","sha256":"' + sha256(body).hexdigest().encode() + b'"}\n'):
        try:
            read, mac = keyring.parse(each)
        except (DamagedVaultError, NewerDatabaseError):
            continue
        assert len(mac) == 32
        assert len(read.slots) == keyring.SLOTS


def open_record(data: bytes) -> None:
    """Nothing forged opens; whatever opened is a record or refused; what was sealed comes back."""
    vault = _vault()
    try:
        vault.open("contacts", "rec", b"row", data)
    except DamagedVaultError:
        pass
    else:
        raise AssertionError("a forged record opened")
    assert vault.open("fuzz", "rec", b"row", vault.seal("fuzz", "rec", b"row", data[:LARGEST])) == data
    for decode in (_contact, _organiser):
        try:
            decode(data)
        except (DamagedVaultError, NewerDatabaseError):
            continue


def _contact(data: bytes) -> None:
    read = contacts.decode(ContactId(bytes(16)), data)
    assert contacts.decode(ContactId(bytes(16)), contacts.encode(read)) == read


def _organiser(data: bytes) -> None:
    assert isinstance(CODEC.decode(data, id=bytes(16)), Organiser)


def read_asked(data: bytes) -> None:
    """Any text is a statement, made from one, or unknown; what differs is told in its own words."""
    text = data.decode("utf-8", "replace")
    found = INDEX.find(
        RichText(text, (Entity(kind="text_link", offset=len(data) % 7, length=5, url=text[:9]),))
    )
    if found is not None:
        shown = differences(found.likeness.pieces)
        assert all(0 <= e.offset < e.end <= len(shown) for e in shown.entities)


def read_moment(data: bytes) -> None:
    """What somebody types: a moment of the coming year, a zone, a span, an audit's head; or nothing."""
    text = data.decode("utf-8", "replace")
    found = publication.read_moment(text, zone="Europe/Kyiv", now=NOW)
    if isinstance(found, publication.Moment):
        assert NOW <= found.at <= NOW + publication.FURTHEST
        assert publication.doubled(found.at, found.zone) in {True, False}
    assert publication.zone_of(text) in {None, *available_timezones()}
    assert span(text) != timedelta(0)
    head = head_of(text)
    assert head is None or str(head) == text.strip().upper()


def read_callback(data: bytes) -> None:
    """A button's data, forged, leads to a handle, to one of our words, or nowhere."""
    text = data.decode("utf-8", "replace")
    query = {
        "id": "1",
        "from": PERSON,
        "chat_instance": "1",
        "data": text,
        "message": MESSAGE | {"text": "x"},
    }
    heard = hear(_update(callback_query=query), BOT)
    assert isinstance(heard, Pressed)
    assert heard.data == text
    handle = handle_of(text)
    assert handle is None or len(handle) == HANDLE
    action, _, rest = text.partition(":")
    whole_number(rest)
    try:
        assert Audience.read(rest).written == rest
    except ValueError:
        assert action is not None


def read_message(data: bytes) -> None:
    """What somebody says after a command, with entities that lie: a deep link's payload, digits, a draft."""
    text, length = data[2:].decode("utf-8", "replace"), int.from_bytes(data[:1])
    entities = [
        {"type": "bot_command", "offset": 0, "length": length},
        {"type": "text_link", "offset": int.from_bytes(data[1:2]) - 9, "length": length, "url": "http://a.b"},
    ]
    heard = hear(_update(message=MESSAGE | {"text": text, "entities": entities}), BOT)
    assert isinstance(heard, Said)
    payload = heard.argument.text
    number = whole_number(payload[1:])
    assert number is None or 0 <= number < 10**6
    assert not heard.digits or len(heard.digits) == 6
    composed = compose(heard.argument.cleaned().strip(), frozenset({"en", "ru"}))
    if not isinstance(composed, Refusal):
        for written in composed.values():
            assert all(0 <= e.offset < e.end <= len(written) for e in written.entities)


def read_rich(data: bytes) -> None:
    """A rich message that somebody forwards is words with marks inside them, whatever its blocks are."""
    try:
        blocks = json.loads(data)
    except (ValueError, RecursionError):
        return
    heard = hear(_update(message=MESSAGE | {"rich_message": blocks}), BOT)
    assert isinstance(heard, Said)
    assert len(heard.text) <= LARGEST_RICH
    assert all(0 <= e.offset < e.end <= len(heard.text) for e in heard.text.entities)


def read_request(data: bytes) -> None:
    """A line on the control socket is a request or nothing, an answer or nothing, and never shows itself."""
    for message in (wire.decode_request(data), wire.decode_answer(data)):
        if message is not None:
            assert wire.encode(message).endswith(b"\n")
            assert repr(message) == f"<{type(message).__name__}>"


PERSON: Mapping[str, object] = {"id": 7, "is_bot": False, "first_name": "P", "language_code": "en"}
MESSAGE: dict[str, object] = {
    "message_id": 1,
    "date": 1_700_000_000,
    "chat": {"id": 7, "type": "private"},
    "from": PERSON,
}


def _update(**parts: object) -> Update:
    return Update.de_json({"update_id": 1, **parts}, None)


_RICH = json.dumps({"blocks": [{"type": "paragraph", "text": ["a ", {"type": "url", "text": "b"}]}]}).encode()
_SEALED = _vault().seal("contacts", "rec", b"other", b"\1" + bytes(45))
_HANDLE = b"h" + base64.urlsafe_b64encode(bytes(range(HANDLE)))

INDEX = recognise.Index([recognise.entry(header.parse(text(1), None))], lambda _: recognise.Frame())

TARGETS: Mapping[str, Target] = {
    **FILES,
    "keyring": Target(run=read_keyring, seeds=(_keyring(),)),
    "record": Target(run=open_record, seeds=(_SEALED, b"\1" + bytes(45), b"\x91\1")),
    "moment": Target(
        run=read_moment,
        seeds=(b"2026-12-01 18:00 Europe/Berlin", b"asia/tokyo", b"12h", b"17-ABCD-EFGH-IJKL-MNOP"),
    ),
    "asked": Target(run=read_asked, seeds=(text(1).partition(b"\n\n")[2],)),
    "callback": Target(run=read_callback, seeds=(b"subscribe:en", b"statement:ru:12", _HANDLE)),
    "message": Target(
        run=read_message, seeds=(b"\x06\x0a/start s12", b"\x0a\x0c/broadcast == ru ==\nx", b"\0\0123 456")
    ),
    "rich": Target(run=read_rich, seeds=(_RICH, b'{"blocks":[{"items":[{"value":1,"blocks":[]}]}]}')),
    "control": Target(
        run=read_request,
        seeds=(
            json.dumps({"op": "organisers.invite", "name": "a", "role": "author"}).encode(),
            json.dumps({"op": "statements.import", "files": [{"name": "a", "data": "YQ=="}]}).encode(),
            wire.encode(messages.Status(state=messages.State.LOCKED)),
        ),
    ),
}
