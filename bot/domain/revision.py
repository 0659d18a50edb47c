"""What can be done about a broadcast after it was sent: its messages are taken back, or say something else.

An undo or an edit is a broadcast of its own that goes to messages instead of readers: it waits its turn, is
paused, cancelled and reported like any other. Only the original is written to readers who have no message.
"""

from enum import IntEnum


class Purpose(IntEnum):
    """What a broadcast does; the numbers are written to disk."""

    SEND = 1
    """Gives every reader a message."""
    UNDO = 2
    """Deletes the messages of another broadcast."""
    EDIT = 3
    """Puts its texts in the place of another broadcast's."""

    @property
    def revises(self) -> bool:
        """Whether it goes to messages that are there already."""
        return self is not Purpose.SEND
