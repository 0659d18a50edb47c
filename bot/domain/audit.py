"""What organisers and keepers did, one act after the other, and the head that stands for all of it.

An act names organisers by the names that they chose, and a text by its fingerprint; never a reader, never a
chat. How the acts are chained, sealed and checked is `store.audit`.
"""

import base64
import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

MARK = 10
"""Bytes of a head: 16 letters. Finding another chain with the same head takes 2^80 tries."""

_WRITTEN = re.compile(r"([1-9][0-9]{0,11})-((?:[A-Z2-7]{4}-){3}[A-Z2-7]{4})")


class Event(StrEnum):
    """What happened; the words are written to disk."""

    BEGAN = "began"
    BEGAN_ANEW = "began-anew"
    """There were organisers already, so what came before is gone."""
    UNLOCKED = "unlocked"
    RESTARTED = "restarted"
    """Unlocked, though it had never been locked: the machine or the service went down."""
    LOCKED = "locked"
    SILENT = "silent"
    """The dead man's switch locks it."""
    COUNTDOWN = "countdown"
    """It locks, and its keys will be destroyed if nobody comes."""
    PANIC = "panic"
    """`handbill panic`: the keys are gone already, and only a copy of them elsewhere can read this."""
    GAP = "gap"
    KEYHOLDERS = "keyholders"
    ROTATED = "rotated"
    TOKEN = "token"  # noqa: S105 - an event, not a token
    IMPORTED = "imported"
    TAKEN_DOWN = "taken-down"
    SIGNERS = "signers"
    BACKED_UP = "backed-up"
    RESTORED = "restored"
    ACCEPTED = "accepted"
    """The keeper took the list for right as it was."""
    SEALED = "sealed"

    INVITED = "invited"
    REFUSED = "refused"
    """Wrong digits for an invitation."""
    APPLIED = "applied"
    WITHDREW = "withdrew"
    WELCOMED = "welcomed"
    ENROLLED = "enrolled"
    RETURNED = "returned"
    RENAMED = "renamed"
    WRONG_CODE = "wrong-code"
    LOCKED_OUT = "locked-out"
    LOCK_ASKED = "lock-asked"

    SENT = "sent"
    URGENT = "urgent"
    EDITED = "edited"
    APPROVED = "approved"
    PAUSED = "paused"
    RESUMED = "resumed"
    RELEASED = "released"
    CANCELLED = "cancelled"
    UNDONE = "undone"
    HALTED = "halted"
    """Paused by itself."""
    HELD = "held"
    EXPIRED = "expired"
    ENDED = "ended"

    FROZE = "froze"
    PROPOSED = "proposed"
    AGREED = "agreed"
    REMOVED = "removed"
    UNFROZEN = "unfrozen"
    FREED = "freed"
    """One side of a freeze, ended by the keeper."""
    DESTROYING = "destroying"
    """By several organisers in chat."""
    LOOSENED = "loosened"


OPENING = frozenset({Event.UNLOCKED, Event.RESTARTED})
"""After these the service is open until it is locked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One entry. `by` is an organiser's name, empty for the keeper or the program itself."""

    event: Event
    at: datetime
    by: str = ""
    about: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbered:
    """An entry in its place, from 1. `act` is None where it is missing or not what was written."""

    number: int
    act: Act | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The newest entry's number, and a mark that depends on it and on every entry before it."""

    number: int
    mark: bytes

    def __str__(self) -> str:
        """As organisers get it: `17-ABCD-EFGH-IJKL-MNOP`."""
        text = base64.b32encode(self.mark).decode()
        return "-".join([str(self.number), *(text[at : at + 4] for at in range(0, 16, 4))])


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What reading the whole chain found."""

    entries: int
    broken: int | None
    """The first entry that is missing or not what was written."""
    known: bool
    """Whether the head that was asked about belongs to this chain; true where none was asked about."""
    left_open: bool
    """Whether the last that was said about unlocking and locking is that it was unlocked."""


def head_of(text: str) -> Head | None:
    """The head that somebody copied from a chat; None if it is none."""
    found = _WRITTEN.fullmatch(text.strip().upper())
    if found is None:
        return None
    return Head(number=int(found[1]), mark=base64.b32decode(found[2].replace("-", "")))
