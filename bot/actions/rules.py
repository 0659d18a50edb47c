"""The settings that decide how easily something is published, as those who publish need them."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Self

from bot.config.sections import Publishing


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The settings that decide how easily something is published."""

    approvals: int
    cooldown: int
    per_day: int
    wave_percent: int
    signed_only: bool = False
    """Nothing but signed statements goes out: no text of an organiser's own."""
    max_late: timedelta = timedelta(hours=6)
    """A publication that is agreed to so long after its moment is not what was agreed to."""

    @classmethod
    def of(cls, settings: Publishing) -> Self:
        """As the settings say."""
        return cls(
            approvals=settings.approvals,
            cooldown=settings.cooldown_seconds,
            per_day=settings.per_day,
            wave_percent=settings.wave_percent,
            signed_only=settings.signed_only,
            max_late=settings.max_late,
        )
