"""The gate before everything that counts: a button bound to one organiser and one thing, then six digits.

A Telegram account alone authorises nothing. A code is accepted once, is looked at only while one is asked
for, and five wrong ones within 15 minutes close the gate for an hour.
"""

import base64
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.clock import Clock
from bot.domain.approval import BUTTON_LIFE, WRONG_CODES, locked_until
from bot.domain.audit import Event
from bot.domain.organiser import Organiser, OrganiserId
from bot.domain.stepup import Button, StepUp
from bot.store import Tx
from bot.vault import totp

HANDLE = 12
"""Bytes of a button's handle: 96 bits, opaque."""

MARK = "h"
"""What callback data with a handle begins with."""


@dataclass(frozen=True, slots=True)
class Passed:
    """The code was right; this is what it was asked for."""

    stepup: StepUp


@dataclass(frozen=True, slots=True)
class NotAsked:
    """Nothing waits for a code."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """Not the code of now."""


@dataclass(frozen=True, slots=True)
class Reused:
    """The code of a step that was already used: wait for the next one. Not a failed try."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LockedOut:
    """Too many wrong codes. `first` when this very code was the one too many."""

    first: bool


Verdict = Passed | NotAsked | Wrong | Reused | LockedOut


def handle_of(data: str) -> bytes | None:
    """The handle in callback data, which anybody may have written; None where there is none."""
    try:
        handle = base64.urlsafe_b64decode(data[1:])
    except ValueError:
        return None
    return handle if len(handle) == HANDLE and data == _written(handle) else None


def _written(handle: bytes) -> str:
    return MARK + base64.urlsafe_b64encode(handle).decode()


class Gate:
    """Buttons and codes of organisers."""

    def __init__(self, *, clock: Clock, random: Callable[[int], bytes]) -> None:
        self._clock = clock
        self._random = random

    async def button(
        self,
        tx: Tx,
        who: OrganiserId,
        action: str,
        subject: bytes,
        digest: bytes = b"",
        *,
        life: timedelta = BUTTON_LIFE,
    ) -> str:
        """A new button for one organiser; what comes back is its callback data."""
        handle = self._random(HANDLE)
        expires = self._clock.now() + life
        button = Button(organiser=who, action=action, subject=subject, digest=digest, expires=expires)
        await tx.buttons.add(handle, button)
        return _written(handle)

    async def pressed(self, tx: Tx, who: Organiser, data: str) -> Button | None:
        """The button behind callback data, used up by this press; None if forged, expired or another's."""
        handle = handle_of(data)
        if handle is None:
            return None
        button = await tx.buttons.peek(handle, self._clock.now())
        if button is None or button.organiser != who.id:
            return None
        return await tx.buttons.take(handle, self._clock.now())

    async def ask(self, tx: Tx, button: Button) -> None:
        """From now on six digits from this organiser are a code for what the button stands for."""
        stepup = StepUp(
            action=button.action, subject=button.subject, digest=button.digest, expires=button.expires
        )
        await tx.stepups.set(button.organiser, stepup)

    async def ask_for(self, tx: Tx, who: OrganiserId, action: str, subject: bytes, digest: bytes) -> None:
        """The same for what somebody asked for with a command."""
        expires = self._clock.now() + BUTTON_LIFE
        await tx.stepups.set(who, StepUp(action=action, subject=subject, digest=digest, expires=expires))

    async def asked(self, tx: Tx, who: OrganiserId) -> StepUp | None:
        """What this organiser's next six digits would be for."""
        stepup = await tx.stepups.get(who)
        return stepup if stepup and stepup.expires > self._clock.now() else None

    async def drop(self, tx: Tx, who: OrganiserId) -> None:
        """Stop asking."""
        await tx.stepups.clear(who)

    async def check(self, tx: Tx, who: Organiser, digits: str) -> Verdict:
        """Look at six digits. A right code is used up, and so is the question."""
        stepup = await self.asked(tx, who.id)
        secret = await tx.organisers.secret(who.id)
        # Read again inside this transaction: which codes were used decides.
        found = await tx.organisers.get(who.id)
        if stepup is None or secret is None or found is None:
            return NotAsked()
        who, now = found, self._clock.now()
        until = locked_until(who.wrong_codes)
        if until and now < until:
            return LockedOut(first=False)
        step = totp.verify(secret, digits, at=now, last_step=who.last_step)
        if isinstance(step, totp.Reused):
            return Reused()
        if step is None:
            wrong = (*who.wrong_codes, now)[-WRONG_CODES:]
            await tx.organisers.replace(replace(who, wrong_codes=wrong))
            closed = locked_until(wrong) is not None
            await tx.audit.add(Event.LOCKED_OUT if closed else Event.WRONG_CODE, now, by=who.name)
            return LockedOut(first=True) if closed else Wrong()
        await tx.organisers.replace(replace(who, last_step=step, wrong_codes=()))
        await tx.stepups.clear(who.id)
        return Passed(stepup)
