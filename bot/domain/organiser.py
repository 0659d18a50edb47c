"""An organiser: somebody who may publish or approve. Roles and what each allows; denied unless listed."""

from dataclasses import dataclass
from datetime import date, datetime
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
    STATS = "stats"
    LOCK = "lock"
    FREEZE = "freeze"
    DECIDE = "decide"
    """Agree to what concerns other organisers, or propose it."""
    ORGANISERS = "organisers"
    PRIVATE = "private"
    CHECKLIST = "checklist"
    POLICY = "policy"
    """See what was agreed to; loosening it is to decide."""
    CHECKIN = "checkin"
    """Show the dead man's switch that somebody is there."""
    PANIC = "panic"
    """Propose or agree that everything is destroyed, where the policy allows it."""


EVERYBODY = frozenset(
    {Action.FREEZE, Action.ORGANISERS, Action.PRIVATE, Action.CHECKLIST, Action.POLICY, Action.CHECKIN}
)
"""What each role may do."""

_APPROVER = EVERYBODY | {
    Action.APPROVE,
    Action.PAUSE,
    Action.CANCEL,
    Action.PROGRESS,
    Action.DECIDE,
    Action.PANIC,
}

PERMISSIONS: dict[Role, frozenset[Action]] = {
    Role.AUTHOR: _APPROVER | {Action.BROADCAST, Action.RESUME, Action.UNDO, Action.EDIT, Action.STATS},
    Role.APPROVER: _APPROVER,
    Role.ANSWERER: EVERYBODY,
    Role.KEEPER: EVERYBODY | {Action.PROGRESS, Action.LOCK, Action.PANIC},
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
    suspended: datetime | None = None
    """Since when a freeze keeps this organiser from everything."""
    seen: date | None = None
    """The last day on which anything came from this account; None of a record older than this field."""
    named: bytes = b""
    """A hash of the account's names and this organiser's id; empty until it was first seen."""
    zone: str = ""
    """The time zone in which they plan, an IANA name; empty until one was chosen."""

    @property
    def active(self) -> bool:
        """Whether enrolled, and not suspended."""
        return self.standing is Standing.ENROLLED and self.suspended is None

    def may(self, action: Action) -> bool:
        """Whether the role allows it, the enrolment is complete, and nobody has frozen it."""
        return self.active and action in PERMISSIONS[self.role]


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
