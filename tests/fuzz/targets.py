"""Every parser that reads what others wrote: bytes in, an expected answer or an expected error out.

A target returns when the parser behaved and raises whatever else it did. `python -m tests.fuzz` hunts with
atheris, which follows the branches taken; `make test` runs the same targets on examples of hypothesis.
"""

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from hashlib import sha256
from itertools import count
from typing import TypeVar

from telegram import Update

from bot.actions.gate import HANDLE, handle_of
from bot.chat.heard import Pressed, Said, hear, whole_number
from bot.chat.verdict import differences
from bot.control import messages, wire
from bot.domain.audience import Audience
from bot.domain.contact import ContactId
from bot.domain.draft import Refusal, compose
from bot.domain.organiser import Organiser
from bot.domain.rich_text import Entity, RichText
from bot.errors import BadInputError, DamagedVaultError, NewerDatabaseError, StatementError
from bot.library import header, markdown, minisign, recognise, sshsig, trust
from bot.store import contacts
from bot.store.organisers import CODEC
from bot.vault import keyring, slots
from bot.vault.vault import LARGEST, Vault
from tests.support.signers import Signer, armoured
from tests.support.workshop import text
from tests.support.workshop import trust as trust_file

BOT = "fuzz_bot"
HEADER = b"Statement: 2\nDate: 2026-10-01\nLanguage: en\nTitle: T\n"
T = TypeVar("T")
TAIL = len(b'","sha256":"') + 64 + len(b'"}\n')


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One parser; `seeds` are good inputs to begin with."""

    run: Callable[[bytes], None]
    seeds: Sequence[bytes]


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


def read_header(data: bytes) -> None:
    """A statement file is a statement or a StatementError on one of its lines."""
    for each in (data, data + b"\n\ntext"):
        refused = _refused(partial(header.parse, each, None))
        assert refused is None or 1 <= refused.line <= each.count(b"\n") + 1


def read_markdown(data: bytes) -> None:
    """A body is blocks of text within its bounds, or a StatementError."""

    def read() -> None:
        statement = header.parse(HEADER + b"\n" + data, None)
        for block in markdown.statement_blocks(statement):
            assert all(0 <= e.offset < e.end <= len(block.text) for e in block.text.entities)
        markdown.points(statement)
        markdown.slogans(statement)

    _refused(read)


def _refused(read: Callable[[], object]) -> StatementError | None:
    """The refusal, which says what to do; None when it was read."""
    try:
        read()
    except StatementError as error:
        told = error
    else:
        return None
    assert told.problem
    assert told.hint
    return told


def _accepted(read: Callable[[], T]) -> T | None:
    """What was read; None when it was refused with one line and a hint."""
    try:
        return read()
    except BadInputError as error:
        told = error
    assert "\n" not in told.message
    assert told.hint
    return None


def read_signature(data: bytes) -> None:
    """A signature file is refused, or fits nothing that its key did not sign."""
    for each in (data, armoured(b"SSHSIG\0\0\0\1" + data)):
        found = _accepted(partial(sshsig.parse, each))
        if found:
            assert sshsig.parse_key(found.key.line) == found.key
            assert not sshsig.fits(found, b"what nobody signed")


def read_minisign(data: bytes) -> None:
    """The same of minisign; a key is read back as it was written, or refused."""
    found = _accepted(partial(minisign.parse, data))
    assert not found or not minisign.fits(found, SIGNER.minisign, b"what nobody signed")
    key = _accepted(partial(minisign.parse_key, data.decode("utf-8", "replace")))
    assert not key or minisign.parse_key(key.line) == key


def read_trust(data: bytes) -> None:
    """A trust file has a threshold that its signers can reach, or is refused with one line."""
    found = _accepted(partial(trust.parse, data))
    if found:
        assert 1 <= found.threshold <= len(found.signers)
        assert len({one.name for one in found.signers}) == len(found.signers)
        assert not trust.judge(data, (), found, dated=date.min, seen=date.min).enough


def read_asked(data: bytes) -> None:
    """Any text is a statement, made from one, or unknown; what differs is told in its own words."""
    text = data.decode("utf-8", "replace")
    found = INDEX.find(
        RichText(text, (Entity(kind="text_link", offset=len(data) % 7, length=5, url=text[:9]),))
    )
    if found is not None:
        shown = differences(found.likeness.pieces)
        assert all(0 <= e.offset < e.end <= len(shown) for e in shown.entities)


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


_SEALED = _vault().seal("contacts", "rec", b"other", b"\1" + bytes(45))
_HANDLE = b"h" + base64.urlsafe_b64encode(bytes(range(HANDLE)))

SIGNER, TOUCH = Signer("fuzz"), Signer("touch", touch=True)
INDEX = recognise.Index([recognise.entry(header.parse(text(1), None))], lambda _: recognise.Frame())

TARGETS: Mapping[str, Target] = {
    "keyring": Target(run=read_keyring, seeds=(_keyring(),)),
    "record": Target(run=open_record, seeds=(_SEALED, b"\1" + bytes(45), b"\x91\1")),
    "header": Target(
        run=read_header, seeds=(HEADER + b"Topics: a, b\nPrev: 1 ABCD-EFGH-IJKL-MNOP\n\ntext\n",)
    ),
    "markdown": Target(run=read_markdown, seeds=(b"# A\n\n- **b** [c](http://d.org)\n\n> e\n\n1. f\n",)),
    "sshsig": Target(run=read_signature, seeds=(SIGNER.signs(b"x"), TOUCH.signs(b"x", hashed="sha256"))),
    "minisign": Target(run=read_minisign, seeds=(SIGNER.minisigns(b"x"), SIGNER.minisign.line.encode())),
    "trust": Target(
        run=read_trust, seeds=(trust_file(SIGNER, TOUCH, more=[("fuzz", "revoked_on = 2026-05-01")]),)
    ),
    "asked": Target(run=read_asked, seeds=(text(1).partition(b"\n\n")[2],)),
    "callback": Target(run=read_callback, seeds=(b"subscribe:en", b"statement:ru:12", _HANDLE)),
    "message": Target(
        run=read_message, seeds=(b"\x06\x0a/start s12", b"\x0a\x0c/broadcast == ru ==\nx", b"\0\0123 456")
    ),
    "control": Target(
        run=read_request,
        seeds=(
            json.dumps({"op": "organisers.invite", "name": "a", "role": "author"}).encode(),
            json.dumps({"op": "statements.import", "files": [{"name": "a", "data": "YQ=="}]}).encode(),
            wire.encode(messages.Status(state=messages.State.LOCKED)),
        ),
    ),
}
