"""What waits for an organiser: a button that may be pressed once, an action that waits for six digits."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.organiser import OrganiserId


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """What an organiser's button does: for him alone, until it expires, for exactly this digest."""

    organiser: OrganiserId
    action: str
    subject: bytes
    """The id of the broadcast or organiser that it acts on."""
    digest: bytes
    expires: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StepUp:
    """The one action of an organiser that waits for a code."""

    action: str
    subject: bytes
    digest: bytes
    expires: datetime
