"""An organiser: somebody who may publish or approve. Roles and what each allows; denied unless listed."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import NewType

from bot.domain.contact import ChatId

OrganiserId = NewType("OrganiserId", bytes)
"""16 random bytes."""


class Role(StrEnum):
    """One a person."""

    AUTHOR = "author"
    APPROVER = "approver"
    ANSWERER = "answerer"
    KEEPER = "keeper"


class Action(StrEnum):
    """What an organiser can ask for in chat."""

    BROADCAST = "broadcast"
    APPROVE = "approve"
    PAUSE = "pause"
    CANCEL = "cancel"
    RESUME = "resume"
    UNDO = "undo"
    EDIT = "edit"
    PROGRESS = "progress"


PERMISSIONS: dict[Role, frozenset[Action]] = {
    Role.AUTHOR: frozenset(Action),
    Role.APPROVER: frozenset({Action.APPROVE, Action.PAUSE, Action.CANCEL, Action.PROGRESS}),
    Role.ANSWERER: frozenset(),
    Role.KEEPER: frozenset({Action.PROGRESS}),
}


class Standing(IntEnum):
    """How far an enrolment has come; the numbers are written to disk."""

    WAITING = 1
    """The code was right; the other organisers have not approved yet."""
    ENROLLED = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Organiser:
    """One organiser. `last_step` is the newest TOTP step accepted: no earlier or equal one is again."""

    id: OrganiserId
    name: str
    role: Role
    chat: ChatId
    language: str
    standing: Standing
    since: datetime
    last_step: int = 0
    wrong_codes: tuple[datetime, ...] = ()
    approved_by: tuple[OrganiserId, ...] = ()

    def may(self, action: Action) -> bool:
        """Whether the role allows it and the enrolment is complete."""
        return self.standing is Standing.ENROLLED and action in PERMISSIONS[self.role]


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """A way in for one organiser: a code of 128 bits, given in person, that works once and not for long."""

    id: bytes
    name: str
    role: Role
    expires: datetime
    claimed_by: ChatId | None = None
    """The chat that sent the code and is being asked for its six digits."""
    wrong_codes: tuple[datetime, ...] = ()
