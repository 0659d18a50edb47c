"""What organisers decide about each other: proposed by one, agreed to by others, each with a code.

Only who is counted and how many it takes; who may agree is `organiser`, what then happens `actions.motions`.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.approval import approvals_to_enrol
from bot.domain.organiser import OrganiserId

MOTION_LIFE = timedelta(hours=24)
"""How long a proposal can be agreed to."""

PANIC_LIFE = timedelta(hours=1)
"""The same where everything would be destroyed: nobody is to find such a question later."""

PANIC_NEEDS = 2
"""Organisers who agree that everything is destroyed, each with a code."""

UNFREEZE_NEEDS = 2
"""Organisers who are no side of a freeze and agree to end it."""


class Matter(StrEnum):
    """What is proposed."""

    REMOVE = "remove"
    UNFREEZE = "unfreeze"
    POLICY = "policy"
    PANIC = "panic"


@dataclass(frozen=True, slots=True, kw_only=True)
class Motion:
    """One proposal. `subject` is the organiser it is about; a policy has a key and a value instead."""

    matter: Matter
    subject: OrganiserId | None = None
    key: str = ""
    value: str = ""
    proposed: datetime
    by: OrganiserId | None
    """Who proposed it; None for the keeper at the terminal."""
    agreed: tuple[OrganiserId, ...] = ()

    @property
    def digest(self) -> bytes:
        """32 bytes that stand for what is proposed: an agreement holds for these and nothing else."""
        state = hashlib.sha256(b"handbill/motion/v1")
        for part in (self.matter.encode(), self.subject or b"", self.key.encode(), self.value.encode()):
            state.update(len(part).to_bytes(8, "big") + part)
        return state.digest()

    def agree(self, who: OrganiserId) -> "Motion":
        """With one agreement more; nobody counts twice."""
        return replace(self, agreed=(*(each for each in self.agreed if each != who), who))

    def without(self, who: OrganiserId) -> "Motion":
        """Without the agreement of somebody who was suspended or removed."""
        return replace(self, agreed=tuple(each for each in self.agreed if each != who))

    def open(self, now: datetime) -> bool:
        """Whether it can still be agreed to."""
        return now - self.proposed < (PANIC_LIFE if self.matter is Matter.PANIC else MOTION_LIFE)

    def needed(self, *, approvals: int, left: int) -> int:
        """How many organisers must agree.

        `approvals` are those that a broadcast takes, `left` all enrolled who may decide, without the one it
        is about, the suspended among them: freezing somebody makes nothing easier. What the keeper proposes
        at the terminal takes one less, like an enrolment, and never more than could agree.
        """
        if self.matter is Matter.UNFREEZE:
            return UNFREEZE_NEEDS
        if self.matter is Matter.PANIC:
            return PANIC_NEEDS
        if self.by is None:
            return approvals_to_enrol(needed=approvals, enrolled=left)
        return approvals if self.matter is Matter.POLICY else max(2, approvals)
