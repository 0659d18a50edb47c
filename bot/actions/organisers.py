"""How somebody becomes an organiser: a code given in person, six digits, and the others' approval.

The first organiser of a home needs nobody; it happens once. No command here lists chats.
"""

import base64
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.clock import Clock
from bot.domain.approval import (
    BUTTON_LIFE,
    CODE_LIFE,
    WRONG_CODES,
    approvals_needed,
    approvals_to_enrol,
    locked_until,
)
from bot.domain.audit import Event
from bot.domain.contact import ChatId
from bot.domain.organiser import PERMISSIONS, Action, Invitation, Organiser, OrganiserId, Role, Standing
from bot.domain.policy import Policy
from bot.errors import BadInputError
from bot.store import Tx
from bot.vault import totp

NAME_LIMIT = 40
"""Characters of an organiser's name: it stands in buttons and notices."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """What the keeper hands over in person, never through Telegram."""

    code: str
    totp_uri: str
    expires: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    """The digits were right. While `waiting`, the `approvers` have to agree first."""

    organiser: Organiser
    waiting: bool
    approvers: tuple[Organiser, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeWrong:
    """Not the code of now. `closed` when this was one too many: the invitation is gone."""

    closed: bool
    name: str
    """Whom the invitation was for."""


@dataclass(frozen=True, slots=True)
class NoInvitation:
    """Nobody is being asked for digits in this chat."""


class Organisers:
    """Invitations and enrolment."""

    def __init__(
        self,
        *,
        clock: Clock,
        random: Callable[[int], bytes],
        approvals: int,
        policy: Policy | None = None,
    ) -> None:
        """`policy` is sealed when the first organiser enrols; where it is missing, at the next unlock."""
        self._policy = policy
        self._clock = clock
        self._random = random
        self._approvals = approvals

    async def invite(self, tx: Tx, name: str, role: Role) -> Invited:
        """A new way in. `BadInputError` when the name is empty, too long, taken or invited already."""
        await lapse(tx, self._clock.now())
        name = name.strip()
        if not name or len(name) > NAME_LIMIT or not name.isprintable():
            raise BadInputError(
                "The name of an organiser must have 1 to 40 printable characters.",
                hint="Choose a name that means nothing to a stranger; other organisers see it.",
            )
        if any(o.name == name for o in await tx.organisers.all()):
            raise BadInputError(
                "There is an organiser with this name already.", hint="Choose another name with --name."
            )
        if await tx.organisers.ever_enrolled() == 0 and Action.DECIDE not in PERMISSIONS[role]:
            raise BadInputError(
                "The first organiser must be an author or an approver.",
                hint="Nobody else could agree to a second one.",
            )
        now = self._clock.now()
        if await tx.invitations.by_name(name):
            raise BadInputError(
                "There is an invitation for this name already.",
                hint="It ends 30 minutes after it was made. Until then choose another name with --name.",
            )
        code = "o" + base64.urlsafe_b64encode(self._random(16)).decode().rstrip("=")
        secret = totp.new_secret(self._random)
        expires = (now + CODE_LIFE).replace(microsecond=0)
        invitation = Invitation(id=self._random(16), name=name, role=role, expires=expires)
        await tx.invitations.add(invitation, code, secret)
        await tx.audit.add(Event.INVITED, now, about=name, detail=role)
        return Invited(code=code, totp_uri=totp.uri(secret, name=name, issuer="Handbill"), expires=expires)

    async def roster(self, tx: Tx) -> list[Organiser]:
        """All organisers, for the terminal's list of names and roles."""
        return sorted(await tx.organisers.all(), key=lambda organiser: organiser.name)

    async def claim(self, tx: Tx, code: str, chat: ChatId) -> bool:
        """Somebody sent a code. True when it is good: their next six digits are looked at."""
        invitation = await tx.invitations.by_code(code)
        if invitation is None or invitation.expires <= self._clock.now():
            return False
        await lapse(tx, self._clock.now())
        if invitation.claimed_by not in {None, chat} or await tx.organisers.by_chat(chat):
            return False
        await tx.invitations.replace(replace(invitation, claimed_by=chat))
        return True

    async def claims(self, tx: Tx, chat: ChatId) -> bool:
        """Whether six digits are asked for in this chat, because a good code was sent from it."""
        invitation = await tx.invitations.by_claimer(chat)
        return invitation is not None and invitation.expires > self._clock.now()

    async def forget(self, tx: Tx, chat: ChatId) -> None:
        """Forget somebody who is on the way in; the code they sent stays good until it expires.

        An enrolled organiser stays: nobody can be made to leave by whoever holds their phone for a moment.
        """
        found = await tx.organisers.by_chat(chat)
        if found is not None and found.standing is Standing.WAITING:
            await tx.organisers.remove(found.id)
            await tx.audit.add(Event.WITHDREW, self._clock.now(), by=found.name)
        await self._release(tx, chat)

    async def enrol(
        self, tx: Tx, chat: ChatId, digits: str, language: str
    ) -> Enrolled | CodeWrong | NoInvitation:
        """Look at the six digits of somebody who claimed an invitation."""
        invitation = await tx.invitations.by_claimer(chat)
        now = self._clock.now()
        secret = await tx.invitations.secret(invitation.id) if invitation else None
        if invitation is None or secret is None or invitation.expires <= now:
            return NoInvitation()
        step = totp.verify(secret, digits, at=now, last_step=0)
        if step is None or isinstance(step, totp.Reused):
            return await self._wrong(tx, invitation, now)
        await tx.invitations.remove(invitation.id)
        first = await tx.organisers.ever_enrolled() == 0
        organiser = Organiser(
            id=OrganiserId(self._random(16)),
            name=invitation.name,
            role=invitation.role,
            chat=chat,
            language=language,
            standing=Standing.ENROLLED if first else Standing.WAITING,
            since=now,
            last_step=step,
        )
        approvers = tuple(o for o in await tx.organisers.all() if o.active)
        await tx.organisers.add(organiser, secret)
        await self._release(tx, chat)
        await tx.audit.add(Event.ENROLLED if first else Event.APPLIED, now, by=organiser.name)
        if first and self._policy:
            await tx.organisers.seal_policy(self._policy)
            await tx.audit.add(Event.SEALED, now)
        return Enrolled(organiser=organiser, waiting=not first, approvers=approvers)

    async def _release(self, tx: Tx, chat: ChatId) -> None:
        """No digits are asked for in this chat any more: one account is one organiser at most."""
        while (invitation := await tx.invitations.by_claimer(chat)) is not None:
            await tx.invitations.replace(replace(invitation, claimed_by=None))

    async def _wrong(self, tx: Tx, invitation: Invitation, now: datetime) -> CodeWrong:
        wrong = (*invitation.wrong_codes, now)[-WRONG_CODES:]
        closed = locked_until(wrong) is not None
        if closed:
            await tx.invitations.remove(invitation.id)
        else:
            await tx.invitations.replace(replace(invitation, wrong_codes=wrong))
        await tx.audit.add(Event.REFUSED, now, about=invitation.name)
        return CodeWrong(closed=closed, name=invitation.name)

    async def approve(self, tx: Tx, approver: Organiser, subject: bytes) -> Enrolled | None:
        """One organiser agrees that a newcomer joins. None when there is nobody to agree to any more."""
        newcomer = await tx.organisers.get(OrganiserId(subject))
        if newcomer is None or newcomer.standing is not Standing.WAITING or newcomer.id == approver.id:
            return None
        if not approver.may(Action.DECIDE):
            return None
        agreed = (*(o for o in newcomer.approved_by if o != approver.id), approver.id)
        needed = approvals_needed(
            ever_enrolled=await tx.organisers.ever_enrolled() + 1, setting=self._approvals
        )
        enrolled = [o for o in await tx.organisers.all() if o.standing is Standing.ENROLLED]
        # Whoever is suspended counts: freezing somebody makes nothing easier.
        deciders = sum(Action.DECIDE in PERMISSIONS[o.role] for o in enrolled)
        complete = len(agreed) >= approvals_to_enrol(needed=needed, enrolled=deciders)
        standing = Standing.ENROLLED if complete else Standing.WAITING
        newcomer = replace(newcomer, approved_by=agreed, standing=standing)
        await tx.organisers.replace(newcomer)
        now = self._clock.now()
        await tx.audit.add(Event.WELCOMED, now, by=approver.name, about=newcomer.name)
        if complete:
            await tx.audit.add(Event.ENROLLED, now, by=newcomer.name)
        others = tuple(o for o in enrolled if o.id != approver.id and o.active)
        return Enrolled(organiser=newcomer, waiting=not complete, approvers=others)


async def lapse(tx: Tx, now: datetime) -> int:
    """Forget expired invitations, and whoever waited until nobody's button could let them in any more.

    Returns how many; names and chats are free again.
    """
    gone = await tx.invitations.purge(now)
    for one in await tx.organisers.all():
        if one.standing is Standing.WAITING and now - one.since >= BUTTON_LIFE:
            await tx.organisers.remove(one.id)
            await tx.audit.add(Event.WITHDREW, now, by=one.name)
            gone += 1
    return gone
