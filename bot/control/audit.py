"""What the terminal can ask about the audit, and what it is answered. Nothing changes an entry."""

from typing import Annotated

import msgspec
from msgspec import Meta

from bot.control.message import Message


class ShowAudit(Message, frozen=True, tag="audit.show"):
    """The newest entries."""

    last: Annotated[int, Meta(ge=1, le=10_000)]


class VerifyAudit(Message, frozen=True, tag="audit.verify"):
    """Read the whole chain; with a head, find it there."""

    head: Annotated[str, Meta(max_length=100)] = ""


class NoticeKeys(Message, frozen=True, tag="audit.keys"):
    """The key slots may have been changed: look, write it down, tell the organisers."""


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One entry; without an event it is missing, or not what was written."""

    number: int
    at: str = ""
    """ISO 8601, UTC, with Z."""
    event: str = ""
    by: str = ""
    about: str = ""
    detail: str = ""


class Lines(Message, frozen=True, tag="audit"):
    """Entries, oldest first."""

    lines: tuple[Line, ...]


class Reviewed(Message, frozen=True, tag="audit.reviewed"):
    """What the chain is like."""

    entries: int
    broken: int | None
    """The first entry that is missing, or not what was written."""
    known: bool
    """Whether the head belongs to this chain."""
    head: str | None


class Noticed(Message, frozen=True, tag="audit.noticed"):
    """The slots that are others than before; None where nothing is."""

    slots: tuple[int, ...] | None
