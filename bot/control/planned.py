"""What the terminal can ask about what is planned, and what it is answered: numbers and times, never a text.

Nothing is planned, moved or cancelled from the terminal: that is for organisers, in chat.
"""

import msgspec

from bot.control.message import Message


class ShowSchedule(Message, frozen=True, tag="schedule.show"):
    """Which statements wait to go out."""


class PlannedLine(msgspec.Struct, frozen=True, kw_only=True):
    """A statement that waits, or a plan of slogans."""

    statement: int | None
    """None for a plan of slogans."""
    at: str | None
    """When it goes out at the earliest: ISO 8601, UTC, with Z; None: as soon as it is agreed to."""
    state: str
    """`waiting` for approvals, `agreed`, `paused` or `held`."""


class Schedule(Message, frozen=True, tag="schedule"):
    """Everything that waits, in its order."""

    lines: tuple[PlannedLine, ...]
