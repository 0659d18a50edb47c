"""What one blob of the delivery journal holds, byte for byte. Reading and writing rows is `journal`.

Big-endian. A blob is a schema byte (1) and any number of groups, one for each commit:

    8  when it was committed, seconds since 1970
    4  how many entries follow
   23  each: 15 bytes, the contact's id without its first, which is the shard;
             8 bytes, the outcome (highest byte) and the message id, 0 where there is none or it was wiped

An entry for a contact that comes later, in the blob or in the shard, takes the place of an earlier one.
"""

import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.domain.contact import ContactId
from bot.domain.outcome import Outcome
from bot.store import records

SCHEMA = 1
_GROUP = struct.Struct(">QI")
_ENTRY = struct.Struct(">15sQ")
_OUTCOME_SHIFT = 56
_OUTCOMES = {one.value: one for one in Outcome}
_MESSAGE = (1 << _OUTCOME_SHIFT) - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One finished delivery. `at` is when it was committed; it is filled in by reading."""

    contact: ContactId
    outcome: Outcome
    message: int = 0
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """The deliveries of one commit in one shard, packed: `rows` are (contact[1:], outcome and message)."""

    at: int
    rows: Sequence[tuple[bytes, int]]


def group(entries: Iterable[Entry], at: datetime) -> Group:
    """What one commit writes. ValueError for a message id that is negative or has more than 56 bits."""
    rows = []
    for entry in entries:
        if not 0 <= entry.message <= _MESSAGE:
            raise ValueError("not a message id")
        rows.append((entry.contact[1:], entry.outcome << _OUTCOME_SHIFT | entry.message))
    return Group(int(at.timestamp()), rows)


def joined(blobs: Sequence[bytes], limit: int) -> list[bytes]:
    """Blobs run together into as few as fit `limit` bytes each, in their order, without unpacking them."""
    joined = [bytes([SCHEMA])]
    for blob in blobs:
        if len(joined[-1]) + len(blob) - 1 > limit:
            joined.append(bytes([SCHEMA]))
        joined[-1] += blob[1:]
    return joined


def encode(groups: Iterable[Group]) -> bytes:
    """The plaintext of a blob."""
    parts = [bytes([SCHEMA])]
    for one in groups:
        parts.append(_GROUP.pack(one.at, len(one.rows)))
        parts.extend(_ENTRY.pack(contact, packed) for contact, packed in one.rows)
    return b"".join(parts)


def decode(data: bytes) -> list[Group]:
    """The groups of a blob. NewerDatabaseError for a newer schema, DamagedVaultError for a torn blob."""
    records.checked(data[0], newest=SCHEMA)
    groups, at = [], 1
    while at < len(data):
        if len(data) - at < _GROUP.size:
            records.senseless()
        moment, count = _GROUP.unpack_from(data, at)
        at += _GROUP.size
        end = at + count * _ENTRY.size
        if end > len(data):
            records.senseless()
        groups.append(Group(moment, list(_ENTRY.iter_unpack(data[at:end]))))
        at = end
    return groups


def newest(groups: Iterable[Group]) -> dict[bytes, tuple[int, int]]:
    """The last word on each contact: contact[1:] → (outcome and message, when)."""
    return {contact: (packed, one.at) for one in groups for contact, packed in one.rows}


def settled(groups: Sequence[Group]) -> list[Group]:
    """The same groups without entries that a later one replaced."""
    last = newest(groups)
    kept = [Group(one.at, [row for row in one.rows if last[row[0]] == (row[1], one.at)]) for one in groups]
    return [one for one in kept if one.rows]


def outcome(packed: int) -> Outcome:
    """The outcome in a packed entry."""
    return _OUTCOMES[packed >> _OUTCOME_SHIFT]


def message(packed: int) -> int:
    """The message id in a packed entry; 0 for none."""
    return packed & _MESSAGE


def without_message(packed: int) -> int:
    """The packed entry with its message id wiped."""
    return packed & ~_MESSAGE


def moment(at: int) -> datetime:
    """When a group was committed."""
    return datetime.fromtimestamp(at, UTC)


def unpacked(shard: int, groups: Sequence[Group]) -> Iterator[Entry]:
    """The last entry of each contact."""
    first = bytes([shard])
    when = {one.at: moment(one.at) for one in groups}
    for contact, (packed, at) in newest(groups).items():
        yield Entry(
            contact=ContactId(first + contact),
            outcome=_OUTCOMES[packed >> _OUTCOME_SHIFT],
            message=packed & _MESSAGE,
            at=when[at],
        )
