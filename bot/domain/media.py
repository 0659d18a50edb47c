"""A picture or a file that goes out with a broadcast, and what cannot be broadcast.

Named by Telegram's own ids: its content is never fetched and never stored, so nothing here can look into it.
"""

from dataclasses import dataclass, field
from enum import StrEnum


class MediaKind(StrEnum):
    """What can be broadcast besides text; the names are Telegram's and are written to disk."""

    PHOTO = "photo"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """One picture or file, as one bot may send it again (core.telegram.org/bots/api#photosize, #document).

    `file_id` sends it and is worth something to this bot alone; `unique_id` is the same for every bot; `size`
    is in bytes, 0 where Telegram does not tell it.
    """

    kind: MediaKind
    file_id: str = field(repr=False)
    unique_id: str = field(repr=False)
    size: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfit:
    """What a message holds that cannot be broadcast: one of an `album`, or some `other` kind."""

    why: str


Attached = Media | Unfit | None
"""What a message holds besides its words."""
